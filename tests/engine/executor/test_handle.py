"""One run as its caller holds it (interfaces.md section 2)."""

from __future__ import annotations

import asyncio
import copy
import pickle
from collections.abc import Sequence
from concurrent.futures import Future

import pytest
from engine_kit import FailingLog, FailingStore, Kit, chain, door, until
from run_dialogue import workflow

import floworch
from floworch import Engine, RunState, UsageError, Wait
from floworch.actions.context import Context
from floworch.errors import StoreError
from floworch.run.events import Event
from floworch.run.public import RunEvent
from floworch.store.memory import MemoryLog


async def waits() -> Wait:
    return Wait("signal", "go")


async def test_subscribers_go_on_over_pause_and_resume() -> None:
    """C12: gapless, each event once."""
    it, through = door()
    kit = Kit(through=through)
    seen: list[int] = []
    async with kit.running(chain("any", "through", "any")) as (engine, handle):
        handle.subscribe(lambda batch: seen.extend(event.seq for event in batch))
        await it.wait_for()
        await handle.pause(now=True)
        await handle.result()
        it.open()
        await handle.resume()
        late: list[int] = []
        handle.subscribe(lambda batch: late.extend(event.seq for event in batch), 2)
        assert engine.live("r") is handle
        await handle.result()
    assert seen == list(range(len(kit.story())))
    assert late == seen[2:]


async def test_subscribers_see_what_another_engine_did_meanwhile() -> None:
    """C12, C7.2"""
    kit = Kit(waits=waits)
    seen: list[int] = []
    async with kit.running(chain("waits", "any")) as (_, handle):
        handle.subscribe(lambda batch: seen.extend(event.seq for event in batch))
        await handle.result()
        await handle.pause()
        await handle.stopped()
        async with kit.engine() as other:
            await other.signal("r", "go")
        await handle.resume()
        assert (await handle.result()).status == "completed"
    assert seen == list(range(len(kit.story())))


async def test_events_end_with_the_run_and_start_where_asked() -> None:
    """C12"""
    it, through = door()
    kit = Kit(through=through)
    async with kit.running(chain("through")) as (_, handle):
        collected: list[RunEvent] = []

        async def collect() -> None:
            collected.extend([event async for event in handle.events()])

        task = asyncio.ensure_future(collect())
        await it.wait_for()
        it.open()
        await handle.result()
        await task
        assert [event.seq for event in collected] == list(range(len(kit.story())))
        assert [event.seq async for event in handle.events(3)] == [event.seq for event in collected][3:]
        assert [event async for event in handle.events(99)] == []
        assert all(isinstance(event, floworch.Event) for event in collected)
        again = RunState.of(kit.store.header("r"))
        for event in collected:
            again.apply(event)
        assert again.to_json() == kit.store.load("r").to_json()
        assert [(event.kind, event.node) for event in collected if event.kind == "node_completed"] == [
            ("node_completed", "a")
        ]


async def test_an_ended_run_calls_no_subscriber_with_nothing() -> None:
    kit = Kit()
    await kit.run(chain("any"))
    async with kit.engine() as engine:
        handle = await engine.resume("r")
        batches: list[int] = []
        handle.subscribe(lambda batch: batches.append(len(batch)), 99)
        handle.subscribe(lambda batch: batches.append(len(batch)), 1)()
    assert batches == [len(kit.story()) - 1]


async def test_result_waits_for_a_timer_that_is_due_soon_and_not_for_a_late_one() -> None:
    """C8.1, C8.3"""

    async def for_a(ctx: Context, seconds: float) -> Wait:
        return Wait("timer", due=ctx.now() + seconds, on_timeout="complete")

    kit = Kit(timer=for_a)
    soon = await kit.run(workflow({"a": {"action": "t.timer", "params": {"seconds": 30}}}))
    assert soon.status == "completed"

    class Stuck:
        now = staticmethod(kit.clock.now)

        async def sleep_until(self, at: float) -> None:
            await asyncio.Event().wait()

    async with kit.engine(clock=Stuck()) as engine:
        late = await engine.start(workflow({"a": {"action": "t.timer", "params": {"seconds": 3600}}}), run_id="late")
        assert (await late.result()).status == "suspended"
    async with kit.engine() as engine:
        done = await engine.resume("late")
        await done.stopped()
        assert done.state.status == "completed"


async def test_pausing_says_how_many_are_left() -> None:
    """C7.1"""
    it, through = door()
    kit = Kit(through=through)
    async with kit.running(workflow({"a": {"action": "t.through"}, "b": {"action": "t.through"}})) as (_, handle):
        await it.wait_for(2)
        await handle.pause()
        assert (handle.state.status, handle.running) == ("pausing", 2)
        await handle.resume()
        assert handle.state.status == "running"
        it.open()
        assert (await handle.result()).status == "completed"
        assert handle.running == 0


async def test_answers_go_only_to_nodes_that_ask() -> None:
    """C8.1"""

    async def asks() -> Wait:
        return Wait("approval")

    kit = Kit(asks=asks)
    async with kit.running(chain("asks", "any")) as (_, handle):
        await until(lambda: handle.state.status == "suspended")
        with pytest.raises(UsageError, match="does not wait") as caught:
            await handle.approve("b")
        assert caught.value.hint == "Waiting for an approval: a."
        with pytest.raises(UsageError, match="no node"):
            await handle.approve("zzz")
        await handle.reject("a", "no", "me")
        result = await handle.result()
    assert result.nodes["a"].output == {"approved": False, "by": "me", "comment": "no"}
    assert result.nodes["b"].status == "bypassed"


async def test_an_ended_run_refuses_control_with_its_status() -> None:
    kit = Kit()
    async with kit.running(chain("any")) as (_, handle):
        await handle.result()
        for verb in (handle.pause, handle.cancel):
            with pytest.raises(UsageError, match="completed"):
                await verb()
        await handle.resume()
        assert len(handle.state.node_ids) == len((await handle.result()).nodes) == 1


async def test_an_approval_is_answered_once_also_while_nobody_works_on_the_run() -> None:
    """C8.1: a second answer never replaces the first."""

    async def asks() -> Wait:
        return Wait("approval")

    kit = Kit(asks=asks)
    async with kit.running(chain("asks", "any")) as (engine, handle):
        await until(lambda: handle.state.status == "suspended")
        await handle.pause()
        await handle.stopped()
        await engine.approve(handle.run_id, "a", "fine", "ann")
        with pytest.raises(UsageError, match="approved already by ann") as caught:
            await engine.reject(handle.run_id, "a")
        assert caught.value.hint == f"Go on with: floworch resume {handle.run_id}"
        await handle.resume()
        result = await handle.result()
    assert result.nodes["a"].output == {"approved": True, "by": "ann", "comment": "fine"}


async def test_a_result_prints_the_status_of_every_node() -> None:
    kit = Kit()
    async with kit.running(chain("any", "any")) as (_, handle):
        result = await handle.result()
    assert repr(result.nodes) == "{a: completed, b: completed}"


async def test_a_paused_run_is_cancelled_at_once_by_its_handle() -> None:
    """C7.3: works on paused runs at once; watchers and the result see it."""
    kit = Kit(waits=waits)
    seen: list[int] = []
    async with kit.running(chain("waits", "any")) as (_, handle):
        handle.subscribe(lambda batch: seen.extend(event.seq for event in batch))
        await handle.pause(now=True)
        assert (await handle.result()).status == "paused"
        await handle.cancel()
        assert (await handle.result()).status == "cancelled"
        with pytest.raises(UsageError):
            await handle.signal("go")
    assert kit.story()[-1] == "run_cancelled"
    assert seen == list(range(len(kit.story())))


@pytest.mark.parametrize("by", ["handle", "engine"])
async def test_a_paused_run_that_is_cancelled_where_it_ran_is_rolled_back_at_once(by: str) -> None:
    """C7.3, C9: it works on paused runs at once, then compensates."""
    kit = Kit(waits=waits)
    seen: list[int] = []
    flow = workflow({"a": {"action": "t.any", "compensate": {"action": "t.any"}}, "w": {"action": "t.waits"}}, "a>w")
    async with kit.running(flow) as (engine, handle):
        handle.subscribe(lambda batch: seen.extend(event.seq for event in batch))
        assert (await handle.result()).status == "suspended"
        await handle.pause()
        assert (await handle.result()).status == "paused"
        await (handle.cancel() if by == "handle" else engine.cancel("r"))
        result = await handle.result()
    assert result.status == "cancelled"
    assert result.compensation == {"compensated": ["a"], "failed": [], "not_needed": []}
    assert seen == list(range(len(kit.story())))


async def test_a_paused_run_keeps_signals_and_answers_given_by_its_handle() -> None:
    """C7.1: signals and approvals are accepted and kept."""

    async def asks() -> Wait:
        return Wait("approval")

    kit = Kit(waits=waits, asks=asks)
    async with kit.running(workflow({"s": {"action": "t.waits"}, "q": {"action": "t.asks"}})) as (_, handle):
        await until(lambda: handle.state.status == "suspended")
        await handle.pause()
        await handle.stopped()
        await handle.signal("go", {"n": 1})
        await handle.approve("q", by="ann")
        await handle.pause()
        assert (await handle.result()).status == "paused"
        await handle.resume()
        result = await handle.result()
    assert result.status == "completed"
    assert result.nodes["s"].output == {"n": 1}
    assert result.nodes["q"].output["by"] == "ann"


async def test_whoever_gives_the_run_up_waits_for_its_timers_but_for_no_people() -> None:
    """C8.1: ``Workflow.run`` ends with a run in memory; a timer that nobody waits for would never fire."""
    wait = {"action": "flow.wait", "params": {"for": "3h"}}
    paid = {"action": "flow.signal", "params": {"name": "paid"}}
    kit = Kit()
    zero = kit.clock.now()
    async with kit.running(workflow({"w": wait, "b": {"action": "t.any"}}, "w>b")) as (_, handle):
        assert (await handle.result()).status == "suspended"
        assert (await handle.outcome()).status == "completed"
    assert kit.clock.now() - zero == 3 * 3600
    kit = Kit()
    async with kit.running(workflow({"w": wait, "paid": paid})) as (_, handle):
        result = await handle.outcome()
        assert [str(result.status), *(str(node.status) for node in result.nodes.values())] == [
            "suspended", "waiting", "completed",
        ]  # fmt: skip
        await handle.cancel()


class BeginsLate(FailingLog):
    """Its beginning is on the disk only once a later batch could not be written."""

    begun: Future[None]

    def append(self, events: Sequence[Event], sync: bool = True) -> int:
        if self.left <= 0 and not self.begun.done():
            self.begun.set_result(None)
        return super().append(events, sync)


class LateStore(FailingStore):
    """Makes such logs."""

    def _failing(self, log: MemoryLog) -> MemoryLog:
        super()._failing(log).__class__ = BeginsLate
        log.begun = Future()  # type: ignore[attr-defined]
        return log


async def test_what_fails_after_the_beginning_is_told_by_the_result_and_not_by_the_start() -> None:
    """The first nodes run while the beginning goes to the disk; whoever started the run learns its id."""
    async with Engine(store=LateStore(2)) as engine:
        note = {"action": "util.log", "params": {"message": "x"}}
        handle = await engine.start(workflow(dict.fromkeys("abcde", note), "a>b", "b>c", "c>d", "d>e"))
        with pytest.raises(StoreError, match="the disk is full"):
            await handle.result()


async def test_a_result_can_be_copied_and_pickled() -> None:
    result = await Kit().run(chain("any", "any"))
    for same in (copy.copy(result), copy.deepcopy(result), pickle.loads(pickle.dumps(result))):
        assert (same.status, same.data, same.state.to_json()) == (result.status, {}, result.state.to_json())
        assert {name: node.status for name, node in same.nodes.items()} == {"a": "completed", "b": "completed"}


async def test_a_handle_tells_its_run_and_how_it_stands() -> None:
    async with Kit(waits=waits).running(chain("waits")) as (_, handle):
        await handle.result()
        assert (handle.status, repr(handle)) == ("suspended", "<RunHandle r suspended>")
        await handle.signal("go")
        await handle.result()
        assert (handle.status, repr(handle)) == ("completed", "<RunHandle r completed>")


async def test_a_result_tells_the_work_from_the_time_that_passed() -> None:
    """(interfaces 2: duration; C7.1)"""
    kit = Kit(waits=waits)
    async with kit.running(chain("waits")) as (_, handle):
        await handle.pause()
        await handle.stopped()
        assert (await handle.result()).elapsed is None
        kit.clock.advance(7200.0)
        await handle.resume()
        await handle.signal("go")
        result = await handle.result()
    assert result.status == "completed"
    assert result.duration is not None
    assert result.duration < 60.0
    assert result.elapsed is not None
    assert result.elapsed >= 7200.0
