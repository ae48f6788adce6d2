from __future__ import annotations

import dataclasses
import sys
import types
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from floworch.actions.folders import package_of
from floworch.actions.listing import list_actions, of_spec
from floworch.actions.registry import Registry, registry


def test_an_installed_package_is_listed_from_its_source_without_importing_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "shop_of_tests"
    package.mkdir()
    (package / "__init__.py").write_text("raise ImportError('it was imported')\n")
    (package / "actions.py").write_text('def check(order: str):\n    """Check one order."""\n')
    monkeypatch.syspath_prepend(str(tmp_path))
    points = [
        EntryPoint("shop.check", "shop_of_tests.actions:check", "floworch.actions"),
        EntryPoint("shop.lost", "shop_of_tests.nowhere:gone", "floworch.actions"),
    ]
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: points)
    mine = Registry()
    found = {entry.id: entry for entry in list_actions(mine)}
    assert (found["shop.check"].summary, found["shop.check"].source) == ("Check one order.", "shop_of_tests")
    assert found["shop.lost"].title == "shop.lost"
    assert "shop_of_tests" not in sys.modules
    assert mine.broken == {}


def test_a_loaded_action_of_a_folder_says_its_file(tmp_path: Path) -> None:
    spec = registry.resolve("flow.foreach")
    module = f"{package_of(tmp_path)}.orders_label"
    entry = of_spec(dataclasses.replace(spec, fn=types.FunctionType((lambda: None).__code__, {"__name__": module})))
    assert entry.source == str(tmp_path / "orders_label.py"), "as one that is listed without importing it"


def test_a_loaded_action_is_listed_by_its_spec() -> None:
    spec = registry.resolve("flow.foreach")
    entry = of_spec(spec)
    assert (entry.id, entry.title, entry.container, entry.source) == (spec.id, spec.title, True, "built in")
