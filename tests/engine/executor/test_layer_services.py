"""What layers ask of the engine, asked in real runs."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from engine_kit import Kit, chain
from run_dialogue import workflow

from floworch import ActionError, UsageError
from floworch.actions.context import Context
from floworch.actions.params import NoParameters
from floworch.actions.spec import LayerSpec
from floworch.middleware.layer import CallNext, Layer


async def asked(question: Any, kit: Kit | None = None, **fields: Any) -> Any:
    """Run one node with a layer that answers with ``question(ctx)``; its output."""
    kit = kit or Kit()

    async def around(call_next: CallNext, ctx: Context) -> Any:
        answer = question(ctx)
        return await answer if asyncio.iscoroutine(answer) else answer

    kit.registry.register_layer(LayerSpec("ask", lambda _: Layer("ask", around), NoParameters))
    node = {"action": "t.any", "middleware": [{"use": "ask"}], **fields}
    result = await kit.run(workflow({"before": {}, "a": node}, "before>a"))
    if result.error is not None:
        raise AssertionError(result.nodes["a"].error)
    return result.nodes["a"].output


async def test_secrets_that_were_read_are_taken_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """(C6.5)"""
    monkeypatch.setenv("FLOWORCH_SECRET_TOKEN", "hunter2")

    def question(ctx: Context) -> Any:
        ctx.secret("TOKEN")
        return ctx.redact({"auth": ["Bearer hunter2", 1]})

    assert await asked(question) == {"auth": ["Bearer •••", 1]}


async def test_expressions_see_the_run_and_further_names_which_hide_it() -> None:
    value = {"run": "{{ run.id }}", "status": "{{ nodes.before.status }}", "n": ["{{ mine + 1 }}"], "plain": 1}
    assert await asked(lambda ctx: ctx.resolve(value, {"mine": 1})) == {
        "run": "r", "status": "completed", "n": [2], "plain": 1,
    }  # fmt: skip
    assert await asked(lambda ctx: ctx.resolve("{{ run }}", {"run": "hidden"})) == "hidden"


async def test_another_action_runs_where_it_belongs_with_parameters_of_its_own() -> None:
    def in_a_thread(ctx: Context, text: str, times: int = 2) -> list[Any]:
        return [text * times, threading.current_thread() is threading.main_thread(), ctx.node]

    kit = Kit(thread=in_a_thread)
    answer = await asked(lambda ctx: ctx.perform("t.thread", {"text": "{{ word }}"}, {"word": "ab"}), kit)
    assert answer == ["abab", False, "a"]


async def test_conditions_and_raw_parameters_reach_it_as_it_wants_them() -> None:
    async def choose(ctx: Context, condition: bool, each: str, rows: list[dict[str, Any]]) -> list[Any]:
        return [condition, each, ctx.evaluate(each, 3), rows]

    kit = Kit()
    kit.add("choose", choose, condition_params=["condition", "rows[].when"], raw_params=["each"])
    params = {"condition": "x > 1", "each": "item * 2", "rows": [{"when": "x > 2"}]}
    wanted = [True, "item * 2", 6, [{"when": False}]]
    assert await asked(lambda ctx: ctx.perform("t.choose", params, {"x": 2}), kit) == wanted


@pytest.mark.parametrize(
    ("action", "params", "error"), [("no.such", {}, UsageError), ("util.log", {"massage": 1}, ActionError)]
)
async def test_an_unknown_action_and_wrong_parameters_are_refused(action: str, params: Any, error: Any) -> None:
    async def question(ctx: Context) -> str:
        with pytest.raises(error):
            await ctx.perform(action, params)
        return "refused"

    assert await asked(question) == "refused"


async def test_homes_last_as_long_as_the_run_and_its_store() -> None:
    kit = Kit()
    homes: list[Any] = []
    await asked(lambda ctx: homes.extend([ctx.home("run"), ctx.home("store")]), kit)
    async with kit.engine() as engine:
        await (await engine.start(chain("any"), run_id="other")).result()
    assert homes[1] is kit.store
    assert homes[0] is not kit.store
