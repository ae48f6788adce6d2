from __future__ import annotations

from floworch.actions.docstrings import argument_help, summary_of

TEXT = """Check one order.

    More about it.

    Args:
        order_id: Which order
            it is.
        limit (float): Highest amount: in euros.
        **rest: Anything else.

    Returns:
        order_id: not an argument.
    """


def test_the_summary_is_the_first_line() -> None:
    assert summary_of(TEXT) == "Check one order."
    assert summary_of("\n   Second line.\n") == "Second line."
    assert summary_of(None) == ""
    assert summary_of("") == ""


def test_each_argument_has_its_help_and_wrapped_lines_are_joined() -> None:
    assert argument_help(TEXT) == {
        "order_id": "Which order it is.",
        "limit": "Highest amount: in euros.",
        "rest": "Anything else.",
    }


def test_a_docstring_without_arguments_gives_nothing() -> None:
    assert argument_help("Just words.\n\nNote: this is no section with args") == {}
    assert argument_help(None) == {}


def test_a_paragraph_after_the_section_ends_it() -> None:
    assert argument_help("S.\n\nArgs:\n    a: One.\nplain: text\n    b: not an argument") == {"a": "One."}
