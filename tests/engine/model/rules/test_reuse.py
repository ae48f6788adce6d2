"""The fields ``cache`` and ``pin`` (C7.6, C15)."""

from __future__ import annotations

from typing import Any

import pytest

from floworch.actions.registry import registry
from floworch.model.validate import validate
from floworch.model.workflow import Workflow


@pytest.mark.parametrize(
    "cache", [None, True, False, {}, {"ttl": "5m", "scope": "store", "key": "{{ params.message }}"}]
)
def test_a_cache_is_a_switch_or_the_options_of_the_layer(cache: Any) -> None:
    nodes = {"a": {"action": "util.log", "params": {"message": "x"}, "cache": cache}}
    assert validate(Workflow.model_validate({"id": "w", "nodes": nodes}), registry) == []


def test_expressions_in_a_cache_are_checked() -> None:
    nodes = {"a": {"action": "util.log", "params": {"message": "x"}, "cache": {"key": "{{ inputs.none }}"}}}
    (only,) = validate(Workflow.model_validate({"id": "w", "nodes": nodes}), registry)
    assert (only.code, only.path) == ("unknown_input", "nodes.a.cache.key")


@pytest.mark.parametrize("cache", ["yes", 1, ["5m"]])
def test_what_is_neither_is_refused(codes: Any, cache: Any) -> None:
    assert codes({"a": {"cache": cache}}) == [("bad_option", "nodes.a.cache")]


def test_a_pin_that_can_stand_for_its_node_is_fine(codes: Any) -> None:
    """interfaces.md section 1"""
    assert codes({"a": {"pin": {"x": 1}}, "b": {"pin": None}}) == []


def test_a_pin_that_cannot_is_a_warning(problems: Any) -> None:
    """C7.6: a choice fires a port, which an output does not name; a body runs or is taken over with its container."""
    choice = {"action": "flow.if", "params": {"condition": "true"}, "pin": True}
    loop = {"action": "flow.foreach", "params": {"items": [1]}}
    found = problems({"c": choice, "loop": loop, "b": {"parent": "loop", "pin": 1}})
    assert [(each.code, each.severity, each.path) for each in found] == [
        ("unused_pin", "warning", "nodes.b.pin"), ("unused_pin", "warning", "nodes.c.pin"),
    ]  # fmt: skip
    assert [each.repair["op"] for each in found] == ["unset_field", "unset_field"]
