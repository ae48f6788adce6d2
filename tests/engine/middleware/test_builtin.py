"""The built-in layers as the registry sees them (C5.3)."""

from __future__ import annotations

import pytest

from floworch import Workflow, validate
from floworch.actions import registry as registry_module
from floworch.actions.registry import registry
from floworch.middleware.builtin import BUILTIN_LAYERS


def test_every_built_in_layer_is_found_makes_itself_and_has_a_chip() -> None:
    for spec in BUILTIN_LAYERS:
        assert registry.find_layer(spec.id) is not None
        assert spec.title
        assert spec.summary
    for name in ("logging", "retry", "timeout"):
        spec = registry.find_layer(name)
        assert spec is not None
        assert callable(spec.make(spec.options.model_validate({})))
        assert spec.chip is not None
        assert isinstance(spec.chip({}), str)


def test_wrong_options_are_found() -> None:
    assert registry.check_layer("timeout", {"aftre": 3})
    assert not registry.check_layer("timeout", {"after": 3})


def test_all_thirteen_layers_are_there_with_forms_that_explain_themselves() -> None:
    words = "logging retry timeout metrics circuit_breaker rate_limit concurrency validation tracing cache fallback"
    assert {spec.id for spec in BUILTIN_LAYERS} == {*words.split(), "dead_letter", "idempotency"}
    assert {spec.id for spec in BUILTIN_LAYERS} == registry_module.BUILTIN_LAYERS
    for spec in BUILTIN_LAYERS:
        assert spec.chip is not None
        assert isinstance(spec.chip({}), str)
        if spec.id != "retry":  # its options are the node field's
            for part in spec.options.model_json_schema()["properties"].values():
                assert part["title"]
                assert part["description"]


def test_expressions_in_options_see_what_the_layer_adds_and_nothing_else() -> None:
    def problems(use: str, **options: object) -> list[str]:
        node = {"action": "util.log", "params": {"message": "x"}, "middleware": [{"use": use, "with": options}]}
        return [problem.code for problem in validate(Workflow.model_validate({"id": "w", "nodes": {"a": node}}))]

    assert problems("fallback", value="{{ error.message }} {{ params.message }}") == []
    assert problems("cache", key="{{ params.message }}") == []
    assert problems("cache", key="{{ error.message }}") == ["unknown_name"]
    assert problems("logging", prefix="{{ params.message }}") == ["bad_option", "unknown_name"]


@pytest.mark.parametrize(("use", "options", "wrong"), [
    ("rate_limit", {"limit": "{{ inputs.n }}"}, "limit"), ("timeout", {"after": "{{ inputs.n }}"}, "after"),
    ("concurrency", {"name": "{{ inputs.n }}"}, "name"), ("logging", {"prefix": "{{ inputs.n }}"}, "prefix"),
    ("cache", {"key": "{{ inputs.n }}", "ttl": "{{ inputs.n }}"}, "ttl"),
    ("metrics", {"sample": "{{ inputs.n }}"}, "sample"),
    ("retry", {"max_attempts": "{{ inputs.n }}"}, "max_attempts"), ("retry", {"delay": "{{ inputs.n }}"}, "delay"),
    ("retry", {"delay": "soon"}, "delay"), ("retry", {"max_delay": -1}, "max_delay"),
    ("retry", {"on": ["bad luck"]}, "on"),
    ("retry", {"give_up_on": ["bad luck"]}, "give_up_on"), ("retry", {"max_attempts": 10_001}, "max_attempts"),
    ("timeout", {"after": "soon"}, "after"), ("timeout", {"after": 0}, "after"), ("timeout", {"after": "-1s"}, "after"),
])  # fmt: skip
def test_what_would_fail_in_a_run_is_found_before_it(use: str, options: dict[str, object], wrong: str) -> None:
    """(C2.1) Options are used as they are written: an expression fits only where the layer evaluates it."""
    (issue,) = registry.check_layer(use, options) or ()
    assert issue.path == wrong
    assert f"'{wrong}'" in issue.message


@pytest.mark.parametrize(("use", "options"), [
    ("cache", {"key": "{{ inputs.n }}"}), ("idempotency", {"key": ["{{ inputs.n }}"]}),
    ("tracing", {"span": "{{ inputs.n }}"}),
    ("dead_letter", {"path": "{{ inputs.n }}.jsonl"}), ("fallback", {"value": {"a": "{{ inputs.n }}"}}),
    ("fallback", {"action": "util.log", "params": {"message": "{{ error.kind }}"}}),
    ("validation", {"rules": [{"field": "a", "check": "{{ value > inputs.n }}"}]}),
])  # fmt: skip
def test_expressions_fit_where_they_are_evaluated(use: str, options: dict[str, object]) -> None:
    if use == "tracing":
        pytest.importorskip("opentelemetry")
    assert registry.check_layer(use, options) == []
