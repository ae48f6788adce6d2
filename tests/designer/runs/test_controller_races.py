"""The controller when things happen at once: runs switched, processes lost, answers late, events by thousands."""

from __future__ import annotations

import asyncio

import pytest

from floworch.errors import FlowError
from floworch.model.workflow import Node, Workflow
from floworch.run.events import Event, EventKind
from floworch.run.saga import Saga
from floworch.run.status import NodeStatus, RunStatus
from floworch_designer.runs import controller as module
from floworch_designer.runs.controller import RunController

A = Workflow(id="a", nodes={"x": Node(action="util.log", params={"message": "x"})})
B = Workflow(id="b", nodes={"y": Node(action="util.log", params={"message": "y"}), "z": Node(action="util.log")})
MANY = Workflow(id="many", nodes={f"n{i}": Node(action="util.log") for i in range(5000)})


@pytest.fixture
def controller(host, loop, monkeypatch):
    monkeypatch.setattr(module, "RECONNECT", 0.01)
    return RunController(lambda: host)


async def until(condition):
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - any condition
            await asyncio.sleep(0.002)


def slow_header(host, gates):
    """Lets a test decide when each header is answered."""
    real = host.header

    async def header(run_id):
        if run_id in gates:
            await gates[run_id].wait()
        return await real(run_id)

    host.header = header


def begun(host, workflow, run_id):
    host.add(workflow, run_id)
    host.push(run_id, EventKind.RUN_STARTED)
    return run_id


# -- switching -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [("a-1", "b-1"), ("b-1", "a-1")])
def test_the_run_chosen_last_is_shown_whichever_is_answered_last(controller, host, loop, order):
    async def main():
        gates = {name: asyncio.Event() for name in (begun(host, A, "a-1"), begun(host, B, "b-1"))}
        slow_header(host, gates)
        shows = [asyncio.create_task(controller.show("a-1")), asyncio.create_task(controller.show("b-1"))]
        await asyncio.sleep(0)
        for name in order:
            gates[name].set()
            await asyncio.sleep(0.01)
        await asyncio.gather(*shows)
        await until(lambda: controller.status is RunStatus.RUNNING)
        assert controller.run_id == "b-1"
        assert controller.feed.state.run_id == "b-1"
        assert controller.feed.state.node_ids == ("y", "z")
        assert list(host.streams) == ["b-1"]

    loop.run_until_complete(main())


def test_events_of_the_former_run_never_reach_the_new_one(controller, host, loop):
    async def main():
        first, second = begun(host, A, "a-1"), begun(host, B, "b-1")
        await controller.show(first)
        await until(lambda: first in host.streams)
        for turn in range(20):
            await controller.show(second if turn % 2 == 0 else first)
            host.push(first, EventKind.NODE_LOGGED, 0, {"level": "info", "message": f"a{turn}"})
            host.push(second, EventKind.NODE_LOGGED, 1, {"level": "info", "message": f"b{turn}"})
        await controller.show(second)
        await until(lambda: controller.feed.state.seq == len(host.past[second]))
        said = [line.message for line in controller.feed.logs if line.message.startswith(("a", "b"))]
        assert said == [f"b{turn}" for turn in range(20)]
        assert {line.node for line in controller.feed.logs} == {"", "z"}

    loop.run_until_complete(main())


def test_leaving_while_a_run_is_being_opened_wins(controller, host, loop):
    async def main():
        gates = {begun(host, A, "a-1"): asyncio.Event()}
        slow_header(host, gates)
        show = asyncio.create_task(controller.show("a-1"))
        await asyncio.sleep(0)
        await controller.leave()
        gates["a-1"].set()
        await show
        assert controller.run_id is None
        assert controller.feed.state is None

    loop.run_until_complete(main())


def test_a_run_that_cannot_be_opened_leaves_the_shown_one(controller, host, loop):
    async def main():
        await controller.show(begun(host, A, "a-1"))
        await until(lambda: controller.status is RunStatus.RUNNING)
        with pytest.raises(FlowError, match="no run"):
            await controller.show("nope")
        assert controller.run_id == "a-1"
        host.push("a-1", EventKind.RUN_COMPLETED)
        await until(lambda: controller.status is RunStatus.COMPLETED)

    loop.run_until_complete(main())


# -- losing the engine -----------------------------------------------------------------------------------


def test_an_end_that_came_with_the_loss_is_shown_as_it_was(controller, host, loop):
    async def main():
        run_id = begun(host, A, "a-1")
        await controller.show(run_id)
        await until(lambda: run_id in host.streams)
        queues = host.streams.pop(run_id)
        host.push(run_id, EventKind.NODE_STARTED, 0)
        host.push(run_id, EventKind.NODE_COMPLETED, 0, {"output": 1})
        host.push(run_id, EventKind.RUN_COMPLETED)
        queues[0].put_nowait(ConnectionResetError("gone"))
        await until(lambda: controller.status is RunStatus.COMPLETED)
        assert controller.feed.state.node("x").output == 1

    loop.run_until_complete(main())


def test_a_pause_that_came_with_the_loss_is_shown_as_it_was(controller, host, loop):
    async def main():
        run_id = begun(host, A, "a-1")
        await controller.show(run_id)
        await until(lambda: run_id in host.streams)
        queues = host.streams.pop(run_id)
        host.push(run_id, EventKind.RUN_PAUSING)
        host.push(run_id, EventKind.RUN_PAUSED)
        queues[0].put_nowait(EOFError("gone"))
        await until(lambda: controller.status is RunStatus.PAUSED)
        assert controller.can("resume")

    loop.run_until_complete(main())


def test_a_run_that_goes_on_elsewhere_is_followed_again(controller, host, loop):
    lost = []
    controller.lost.connect(lost.append)

    async def main():
        run_id = begun(host, A, "a-1")
        await controller.show(run_id)
        await until(lambda: run_id in host.streams)
        for queue in host.streams.pop(run_id):
            queue.put_nowait(FlowError("The connection broke."))
        await until(lambda: run_id in host.streams)
        host.push(run_id, EventKind.NODE_STARTED, 0)
        host.push(run_id, EventKind.RUN_COMPLETED)
        await until(lambda: controller.status is RunStatus.COMPLETED)
        assert lost == ["The connection broke."]

    loop.run_until_complete(main())


def test_a_gap_in_the_journal_is_refused_and_told(controller, host, loop):
    lost = []
    controller.lost.connect(lost.append)

    async def main():
        run_id = begun(host, A, "a-1")
        await controller.show(run_id)
        await until(lambda: run_id in host.streams)
        host.streams[run_id][0].put_nowait([Event(9, 200.0, EventKind.RUN_COMPLETED)])
        await until(lambda: bool(lost))
        assert "event 9" in lost[0]
        assert controller.status is RunStatus.INTERRUPTED
        assert controller.feed.state.seq == 2

    loop.run_until_complete(main())


def test_one_loss_is_one_message(controller, host, loop):
    lost = []
    controller.lost.connect(lost.append)

    async def main():
        await controller.show(begun(host, A, "a-1"))
        await until(lambda: "a-1" in host.streams)
        host.die()
        await until(lambda: controller.status is RunStatus.INTERRUPTED)
        await asyncio.sleep(0.05)
        assert len(lost) == 1

    loop.run_until_complete(main())


def test_a_dead_companion_is_reopened_and_the_run_resumed(host, loop):
    made = []

    def open_host():
        made.append(1)
        host.dead = False
        return host

    controller = RunController(open_host)

    async def main():
        await controller.show(begun(host, A, "a-1"))
        await until(lambda: "a-1" in host.streams)
        load = host.load

        async def interrupted(run_id):
            state = await load(run_id)
            state.status = RunStatus.INTERRUPTED
            return state

        host.load = interrupted
        host.die()
        await until(lambda: controller.status is RunStatus.INTERRUPTED and len(made) == 2)
        host.load = load
        await controller.resume()
        await until(lambda: controller.status is RunStatus.RUNNING)
        assert ("resume", "a-1") in host.asked

    loop.run_until_complete(main())


async def lost_and_asking(controller, host):
    """Show a run whose engine is lost, while the store is asked what became of it; returns what lets that end."""
    begun(host, B, "b-1")
    await controller.show(begun(host, A, "a-1"))
    await until(lambda: "a-1" in host.streams)
    load, asked, end = host.load, asyncio.Event(), asyncio.Event()

    async def slow(_run_id):
        host.load = load
        asked.set()
        try:
            await asyncio.Event().wait()
        finally:
            await end.wait()

    host.load = slow
    for queue in host.streams.pop("a-1"):
        queue.put_nowait(FlowError("The connection broke."))
    await asked.wait()
    assert controller.status is RunStatus.INTERRUPTED
    return end


async def turns():
    for _ in range(10):
        await asyncio.sleep(0)


def test_a_lost_run_that_is_shown_again_twice_is_followed_once(controller, host, loop):
    """A follower that nobody holds would keep its connection until the run ends, also when its tab was closed."""

    async def main():
        end = await lost_and_asking(controller, host)
        shown = [asyncio.create_task(controller.reshow("a-1")) for _ in range(2)]
        await turns()
        end.set()
        await asyncio.gather(*shown)
        await turns()
        assert len(host.streams["a-1"]) == 1

    loop.run_until_complete(main())


def test_a_lost_run_is_not_followed_where_another_was_opened_meanwhile(controller, host, loop):
    async def main():
        end = await lost_and_asking(controller, host)
        shown = asyncio.create_task(controller.reshow("a-1"))
        await turns()
        await controller.show("b-1")
        end.set()
        await shown
        await turns()
        assert list(host.streams) == ["b-1"]
        assert controller.status is RunStatus.RUNNING

    loop.run_until_complete(main())


def test_leaving_a_lost_run_does_not_leave_the_one_that_was_opened_meanwhile(controller, host, loop):
    async def main():
        end = await lost_and_asking(controller, host)
        left = asyncio.create_task(controller.leave())
        await turns()
        await controller.show("b-1")
        end.set()
        await left
        assert controller.run_id == "b-1"
        assert controller.feed.state.run_id == "b-1"

    loop.run_until_complete(main())


@pytest.mark.parametrize("error", [BrokenPipeError("x"), EOFError("x"), TimeoutError("x"), ConnectionRefusedError("x")],
                         ids=lambda error: type(error).__name__)  # fmt: skip
@pytest.mark.parametrize("verb", ["pause", "resume", "retry", "cancel"])
def test_a_verb_over_a_broken_connection_is_one_message_with_a_hint(controller, host, loop, verb, error):
    calls = []

    async def broken(*_args, **_options):
        calls.append(1)
        raise error

    async def main():
        await controller.show(begun(host, A, "a-1"))
        setattr(host, verb, broken)
        with pytest.raises(FlowError, match="did not answer") as caught:
            await getattr(controller, verb)()
        assert caught.value.hint
        assert calls == [1]  # it may have been carried out: never sent twice

    loop.run_until_complete(main())


# -- verbs -----------------------------------------------------------------------------------------------

CAN = {
    RunStatus.CREATED: {"pause", "cancel"},
    RunStatus.RUNNING: {"pause", "cancel"},
    RunStatus.PAUSING: {"resume", "cancel"},
    RunStatus.PAUSED: {"resume", "cancel"},
    RunStatus.SUSPENDED: {"resume", "cancel"},
    RunStatus.INTERRUPTED: {"resume", "cancel"},
    RunStatus.CANCELLING: set(),
    RunStatus.ROLLING_BACK: {"pause"},  # a rollback is not called off
    RunStatus.COMPLETED: set(),
    RunStatus.FAILED: {"retry"},
    RunStatus.CANCELLED: set(),
}


@pytest.mark.parametrize("status", RunStatus)
def test_what_can_be_done_in_each_status(controller, host, loop, status):
    async def main():
        await controller.show(begun(host, A, "a-1"))
        controller.feed.state.status = status
        assert {verb for verb in ("pause", "resume", "cancel", "retry") if controller.can(verb)} == CAN[status]
        assert not controller.can("dance")

    loop.run_until_complete(main())


def test_what_was_compensated_cannot_be_retried(controller, host, loop):
    """C7.9"""

    async def main():
        await controller.show(begun(host, A, "a-1"))
        state = controller.feed.state
        state.status, state.saga = RunStatus.FAILED, Saga([0], [])
        assert controller.can("retry")
        state.saga.began = True
        assert not controller.can("retry")

    loop.run_until_complete(main())


@pytest.mark.parametrize("verb", ["pause", "resume", "cancel", "retry"])
def test_nothing_can_be_done_without_a_run(controller, host, loop, verb):
    assert not controller.can(verb)
    with pytest.raises(FlowError, match="No run is shown"):
        loop.run_until_complete(getattr(controller, verb)())
    assert host.asked == []


@pytest.mark.parametrize(("approved", "verb"), [(True, "approve"), (False, "reject")])
def test_an_answer_wakes_a_suspended_run(controller, host, loop, approved, verb):
    async def main():
        run_id = begun(host, A, "a-1")
        host.push(run_id, EventKind.NODE_STARTED, 0)
        host.push(run_id, EventKind.NODE_WAITING, 0, {"wait": {"kind": "approval", "details": {}}})
        host.push(run_id, EventKind.RUN_SUSPENDED)
        await controller.show(run_id)
        await until(lambda: controller.status is RunStatus.SUSPENDED)
        (question,) = controller.questions().values()
        assert question.message == ""
        await controller.answer(question, approved, "why")
        assert (verb, run_id, "x", "why") in host.asked
        assert ("resume", run_id) in host.asked
        await until(lambda: controller.status is RunStatus.RUNNING)

    loop.run_until_complete(main())


def test_an_answer_does_not_wake_a_paused_run(controller, host, loop):
    async def main():
        run_id = begun(host, A, "a-1")
        host.push(run_id, EventKind.NODE_STARTED, 0)
        host.push(run_id, EventKind.NODE_WAITING, 0, {"wait": {"kind": "approval", "details": {"message": "go?"}}})
        host.push(run_id, EventKind.RUN_PAUSED)
        await controller.show(run_id)
        await until(lambda: controller.status is RunStatus.PAUSED)
        await controller.answer(*controller.questions().values(), True)
        assert [what[0] for what in host.asked] == ["approve"]

    loop.run_until_complete(main())


def test_another_run_is_cancelled_without_being_shown(controller, host, loop):
    async def main():
        begun(host, B, "b-1")
        await controller.show(begun(host, A, "a-1"))
        await controller.cancel("b-1")
        assert controller.run_id == "a-1"
        assert (await host.load("b-1")).status is RunStatus.CANCELLED

    loop.run_until_complete(main())


def test_closing_lets_go_of_the_engine_and_stops_listening(controller, host, loop):
    closed = []

    async def close():
        closed.append(1)

    host.close = close

    async def main():
        await controller.show(begun(host, A, "a-1"))
        await until(lambda: "a-1" in host.streams)
        follower = controller._follower
        await controller.close()
        await controller.close()
        assert closed == [1]
        assert follower.done()

    loop.run_until_complete(main())


# -- many events -----------------------------------------------------------------------------------------


def test_ten_thousand_events_are_a_few_announcements_in_order(controller, host, loop):
    batches, statuses = [], []
    controller.feed.batch.connect(batches.append)
    controller.status_changed.connect(lambda: statuses.append(controller.status))

    async def main():
        run_id = begun(host, MANY, "many-1")
        await controller.show(run_id)
        await until(lambda: run_id in host.streams)
        events = []
        for index in range(5000):
            events.append(Event(2 + len(events), 200.0, EventKind.NODE_STARTED, index, 1))
            events.append(Event(2 + len(events), 200.0, EventKind.NODE_COMPLETED, index, 1, (), {"output": index}))
        for start in range(0, len(events), 500):
            host.streams[run_id][0].put_nowait(events[start : start + 500])
        batches.clear()
        await until(lambda: controller.feed.state.seq == 10_002)
        controller.feed.flush()
        assert len(batches) < 100  # one per frame, not one per event
        assert set().union(*batches) - {-1} == set(range(5000))
        assert controller.feed.state.node("n4999").output == 4999
        assert controller.feed.state.status_of("n0") is NodeStatus.COMPLETED
        assert len(statuses) < 10

    loop.run_until_complete(main())


def test_a_status_is_announced_once(controller, host, loop):
    seen = []
    controller.status_changed.connect(lambda: seen.append(controller.status))

    async def main():
        run_id = begun(host, A, "a-1")
        await controller.show(run_id)
        await until(lambda: controller.status is RunStatus.RUNNING)
        controller.feed.flush()
        seen.clear()
        for _ in range(50):
            host.push(run_id, EventKind.NODE_LOGGED, 0, {"level": "info", "message": "x"})
        await until(lambda: controller.feed.log_count >= 51)
        controller.feed.flush()
        assert seen == []
        host.push(run_id, EventKind.RUN_COMPLETED)
        await until(lambda: controller.status is RunStatus.COMPLETED)
        controller.feed.flush()
        assert set(seen) == {RunStatus.COMPLETED}

    loop.run_until_complete(main())
