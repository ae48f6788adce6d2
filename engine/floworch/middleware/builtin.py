"""The built-in layers as the registry, the validator and the designer see them."""

from __future__ import annotations

from floworch.actions.registry import Registry, registry
from floworch.actions.spec import LayerSpec
from floworch.middleware import cache as cache_layer
from floworch.middleware import circuit_breaker as circuit_layer
from floworch.middleware import concurrency as concurrency_layer
from floworch.middleware import dead_letter as dead_letter_layer
from floworch.middleware import fallback as fallback_layer
from floworch.middleware import idempotency as idempotency_layer
from floworch.middleware import logging as logging_layer
from floworch.middleware import metrics as metrics_layer
from floworch.middleware import rate_limit as rate_limit_layer
from floworch.middleware import retry as retry_layer
from floworch.middleware import timeout as timeout_layer
from floworch.middleware import tracing as tracing_layer
from floworch.middleware import validation as validation_layer
from floworch.middleware.factory import of_options

_NONE = frozenset[str]()
BUILTIN_LAYERS = (
    LayerSpec(
        "logging", of_options(logging_layer.logging), logging_layer.LoggingOptions, "Logging",
        "Logs start, end and duration of the node.", "log", logging_layer.chip, expressions=_NONE,
    ),
    LayerSpec(
        "retry", retry_layer.layer_of, retry_layer.RetryOptions, "Retry",
        "Tries again after a failure; survives a crash.", "retry", retry_layer.chip, expressions=_NONE,
    ),
    LayerSpec(
        "timeout", of_options(timeout_layer.timeout), timeout_layer.TimeoutOptions, "Timeout",
        "Stops what is inside after a time.", "timeout", timeout_layer.chip, expressions=_NONE,
    ),
    LayerSpec(
        "metrics", of_options(metrics_layer.metrics), metrics_layer.MetricsOptions, "Metrics",
        "Counts executions and measures how long they take.", "metrics", metrics_layer.chip, expressions=_NONE,
    ),
    LayerSpec(
        "circuit_breaker", of_options(circuit_layer.circuit_breaker), circuit_layer.CircuitBreakerOptions,
        "Circuit breaker", "Stops calling what keeps failing, and tries it again after a while.",
        "circuit-breaker", circuit_layer.chip, expressions=_NONE,
    ),
    LayerSpec(
        "rate_limit", of_options(rate_limit_layer.rate_limit), rate_limit_layer.RateLimitOptions, "Rate limit",
        "Starts at most so many per period; shared by name.", "rate-limit", rate_limit_layer.chip, expressions=_NONE,
    ),
    LayerSpec(
        "concurrency", of_options(concurrency_layer.concurrency), concurrency_layer.ConcurrencyOptions, "Concurrency",
        "Lets at most so many in at a time; shared by name.", "bulkhead", concurrency_layer.chip, expressions=_NONE,
    ),
    LayerSpec(
        "validation", of_options(validation_layer.validation), validation_layer.ValidationOptions, "Validation",
        "Checks parameters and output by rules or JSON Schema.", "validate", validation_layer.chip,
        frozenset({"value", "params", "output"}), expressions=frozenset({"input", "output", "rules"}),
    ),
    LayerSpec(
        "tracing", of_options(tracing_layer.tracing), tracing_layer.TracingOptions, "Tracing",
        "Makes an OpenTelemetry span per node and attempt.", "tracing", tracing_layer.chip,
        expressions=frozenset({"span"}),
    ),
    LayerSpec(
        "cache", of_options(cache_layer.cache), cache_layer.CacheOptions, "Cache",
        "Gives the result of an earlier execution with the same key.", "cache", cache_layer.chip,
        frozenset({"params"}), expressions=frozenset({"key"}),
    ),
    LayerSpec(
        "fallback", of_options(fallback_layer.fallback), fallback_layer.FallbackOptions, "Fallback",
        "Gives a value or another action's output after a failure.", "fallback", fallback_layer.chip,
        frozenset({"error", "params"}), expressions=frozenset({"value", "params"}),
    ),
    LayerSpec(
        "dead_letter", of_options(dead_letter_layer.dead_letter), dead_letter_layer.DeadLetterOptions, "Dead letter",
        "Writes failed work to a file, one JSON line each.", "file-write", dead_letter_layer.chip,
        frozenset({"params"}), expressions=frozenset({"path"}),
    ),
    LayerSpec(
        "idempotency", of_options(idempotency_layer.idempotency), idempotency_layer.IdempotencyOptions, "Idempotency",
        "Does the same work once per store, whichever run asks.", "idempotency", idempotency_layer.chip,
        frozenset({"params"}), expressions=frozenset({"key"}),
    ),
)  # fmt: skip


def register_layers(target: Registry = registry) -> None:
    """Register every built-in layer."""
    for spec in BUILTIN_LAYERS:
        target.register_layer(spec, replace=True)
