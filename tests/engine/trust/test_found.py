"""How a person reads one thing that a definition would do."""

from __future__ import annotations

from floworch.trust.found import Found


def test_what_no_parameter_names_is_said_in_words() -> None:
    assert str(Found("(data.group)", "contents")) == "data.group decides which when it runs  (contents)"


def test_what_the_line_of_a_thing_cuts_stands_with_it_as_a_whole() -> None:
    assert Found("1 + 1\n").entry() == ("1 + 1", ())
    assert Found("if a:\n    b\n\nc\n", "n").entry() == ("if a: …  (n)", ("if a:", "    b", "", "c"))
    assert Found("    a\n    b", "n").entry().whole == ("    a", "    b")
    long = "x" * 121
    assert Found(long).entry() == (f"{long[:120]} …", (long,))


def test_nothing_of_a_foreign_text_moves_the_cursor_or_hides() -> None:
    """A terminal obeys an escape, and an override of direction shows code in another order than it runs in."""
    text, whole = Found("a\x1b[2K\rb\nc\u202ed\te", "n").entry()
    assert text == "a\\x1b[2K …  (n)"
    assert whole == ("a\\x1b[2K", "b", "c\\u202ed\te")
