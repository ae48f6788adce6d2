"""What the engine does for a running action (C6, C15)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from engine_kit import Kit, chain
from run_dialogue import workflow

from floworch import ActionError, FlatBuffersStore
from floworch.actions.context import Context
from floworch.executor.notes import LIMIT_PER_SECOND
from floworch.run.events import EventKind


async def test_logs_and_progress_are_journaled_from_loop_and_thread() -> None:
    """C12, C15"""

    async def here(ctx: Context) -> None:
        ctx.log("from the loop", "nonsense")
        ctx.progress(7.0, "far")

    def there(ctx: Context) -> None:
        ctx.log("from a thread", "warning")

    kit = Kit(here=here, there=there)
    assert (await kit.run(chain("here", "there", "any"))).status == "completed"
    notes = [event for event in kit.store.events("r") if event.kind >= EventKind.NODE_LOGGED]
    assert [event.payload for event in notes] == [
        {"level": "info", "message": "from the loop"},
        {"fraction": 1.0, "message": "far"},
        {"level": "warning", "message": "from a thread"},
    ]


async def test_upstream_gives_what_came_over_taken_edges_only() -> None:
    """C2.2"""

    async def one() -> int:
        return 1

    async def bad() -> None:
        raise ValueError("no")

    async def joins(ctx: Context) -> dict[str, Any]:
        return dict(ctx.upstream())

    kit = Kit(one=one, bad=bad, joins=joins)
    definition = workflow(
        {"a": {"action": "t.one"}, "b": {"action": "t.bad"}, "j": {"action": "t.joins", "join": "any"}}, "b>j", "a>j",
        settings={"fail_fast": False},
    )  # fmt: skip
    assert (await kit.run(definition)).nodes["j"].output == {"a": 1}


async def _logs(ctx: Context) -> None:
    ctx.log("line \ud800")
    ctx.progress(0.5, "half \udcff")


async def _fails() -> None:
    raise ActionError("bad \ud800", hint="less \ud800")


async def _writes(ctx: Context) -> None:
    ctx.data.set("k\ud800", 1)


async def test_no_text_of_an_action_stops_the_run(tmp_path: Path) -> None:
    """C6.2: what is only told is escaped, what would be data fails the node."""
    kit = Kit(logs=_logs, fails=_fails, writes=_writes)
    kit.store = FlatBuffersStore(tmp_path)  # type: ignore[assignment]
    nodes = {"l": {"action": "t.logs"}, "f": {"action": "t.fails"}, "w": {"action": "t.writes"}}
    definition = workflow({name: {**node, "on_error": "continue"} for name, node in nodes.items()})
    async with kit.running(definition) as (_, handle):
        result = await handle.result()
        told = [event.payload for event in kit.store.events("r") if event.kind >= EventKind.NODE_LOGGED]
    assert result.nodes["l"].status == "completed"
    assert [payload and payload["message"] for payload in told] == ["line \\ud800", "half \\udcff"]
    assert result.nodes["f"].error["message"] == "bad \\ud800"
    assert "the name of a data key" in result.nodes["w"].error["message"]


@pytest.mark.parametrize("ends", ["well", "badly", "in a thread"])
async def test_an_attempt_that_ends_tells_what_was_dropped_of_its_notes(ends: str) -> None:
    """C15: with a count of what was dropped, also when nothing is logged after it."""

    def chats(ctx: Context) -> None:
        for number in range(LIMIT_PER_SECOND + 40):
            ctx.log(str(number))
        if ends == "badly":
            raise RuntimeError("enough")

    async def on_the_loop(ctx: Context) -> None:
        chats(ctx)

    kit = Kit(chats=chats if ends == "in a thread" else on_the_loop)
    await kit.run(chain("chats"))
    noted = [event for event in kit.store.events("r") if event.kind == EventKind.NODE_LOGGED]
    assert len(noted) == LIMIT_PER_SECOND + 1
    assert noted[-1].payload["dropped"] == 40
    assert noted[-1].payload["message"].startswith("40 further lines")
