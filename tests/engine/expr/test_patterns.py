"""Regular expressions are bounded in time (C13)."""

from __future__ import annotations

import pytest

from floworch.errors import ExpressionError
from floworch.expr import filters, patterns

#: Needs longer than the age of the world for a text that has no match.
ENDLESS = "^(a|aa)+$"
TEXT = "a" * 60 + "!"


def test_an_endless_one_is_stopped_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "MOST_SECONDS", 0.05)
    for use in (
        lambda: patterns.found(ENDLESS, TEXT),
        lambda: filters.regex_match(TEXT, ENDLESS),
        lambda: filters.regex_find(TEXT, ENDLESS),
        lambda: filters.regex_replace(TEXT, ENDLESS, "x"),
    ):
        with pytest.raises(ExpressionError, match=r"takes longer than 0\.05 s"):
            use()


def test_the_usual_one_that_hung_gives_its_answer() -> None:
    assert not patterns.found("^(a+)+$", "a" * 40 + "!")
    assert patterns.found("^A+$", "aaa", ignore_case=True)


def test_what_is_no_pattern_is_refused() -> None:
    with pytest.raises(ExpressionError, match=r"'[(]' is not a regular expression"):
        patterns.compiled("(")
