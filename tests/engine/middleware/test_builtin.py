"""The built-in layers as the registry sees them (C5.3)."""

from __future__ import annotations

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
