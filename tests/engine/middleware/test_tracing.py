from __future__ import annotations

import asyncio
import importlib.util
import subprocess
import sys
from typing import Any

import pytest
from layer_kit import Inner, RetryingHost, foreach_with, kit_of, nodes_with, retrying, through, use

from floworch import DefinitionError, UsageError, tracing
from floworch.actions.context import Context
from floworch.actions.spec import LayerSpec
from floworch.middleware.tracing import NEEDED, TracingOptions, chip
from floworch.testing import FakeHost

needs_otel = pytest.mark.skipif(
    importlib.util.find_spec("opentelemetry.sdk") is None if importlib.util.find_spec("opentelemetry") else True,
    reason="the extra otel is not installed",
)


@pytest.fixture
def recorded() -> Any:
    """``(provider, finished)``: a provider, and what gives its finished spans in the order they ended."""
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    exporter, provider = InMemorySpanExporter(), TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return provider, exporter.get_finished_spans


@needs_otel
async def test_a_span_per_node_and_inside_it_one_per_attempt(recorded: Any) -> None:
    """(C5.3)"""
    provider, finished = recorded
    inner = retrying(Inner(ConnectionError("down"), "up"))
    assert await through(tracing(provider=provider), inner, RetryingHost(1), index=4) == "up"
    first, second, node = finished()
    assert [span.name for span in (first, second, node)] == ["attempt 1", "attempt 2", "test/node"]
    assert first.parent.span_id == second.parent.span_id == node.context.span_id
    assert dict(node.attributes) == {
        "floworch.run_id": "test-run", "floworch.workflow": "test", "floworch.node": "node", "floworch.attempt": 1,
        "floworch.index": 4,
    }  # fmt: skip
    assert [span.status.status_code.name for span in (first, second, node)] == ["ERROR", "UNSET", "UNSET"]
    assert first.attributes["floworch.error"] == "connection_error"


@needs_otel
async def test_a_failure_is_told_without_secrets_and_cancelling_is_none(recorded: Any) -> None:
    """(C6.5)"""
    provider, finished = recorded
    layer, host = tracing("pay {{ inputs.n }}", provider=provider), FakeHost(inputs={"n": 7}, secrets={"T": "hunter2"})
    with pytest.raises(ValueError, match="hunter2"):
        await through(layer, Inner(ValueError("no hunter2")), host)
    with pytest.raises(asyncio.CancelledError):
        await through(layer, Inner(asyncio.CancelledError()), host)
    failed, cancelled = finished()[1], finished()[3]
    assert (failed.name, failed.status.description) == ("pay 7", "no •••")
    assert failed.events[0].attributes["exception.message"] == "no •••"
    assert (cancelled.status.status_code.name, cancelled.attributes["floworch.cancelled"]) == ("UNSET", True)


@needs_otel
async def test_what_the_action_traces_lies_inside_its_attempt(recorded: Any) -> None:
    provider, finished = recorded

    async def inner(ctx: Context) -> None:
        with provider.get_tracer("mine").start_as_current_span("query"):
            pass

    await through(tracing(provider=provider), inner)
    query, attempt, _ = finished()
    assert query.parent.span_id == attempt.context.span_id


@needs_otel
async def test_attempts_and_items_of_a_real_run(recorded: Any) -> None:
    provider, finished = recorded

    async def act(ctx: Context) -> None:
        if ctx.attempt == 1:
            raise ConnectionError("once")

    kit = kit_of(act)
    kit.registry.register_layer(
        LayerSpec("tracing", lambda o: tracing(o.span, provider=provider), TracingOptions), replace=True
    )
    result = await kit.run(foreach_with([use("tracing")], ["x", "y"]))
    assert result.status == "completed"
    names = sorted(span.name for span in finished())
    assert names == ["attempt 1"] * 2 + ["attempt 2"] * 2 + ["t/a"] * 2


async def test_without_opentelemetry_the_check_of_the_definition_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("floworch.middleware.tracing._installed", lambda: False)
    with pytest.raises(UsageError, match=r"floworch\[otel\]"):
        tracing()

    async def act(ctx: Context) -> None:
        return None

    with pytest.raises(DefinitionError) as caught:
        await kit_of(act).run(nodes_with([use("tracing")]))
    assert any(NEEDED in problem.message for problem in caught.value.problems)


def test_the_library_is_not_imported_before_a_span_is_made() -> None:
    code = "import sys, floworch as f; f.registry.all_layers(); sys.exit('opentelemetry.trace' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_chip() -> None:
    assert [chip({}), chip({"span": "pay"})] == ["", "pay"]
