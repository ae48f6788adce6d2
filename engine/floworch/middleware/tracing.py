"""An OpenTelemetry span per node and, inside it, per attempt (C5.3); needs the extra ``otel``."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field, field_validator

from floworch.actions.context import Context
from floworch.errors import UsageError
from floworch.middleware.backoff import between_attempts
from floworch.middleware.factory import factory
from floworch.middleware.layer import CallNext, Layer
from floworch.middleware.spans import Spans
from floworch.versions import pip_line

NEEDED = f"the layer 'tracing' needs OpenTelemetry: {pip_line('floworch[otel]')}"


def _installed() -> bool:
    return importlib.util.find_spec("opentelemetry") is not None


class TracingOptions(BaseModel, extra="forbid"):
    """Options of the layer."""

    span: str = Field(
        "",
        validate_default=True,
        title="Name of the span",
        description="Name of the node's span; may hold expressions. Empty: workflow/node.",
    )

    @field_validator("span")
    @classmethod
    def _possible(cls, span: str) -> str:
        if not _installed():
            raise ValueError(NEEDED)
        return span


@factory
def tracing(span: str = "", *, provider: Any = None) -> Layer:
    """Make a span around what is inside, and one inside it for every attempt.

    They carry ``floworch.run_id .workflow .node .attempt`` and, in a container, ``.index``; a failure sets the
    status and adds an ``exception`` event, secrets taken out. What the action traces itself lies inside.

    Args:
        span: Name of the node's span, which may hold expressions; ``workflow/node`` when empty.
        provider: An OpenTelemetry TracerProvider; the global one when left out.

    Raises:
        UsageError: OpenTelemetry is not installed; says how to install it.
    """
    if not _installed():
        raise UsageError(NEEDED, f"Run {pip_line('floworch[otel]')}, or remove the layer.")
    options = TracingOptions(span=span)

    async def around(call_next: CallNext, ctx: Context) -> Any:
        from opentelemetry import trace

        tracer = trace.get_tracer("floworch", tracer_provider=provider)
        name = ctx.redact(str(ctx.resolve(options.span))) if options.span else f"{ctx.workflow_id}/{ctx.node}"
        spans = Spans(tracer, ctx)
        spans.open(name)
        spans.open(f"attempt {ctx.attempt}")

        async def back() -> None:
            spans.open(f"attempt {ctx.attempt}")

        try:
            with between_attempts(ctx, spans.close, back):
                output = await call_next(ctx)
        except BaseException as error:
            spans.close_all(error)
            raise
        spans.close_all(None)
        return output

    return Layer("tracing", around)


def chip(options: Mapping[str, Any]) -> str:
    """The span's name, when it is given."""
    return str(options.get("span") or "")
