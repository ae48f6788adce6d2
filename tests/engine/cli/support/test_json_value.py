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
