"""Which uses of a secret are certain (C6.5)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from floworch.actions.registry import registry
from floworch.model.codec import loads
from floworch.model.rules.secrets import certain_secrets


def uses(nodes: dict[str, Any], *, out: tuple[str, ...] = (), whole: bool = True, **fields: Any) -> list[str]:
    """``name@path`` of each use."""
    flow = loads(json.dumps({"id": "w", "nodes": nodes, **fields}))
    return [f"{use.name}@{use.path}" for use in certain_secrets(flow, registry.find_action, out, whole)]


def log(message: Any, **fields: Any) -> dict[str, Any]:
    return {"action": "util.log", "params": {"message": message}, **fields}


READS = "{{ secrets.KEY }}"


@pytest.mark.parametrize(
    ("node", "path"),
    [
        (log(READS), "params.message"),
        (log("Bearer {{ secrets['KEY'] }}"), "params.message"),
        ({"action": "data.set", "params": {"fields": {"a": [1, READS]}}}, "params.fields.a[1]"),
        ({"action": "flow.if", "params": {"condition": "secrets.KEY == 'x'"}}, "params.condition"),
        (log("x", compensate={"action": "util.log", "params": {"message": READS}}), "compensate.params.message"),
        (log("x", middleware=[{"use": "logging", "with": {"prefix": READS}}]), "middleware[0].with.prefix"),
    ],
)
def test_a_plain_reference_is_certain(node: dict[str, Any], path: str) -> None:
    assert uses({"n": node}) == [f"KEY@nodes.n.{path}"]


@pytest.mark.parametrize(
    "node",
    [
        log("{{ secrets.KEY if inputs.loud else 'x' }}"),
        log("{{ inputs.key or secrets.KEY }}"),
        log("{{ secrets.KEY | default('x') }}"),
        log("{% if inputs.loud %}{{ secrets.KEY }}{% endif %}"),
        log("{{ secrets[inputs.which] }}"),
        log("secrets.KEY"),
        log(READS, disabled=True),
        log(READS, on_error="continue"),
        log(READS, middleware=[{"use": "fallback", "with": {"value": 1}}]),
        log("x", middleware=[{"use": "logging", "with": {"prefix": READS}, "when": "inputs.loud"}]),
    ],
)
def test_what_is_decided_at_the_run_or_passed_over_is_not(node: dict[str, Any]) -> None:
    assert uses({"n": node}) == []


@pytest.mark.parametrize(
    ("edges", "counts"),
    [
        ([], True),
        ([("ask", "out"), ("n", "done")], True),
        ([("ask", "true")], False),
        ([("ask", "error")], False),
    ],
)
def test_what_a_branch_decides_about_is_not(edges: list[tuple[str, str]], counts: bool) -> None:
    nodes = {"ask": {"action": "flow.if", "params": {"condition": "true"}}, "n": log("x"), "last": log(READS)}
    given = [{"from": source, "port": port, "to": "last"} for source, port in edges]
    assert bool(uses(nodes, edges=given)) is counts


def test_parts_and_outputs_count_where_the_run_comes_by_them() -> None:
    nodes = {"a": log(READS), "b": log(READS)}
    outputs = {"k": READS}
    assert uses(nodes, out=("b",), outputs=outputs) == ["KEY@nodes.a.params.message", "KEY@outputs.k"]
    assert uses(nodes, out=("a", "b"), whole=False, outputs=outputs) == []
