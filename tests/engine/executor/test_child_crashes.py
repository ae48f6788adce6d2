"""A crash at any event of a caller and its children, in the order in which they were journaled (C7.4, C10.3)."""

from __future__ import annotations

from engine_kit import Kit
from recording_store import RecordingStore, cut
from run_dialogue import workflow

from floworch.actions.context import Context
from floworch.model.workflow import Workflow
from floworch.store.memory import MemoryStore


def family() -> Workflow:
    """A run that calls a workflow for each of two items; each calls another one."""
    leaf = workflow({"x": {"action": "t.count"}, "y": {"action": "t.count"}}, "x>y", id="leaf", outputs={"n": 1})
    middle = workflow(
        {"call": {"action": "flow.call", "params": {"workflow": "leaf"}}, "after": {"action": "t.count"}},
        "call>after", id="middle", outputs={"n": "{{ nodes.call.output.n + 1 }}"},
    ).attach(leaf)  # fmt: skip
    nodes = {
        "each": {"action": "flow.foreach", "params": {"items": [0, 1], "concurrency": 2}},
        "call": {"action": "flow.call", "params": {"workflow": "middle"}, "parent": "each"},
        "last": {"action": "t.count"},
    }
    return workflow(nodes, "each>last", id="top", outputs={"n": "{{ nodes.each.output }}"}).attach(middle)


async def test_whatever_was_written_last_the_family_ends_alike_and_nothing_completed_runs_again() -> None:
    ran: list[tuple[str, str]] = []

    async def count(ctx: Context) -> None:
        ran.append((ctx.run_id, ctx.node))

    kit = Kit(count=count)
    kit.store = recording = RecordingStore()
    whole = await kit.run(family())
    assert whole.outputs == {"n": [{"n": 2}, {"n": 2}]}
    expected = sorted(ran)
    assert len(expected) == 7
    order = list(recording.order)
    assert len({run_id for run_id, _ in order}) == 5
    for length in range(1, len(order)):
        store = cut(order[:length])
        completed = _completed(store)
        ran.clear()
        async with kit.engine(store=store) as engine:
            result = await (await engine.resume("r")).result()
        assert (result.status, result.outputs) == ("completed", whole.outputs), length
        assert sorted([*completed, *ran]) == expected, length
        assert {run.run_id for run in store.list()} == {run_id for run_id, _ in order}, length
        assert {run.status for run in store.list()} == {"completed"}, length


def _completed(store: MemoryStore) -> set[tuple[str, str]]:
    """Counting nodes that are completed."""
    found = set()
    for run in store.list():
        state = store.load(run.run_id)
        found |= {(run.run_id, name) for name in ("x", "y", "after", "last")
                  if name in state.index and state.status_of(name) == "completed"}  # fmt: skip
    return found
