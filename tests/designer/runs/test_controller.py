"""The controller over a scripted host: start, follow, control, lose and find again."""

from __future__ import annotations

import asyncio

import pytest

from floworch.errors import FlowError
from floworch.model.workflow import Node, Workflow
from floworch.run.events import EventKind
from floworch.run.status import RunStatus
from floworch_designer.runs.controller import RunController

FLOW = Workflow(id="demo", nodes={"a": Node(action="util.log", params={"message": "x"})})


@pytest.fixture
def controller(host, loop):
    return RunController(lambda: host)


async def until(condition):
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - any condition
            await asyncio.sleep(0.002)


def test_start_follow_and_end(controller, host, loop):
    async def main():
        run_id = await controller.start(FLOW, {"x": 1})
        assert host.asked == [("start", "demo", {"x": 1})]
        await until(lambda: controller.busy and controller.status is RunStatus.RUNNING)
        assert controller.can("pause")
        assert controller.can("cancel")
        assert not controller.can("resume")
        host.push(run_id, EventKind.RUN_COMPLETED)
        await until(lambda: controller.status is RunStatus.COMPLETED)
        assert not controller.busy
        assert not controller.can("cancel")

    loop.run_until_complete(main())


def test_it_counts_what_the_engine_has_not_answered_yet(controller, host, loop):
    seen = []

    async def asked(*_args):
        seen.append(controller.asking)
        raise FlowError("no", "")

    async def main():
        for _ in range(2):
            with pytest.raises(FlowError):
                await controller.ask(asked)

    loop.run_until_complete(main())
    assert seen == [1, 1]
    assert controller.asking == 0


def test_pause_resume_and_cancel(controller, host, loop):
    async def main():
        await controller.start(FLOW)
        await until(lambda: controller.status is RunStatus.RUNNING)
        await controller.pause(now=True)
        await until(lambda: controller.status is RunStatus.PAUSED)
        assert controller.can("resume")
        await controller.resume()
        await until(lambda: controller.status is RunStatus.RUNNING)
        await controller.cancel()
        await until(lambda: controller.status is RunStatus.CANCELLED)
        assert not controller.can("retry"), "a cancel is final"  # (C7.3)

    loop.run_until_complete(main())


def test_a_lost_engine_leaves_the_run_interrupted(controller, host, loop):
    lost = []
    controller.lost.connect(lost.append)

    async def main():
        await controller.start(FLOW)
        await until(lambda: controller.status is RunStatus.RUNNING)
        host.die()
        await until(lambda: controller.status is RunStatus.INTERRUPTED)
        assert controller.can("resume")
        assert lost
        host.dead = False
        await controller.resume()
        await until(lambda: controller.status is RunStatus.RUNNING)

    loop.run_until_complete(main())


def test_a_broken_pipe_is_one_clear_message_and_not_repeated(host, loop):
    made = []

    def open_host():
        made.append(1)
        return host

    controller = RunController(open_host)

    async def broken(*args, **kwargs):
        raise BrokenPipeError("gone")

    host.start = broken

    async def main():
        with pytest.raises(FlowError, match="did not answer"):
            await controller.start(FLOW)
        await controller.runs()

    loop.run_until_complete(main())
    assert len(made) == 2  # the next request opened a new host


def test_approvals_are_listed_until_answered(controller, host, loop):
    async def main():
        run_id = await controller.start(FLOW)
        host.push(run_id, EventKind.NODE_STARTED, 0)
        host.push(run_id, EventKind.NODE_WAITING, 0, {"wait": {"kind": "approval", "details": {"message": "ok?"}}})
        await until(controller.questions)
        (question,) = controller.questions().values()
        assert (question.kind, question.node, question.item, question.message) == ("approval", "a", (), "ok?")
        await controller.answer(question, False, "no")
        assert ("reject", run_id, "a", "no") in host.asked
        host.push(run_id, EventKind.APPROVAL_GIVEN, 0, {"approved": False})
        await until(lambda: not controller.questions())

    loop.run_until_complete(main())


def test_showing_another_run_stops_following_the_first(controller, host, loop):
    async def main():
        first = await controller.start(FLOW)
        second = await controller.start(FLOW)
        await until(lambda: controller.status is RunStatus.RUNNING)
        host.push(first, EventKind.RUN_COMPLETED)
        await asyncio.sleep(0.05)
        assert controller.run_id == second
        assert controller.status is RunStatus.RUNNING
        await controller.leave()
        assert controller.feed.state is None
        assert controller.status is None

    loop.run_until_complete(main())


def test_what_is_asked_after_it_was_closed_opens_no_host_that_nobody_closes(host, loop):
    """A tab is closed while its run is being begun: what answers late must leave no connection behind."""
    opened, closed = [], []

    class Counted:
        def __getattr__(self, name):
            return getattr(host, name)

        async def close(self):
            closed.append(self)

    def open_host():
        opened.append(Counted())
        return opened[-1]

    controller = RunController(open_host)

    async def main():
        await controller.start(FLOW)
        await controller.close()
        assert closed == opened
        run_id = await controller.start(FLOW)
        await controller.reshow(run_id)
        assert len(opened) > 1
        assert set(closed) == set(opened)
        assert controller._follower is None

    loop.run_until_complete(main())


def test_a_host_that_a_late_answer_connected_again_is_closed_again(host, loop):
    """A request that only reads is repeated by its host, and by that connects it, after the tab has closed it."""
    closed = []

    class Counted:
        def __getattr__(self, name):
            return getattr(host, name)

        async def close(self):
            closed.append(self)

    controller = RunController(Counted)
    asked, go = asyncio.Event(), asyncio.Event()

    async def slow(_host):
        asked.set()
        await go.wait()

    async def main():
        late = asyncio.ensure_future(controller.ask(slow))
        await asked.wait()
        await controller.close()
        go.set()
        await late
        assert len(closed) == 2
        assert closed[0] is closed[1]

    loop.run_until_complete(main())


def test_an_unknown_run_is_told(controller, loop):
    with pytest.raises(FlowError, match="no run"):
        loop.run_until_complete(controller.show("nope"))


def test_buttons_without_a_run_are_told(controller, loop):
    with pytest.raises(FlowError, match="No run is shown"):
        loop.run_until_complete(controller.pause())
