from __future__ import annotations

import pytest

from floworch.actions.item_limit import DEFAULT_LIMIT, LIMIT_SETTING, item_limit
from floworch.errors import UsageError


@pytest.mark.parametrize(("value", "limit"), [("99", 99), ("1000001", 1_000_001), ("", DEFAULT_LIMIT)])
def test_the_environment_sets_the_limit(monkeypatch: pytest.MonkeyPatch, value: str, limit: int) -> None:  # (C13)
    monkeypatch.setenv(LIMIT_SETTING, value)
    assert item_limit() == limit


def test_without_the_setting_a_million_items_are_allowed(monkeypatch: pytest.MonkeyPatch) -> None:  # (C13)
    monkeypatch.delenv(LIMIT_SETTING, raising=False)
    assert item_limit() == DEFAULT_LIMIT == 1_000_000


@pytest.mark.parametrize("value", ["many", "-3", "0", "1.5", "\u0663"])
def test_a_limit_without_sense_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:  # (C13)
    monkeypatch.setenv(LIMIT_SETTING, value)
    with pytest.raises(UsageError, match=f"{LIMIT_SETTING} must be a whole number of at least 1, not '{value}'"):
        item_limit()
