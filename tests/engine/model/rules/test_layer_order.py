"""Stacks in which one layer defeats another, and the order that is offered instead (C5, C15)."""

from __future__ import annotations

from typing import Any

import pytest

from floworch import validate
from floworch.model.problem import Problem
from floworch.model.repair import apply_repair
from floworch.model.rules.layer_order import reordered
from floworch.model.workflow import Layer

SCHEMA = {"input": {"type": "object"}}
OPTIONS: dict[str, dict[str, Any]] = {
    "dead_letter": {"path": "dead.jsonl"}, "timeout": {"after": "5m"}, "validation": SCHEMA,
    "idempotency": {"key": "{{ run.id }}"},
}  # fmt: skip
NODE = {"action": "util.log", "params": {"message": "x"}}


def entry(layer: str | dict[str, Any]) -> dict[str, Any]:
    """A layer by name, with options that fit it, or as it is."""
    return {"use": layer, "with": OPTIONS.get(layer, {})} if isinstance(layer, str) else layer


def stack(*layers: str | dict[str, Any], shared: tuple[str | dict[str, Any], ...] = (), **fields: Any) -> Any:
    """A definition with one node that has these layers."""
    from run_dialogue import workflow

    node = {**NODE, "middleware": [entry(layer) for layer in layers], **fields}
    return workflow({"a": node}, middleware=[entry(layer) for layer in shared])


def found(definition: Any) -> list[Problem]:
    return [problem for problem in validate(definition) if problem.code in ("harmful_order", "two_retries")]


def mended(definition: Any) -> Any:
    """The definition with the first offered repair."""
    repairs = [problem.repair for problem in found(definition) if problem.repair is not None]
    assert repairs, "nothing is offered"
    return apply_repair(definition, repairs[0])


def uses(definition: Any) -> list[str]:
    return [layer.use for layer in definition.nodes["a"].middleware]


RECOMMENDED = ["logging", "tracing", "metrics", "fallback", "dead_letter", "validation", "cache", "idempotency",
               "retry", "circuit_breaker", "rate_limit", "concurrency", "timeout"]  # fmt: skip


@pytest.mark.parametrize(
    "layers",
    [
        RECOMMENDED,
        ["timeout", "retry", "circuit_breaker"],  # the whole is bounded
        ["retry", "timeout"],  # each attempt is bounded
        ["rate_limit", "retry"],  # every attempt asks for its place all the same
        ["concurrency", "retry"],  # back-off gives the place back
        ["retry", "logging"], ["retry", "metrics"], ["retry", "tracing"],  # of every attempt
        ["retry", "idempotency"], ["idempotency", "retry"], ["retry", "cache"],
        ["cache", {"use": "validation", "with": {"output": {"type": "object"}}}],  # only sound results are kept
        ["retry", {"use": "validation", "with": {"rules": [{"field": "", "on": "output", "required": True}]}}],
        [{"use": "retry", "with": {"on": ["transient"]}}, "validation"],
        [{"use": "retry", "with": {"give_up_on": ["validation_error"]}}, "validation"],
        ["dead_letter", {"use": "fallback", "with": {"action": "util.log", "params": {"message": "x"}}}],
        [{"use": "retry", "when": "{{ inputs.a }}"}, {"use": "fallback", "when": "{{ not inputs.a }}"}],
        ["timeout", "rate_limit"], ["timeout", "concurrency", "retry"],  # who waits too long for a place is stopped
        ["cache"], [],
    ],
)  # fmt: skip
def test_legitimate_stacks_are_left_alone(layers: list[Any]) -> None:
    assert found(stack(*layers)) == []


def test_fields_are_innermost_and_a_default_retry_is_no_mistake() -> None:
    assert found(stack("circuit_breaker", "rate_limit", timeout="5s")) == []
    assert found(stack("rate_limit", "fallback", retry={"max_attempts": 3}, timeout="5s")) == []


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        ("retry", "fallback"), ("retry", "dead_letter"), ("retry", "validation"), ("circuit_breaker", "retry"),
        ("circuit_breaker", "fallback"), ("dead_letter", "fallback"), ("cache", "fallback"),
        ("idempotency", "fallback"),
        ("cache", "validation"), ("idempotency", "validation"),
    ],
)  # fmt: skip
def test_a_harmful_pair_is_a_warning_that_offers_the_other_order(outer: str, inner: str) -> None:
    definition = stack("logging", outer, "metrics", inner)
    (problem,) = found(definition)
    assert (problem.severity, problem.path, problem.node) == ("warning", "nodes.a.middleware[3]", "a")
    assert problem.message.startswith(f"'{inner}' is inside '{outer}': ")
    assert problem.fix == f"Put '{inner}' outside '{outer}'."
    better = mended(definition)
    assert uses(better) == ["logging", inner, outer, "metrics"]
    assert found(better) == []
    assert better.nodes["a"].middleware[1].options == OPTIONS.get(inner, {})


def test_one_repair_mends_a_whole_list() -> None:
    definition = stack(*reversed(RECOMMENDED))
    assert len(found(definition)) > 5
    better = mended(definition)
    assert found(better) == []
    assert sorted(uses(better)) == sorted(RECOMMENDED)


def test_an_attempt_that_waits_for_its_place_is_not_to_be_timed() -> None:
    definition = stack("retry", "timeout", "rate_limit")
    (problem,) = found(definition)
    assert "waiting for 'rate_limit' counts" in problem.message
    assert uses(mended(definition)) == ["retry", "rate_limit", "timeout"]


@pytest.mark.parametrize(("after", "harmful"), [("3s", True), ("2.9s", True), ("4s", False), ("soon", False)])
def test_a_bound_on_the_whole_must_leave_time_for_the_attempts(after: str, harmful: bool) -> None:
    """Three attempts wait 1 and 2 seconds."""
    problems = found(stack({"use": "timeout", "with": {"after": after}}, "retry"))
    assert bool(problems) is harmful
    for problem in problems:
        assert "the waiting between them alone takes 3 s" in problem.message
        assert problem.repair is None


def test_a_written_retry_field_inside_a_circuit_breaker_becomes_a_layer_outside_it() -> None:
    definition = stack("logging", "circuit_breaker", retry={"max_attempts": 4, "on": ["transient"]})
    (problem,) = found(definition)
    assert problem.path == "nodes.a.retry"
    better = mended(definition)
    assert uses(better) == ["logging", "retry", "circuit_breaker"]
    assert better.nodes["a"].middleware[1].options == {"max_attempts": 4, "on": ["transient"]}
    assert "retry" not in better.nodes["a"].model_fields_set
    assert found(better) == []


def test_the_list_of_the_workflow_is_said_once_and_mended_there() -> None:
    from run_dialogue import workflow

    definition = workflow({"a": NODE, "b": NODE}, middleware=[entry("retry"), entry("fallback")])
    (problem,) = found(definition)
    assert (problem.path, problem.node) == ("middleware[1]", None)
    assert [layer.use for layer in mended(definition).middleware] == ["fallback", "retry"]


def test_a_pair_over_both_lists_is_explained_without_a_repair() -> None:
    (problem,) = found(stack("fallback", shared=("retry",)))
    assert problem.path == "nodes.a.middleware[0]"
    assert problem.fix == (
        "'retry' is in the workflow's list and 'fallback' in the node's own list: move one of them to the other."
    )
    assert problem.repair is None


def test_a_second_retry_can_be_taken_out() -> None:
    definition = stack("retry", "logging", {"use": "retry", "with": {"max_attempts": 9}})
    (problem,) = found(definition)
    assert problem.code == "two_retries"
    better = mended(definition)
    assert uses(better) == ["logging", "retry"]
    assert better.nodes["a"].middleware[1].options == {"max_attempts": 9}
    with_field = mended(stack("retry", "logging", retry={"max_attempts": 2}))
    assert uses(with_field) == ["logging"]
    assert with_field.nodes["a"].retry is not None


def test_layers_of_your_own_keep_their_places() -> None:
    layers = [Layer.model_validate({"use": use}) for use in ("mine", "retry", "yours", "fallback", "mine")]
    assert [layer.use for layer in reordered(layers) or ()] == ["mine", "fallback", "retry", "yours", "mine"]
