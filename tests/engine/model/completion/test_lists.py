"""Which field of an output is meant where a list is wanted (C15): declared by the action, or seen in the last run."""

from __future__ import annotations

from typing import Any

import pytest

from floworch.actions.registry import registry
from floworch.model.codec import from_data
from floworch.model.completion.lists import Held, held
from floworch.model.workflow import Workflow


def two(first: str, second: str, **params: Any) -> Workflow:
    nodes = {"a": {"action": first, "params": params}, "b": {"action": second}}
    workflow, _ = from_data({"format": 1, "id": "w", "nodes": nodes, "edges": [{"from": "a", "to": "b"}]})
    assert workflow is not None
    return workflow


@pytest.mark.parametrize(("first", "second", "name", "expected"), [
    ("mail.read", "flow.foreach", "items", Held(("messages",))),
    ("file.list", "flow.foreach", "items", Held(("files",))),  # what could not be read is a list, too
    ("data.filter", "data.group", "items", Held(("kept", "dropped"))),
    ("http.request", "flow.foreach", "items", Held((), ("body",))),
    ("desktop.notify", "flow.foreach", "items", Held()),
    ("db.query", "flow.foreach", "items", Held(("rows", "columns"), rows=True)),  # taken as it is for its rows
    ("file.write", "data.filter", "items", Held(rows=True)),  # it names a file, which may be a table
    ("ai.classify", "mail.send", "to", Held(("labels",))),
    ("file.list", "mail.send", "to", Held()),  # files are no addresses
])  # fmt: skip
def test_the_declared_output_tells(first: str, second: str, name: str, expected: Held) -> None:
    assert held(two(first, second), "a", "b", name, registry) == expected


@pytest.mark.parametrize(("first", "second", "name"), [
    ("data.group", "flow.foreach", "items"),  # a list
    ("data.sort_limit", "flow.foreach", "items"),  # a list or a reference to a table
    ("python.code", "flow.foreach", "items"),  # nobody knows
    ("file.list", "util.log", "message"),  # takes anything
    ("file.list", "file.delete", "paths"),  # takes a text, too
    ("file.list", "no.action", "items"),
])  # fmt: skip
def test_what_may_be_a_list_and_what_takes_more_is_left_alone(first: str, second: str, name: str) -> None:
    assert held(two(first, second), "a", "b", name, registry) is None


def test_the_last_run_tells_what_no_schema_does() -> None:
    workflow = two("python.code", "flow.foreach")
    gave: dict[str, Any] = {"nodes": {"a": {"output": {"orders": [1, 2], "count": 2}}}}
    assert held(workflow, "a", "b", "items", registry, gave) == Held(("orders",))
    body = {"nodes": {"a": {"output": {"status": 200, "headers": {}, "body": [1]}}}}
    assert held(two("http.request", "flow.foreach"), "a", "b", "items", registry, body) == Held(("body",))


def test_fields_that_a_definition_makes_itself_count() -> None:
    made = two("data.set", "flow.foreach", fields={"orders": [1, 2], "name": "x"})
    assert held(made, "a", "b", "items", registry) == Held(("orders",))
