"""Choices at the cursor and previews of expressions, as an editor asks for them (C6.4)."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

import floworch
from floworch import MemoryStore, loads
from floworch.run.completing import HIDDEN, complete, preview, recorded

FLOW = loads(json.dumps({
    "id": "f",
    "inputs": {"order": {"type": "object", "description": "What was ordered"},
               "limit": {"type": "integer", "default": 5}},
    "nodes": {
        "first": {"action": "data.set", "params": {
            "fields": {"rows": [{"id": 7, "my key": "v"}], "n": "{{ inputs.limit }}"}}},
        "my-list": {"action": "file.list", "params": {"folder": "/"}},
        "loop": {"action": "flow.foreach", "params": {"items": "{{ nodes.first.output.rows }}"}},
        "body": {"action": "util.log", "parent": "loop", "params": {"message": "{{ item.id }}"}},
        "keep": {"action": "data.filter", "params": {"items": "{{ nodes.first.output.rows }}", "where": "item.id > 3"}},
        "later": {"action": "util.log", "params": {"message": "{{ secrets.TOKEN }}"}},
        "call": {"action": "http.request", "params": {"url": "http://x"}},
        "end": {"action": "flow.if", "params": {"condition": "nodes.call.output.status == 200"}},
    },
    "edges": [{"from": "first", "to": "my-list"}, {"from": "my-list", "to": "loop"}, {"from": "first", "to": "keep"},
              {"from": "keep", "to": "call"}, {"from": "call", "to": "end"},
              {"from": "end", "to": "later", "port": "true"}],
}))  # fmt: skip
LAST = {
    "inputs": {"order": {"id": "o-1", "lines": [1, 2]}},
    "data": {"seen": True},
    "nodes": {"first": {"output": {"rows": [{"id": 7, "my key": "v"}], "n": 5}, "status": "completed", "error": None}},
}


def offered(node: str | None, field: str, text: str, last: Any = LAST) -> dict[str, tuple[str, str]]:
    """Type and detail of each choice where ``|`` stands in the text, the best first."""
    cursor = text.index("|") if "|" in text else len(text)
    text = text.replace("|", "", 1)
    return {each.label: (each.type, each.detail) for each in complete(FLOW, node, field, text, cursor, last)}


def accepted(node: str, field: str, text: str, label: str) -> str:
    """The text after a choice was taken where ``|`` stands."""
    cursor = text.index("|")
    text = text.replace("|", "", 1)
    (found,) = [each for each in complete(FLOW, node, field, text, cursor, LAST) if each.label == label]
    return text[: found.start] + found.insert + text[found.end :]


def test_names_of_the_run_come_first() -> None:
    names = list(offered("later", "params.message", "{{ | }}"))
    assert names[:5] == ["inputs", "data", "nodes", "run", "secrets"]
    assert "item" in offered("body", "params.message", "{{ | }}")
    assert "output" in offered("call", "compensate.params.id", "{{ | }}")
    assert offered("later", "params.message", "plain |") == {}
    assert offered("later", "params.message", "{{ 'in a text |' }}") == {}


def test_only_steps_before_are_offered_the_nearest_first() -> None:
    assert list(offered("end", "params.condition", "nodes.|")) == ["call", "keep", "first"]
    assert list(offered("first", "params.fields", "{{ nodes.| }}")) == []
    assert set(offered("body", "params.message", "{{ nodes.| }}")) == {"my-list", "first"}
    assert "later" in offered(None, "outputs.x", "{{ nodes.| }}")


def test_fields_come_from_output_schemas_with_their_types() -> None:
    found = offered("end", "params.condition", "nodes.call.output.|")
    assert found["status"][0] == "whole number"
    assert set(found) == {"status", "headers", "body"}
    found = offered("loop", "params.items", "{{ nodes['my-list'].output.| }}")
    assert found["files"][0] == "list"
    assert "path" in offered("loop", "params.items", "{{ nodes['my-list'].output.files[0].| }}")


def test_fields_come_from_the_last_run_with_their_values() -> None:
    assert offered("later", "params.message", "{{ inputs.order.| }}") == {
        "id": ("text", "o-1"),
        "lines": ("list", "2 items"),
    }
    assert offered("later", "params.message", "{{ data.| }}") == {"seen": ("yes/no", "true")}
    assert offered("later", "params.message", "{{ inputs.| }}", {})["order"] == ("object", "What was ordered")


def test_items_have_the_shape_of_what_is_listed() -> None:
    expected = {"id": ("whole number", "7"), "my key": ("text", "v")}
    assert offered("body", "params.message", "{{ item.| }}") == expected
    assert offered("keep", "params.where", "item.|") == expected
    assert offered("body", "params.message", "{{ item.| }}", {}) == expected, "from the definition alone"


def test_a_choice_takes_the_place_of_the_word() -> None:
    assert accepted("later", "params.message", "{{ inp|xyz }}", "inputs") == "{{ inputs }}"
    assert accepted("body", "params.message", "{{ nodes.|.output }}", "my-list") == "{{ nodes['my-list'].output }}"
    assert accepted("body", "params.message", "{{ item['m|y'] }}", "my key") == "{{ item['my key'] }}"
    assert accepted("keep", "params.where", "item.i| > 3", "id") == "item.id > 3"


def test_filters_are_offered_behind_a_bar() -> None:
    found = complete(FLOW, "later", "params.message", "{{ inputs.limit | reg", 21, LAST)
    assert [each.label for each in found] == ["regex_find", "regex_match", "regex_replace"]
    assert found[1].detail
    assert complete(FLOW, "later", "params.message", "{{ inputs.limit is def", 22, LAST) == []


def test_secrets_are_offered_by_name_and_never_read() -> None:
    assert "TOKEN" in offered("later", "params.message", "{{ secrets.| }}")
    found = preview(FLOW, "later", "params.message", "Bearer {{ secrets.OTHER }}", LAST)
    assert found.text == f"Bearer {HIDDEN}"


@pytest.mark.parametrize(
    ("text", "shown", "kind"),
    [
        ("{{ nodes.first.output.n + 1 }}", "6", "whole number"),
        ("{{ inputs.order }}", "2 fields", "object"),
        ("Order {{ inputs.order.id }}", "Order o-1", "text"),
        ("{{ nodes.first.error is none }}", "true", "yes/no"),
        ("{{ inputs.limit }}", "5", "whole number"),
        ("plain", "plain", "text"),
    ],
)
def test_a_preview_has_the_value_of_the_last_run(text: str, shown: str, kind: str) -> None:
    found = preview(FLOW, "later", "params.message", text, LAST)
    assert (found.text, found.type, found.mistake) == (shown, kind, None)


@pytest.mark.parametrize(
    ("text", "wrong", "word"),
    [
        ("{{ inputs.limit + }}", None, "unexpected"),
        ("x {{ inputs.limti }} y", "inputs.limti", "limit"),
        ("{{ nodes.end2.output }}", "nodes.end2", "no step before"),
        ("{{ item }}", "item", "nothing called"),
        ("{{ inputs.limit | lowr }}", "lowr", "filter"),
        ("{{ nodes.first.output.m }}", "nodes.first.output.m", "undefined"),
        ("{{ range(99999) | map('string') | join | length }}", None, "too many"),
    ],
)
def test_a_mistake_has_its_exact_place(text: str, wrong: str | None, word: str) -> None:
    mistake = preview(FLOW, "later", "params.message", text, LAST).mistake
    assert mistake is not None
    assert word in f"{mistake.message} {mistake.hint}"
    assert 0 <= mistake.start < mistake.end <= len(text)
    if wrong is not None:
        assert text[mistake.start : mistake.end] == wrong


def test_without_a_run_nothing_is_claimed() -> None:
    found = preview(FLOW, "later", "params.message", "{{ nodes.first.output.n }}", None)
    assert (found.text, found.mistake, found.known) == ("", None, False)


def test_a_preview_is_stopped_early() -> None:
    begun = time.process_time()
    text = "{% for i in range(100000) %}{% for j in range(100000) %}{{ i * j }}{% endfor %}{% endfor %}"
    assert preview(FLOW, "later", "params.message", text, LAST).mistake is not None
    assert time.process_time() - begun < 2.0
    many = {"nodes": {"first": {"output": ["x"] * 60_000, "status": "completed", "error": None}}}
    found = preview(FLOW, "later", "params.message", "{{ nodes.first.output | length }}", many)
    assert (found.known, found.text) == (False, "too large to be shown here")


def test_a_real_run_is_read() -> None:
    first = {"action": "data.set", "params": {"fields": {"x": [1]}}}
    nodes = {"a": first, "b": {"action": "util.log", "params": {"message": "m"}}}
    definition = loads(json.dumps({"id": "r", "nodes": nodes, "edges": [{"from": "a", "to": "b"}]}))
    state = definition.run(store=MemoryStore()).state
    assert recorded(state)["nodes"]["a"]["output"] == {"x": [1]}
    assert recorded(None) == {}
    assert floworch.preview(definition, "b", "params.message", "{{ nodes.a.output.x[0] }}", state).text == "1"
    assert floworch.complete(definition, "b", "params.message", "{{ nodes.a.output.", 18, state)[0].label == "x"


def test_a_long_chain_of_steps_that_read_each_other_is_quick() -> None:
    nodes: dict[str, Any] = {"s0": {"action": "data.set", "params": {"fields": {"v": [1], "w": 2}}}}
    for i in range(1, 120):
        fields = {name: f"{{{{ nodes.s{i - 1}.output.{name} }}}}" for name in "vw"}
        nodes[f"s{i}"] = {"action": "data.set", "params": {"fields": fields}}
    edges = [{"from": f"s{i - 1}", "to": f"s{i}"} for i in range(1, 120)]
    definition = loads(json.dumps({"id": "c", "nodes": nodes, "edges": edges}))
    begun = time.process_time()
    assert {each.label for each in complete(definition, "s119", "params.fields", "{{ nodes.s118.output.", 21)} == {
        "v",
        "w",
    }
    assert preview(definition, "s119", "params.fields", "{{ nodes.s118.output.v }}").known is False
    assert time.process_time() - begun < 1.0
