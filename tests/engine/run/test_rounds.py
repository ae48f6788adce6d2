"""Containers that run their body in rounds: repeat and try (C10.2, C15)."""

from __future__ import annotations

import itertools
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from run_dialogue import OK, Dialogue, expands, fails, output, repeats, tries, waits, workflow
from run_reference import block_outcome

from floworch.run.events import EventKind

PURE = {"effect": "pure", "retry": {"max_attempts": 1}}
BODY = {"box": PURE, "x": {"parent": "box", **PURE}, "after": PURE, "saved": PURE}
EDGES = ("box:out>after", "box:error>saved")
PAIR = {"box": PURE, "x": {"parent": "box", **PURE}, "y": {"parent": "box", **PURE}}


def by_round(name: str, scope: tuple[int, ...], attempt: int) -> Any:
    return output([name, *scope])


def repeating(answer: Any, body: Any = by_round) -> Any:
    return lambda name, scope, attempt: answer if name == "box" else body(name, scope, attempt) if scope else OK


def test_without_a_condition_the_most_rounds_run_one_after_the_other() -> None:
    """C10.2"""
    run = Dialogue(workflow(BODY, *EDGES)).start().play(repeating(repeats(3)))
    assert run.most_busy == 1
    assert run.state.node("box").output == {"last": ["x", 2], "count": 3, "met": True}
    assert run.state.node("box").items == {"total": 3, "completed": 3, "failed": 0}
    assert run.statuses() == {"box": "completed", "x": "completed", "after": "completed", "saved": "bypassed"}
    assert run.state.bodies == {}


def test_a_condition_ends_it_and_is_asked_after_every_round_with_its_result() -> None:
    """C10.2"""
    run = Dialogue(workflow(BODY, *EDGES))
    seen: list[Any] = []
    run.holds = lambda name, scope, result: bool(seen.append((scope, result))) or len(seen) == 2
    run.start().play(repeating(repeats(9, "c")))
    assert seen == [((0,), ["x", 0]), ((1,), ["x", 1])]
    assert run.state.node("box").output == {"last": ["x", 1], "count": 2, "met": True}


def test_each_round_has_the_result_of_the_one_before_as_its_item() -> None:
    """C10.2"""
    run = Dialogue(workflow(PAIR, "x>y")).start()
    run.answer(repeats(3, start="first"))
    items = run.state.items[run.plan.index["box"], ()]
    assert items.items[0] == "first"
    for expected in ("a", "b"):
        run.answer(OK)
        run.answer(output(expected))
        assert items.items[-1] == expected
        assert items.items[:-1] == [None] * (items.total - 1)  # what nobody reads again is not kept


@pytest.mark.parametrize(("on_max", "status"), [("complete", "completed"), ("fail", "failed")])
def test_the_most_rounds_without_the_condition(on_max: str, status: str) -> None:
    """C10.2"""
    run = Dialogue(workflow(BODY, *EDGES)).start().play(repeating(repeats(2, "c", on_max=on_max)))
    view = run.state.node("box")
    assert view.status == status
    if on_max == "complete":
        assert view.output == {"last": ["x", 1], "count": 2, "met": False}
    else:
        assert view.error == {
            "kind": "timeout_error", "message": "'until' did not hold after 2 rounds, the most allowed"
        }  # fmt: skip
        assert run.statuses()["saved"] == "completed"


def test_a_condition_that_cannot_be_evaluated_fails_the_repeat() -> None:
    """C4.6"""
    run = Dialogue(workflow(PAIR))
    run.holds = lambda name, scope, result: {"kind": "validation_error", "message": "no such thing"}
    run.start().play(repeating(repeats(5, "c")))
    assert run.state.status == "failed"
    assert run.state.error is not None
    assert "'until' cannot be evaluated: no such thing" in run.state.error["message"]


def test_a_failed_round_fails_the_repeat_and_a_retry_goes_on_in_that_round() -> None:
    """C7.9, C10.2"""
    bad = lambda name, scope, attempt: fails() if scope == (1,) else by_round(name, scope, attempt)  # noqa: E731
    run = Dialogue(workflow(PAIR, "x>y")).start().play(repeating(repeats(3), bad))
    assert run.state.error is not None
    assert "the round with index 1 failed at 'x'" in run.state.error["message"]
    other = run.crash(len(run.events))
    other.tell(other.scheduler.retry)
    other.play(repeating(repeats(3)))
    assert other.state.node("box").output == {"last": ["y", 2], "count": 3, "met": True}
    started = [event.scope for event in other.events if event.kind == EventKind.NODE_STARTED and event.scope]
    assert started == [(0,), (0,), (1,), (1,), (1,), (2,), (2,)]


def test_the_time_between_rounds_is_a_wait_and_survives_a_crash() -> None:
    """C8.1, C8.3, C10.2: the run is suspended meanwhile, and the moment does not move."""
    run = Dialogue(workflow(PAIR)).start()
    run.answer(repeats(2, delay=100.0))
    run.answer(OK)
    run.answer(OK)
    due = run.timers[0].value
    assert (run.statuses()["box"], run.state.status) == ("waiting", "suspended")
    assert due == run.now + 100.0
    for cut in range(2, len(run.events)):
        other = run.crash(cut).go_on()
        other.play(repeating(repeats(2, delay=100.0)))
        assert other.state.status == "suspended", cut
        if "item_completed box[0]" in run.story()[:cut]:
            assert other.timers[0].value == due, cut
        other.fire()
        other.play(lambda name, scope, attempt: output(name))
        assert other.state.status == "completed", cut
        assert other.state.node("box").items == {"total": 2, "completed": 2, "failed": 0}


def test_pause_and_cancel_reach_a_repeat_between_two_rounds() -> None:
    """C7.1, C7.3"""
    run = Dialogue(workflow(PAIR)).start()
    run.answer(repeats(2, delay=5.0))
    run.play()
    run.tell(run.scheduler.pause, False, None)
    assert run.state.status == "paused"
    run.timers.clear()
    run.tell(run.scheduler.resume)
    assert run.timers
    run.tell(run.scheduler.cancel, "enough")
    assert (run.state.status, run.statuses()["box"]) == ("cancelled", "cancelled")
    assert run.scheduler.core.loops == {}
    assert run.state.bodies == {}


def test_a_failure_outside_ends_a_repeat_between_two_rounds() -> None:
    """C4.3, C7.9"""
    run = Dialogue(workflow({**PAIR, "bad": PURE})).start()
    box = next(command for command in run.started if run.plan.ids[command.node] == "box")
    bad = next(command for command in run.started if run.plan.ids[command.node] == "bad")
    run.answer(repeats(2, delay=500.0), box)
    for command in [command for command in run.started if command.scope]:
        run.answer(OK, command)
    run.answer(fails(), bad)
    assert run.statuses()["box"] == "cancelled"
    assert run.state.status == "failed"
    run.sleeps = True
    run.tell(run.scheduler.retry)
    run.play()
    assert run.state.status == "completed"
    assert run.state.node("box").items == {"total": 2, "completed": 2, "failed": 0}


def test_a_pause_waits_for_the_condition() -> None:
    """C7.1: the end of a round and what it means are one."""
    run = Dialogue(workflow({"box": PURE, "x": {"parent": "box", **PURE}})).start()
    run.answer(repeats(5, "c"))
    run.tell(run.scheduler.pause, False, None)
    run.answer(OK)
    assert run.state.status == "paused"
    assert run.story()[-2:] == ["item_completed box[0]", "run_paused"]


@pytest.mark.parametrize("count", [1, 2000])
def test_rounds_without_work_end_without_recursion(count: int) -> None:
    """C10.2"""
    run = Dialogue(workflow({"box": PURE, "x": {"parent": "box", "disabled": True}})).start()
    run.answer(repeats(count))
    assert run.state.node("box").output["count"] == count
    assert run.state.status == "completed"


def test_a_body_that_succeeds_fires_ok_and_out() -> None:
    """C15"""
    run = Dialogue(workflow({**BODY, "fine": PURE}, *EDGES, "box:ok>fine")).start().play(repeating(tries()))
    assert run.state.node("box").output == ["x", 0]
    assert run.statuses() == {
        "box": "completed", "x": "completed", "after": "completed", "fine": "completed", "saved": "bypassed"
    }  # fmt: skip


def test_a_failure_inside_fires_error_and_names_what_failed() -> None:
    """C15, C4.2"""
    run = Dialogue(workflow(BODY, *EDGES)).start()
    run.play(repeating(tries(), lambda *_: fails("timeout_error")))
    view = run.state.node("box")
    assert (view.status, view.error) == (
        "failed", {"kind": "timeout_error", "message": "timeout_error", "node": "x", "index": 0}
    )  # fmt: skip
    assert run.statuses()["saved"] == "completed"
    assert run.statuses()["after"] == "skipped"
    assert run.state.status == "completed"


def test_a_failure_that_nobody_catches_fails_the_run() -> None:
    """C4.2"""
    run = Dialogue(workflow({"box": PURE, "x": {"parent": "box", **PURE}})).start()
    run.play(repeating(tries(), lambda *_: fails()))
    assert run.state.status == "failed"
    assert run.state.error is not None
    assert run.state.error["node"] == "box"


@pytest.mark.parametrize("cut_early", [False, True])
def test_a_kind_that_is_not_caught_does_not_fire_error(cut_early: bool) -> None:
    """C15: neither at once nor after a crash, and it is not tried again."""
    run = Dialogue(workflow({**BODY, "end": PURE}, *EDGES, "box:done>end", settings={"fail_fast": False})).start()
    answers = repeating(tries(3, "transient"), lambda *_: fails("not_found_error"))
    run.play(answers)
    if cut_early:
        run = run.crash(run.story().index("node_failed box") + 1).go_on().play(answers)
    assert run.statuses() == {
        "box": "failed", "x": "failed", "after": "skipped", "saved": "skipped", "end": "completed"
    }  # fmt: skip
    assert run.state.status == "failed"
    run.tell(run.scheduler.retry)
    run.play(repeating(tries(3)))
    assert run.state.status == "completed"
    assert run.statuses()["saved"] == "bypassed"


def test_the_body_is_tried_again_as_a_whole() -> None:
    """C15: in a round of its own, and the card of a body node tells of the last try."""

    def body(name: str, scope: tuple[int, ...], attempt: int) -> Any:
        return fails() if name == "y" and scope[0] < 2 else by_round(name, scope, attempt)

    run = Dialogue(workflow(PAIR, "x>y")).start().play(repeating(tries(3), body))
    assert run.state.node("box").output == ["y", 2]
    assert run.state.node("box").items == {"total": 3, "completed": 1, "failed": 2}
    assert run.statuses() == {"box": "completed", "x": "completed", "y": "completed"}
    assert run.state.node("x").counts == {"completed": 1}
    worse = Dialogue(workflow(PAIR, "x>y")).start().play(repeating(tries(2), body))
    assert worse.state.status == "failed"
    assert [error["index"] for error in worse.state.node("box").errors] == [0, 1]


def test_a_try_that_waits_before_it_tries_again() -> None:
    """C8.1"""
    run = Dialogue(workflow({"box": PURE, "x": {"parent": "box", **PURE}})).start()
    run.answer(tries(2, delay=30.0))
    run.answer(fails())
    assert run.state.status == "suspended"
    other = run.crash(len(run.events)).go_on()
    other.fire()
    assert other.play().state.status == "completed"


def test_an_item_that_waits_inside_a_round_holds_it_open() -> None:
    """C8.1"""
    run = Dialogue(workflow({"box": PURE, "x": {"parent": "box", **PURE}})).start()
    run.answer(repeats(2))
    run.answer(waits("timer", due=9_000.0, on_timeout="complete"))
    assert run.state.status == "suspended"
    run.fire()
    run.answer(OK)
    assert run.state.status == "completed"


@st.composite
def blocks(draw: st.DrawFn) -> dict[str, Any]:
    """A random nest of containers, up to four deep."""
    numbers = iter(range(1000))

    def block(depth: int) -> dict[str, Any]:
        name = f"n{next(numbers):02}"
        if depth == 0 or (depth < 4 and draw(st.integers(0, 2)) == 0):
            return {"name": name}
        kind = draw(st.sampled_from(["each", "repeat", "try"]))
        inside = [block(depth - 1) for _ in range(draw(st.integers(1, 2)))]
        most = draw(st.integers(1, 3))
        return {"name": name, "kind": kind, "most": most, "inside": inside, "collect": draw(st.booleans())}

    return block(4)


def definition_of(block: dict[str, Any], nodes: dict[str, Any], edges: list[str], parent: str | None = None) -> None:
    nodes[block["name"]] = {**PURE, **({"parent": parent} if parent else {})}
    parts = block.get("inside", [])
    for part in parts:
        definition_of(part, nodes, edges, block["name"])
    edges += [f"{one['name']}>{two['name']}" for one, two in itertools.pairwise(parts)]


def flat(block: dict[str, Any]) -> dict[str, Any]:
    found = {block["name"]: block}
    for part in block.get("inside", []):
        found.update(flat(part))
    return found


@given(blocks(), st.integers(0, 2**32), st.integers(0, 4), st.booleans(), st.data())
@settings(max_examples=200, deadline=None)
def test_any_nest_ends_as_the_reference_says_also_after_a_crash_anywhere(
    block: dict[str, Any], seed: int, badness: int, fail_fast: bool, data: st.DataObject
) -> None:
    """C7.4, C10, C15: repeat, try and foreach in each other; ended rounds never run again."""
    known = flat(block)

    def dice(word: str, name: str, scope: tuple[int, ...]) -> int:
        return zlib.crc32(f"{seed} {word} {name} {scope}".encode()) % 12

    def bad(name: str, scope: tuple[int, ...]) -> bool:
        return dice("bad", name, scope) < badness

    def holds(name: str, scope: tuple[int, ...], result: Any = None) -> bool:
        return dice("holds", name, scope) < 4

    def answers(name: str, scope: tuple[int, ...], attempt: int) -> Any:
        part = known[name]
        if "kind" not in part:
            return fails() if bad(name, scope) else output([name, *scope])
        delay = 10.0 * (dice("delay", name, scope) % 2)
        if part["kind"] == "repeat":
            return repeats(part["most"], "c", delay=delay)
        if part["kind"] == "try":
            return tries(part["most"], delay=delay)
        return expands(list(range(part["most"])), 1, "collect" if part["collect"] else "stop")

    nodes: dict[str, Any] = {}
    edges: list[str] = []
    definition_of(block, nodes, edges)
    whole = Dialogue(workflow(nodes, *edges, settings={"fail_fast": fail_fast}))
    whole.holds, whole.sleeps = holds, True
    whole.start().play(answers)
    well, value = block_outcome(block, bad, holds)
    assert whole.state.status == ("completed" if well else "failed")
    assert whole.state.bodies == {}
    if well:
        assert whole.state.node(block["name"]).output == value
    other = whole.crash(data.draw(st.integers(2, len(whole.events))))
    ended = {(e.node, e.scope) for e in other.events if e.kind in (EventKind.ITEM_COMPLETED, EventKind.ITEM_FAILED)}
    packed = other.crash(len(other.events)).state.pack()
    other.state.__init__("r", "t", other.plan.ids, {}, 0.0, dict(other.plan.parents))  # type: ignore[misc]
    other.state.unpack(packed)  # as from a snapshot
    if not other.state.status.final:
        other.go_on().play(answers)
    assert other.state.status == whole.state.status
    assert other.state.node(block["name"]).output == whole.state.node(block["name"]).output
    again = {
        (other.plan.parent[e.node], e.scope) for e in other.events[packed["seq"] :] if e.kind == EventKind.NODE_STARTED
    }
    assert not again & ended
    assert other.state.bodies == {}
    assert other.state.waits == {}
