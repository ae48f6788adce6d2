"""Runs of a part through an engine and a store: actions that say what they were given, and a line of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine_kit import Kit
from run_dialogue import workflow

from floworch import ActionError
from floworch.actions.context import Context
from floworch.model.workflow import Workflow
from floworch.run.explanation import Explanation


def parts() -> Kit:
    """Actions that say what they were given; ``say`` is a pure one of them."""
    kit = Kit()

    async def say(ctx: Context, text: Any = None) -> Any:
        kit.ran.append((ctx.node, ctx.attempt, ()))
        return text

    async def tell(ctx: Context, key: str, value: Any) -> Any:
        kit.ran.append((ctx.node, ctx.attempt, ()))
        ctx.data.set(key, value)
        return value

    async def broken(ctx: Context) -> Any:
        kit.ran.append((ctx.node, ctx.attempt, ()))
        raise ActionError("no")

    kit.add("say", say, effect="pure")
    kit.add("tell", tell, effect="pure")
    kit.add("broken", broken, effect="pure")
    return kit


def says(text: Any, **fields: Any) -> dict[str, Any]:
    return {"action": "t.say", "params": {"text": text}, **fields}


def line(middle: str = "b", **fields: Any) -> Workflow:
    """a -> b -> c, each passing on what it got, and d beside them."""
    return workflow(
        {
            "a": says("a", **fields.pop("a", {})),
            "b": says("{{ nodes.a.output }}" + middle, **fields.pop("b", {})),
            "c": says("{{ nodes.b.output }}c"),
            "d": says("d"),
        },
        "a>b", "b>c", outputs={"c": "{{ nodes.c.output }}", "d": "{{ nodes.d.output }}"}, **fields,
    )  # fmt: skip


class Run:
    """A finished run: statuses, outputs, which nodes ran."""

    def __init__(self, result: Any, ran: list[str]) -> None:
        self.result = result
        self.status = str(result.status)
        self.outputs = result.outputs
        self.nodes = {node: str(view.status) for node, view in result.nodes.items()}
        self.ran = ran


async def go(kit: Kit, definition: Workflow, run_id: str, inputs: Mapping[str, Any] | None = None, **form: Any) -> Run:
    kit.ran.clear()
    async with kit.engine() as engine:
        handle = await engine.start(definition, inputs, run_id=run_id, **form)
        result = await handle.result()
    return Run(result, sorted(node for node, _, _ in kit.ran))


async def why(kit: Kit, definition: Workflow, inputs: Mapping[str, Any] | None = None, **form: Any) -> Explanation:
    async with kit.engine() as engine:
        return await engine.start(definition, inputs, explain=True, **form)


def plans(explanation: Explanation) -> dict[str, str]:
    return {node: str(choice.plan) for node, choice in explanation.nodes.items()}
