"""What steps give that depends on their parameters, before anything has run (designer.md §6: completion)."""

from __future__ import annotations

import json

import pytest

from floworch import loads
from floworch.actions.registry import registry
from floworch.model.completion.choices import choices
from floworch.model.completion.names import Scope

NODES = {
    "start": {"action": "trigger.manual"},
    "list": {"action": "file.list", "params": {"folder": "."}},
    "big": {"action": "data.filter", "params": {"items": "{{ nodes.list.output.files }}", "where": "item.size > 9"}},
    "top": {"action": "data.sort_limit", "params": {"items": "{{ nodes.big.output.kept }}", "by": ["size"]}},
    "kinds": {"action": "data.group", "params": {"items": "{{ nodes.top.output }}", "by": ["extension"],
                         "aggregates": [{"fn": "sum", "key": "size"}, {"fn": "count", "as": "n"}]}},
    "log": {"action": "util.log", "params": {"message": "x", "value": "{{ nodes.kinds.output }}"}},
    "said": {"action": "util.log", "params": {"message": "hello"}},
    "ask": {"action": "human.form", "params": {"schema": {"amount": {"type": "number"}, "why": {"type": "string"}}}},
    "pick": {"action": "human.choose", "params": {"items": "{{ nodes.top.output }}"}},
    "both": {"action": "flow.join"},
    "loop": {"action": "flow.repeat", "params": {"max": 3}},
    "round": {"action": "http.request", "parent": "loop", "params": {"url": "https://example.org"}},
    "end": {"action": "util.log", "params": {"message": "x"}},
}  # fmt: skip
LINKS = ["start list", "list big", "big top", "top kinds", "kinds log", "log said", "said ask", "ask pick",
         "list both", "pick both", "both loop", "loop end"]  # fmt: skip
FLOW = loads(
    json.dumps(
        {
            "id": "f",
            "inputs": {"who": {"type": "string"}},
            "nodes": NODES,
            "edges": [dict(zip(("from", "to"), link.split(), strict=True)) for link in LINKS],
        }
    )
)


def fields(path: str) -> list[str]:
    text = "{{ nodes." + path + "."
    return [each.label for each in choices(FLOW, "end", "params.message", text, len(text), registry)]


@pytest.mark.parametrize(
    ("path", "some"),
    [
        ("start.output", ["who"]),
        ("big.output", ["kept", "dropped"]),
        ("big.output.kept[0]", ["path", "size"]),
        ("top.output[0]", ["path", "size"]),
        ("kinds.output[0]", ["extension", "sum_size", "n"]),
        ("log.output[0]", ["extension", "n"]),
        ("ask.output.values", ["amount", "why"]),
        ("ask.output", ["values", "by"]),
        ("pick.output.chosen", ["path", "size"]),
        ("both.output", ["list", "pick"]),
        ("both.output.list.files[0]", ["path"]),
        ("loop.output.last", ["status", "headers", "body"]),
    ],
)
def test_fields_are_known_before_a_first_run(path: str, some: list[str]) -> None:
    assert set(some) <= set(fields(path)), fields(path)


def test_a_text_has_no_fields_and_its_type_is_known() -> None:
    assert fields("said.output") == []
    shape = Scope(FLOW, "end", "params.message", registry).shape(("nodes", "said", "output"))
    assert shape is not None
    assert shape.type() == "text"


def test_what_is_declared_is_marked_until_a_run_has_shown_it() -> None:
    """Declared is what no run has shown: a value of the last run takes its place."""
    text = "{{ nodes.list.output."
    assert {each.declared for each in choices(FLOW, "end", "params.message", text, len(text), registry)} == {True}
    last = {"nodes": {"list": {"output": {"files": [], "count": 0}}}}
    found = {each.label: each for each in choices(FLOW, "end", "params.message", text, len(text), registry, last)}
    assert (found["count"].declared, found["count"].detail) == (False, "0")
    assert found["errors"].declared, "the schema has it, and the run had not"
    names = choices(FLOW, "end", "params.message", "{{ nodes.", 9, registry)
    assert {each.declared for each in names} == {False}
