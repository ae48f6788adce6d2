from __future__ import annotations

import pytest

from floworch.cli.support.json_value import json_value
from floworch.errors import UsageError


def test_json_keeps_every_digit_and_nothing_is_null() -> None:
    assert json_value('{"n": 1' + "0" * 30 + "}", "It") == {"n": 10**30}
    assert json_value(None, "It") is None


@pytest.mark.parametrize("text", ["", "{", "{'a': 1}", "[" * 100_000])
def test_what_is_not_json_is_said(text: str) -> None:
    with pytest.raises(UsageError, match=r"^The answer is not JSON") as caught:
        json_value(text, "The answer")
    assert "Quote it for the shell" in caught.value.hint


@pytest.mark.parametrize("text", ['{"a": 1, "a": 2}', '[{"x": {"b": 1, "c": 2, "b": 3}}]'])
def test_a_key_that_stands_twice_is_refused(text: str) -> None:
    """C15: duplicate JSON keys are an error."""
    with pytest.raises(UsageError, match=r"^The answer has the key '[ab]' twice\."):
        json_value(text, "The answer")


def test_numbers_of_any_length_and_tagged_values_are_read() -> None:
    assert json_value("[" + "7" * 5000 + "]", "It") == json_value("[" + "7" * 5000 + "]", "It")
    assert json_value('{"$type": "bytes", "value": "AAE="}', "It") == b"\x00\x01"
