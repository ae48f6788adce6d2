"""OpenTelemetry spans of one execution; the library is imported when the first span is made."""

from __future__ import annotations

import asyncio
from typing import Any

from floworch.actions.context import Context
from floworch.errors import classify


class Spans:
    """The open spans of one execution, outermost first; the innermost is OpenTelemetry's current one.

    Args:
        tracer: An OpenTelemetry Tracer.
        ctx: The execution.
    """

    def __init__(self, tracer: Any, ctx: Context) -> None:
        self._tracer = tracer
        self._ctx = ctx
        self._open: list[tuple[Any, Any]] = []

    def open(self, name: str) -> None:
        """Begin a span inside the innermost one."""
        from opentelemetry import context, trace

        ctx = self._ctx
        attributes = {"run_id": ctx.run_id, "workflow": ctx.workflow_id, "node": ctx.node, "attempt": ctx.attempt}
        if ctx.index is not None:
            attributes["index"] = ctx.index
        span = self._tracer.start_span(name, attributes={f"floworch.{key}": it for key, it in attributes.items()})
        self._open.append((span, context.attach(trace.set_span_in_context(span))))

    def close(self, error: BaseException | None) -> None:
        """End the innermost span; ``error`` is what ended it, secrets are taken out of its message."""
        from opentelemetry import context
        from opentelemetry.trace import Status, StatusCode

        span, token = self._open.pop()
        context.detach(token)
        if isinstance(error, asyncio.CancelledError):
            span.set_attribute("floworch.cancelled", True)
        elif error is not None:
            message = self._ctx.redact(str(error) or type(error).__name__)
            span.set_attribute("floworch.error", str(classify(error)))
            span.add_event("exception", {"exception.type": type(error).__qualname__, "exception.message": message})
            span.set_status(Status(StatusCode.ERROR, message))
        span.end()

    def close_all(self, error: BaseException | None) -> None:
        """End every span."""
        while self._open:
            self.close(error)
