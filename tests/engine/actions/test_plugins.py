from __future__ import annotations

from typing import Any

import pytest

from floworch.actions.build import build_spec
from floworch.actions.context import Context
from floworch.actions.plugins import Plugins
from floworch.actions.registry import Registry
from floworch.errors import UsageError


async def nothing(ctx: Context) -> None: ...


class Point:
    def __init__(self, name: str, found: Any) -> None:
        self.name = name
        self.loads = 0
        self._found = found

    def load(self) -> Any:
        self.loads += 1
        if isinstance(self._found, Exception):
            raise self._found
        return self._found


def test_a_plugin_is_read_by_name_and_imported_when_used(monkeypatch: pytest.MonkeyPatch) -> None:
    plain, broken = Point("shop.order", nothing), Point("shop.broken", ImportError("no shop"))
    spec = Point("shop.spec", build_spec(nothing, "shop.spec", title="Own"))
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [plain, broken, spec])
    mine = Registry()
    assert {"shop.order", "shop.broken"} <= set(mine.action_ids())
    assert plain.loads == 0
    found = mine.find_action("shop.order")
    assert found is not None
    assert found.id == "shop.order"
    assert mine.find_action("shop.order") is found
    assert plain.loads == 1
    assert mine.resolve("shop.spec").title == "Own"
    with pytest.raises(UsageError, match="cannot be loaded: ImportError: no shop"):
        mine.resolve("shop.broken")


def test_without_plugins_there_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [])
    assert Plugins().ids() == []
    assert Plugins().load("shop.order") is None
