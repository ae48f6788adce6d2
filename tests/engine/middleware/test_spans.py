from __future__ import annotations

import pytest

from floworch.middleware.spans import Spans
from floworch.testing import FakeHost

trace = pytest.importorskip("opentelemetry.trace", reason="the extra otel is not installed")


def test_spans_are_current_while_they_are_open_and_all_end() -> None:
    tracer = pytest.importorskip("opentelemetry.sdk.trace").TracerProvider(shutdown_on_exit=False).get_tracer("t")
    outside = trace.get_current_span()
    spans = Spans(tracer, FakeHost().context())
    spans.open("outer")
    outer = trace.get_current_span()
    spans.open("inner")
    inner = trace.get_current_span()
    assert inner.parent.span_id == outer.context.span_id
    spans.close(ValueError())
    assert trace.get_current_span() is outer
    assert (inner.status.description, inner.end_time is not None) == ("ValueError", True)
    spans.open("second")
    spans.close_all(None)
    assert trace.get_current_span() is outside
    assert outer.end_time is not None
