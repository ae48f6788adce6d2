"""file.wait: there, written to the end, or gone; and a cancel ends it (C4.5)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from floworch import Engine, MemoryStore, WorkflowBuilder
from floworch.actions.context import Context
from floworch.testing import FakeHost, run_action


class Watching(FakeHost):
    """Does the next thing each time the wait has looked in vain; a second passes by the clock."""

    def __init__(self, folder: Path, *steps: Callable[[], Any]) -> None:
        super().__init__(folder=str(folder))
        self.steps = list(steps)

    def progress(self, ctx: Context, fraction: float | None, message: str) -> None:
        super().progress(ctx, fraction, message)
        self.time += 1
        if self.steps:
            self.steps.pop(0)()


async def wait(host: FakeHost, **params: Any) -> Any:
    return await run_action("file.wait", host, **{"path": "in/*.csv", "poll": 0.001, **params})


async def test_a_file_counts_once_it_has_not_changed_for_a_while(tmp_path: Path) -> None:
    path = tmp_path / "in" / "a.csv"
    host = Watching(
        tmp_path,
        path.parent.mkdir,
        lambda: path.write_text("1"),
        lambda: None,
        lambda: path.write_text("12"),
    )
    output = await wait(host, settle=2)
    assert output == {"path": str(path), "paths": [str(path)], "looks": 7}
    assert [message for _, message in host.progressed] == [
        "looked 1×: nothing there", "looked 2×: nothing there", "looked 3×: 1 there", "looked 4×: 1 there",
        "looked 5×: 1 there", "looked 6×: 1 there",
    ]  # fmt: skip


async def test_it_is_there_or_gone_at_once(tmp_path: Path) -> None:
    path = tmp_path / "x"
    output = await wait(Watching(tmp_path, path.mkdir), path="x", condition="exists")
    assert output == {"path": str(path), "paths": [str(path)], "looks": 2}
    output = await wait(Watching(tmp_path, path.rmdir), path="x", condition="gone")
    assert output == {"path": None, "paths": [], "looks": 2}


async def test_many_files_are_all_named(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(5000):
        (tmp_path / "in" / f"{number}.csv").touch()
    output = await wait(FakeHost(folder=str(tmp_path)), condition="exists")
    assert len(output["paths"]) == 5000
    assert output["path"].endswith("/0.csv")


async def test_a_cancel_ends_the_wait(tmp_path: Path) -> None:
    """(C4.5)"""
    flow = WorkflowBuilder("w").node("wait", "file.wait", path=str(tmp_path / "x"), poll="1h").build()
    async with Engine(store=MemoryStore()) as engine:
        run = await engine.start(flow)
        async for event in run.events():
            if event.kind == "node_started":
                await run.cancel()
        assert (await asyncio.wait_for(run.result(), 10)).status == "cancelled"


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"poll": 0}, "'poll' must be longer than nothing."),
        ({"path": " "}, "'path' holds an empty path."),
        ({"path": "a\0"}, "'path' holds an empty path."),
        ({"condition": "big"}, "'condition' must be one of 'exists', 'gone' or 'stable', not 'big'."),
    ],
)
async def test_bad_input(act: Any, params: dict[str, Any], message: str) -> None:
    error = await act.error("file.wait", **{"path": "x", **params})
    assert (error.kind, str(error)) == ("validation_error", message)
