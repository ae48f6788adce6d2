"""How a person reads one thing that a definition would do."""

from __future__ import annotations

from floworch.trust.found import Found


def test_what_no_parameter_names_is_said_in_words() -> None:
    assert str(Found("(data.group)", "contents")) == "no parameter of data.group tells which  (contents)"
