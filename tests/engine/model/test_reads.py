"""What expressions of a node read (C7.6)."""

from __future__ import annotations

from typing import Any

import pytest

from floworch.actions.registry import registry
from floworch.model.reads import Reads, reads_of, telling_layers
from floworch.model.workflow import Node


def reads(params: dict[str, Any], action: str = "data.set", **fields: Any) -> Reads:
    node = Node.model_validate({"action": action, "params": params, **fields})
    return reads_of(node, registry.find_action(action))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("plain inputs.x", Reads()),
        ("{{ inputs.order.id }}", Reads(inputs=frozenset({("inputs", "order", "id")}))),
        ("{{ inputs | length }}", Reads(inputs=frozenset({("inputs",)}))),
        ("a {{ data.x }} b {{ data.y + 1 }}", Reads(data=frozenset({"x", "y"}))),
        ("{{ data }}", Reads(data=None)),
        ("{{ data.x if data else 1 }}", Reads(data=None)),
        ("{{ secrets.token }}", Reads(secrets=frozenset({"token"}))),
        ("{{ run.id }}", Reads(run_id=True)),
        ("{{ run.workflow }}", Reads()),
        ("{{ 'HOME' | env }}", Reads(environment=True)),
        ("{% if data.x %}y{% endif %}", Reads(data=frozenset({"x"}))),
    ],
)
def test_an_expression_reads_what_it_names(text: str, wanted: Reads) -> None:
    assert reads({"fields": {"deep": [text]}}) == wanted


def test_conditions_without_braces_are_expressions_too() -> None:
    assert reads({"condition": "data.x > inputs.n"}, "flow.if") == Reads(
        inputs=frozenset({("inputs", "n")}), data=frozenset({"x"})
    )
    assert reads({"condition": True}, "flow.if") == Reads()
    cases = [{"when": "inputs.n > 1", "port": "data.x"}, {"when": "{{ data.y }}", "port": "b"}]
    wanted = Reads(inputs=frozenset({("inputs", "n")}), data=frozenset({"y"}))
    assert reads({"cases": cases}, "flow.switch") == wanted


def test_layers_that_can_change_the_result_count() -> None:
    listed = [
        {"use": "logging", "with": {"prefix": "{{ run.id }}"}},
        {"use": "fallback", "with": {"value": "{{ data.f }}"}, "when": "inputs.go"},
    ]
    assert reads({}, middleware=listed) == Reads(inputs=frozenset({("inputs", "go")}), data=frozenset({"f"}))
    node = Node.model_validate({"action": "data.set", "middleware": listed})
    assert [layer["use"] for layer in telling_layers(node.middleware)] == ["fallback"]


def test_reads_add_up() -> None:
    both = Reads(data=frozenset({"x"}), run_id=True) | Reads(data=frozenset({"y"}), environment=True)
    assert both == Reads(data=frozenset({"x", "y"}), run_id=True, environment=True)
    assert (Reads(data=None) | Reads()).data is None
