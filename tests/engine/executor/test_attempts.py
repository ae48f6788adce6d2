"""Attempts in flight: every way one may end, stop and be tried again (C4.4-C4.6, C7.1, C7.3)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from engine_kit import Kit, chain, door, until
from run_dialogue import workflow

from floworch import ActionError, NodeStatus, RunHandle, Wait
from floworch.actions.context import Context


class Rude(BaseException):
    """Not an Exception."""


class MuteError(Exception):
    """Cannot even say what it is."""

    def __str__(self) -> str:
        raise RuntimeError("no words")


class OddError(Exception):
    """Gives something else than text."""

    def __str__(self) -> Any:
        return 7  # noqa: PLE0307 - that is the point


class HintedError(Exception):
    """Has attributes that look like ours."""

    retry_after = float("nan")
    hint = property(lambda self: 1 / 0)


WILD = [
    ValueError("plain"), SystemExit(3), KeyboardInterrupt(), Rude("rude"), MuteError(), OddError(), HintedError("h"),
    BaseExceptionGroup("many", [KeyboardInterrupt(), ValueError("v")]), ExceptionGroup("some", [ValueError("v")]),
    RecursionError("deep"), MemoryError(), StopIteration(), StopAsyncIteration(), asyncio.CancelledError("mine"),
    GeneratorExit(), TimeoutError("own"), ActionError("said", retry_after=float("inf")), ValueError("\udc80 no text"),
]  # fmt: skip


@pytest.mark.parametrize("error", WILD, ids=lambda error: type(error).__name__)
async def test_any_exception_on_the_loop_fails_its_node_only(error: BaseException) -> None:
    """C4.6: the sibling goes on and the run ends with the cause."""

    async def bad() -> None:
        raise error

    kit = Kit(bad=bad)
    result = await kit.run(workflow({"a": {"action": "t.bad"}, "b": {"action": "t.any"}}))
    assert result.status == "failed"
    assert result.nodes["a"].status == "failed"
    assert result.nodes["b"].status == "completed"
    assert result.nodes["a"].error
    assert result.nodes["a"].error["message"]


@pytest.mark.parametrize("error", WILD, ids=lambda error: type(error).__name__)
async def test_any_exception_in_a_thread_fails_its_node_only(error: BaseException) -> None:
    """C4.6"""

    def bad() -> None:
        raise error

    kit = Kit(bad=bad)
    result = await asyncio.wait_for(kit.run(workflow({"a": {"action": "t.bad"}, "b": {"action": "t.any"}})), 30)
    assert {name: str(view.status) for name, view in result.nodes.items()} == {"a": "failed", "b": "completed"}


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), object(), {1: 2}, {"a": {1, 2}}, "\udc80", [b"ok", lambda: 0], 10**200_000,
     Wait("timer", due=float("nan")), Wait("approval", details={"x": object()})],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
async def test_an_output_that_is_no_json_value_fails_its_node(value: Any) -> None:
    """C6.2"""

    async def odd() -> Any:
        return value

    result = await Kit(odd=odd).run(chain("odd"))
    assert result.nodes["a"].status == "failed"
    assert result.nodes["a"].error
    assert result.nodes["a"].error["kind"] == "validation_error"


async def test_a_swallowed_cancel_does_not_spoil_the_next_attempt_of_the_same_worker() -> None:
    """C4.5, C7.1: an action that answers a stop with an error leaves its worker able to time out the next one."""
    it, through = door()

    async def turns_it_into_an_error(ctx: Context) -> None:
        try:
            await it(ctx)
        except asyncio.CancelledError:
            raise ValueError("I was stopped") from None

    async def slow() -> None:
        await asyncio.Event().wait()

    kit = Kit(angry=turns_it_into_an_error, slow=slow, through=through)
    definition = workflow(
        {"a": {"action": "t.angry"}, "b": {"action": "t.slow", "timeout": 0.01}, "c": {"action": "t.through"}},
        "a:done>b",
        settings={"max_concurrency": 2},
    )  # fmt: skip
    async with kit.running(definition) as (_, handle):
        await it.wait_for(2)
        driver = handle.working("test")
        driver.attempts.stop((0, ()), "cancelled", "just so")
        await until(lambda: handle.state.status_of("b") == "failed" or handle.state.status.final)
        assert handle.state.errors[1]["kind"] == "timeout_error"
        it.open()
        assert (await handle.result()).status == "failed"


@pytest.mark.parametrize(("value", "attempts"), [
    ("{{ inputs.text | int }}", 1),  # the same each time
    ("{{ inputs.missing.deep }}", 1), ("{{ nodes['b'].output.none }}", 1),
    ("{{ data.late }}", 3),  # somebody may have written it meanwhile (C6.1)
    ("{{ nodes[inputs.text].output }}", 3),
])  # fmt: skip
async def test_parameters_that_can_never_fit_are_not_tried_again(value: str, attempts: int) -> None:
    """C4.4: a retry covers every kind of error of the action; this one is not even called."""

    async def takes(number: int) -> None: ...

    kit = Kit(takes=takes)
    retry = {"max_attempts": 3, "delay": 1}
    definition = workflow(
        {"b": {"action": "t.any"}, "a": {"action": "t.takes", "params": {"number": value}, "retry": retry}}, "b>a",
        inputs={"text": {}, "missing": {}},
    )  # fmt: skip
    result = await kit.run(definition, inputs={"text": "no number", "missing": {}})
    assert result.nodes["a"].error
    assert result.nodes["a"].error["kind"] == "validation_error"
    assert result.nodes["a"].attempts == attempts


async def test_parameters_that_read_a_node_which_has_not_ended_are_tried_again() -> None:
    """C2.3, C4.4: below a join of the first, what a node reads of the others may be there for its next attempt."""
    runs: list[RunHandle] = []

    async def late() -> int:
        await until(lambda: runs and runs[0].fold.status_of("c") is NodeStatus.RETRYING)
        return 7

    async def takes(number: int) -> int:
        return number

    kit = Kit(late=late, takes=takes)
    node = {"action": "t.takes", "params": {"number": "{{ nodes.b.output }}"}, "join": "first",
            "retry": {"max_attempts": 3, "delay": 1}}  # fmt: skip
    definition = workflow({"a": {}, "b": {"action": "t.late"}, "c": node}, "a>c", "b>c")
    async with kit.running(definition) as (_, handle):
        runs.append(handle)
        result = await handle.result()
    assert result.status == "completed"
    assert result.nodes["c"].output == 7
    assert result.nodes["c"].attempts == 2


async def test_a_policy_that_names_the_kind_covers_parameters_too() -> None:
    """C4.4"""

    async def takes(number: int) -> None: ...

    retry = {"max_attempts": 3, "delay": 1, "on": ["validation_error"]}
    node = {"action": "t.takes", "params": {"number": "{{ inputs.text | int }}"}, "retry": retry}
    result = await Kit(takes=takes).run(workflow({"a": node}, inputs={"text": {}}), inputs={"text": "no number"})
    assert result.nodes["a"].attempts == 3


async def test_an_action_that_refuses_a_value_itself_is_tried_again() -> None:
    """C4.4: without ``on`` a policy covers every kind, as the guides promise."""

    async def picky(number: int) -> None:
        raise ValueError("not yet")

    kit = Kit(picky=picky)
    node = {"action": "t.picky", "params": {"number": "{{ inputs.n }}"}, "retry": {"max_attempts": 3, "delay": 1}}
    result = await kit.run(workflow({"a": node}, inputs={"n": {}}), inputs={"n": 1})
    assert result.nodes["a"].attempts == 3


async def test_pause_now_interrupts_and_the_attempt_does_not_count() -> None:
    """C7.1"""
    it, through = door()
    kit = Kit(through=through)
    definition = workflow({"a": {"action": "t.through", "retry": {"max_attempts": 1}}})
    async with kit.running(definition) as (engine, handle):
        await it.wait_for()
        await handle.pause(now=True)
        assert (await handle.result()).status == "paused"
        assert it.stopped == 1
        it.open()
        await engine.resume("r")
        result = await handle.result()
    assert result.status == "completed"
    assert result.nodes["a"].attempts == 2
    assert "node_interrupted a" in kit.story()


async def test_an_action_that_pauses_its_own_run_now_is_interrupted_or_recorded_but_never_lost() -> None:
    """C7.1: a stop that reaches an attempt which then ends without waiting leaves nothing behind."""
    kit = Kit()

    async def pauses(ctx: Context) -> int:
        handle = engine.live("r")
        assert handle is not None
        if ctx.attempt == 1:
            driver = handle.working("pause")
            driver.tell(driver.scheduler.pause, True, None)
        return ctx.attempt

    kit.add("pauses", pauses)
    async with kit.engine() as engine:
        handle = await engine.start(chain("pauses", "any"), run_id="r")
        assert (await handle.result()).status == "paused"
        await engine.resume("r")
        assert (await handle.result()).status == "completed"


async def test_cancel_stops_a_body_and_nothing_runs_afterwards() -> None:
    """C7.3"""
    it, through = door()
    kit = Kit(through=through)
    async with kit.running(chain("through", "any")) as (_, handle):
        await it.wait_for()
        await handle.cancel()
        result = await handle.result()
    assert result.status == "cancelled"
    assert [str(view.status) for view in result.nodes.values()] == ["cancelled", "skipped"]
    assert it.stopped == 1


async def test_an_outcome_that_comes_through_a_stop_counts() -> None:
    """C7.1: running attempts that end well all the same are recorded."""
    it, _ = door()

    async def stubborn(ctx: Context) -> str:
        try:
            await it(ctx)
        except asyncio.CancelledError:
            return "all the same"
        return "no"

    kit = Kit(stubborn=stubborn)
    async with kit.running(chain("stubborn")) as (engine, handle):
        await it.wait_for()
        await handle.pause(now=True)
        assert (await handle.result()).status == "paused"
        assert handle.state.node("a").output == "all the same"
        await engine.resume("r")
        assert (await handle.result()).nodes["a"].attempts == 1


RETRY = [{"use": "retry", "with": {"max_attempts": 3, "delay": 10, "jitter": 0}}]


async def test_a_retry_layer_waits_durably_and_goes_on_in_the_same_call() -> None:
    """C4.4, C5.4"""
    attempts: list[int] = []

    async def flaky(ctx: Context) -> int:
        attempts.append(ctx.attempt)
        if ctx.attempt < 3:
            raise ConnectionError("not yet")
        return ctx.attempt

    kit = Kit(flaky=flaky)
    result = await kit.run(workflow({"a": {"action": "t.flaky", "middleware": RETRY}}))
    assert result.nodes["a"].output == 3
    assert attempts == [1, 2, 3]
    assert kit.story().count("node_retrying a") == 2
    assert sum(kit.clock.jumps) >= 30


async def test_a_crash_in_the_back_off_of_a_layer_resumes_the_back_off() -> None:
    """C4.4: the due time is in the journal and attempts go on counting."""
    attempts: list[int] = []

    async def flaky(ctx: Context) -> None:
        attempts.append(ctx.attempt)
        raise ConnectionError("no")

    kit = Kit(flaky=flaky)

    class Stuck:
        def now(self) -> float:
            return kit.clock.now()

        async def sleep_until(self, at: float) -> None:
            await asyncio.Event().wait()

    definition = workflow({"a": {"action": "t.flaky", "middleware": RETRY}})
    first = kit.engine(clock=Stuck())
    handle = await first.start(definition, run_id="r")
    await until(lambda: handle.state.status_of("a") == "retrying")
    due = handle.state.node("a").retry_due
    handle.working("crash").log.abandon()
    handle.working("crash").close()
    await handle.stopped()
    async with kit.engine() as second:
        again = await second.resume("r")
        assert again.state.node("a").retry_due == due
        result = await again.result()
    assert result.status == "failed"
    assert attempts == [1, 2, 3]


async def test_a_parked_attempt_that_is_cancelled_leaves_its_worker_alive() -> None:
    """C4.3: fail_fast cancels a retrying node; the run ends without an error of ours."""
    it, _ = door()

    async def later(ctx: Context) -> None:
        await it(ctx)
        raise ValueError("now")

    async def flaky() -> None:
        raise ConnectionError("no")

    kit = Kit(later=later, flaky=flaky)

    class Stuck:
        now = staticmethod(kit.clock.now)

        async def sleep_until(self, at: float) -> None:
            await asyncio.Event().wait()

    definition = workflow({"a": {"action": "t.flaky", "middleware": RETRY}, "b": {"action": "t.later"}})
    complaints: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: complaints.append(context))
    async with kit.engine(clock=Stuck()) as engine:
        handle = await engine.start(definition, run_id="r")
        await until(lambda: handle.state.status_of("a") == "retrying" and it.entered)
        it.open()
        result = await handle.result()
    assert {name: str(view.status) for name, view in result.nodes.items()} == {"a": "cancelled", "b": "failed"}
    assert complaints == []


async def test_a_timeout_layer_outside_a_retry_bounds_the_back_off_too() -> None:
    """C15: and the slot count is right afterwards: a failed attempt that was parked gives back one slot, once."""

    async def flaky() -> None:
        raise ConnectionError("no")

    kit = Kit(flaky=flaky)

    class Stuck:
        now = staticmethod(kit.clock.now)

        async def sleep_until(self, at: float) -> None:
            await asyncio.Event().wait()

    layers = [{"use": "timeout", "with": {"after": 0.01}}, *RETRY]
    definition = workflow({"a": {"action": "t.flaky", "middleware": layers}})
    async with kit.engine(clock=Stuck()) as engine:
        handle = await engine.start(definition, run_id="r")
        result = await asyncio.wait_for(handle.result(), 20)
        assert handle._driver is not None
        assert handle._driver.scheduler.busy == 0
    assert result.nodes["a"].error
    assert result.nodes["a"].error["kind"] == "timeout_error"


async def test_a_layer_may_answer_after_its_parked_attempt_timed_out() -> None:
    """C5.2, C15: what an outer layer returns is the node's output, also when it came out of a back-off."""
    from floworch import middleware

    async def flaky() -> None:
        raise ConnectionError("no")

    kit = Kit(flaky=flaky)

    @middleware("instead", target=kit.registry)
    async def instead(call_next: Any, ctx: Any) -> Any:
        try:
            return await call_next(ctx)
        except ActionError:
            return "instead"

    layers = [{"use": "instead"}, {"use": "timeout", "with": {"after": 0.01}}, *RETRY]

    class Stuck:
        now = staticmethod(kit.clock.now)

        async def sleep_until(self, at: float) -> None:
            await asyncio.Event().wait()

    async with kit.engine(clock=Stuck()) as engine:
        handle = await engine.start(workflow({"a": {"action": "t.flaky", "middleware": layers}}), run_id="r")
        result = await asyncio.wait_for(handle.result(), 20)
    assert (result.status, result.nodes["a"].output) == ("completed", "instead")


async def test_what_a_failed_attempt_wrote_is_not_seen() -> None:
    """C6.1: writes become visible with the completion of the attempt that made them."""

    async def writes(ctx: Context) -> None:
        ctx.data.set(f"attempt_{ctx.attempt}", True)
        if ctx.attempt == 1:
            raise ConnectionError("no")

    kit = Kit(writes=writes)
    result = await kit.run(workflow({"a": {"action": "t.writes", "middleware": RETRY}}))
    assert result.state.data == {"attempt_2": True}


async def test_writes_become_visible_with_the_completion_and_not_before() -> None:
    """C6.1"""
    it, _ = door()

    async def writes(ctx: Context) -> bool:
        ctx.data.set("k", 1)
        await it(ctx)
        return ctx.data.has("k")

    seen: list[Any] = []

    async def reads(ctx: Context) -> None:
        seen.append(ctx.data.get("k"))

    kit = Kit(writes=writes, reads=reads)
    definition = workflow({"a": {"action": "t.writes"}, "b": {"action": "t.reads"}, "c": {"action": "t.reads"}}, "a>c")
    async with kit.running(definition) as (_, handle):
        await it.wait_for()
        await until(lambda: seen)
        it.open()
        result = await handle.result()
    assert seen == [None, 1]
    assert result.nodes["a"].output is True
