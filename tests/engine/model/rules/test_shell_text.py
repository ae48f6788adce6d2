"""A mended command line has the words that its author meant, whatever its values hold (C15)."""

from __future__ import annotations

import shlex

import pytest

from floworch.expr import compile_text
from floworch.model.rules.shell_text import loose_values

EVIL = 'x\'; touch pwned "$(id)" `id` \\ #'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a {{ item.a }} b", ["a", EVIL, "b"]),
        ("a '{{ item.a }}' b", ["a", EVIL, "b"]),
        ('a "Hello {{ item.a }}" b', ["a", f"Hello {EVIL}", "b"]),
        ("a 'Hello {{ item.a }}!{{ item.a }}' \"{{ item.a }}\"", ["a", f"Hello {EVIL}!{EVIL}", EVIL]),
        ('a "\\"{{ item.a }}\\""', ["a", f'"{EVIL}"']),
        ("a --name={{ item.a }} {{ '--all' if item.a else '' }}", ["a", f"--name={EVIL}", "--all"]),
        ("a 'b {{ item.a | quote }} c'", ["a", f"b {EVIL} c"]),
    ],
)
def test_a_shell_reads_the_words_that_were_meant(text: str, words: list[str]) -> None:
    loose = loose_values(text)
    assert loose is not None
    assert loose.mended is not None
    assert shlex.split(str(compile_text(loose.mended).evaluate({"item": {"a": EVIL}}))) == words
    assert loose_values(loose.mended) is None


def test_every_expression_is_named_in_order() -> None:
    loose = loose_values("a {{ item.b }} {{ 'c' }} '{{ inputs.n }}' {{ item.d | upper }}", frozenset({"n"}))
    assert loose is not None
    assert (loose.found, loose.undone) == (("{{ item.b }}", "{{ item.d | upper }}"), False)


def test_no_text_takes_long_to_read():
    """Opening a file must never wait: with a pattern that tries again, 20 strings took a minute."""
    assert loose_values("{{ " + '"a" ' * 5000) is None
    assert loose_values("{{ " + '"a" ' * 5000 + "~ item.b }}") is not None
