"""What can be added: order, titles, search."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from floworch_designer.palette.catalog import (
    ACTION_MIME,
    LAYER_MIME,
    action_entries,
    category_title,
    layer_entries,
    search,
)


def spec(name, category="data", title="", summary=""):
    return SimpleNamespace(id=name, title=title, summary=summary, icon="x", category=category, container=False)


ACTIONS = [spec("b.two", "files", "Two"), spec("a.one", "flow", "One"), spec("z.new", "sensors")]
REGISTRY = SimpleNamespace(
    all_layers=lambda: [spec("retry", title="Retry"), spec("log", title="Logging")],
)


@pytest.fixture(autouse=True)
def listed(monkeypatch):
    monkeypatch.setattr("floworch_designer.palette.catalog.list_actions", lambda registry: ACTIONS)


def test_entries_stand_by_category_and_unknown_ones_last():
    assert [entry.id for entry in action_entries(REGISTRY)] == ["a.one", "b.two", "z.new"]
    assert [entry.id for entry in layer_entries(REGISTRY)] == ["log", "retry"]
    assert action_entries(REGISTRY)[2].title == "z.new"


def test_an_action_that_lacks_a_library_says_how_to_install_it(monkeypatch):
    assert [entry.install for entry in action_entries(REGISTRY)] == ["", "", ""]
    monkeypatch.setattr("floworch_designer.palette.catalog.install_line", lambda name: f"get {name}")
    assert action_entries(REGISTRY)[0].install == "get a.one"


def test_what_is_dragged():
    assert action_entries(REGISTRY)[0].mime == ACTION_MIME
    assert layer_entries(REGISTRY)[0].mime == LAYER_MIME


def test_titles_of_categories():
    assert category_title("human") == "People"
    assert category_title("middleware") == "Middleware"
    assert category_title("sensors") == "Sensors"


def test_search_by_category():
    assert [entry.id for entry in search("files", action_entries(REGISTRY))] == ["b.two"]
    assert len(search("  ", action_entries(REGISTRY))) == 3
