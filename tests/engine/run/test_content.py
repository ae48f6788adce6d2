"""What a node's result depends on, and the content key (C7.6)."""

from __future__ import annotations

from typing import Any

import pytest
from run_dialogue import NoCatalog, workflow

from floworch.model.graph import plan_of
from floworch.run.content import content, content_key, outcome_hash, reads_within

INPUTS = {"n": 1, "order": {"id": 7, "more": 8}}


def key(fields: dict[str, Any], inputs: dict[str, Any] = INPUTS, version: int = 1, **flow: Any) -> str:
    """The content key of node ``b`` below ``a``."""
    definition = workflow({"a": {}, "b": fields, **flow.pop("more", {})}, *flow.pop("edges", ("a>b",)), **flow)
    graph = plan_of(definition)
    found = content(definition, graph, graph.index["b"], NoCatalog(), lambda action: version, inputs)  # type: ignore[arg-type]
    return content_key(found, {"a": outcome_hash({"output": 1})})


PLAIN = {"params": {"x": "{{ inputs.order.id }}"}}


@pytest.mark.parametrize(
    "fields",
    [
        {"action": "t.other"}, {"params": {"x": "{{ inputs.n }}"}}, {"params": {"x": "{{ inputs.order.id }}", "y": 1}},
        {"disabled": True}, {"join": "any"}, {"on_error": "continue"}, {"version": 2},
        {"middleware": [{"use": "fallback", "with": {"value": 1}}]}, {"middleware": [{"use": "mine"}]},
    ],
)  # fmt: skip
def test_what_changes_a_result_changes_the_key(fields: dict[str, Any]) -> None:
    """C7.6"""
    assert key({**PLAIN, **fields}) != key(PLAIN)


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "T"}, {"notes": "n"}, {"retry": {"max_attempts": 9}}, {"timeout": "9s"}, {"tags": ["gpu"]},
        {"run_on": "thread"}, {"breakpoint": True}, {"pin": 1}, {"effect": "pure"}, {"compensate": {"action": "t.any"}},
        {"middleware": [{"use": "logging"}, {"use": "retry"}, {"use": "rate_limit"}]},
    ],
)  # fmt: skip
def test_what_changes_how_a_node_runs_keeps_the_key(fields: dict[str, Any]) -> None:
    """C7.6"""
    assert key({**PLAIN, **fields}) == key(PLAIN)


def test_version_edges_inputs_and_layers_around_are_in_the_key() -> None:
    """C7.6"""
    plain = key(PLAIN)
    assert key(PLAIN, version=2) != plain
    assert key(PLAIN, edges=()) != plain
    assert key(PLAIN, edges=("a:error>b",)) != plain
    assert key(PLAIN, {**INPUTS, "order": {"id": 8, "more": 8}}) != plain
    assert key(PLAIN, {**INPUTS, "order": {"id": 7, "more": 9}, "n": 5}) == plain  # it does not read these
    assert key(PLAIN, {}) != plain
    assert key(PLAIN, middleware=[{"use": "fallback", "with": {"value": 1}}]) != plain
    assert key(PLAIN, middleware=[{"use": "logging"}]) == plain
    assert key(PLAIN, more={"b2": {"parent": "b"}}) != plain


def test_upstream_outcomes_are_in_the_key() -> None:
    """C7.6: upstream output hashes, and the port with them."""
    hashes = {
        outcome_hash(payload)
        for payload in (None, {}, {"output": 1}, {"output": 2}, {"output": 1, "port": "a"},
                        {"output": 1, "port": "a", "also": ["out"]}, {"error": {"kind": "k", "message": "m"}})
    }  # fmt: skip
    assert len(hashes) == 7
    assert content_key({}, {"a": "1"}) != content_key({}, {"a": "2"})
    assert content_key({}, {"a": "1", "b": "2"}) == content_key({}, {"b": "2", "a": "1"})


def test_a_container_reads_what_its_body_reads() -> None:
    definition = workflow(
        {"loop": {}, "x": {"parent": "loop", "params": {"v": "{{ data.k }}"}},
         "in": {"parent": "loop"}, "y": {"parent": "in", "params": {"v": "{{ run.id }}"}}}
    )  # fmt: skip
    graph = plan_of(definition)
    reads = reads_within(graph, graph.index["loop"], NoCatalog())  # type: ignore[arg-type]
    assert (reads.data, reads.run_id) == (frozenset({"k"}), True)
