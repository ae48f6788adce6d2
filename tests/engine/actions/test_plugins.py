from __future__ import annotations

from typing import Any

import pytest

from floworch.actions.build import build_spec
from floworch.actions.context import Context
from floworch.actions.plugins import Plugins
from floworch.actions.registry import Registry, registry
from floworch.actions.spec import LayerSpec
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


def offer_layers(monkeypatch: pytest.MonkeyPatch, *points: Point) -> Registry:
    """A registry that finds these layers installed."""
    monkeypatch.setattr(
        "importlib.metadata.entry_points", lambda group: list(points) if group == "floworch.middleware" else []
    )
    return Registry()


def test_a_layer_of_a_package_is_imported_when_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """(C5.4)"""

    class Decorated(Point):
        def load(self) -> Any:
            from floworch.middleware.custom import middleware

            @middleware("shop-audit")
            async def audit(call_next: Any, ctx: Context, *, subject: str = "work") -> Any:
                """Write it down."""
                return await call_next(ctx)

            self.loads += 1
            return audit

    point = Decorated("shop-audit", None)
    mine = offer_layers(monkeypatch, point)
    try:
        assert "shop-audit" in mine.layer_ids()
        assert point.loads == 0
        layer = mine.find_layer("shop-audit")
        assert layer is not None
        assert layer.summary == "Write it down."
        assert mine.find_layer("shop-audit") is layer
        assert point.loads == 1
        assert layer in mine.all_layers()
        assert mine.check_layer("shop-audit", {"subject": "a", "other": 1})
    finally:
        registry._layers.pop("shop-audit", None)


def test_a_layer_may_be_a_spec(monkeypatch: pytest.MonkeyPatch) -> None:
    own = registry.find_layer("logging")
    assert isinstance(own, LayerSpec)
    assert offer_layers(monkeypatch, Point("shop-log", own)).find_layer("shop-log") is own


def test_a_layer_that_cannot_be_loaded_is_unknown_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    broken, plain = Point("shop-broken", ImportError("no shop")), Point("shop-plain", nothing)
    mine = offer_layers(monkeypatch, broken, plain)
    assert mine.find_layer("shop-broken") is None
    assert mine.find_layer("shop-plain") is None
    assert mine.find_layer("shop-broken") is None
    assert broken.loads == 1
    assert mine.broken["shop-broken"] == "ImportError: no shop"
    assert "@middleware('shop-plain')" in mine.broken["shop-plain"]
    assert not {"shop-broken", "shop-plain"} & {layer.id for layer in mine.all_layers()}
