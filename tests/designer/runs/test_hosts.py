"""Which engine the window talks to; a run through the real in-process engine."""

from __future__ import annotations

import asyncio
from pathlib import Path

from floworch.host import ProcessHost
from floworch.model.workflow import Node, Workflow
from floworch.run.status import RunStatus
from floworch_designer.runs.controller import RunController
from floworch_designer.runs.hosts import HostChoice, open_host, store_dir

FLOW = Workflow(id="demo", nodes={"a": Node(action="data.set", params={"fields": {"x": 1}})})


def test_the_store_is_chosen_by_setting_then_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("FLOWORCH_STORE", str(tmp_path / "env"))
    assert store_dir("/chosen") == Path("/chosen")
    assert store_dir() == tmp_path / "env"
    monkeypatch.delenv("FLOWORCH_STORE")
    assert "floworch" in str(store_dir())


def test_the_companion_is_the_default(tmp_path):
    assert isinstance(HostChoice(tmp_path)(), ProcessHost)


def test_a_run_inside_the_window(tmp_path, loop):
    controller = RunController(lambda: open_host(tmp_path / "store", in_process=True))

    async def main():
        run_id = await controller.start(FLOW)
        async with asyncio.timeout(20):
            while controller.status is not RunStatus.COMPLETED:  # noqa: ASYNC110 - no event to wait for
                await asyncio.sleep(0.01)
        assert controller.feed.state.node("a").output == {"x": 1}
        assert [run.run_id for run in await controller.runs()] == [run_id]
        await controller.close()

    loop.run_until_complete(main())


def test_tabs_share_the_engine_inside_the_window_which_ends_with_the_last_close(tmp_path, loop):
    made = []

    class Inside:
        closed = False

        async def close(self):
            self.closed = True

    choice = HostChoice(tmp_path, True, factory=lambda store, inside: made.append(Inside()) or made[-1])
    first, second = choice(), choice()
    assert len(made) == 1
    loop.run_until_complete(first.close())
    assert not second.closed, "closing one tab pauses no run of another"
    loop.run_until_complete(choice.close())
    assert made[0].closed
