from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import Any

import pytest

from floworch import retry
from floworch.actions.context import Context
from floworch.actions.functions import spec_of
from floworch.actions.outcome import Expand, Outcome, Wait
from floworch.errors import ActionError, ErrorKind, UsageError
from floworch.testing.actions import FakeHost, call_action, run_action, scripted


async def work(ctx: Context, n: int, text: str = "") -> dict[str, Any]:
    ctx.log("start", "debug")
    ctx.progress(0.5, "half")
    ctx.data.set("n", n)
    return {"n": n, "text": text, "seen": ctx.params["n"], "secret": ctx.secret("KEY"), "attempt": ctx.attempt}


def test_an_action_runs_with_what_the_host_gives_and_the_host_records_it() -> None:
    host = FakeHost(inputs={"n": 4}, secrets={"KEY": "k"})
    output = run_action(work, host, n="{{ inputs.n }}", text="n is {{ inputs.n }}")
    assert output == {"n": 4, "text": "n is 4", "seen": 4, "secret": "k", "attempt": 1}
    assert host.logs == [("debug", "start")]
    assert host.progressed == [(0.5, "half")]
    assert host.workflow_data.changes() == {"set": {"n": 4}, "delete": []}


async def test_in_a_coroutine_it_is_awaited() -> None:
    assert await run_action("util.log", message="x") == "x"
    assert await run_action(lambda: 5) == 5


async def test_an_outcome_gives_its_output_and_control_answers_are_returned() -> None:
    assert await run_action("flow.if", condition=True) is True
    assert await call_action("flow.if", {"condition": True}) == Outcome(True, "true")
    assert isinstance(await run_action("flow.signal", name="x"), Wait)
    assert isinstance(await run_action("flow.foreach", items=[1]), Expand)


async def test_the_context_can_be_chosen() -> None:
    def where(ctx: Context) -> list[Any]:
        return [ctx.node, ctx.item, ctx.index, ctx.attempt, ctx.run_id, ctx.cancelled, ctx.now()]

    host = FakeHost(now=5.0)
    host.cancel_reason = "stop"
    seen = await call_action(where, {}, host, node="a", item={"x": 1}, index=3, attempt=2, run_id="r")
    assert seen == ["a", {"x": 1}, 3, 2, "r", "stop", 5.0]


def test_wrong_parameters_outputs_and_names_are_refused_as_in_a_run() -> None:
    with pytest.raises(ActionError, match="'n' must be a whole number, not 'x'") as caught:
        run_action(work, n="x")
    assert caught.value.kind is ErrorKind.VALIDATION
    with pytest.raises(TypeError, match="output of py:"):
        run_action(lambda: {1, 2})
    with pytest.raises(UsageError, match=r"There is no action 'no\.such'"):
        run_action("no.such")
    with pytest.raises(ActionError, match="There is no secret 'KEY'"):
        run_action(work, n=1)


async def test_the_host_answers_what_a_context_asks() -> None:
    host = FakeHost(nodes={"a": 1}, inputs={"x": 2})
    ctx = host.context()
    assert ctx.evaluate("{{ item + inputs.x }}", 3) == 5
    assert ctx.render("{{ y }}{{ inputs.x }}", {"y": "<"}, autoescape=True) == "&lt;2"
    assert ctx.upstream() == {"a": 1}
    assert (ctx.data.output("a"), ctx.data.status("a")) == (1, "completed")
    assert host.condition(ctx, "inputs.x == 2") is True
    assert host.condition(ctx, False) is False
    assert await ctx.retry(ValueError(), None) is False


def test_a_retry_around_an_action_tries_again_without_waiting() -> None:
    """(guides: retry; interfaces 2: a factory wraps one action)"""
    host = FakeHost(now=100.0)
    act = scripted([ConnectionError("first"), ActionError("second", "rate_limit_error", retry_after=7.0), "third"])
    assert run_action(retry(3, delay=2.0, jitter=0.0, on=["transient"])(act), host) == "third"
    assert (len(act.calls), act.contexts[-1].attempt) == (3, 3)
    assert (host.delays, host.time) == ([2.0, 7.0], 109.0)


@pytest.mark.parametrize(
    ("layer", "calls"),
    [(retry(2, delay=5), 2), (retry(5, on=["timeout_error"]), 1), (retry(5, give_up_on=["validation_error"]), 1)],
)
def test_a_retry_around_an_action_ends_as_its_policy_says(layer: Any, calls: int) -> None:
    """(C4.4)"""
    act = scripted([ValueError("no")] * 9)
    with pytest.raises(ValueError, match="no"):
        run_action(layer(act))
    assert len(act.calls) == calls


async def test_a_scripted_action_does_what_its_list_says() -> None:
    async def later() -> str:
        await asyncio.sleep(0)
        return "later"

    act = scripted([ActionError("first", ErrorKind.CONNECTION), 2, lambda ctx: ctx.attempt, lambda ctx: later(),
                    Wait("signal", name="x"), ValueError])  # fmt: skip
    with pytest.raises(ActionError, match="first"):
        await call_action(act, {"a": 1})
    assert [await call_action(act, {}, attempt=7) for _ in range(3)] == [2, 7, "later"]
    assert await call_action(act, {}) == Wait("signal", name="x")
    with pytest.raises(ValueError):
        await call_action(act, {})
    with pytest.raises(AssertionError, match="called 7 times, but has 6 outcomes"):
        await call_action(act, {})
    assert act.calls[:2] == [{"a": 1}, {}]
    assert act.contexts[1].attempt == 7


def test_two_scripted_actions_are_two_actions() -> None:
    assert spec_of(scripted([1])).id != spec_of(scripted([1])).id
    assert spec_of(scripted([1])).is_async


def test_the_package_offers_its_names_without_loading_them() -> None:
    code = (
        "import sys, floworch.testing as t\n"
        "assert 'floworch.testing.actions' not in sys.modules\n"
        "assert t.run_action and t.FakeClock and t.MemoryStore and t.scripted\n"
        "assert all(hasattr(t, name) for name in t.__all__)\n"
        "try:\n    t.nothing\nexcept AttributeError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("module 'floworch.testing' has no attribute 'nothing'\n", "")


async def test_the_fake_host_serves_layers_as_the_engine_does() -> None:
    host = FakeHost(inputs={"n": 2}, secrets={"TOKEN": 'hun"ter'})
    ctx = host.context()
    assert ctx.redact({"a": ['Bearer hun"ter', 1]}) == {"a": ["Bearer •••", 1]}
    assert ctx.resolve(["{{ inputs.n * mine }}", "plain"], {"mine": 3}) == [6, "plain"]
    assert ctx.home("run") is ctx.home("store") is host
    assert await ctx.perform("util.log", {"message": "m", "value": "{{ mine }}"}, {"mine": 4}) == 4
