"""The built-in layers as the registry, the validator and the designer see them."""

from __future__ import annotations

from typing import Any

from floworch.actions.registry import Registry, registry
from floworch.actions.spec import LayerSpec
from floworch.middleware import logging as logging_layer
from floworch.middleware import retry as retry_layer
from floworch.middleware import timeout as timeout_layer
from floworch.middleware.layer import Layer
from floworch.model.workflow import RetryPolicy


class RetryOptions(RetryPolicy, extra="forbid"):
    """Options of the retry layer: those of the node field."""


def _logging(options: Any) -> Layer:
    return logging_layer.logging(options.level, options.prefix, options.logger)


def _timeout(options: Any) -> Layer:
    return timeout_layer.timeout(options.after)


BUILTIN_LAYERS = (
    LayerSpec(
        "logging", _logging, logging_layer.LoggingOptions, "Logging", "Logs start, end and duration of the node.",
        "log", logging_layer.chip,
    ),
    LayerSpec(
        "retry", retry_layer.layer_of, RetryOptions, "Retry", "Tries again after a failure; survives a crash.",
        "retry", retry_layer.chip,
    ),
    LayerSpec(
        "timeout", _timeout, timeout_layer.TimeoutOptions, "Timeout", "Stops what is inside after a time.",
        "timeout", timeout_layer.chip,
    ),
)  # fmt: skip


def register_layers(target: Registry = registry) -> None:
    """Register every built-in layer."""
    for spec in BUILTIN_LAYERS:
        target.register_layer(spec)
