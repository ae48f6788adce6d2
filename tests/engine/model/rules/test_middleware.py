from __future__ import annotations

from typing import Any

from floworch.actions.registry import registry
from floworch.model.validate import validate
from floworch.model.workflow import Workflow


def test_unknown_layers_and_bad_options_are_found_in_both_lists(problems) -> None:  # type: ignore[no-untyped-def]
    """(C5)"""
    found = problems(
        {"a": {"middleware": [{"use": "logging", "with": {"level": "loud"}}, {"use": "retyr"}]}},
        [],
        middleware=[{"use": "nothing-like-it"}],
    )
    assert [(each.code, each.path) for each in found] == [
        ("unknown_layer", "middleware[0].use"),
        ("bad_option", "nodes.a.middleware[0].with.level"),
        ("unknown_layer", "nodes.a.middleware[1].use"),
    ]
    assert found[2].fix == "Did you mean 'retry'?"


def test_a_retry_inside_a_retry_is_a_warning(problems) -> None:  # type: ignore[no-untyped-def]
    """(C15)"""
    retry = {"use": "retry"}
    (own,) = problems({"a": {"retry": {"max_attempts": 2}, "middleware": [retry]}})
    assert (own.code, own.severity, own.path) == ("two_retries", "warning", "nodes.a.retry")
    assert [each.path for each in problems({"a": {"middleware": [retry, retry]}})] == ["nodes.a.middleware"]
    assert [each.path for each in problems({"a": {"retry": {}}, "b": None}, [], middleware=[retry])] == [
        "nodes.a.retry"
    ]
    assert [each.path for each in problems({"a": None}, [], middleware=[retry, retry])] == ["middleware"]
    assert problems({"a": {"middleware": [retry]}, "b": {"retry": {}}}) == []


def real_problems(layer: dict[str, Any]) -> list[tuple[str, str]]:
    """``(code, path)`` of what the built-in actions and layers have against one layer of a node."""
    nodes = {"a": {"action": "util.log", "params": {"message": "x"}, "middleware": [layer]}}
    return [(each.code, each.path) for each in validate(Workflow.model_validate({"id": "w", "nodes": nodes}), registry)]


def test_the_action_of_a_fallback_exists_and_does_not_wait() -> None:
    """(C5.3)"""

    def found(action: str) -> list[tuple[str, str]]:
        layer = {"use": "fallback", "with": {"action": action}}
        return real_problems(layer)

    where = "nodes.a.middleware[0].with.action"
    assert found("no.such") == [("unknown_action", where)]
    for waiting in ("human.approve", "flow.wait", "flow.call", "flow.foreach"):
        assert found(waiting) == [("bad_option", where)], waiting
    assert found("data.set") == []


def test_the_check_of_a_validation_rule_is_an_expression() -> None:
    """(C5.3)"""

    def found(check: str) -> list[tuple[str, str]]:
        layer = {"use": "validation", "with": {"rules": [{"field": "x", "check": check}]}}
        return real_problems(layer)

    assert found("value % ") == [("bad_expression", "nodes.a.middleware[0].with.rules[0].check")]
    assert found("value % 2 == 0") == []
    assert found("value < params.most") == []
