"""What can be added: order, titles, search."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from floworch.actions import listing
from floworch.actions.registry import registry
from floworch_designer.palette.catalog import (
    ACTION_MIME,
    LAYER_MIME,
    Entry,
    action_entries,
    category_title,
    layer_entries,
    search,
)
from floworch_designer.palette.synonyms import SYNONYMS


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


#: What people of other tools type, and what they mean.
SOUGHT = {
    "cron": "trigger.schedule",
    "loop": "flow.foreach",
    "delay": "flow.wait",
    "sleep": "flow.wait",
    "slack": "chat.send",
    "merge": "flow.join",
    "set variable": "data.set",
    "condition": "flow.if",
    "if": "flow.if",
    "else": "flow.if",
    "postgres": "db.query",
    "javascript": "python.code",
    "api": "http.request",
    "csv": "data.read_table",
    "s3": "file.object",
    "email": "mail.send",
    "webhook": "trigger.webhook",
    "retry": "retry",
    "subworkflow": "flow.call",
}


@pytest.mark.parametrize("query", SOUGHT)
def test_the_words_of_other_tools_find_what_they_mean_first(monkeypatch, query):
    monkeypatch.setattr("floworch_designer.palette.catalog.list_actions", listing.list_actions)
    found = [entry.id for entry in search(query, action_entries(registry) + layer_entries(registry))]
    assert SOUGHT[query] in found[: 4 if query == "postgres" else 2]  # all actions of databases fit alike


def test_every_synonym_belongs_to_something_that_can_be_added(monkeypatch):
    monkeypatch.setattr("floworch_designer.palette.catalog.list_actions", listing.list_actions)
    assert set(SYNONYMS) <= {entry.id for entry in action_entries(registry) + layer_entries(registry)}


def test_the_letters_of_a_word_scattered_over_a_summary_find_nothing():
    hidden = Entry("action", "b.two", "Two", "Clears rows of numbers", "x", "files")
    assert search("cron", [hidden]) == []
    assert search("rows", [hidden]) == [hidden]
