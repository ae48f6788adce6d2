"""The built-in layers as the registry sees them (C5.3)."""

from __future__ import annotations

from floworch import Workflow, validate
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
    assert problems("logging", prefix="{{ params.message }}") == ["unknown_name"]
