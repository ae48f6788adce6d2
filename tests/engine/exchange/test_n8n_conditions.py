"""Conditions of n8n."""

from __future__ import annotations

from typing import Any

import pytest
from n8n_kit import one

from floworch.expr import compile_condition


@pytest.mark.parametrize(
    ("operation", "left", "right", "holds"),
    [
        ("equals", "={{ $json.n }}", 3, True), ("notEquals", "={{ $json.n }}", 3, False),
        ("gt", "={{ $json.n + 1 }}", 3, True), ("lte", "={{ $json.n }}", 2, False),
        ("startsWith", "={{ $json.s }}", "ab", True), ("endsWith", "={{ $json.s }}", "ab", False),
        ("contains", "={{ $json.s }}", "bc", True), ("notContains", "={{ $json.s }}", "bc", False),
        ("regex", "={{ $json.s }}", "^a.c$", True), ("exists", "={{ $json.none }}", "", False),
        ("notExists", "={{ $json.none }}", "", True), ("empty", "={{ $json.e }}", "", True),
        ("notEmpty", "={{ $json.s }}", "", True), ("lengthGt", "={{ $json.s }}", 2, True),
        ("true", "={{ $json.t }}", "", True), ("equals", "fixed", "fixed", True),
    ],
)  # fmt: skip
def test_operations(operation: str, left: Any, right: Any, holds: bool) -> None:
    each = {"leftValue": left, "rightValue": right, "operator": {"operation": operation}}
    node = one("if", {"conditions": {"conditions": [each], "combinator": "or"}}).workflow.nodes["step"]
    inputs = {"n": 3, "s": "abc", "e": "", "t": True}
    assert compile_condition(node.params["condition"]).evaluate({"inputs": inputs}) is holds


def test_what_no_expression_can_say_is_false_and_told() -> None:
    for left, operation, word in (("={{ $now }}", "equals", "$now"), ("a", "warp", "warp")):
        each = {"leftValue": left, "rightValue": 1, "operator": {"operation": operation}}
        imported = one("if", {"conditions": {"conditions": [each]}})
        assert imported.workflow.nodes["step"].params == {"condition": "{{ false }}"}
        assert word in " ".join(finding.message for finding in imported.findings)
