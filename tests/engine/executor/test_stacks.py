"""The layers of a step are put together once and serve every attempt (contract C5.1, C5.2)."""

from __future__ import annotations

from typing import Any

from engine_kit import Kit, door
from run_dialogue import workflow

from floworch import middleware
from floworch.actions.context import Context
from floworch.executor.stacks import stack_of


async def test_a_stack_runs_its_layers_from_outside_in_and_then_what_lies_below() -> None:
    """C5.1"""

    class Below:
        async def below_layers(self, ctx: Context) -> str:
            return ctx.node

    def around(word: str) -> Any:
        async def layer(call_next: Any, ctx: Context) -> str:
            return f"{word}({await call_next(ctx)})"

        return layer

    host: Any = Below()
    assert await stack_of([around("a"), around("b")])(Context(host, "r", "w", "n")) == "a(b(n))"
    assert await stack_of([])(Context(host, "r", "w", "n")) == "n"


async def test_runs_of_one_definition_at_once_reach_each_their_own_body_through_its_layers() -> None:
    """C5.2: the definition is prepared once, and what runs below its layers belongs to the run of the attempt."""
    kit = Kit()
    it, through = door()
    seen: list[tuple[str, str, int]] = []

    @middleware("seen", target=kit.registry)
    async def note(call_next: Any, ctx: Any) -> Any:
        before = ctx.run_id
        output = await call_next(ctx)
        seen.append((before, output, ctx.attempt))
        return output

    async def act(ctx: Context) -> str:
        await through(ctx)
        if ctx.attempt == 1:
            raise ConnectionError("once more")
        return ctx.run_id

    kit.add("act", act)
    retry = {"max_attempts": 2, "delay": "0s", "on": ["transient"]}
    flow = workflow({"a": {"action": "t.act", "retry": retry}}, middleware=[{"use": "seen"}])
    async with kit.engine() as engine:
        one, two = await engine.start(flow, run_id="one"), await engine.start(flow, run_id="two")
        await it.wait_for(2)
        it.open()
        for handle in (one, two):
            assert (await handle.result()).nodes["a"].output == handle.run_id
    assert sorted(seen) == [("one", "one", 2), ("two", "two", 2)]
