"""What events of items do to the state (C10.1)."""

from __future__ import annotations

from run_dialogue import NEVER, OK, Dialogue, expands, fails, workflow


def test_the_end_of_a_container_leaves_nothing_alive_inside() -> None:
    """C10.1: bodies, waits and due times go; another container's stay. What a retry needs is not alive (C7.9)."""
    nodes = {"outer": {}, "inner": {"parent": "outer"}, "x": {"parent": "inner"}, "more": {}, "y": {"parent": "more"}}
    run = Dialogue(workflow(nodes, settings={"fail_fast": False})).start()
    for _ in range(3):  # ``y`` is held back until both loops and the inner one have their items
        command = next(c for c in run.started if run.plan.ids[c.node] in ("outer", "more", "inner"))
        run.answer(expands([1], 1), command)
    assert len(run.state.items) == 3
    run.play({"x": fails(), "y": NEVER})
    assert run.state.bodies.keys() == {(0,)}
    assert [run.plan.ids[i] for i in run.state.bodies[0,]] == ["y"]
    assert not run.state.waits
    run.tell(run.scheduler.cancel, "enough")


def test_a_container_that_completed_keeps_nothing_of_its_failed_items() -> None:
    """C10.1, C7.9: collected failures are not tried again, nor what is in them."""
    nodes = {"loop": {}, "x": {"parent": "loop"}, "inner": {"parent": "loop"}, "y": {"parent": "inner"}}
    run = Dialogue(workflow(nodes, "x>inner")).start()
    run.answer(expands("ab", 1, "collect"))
    run.play(lambda name, scope, attempt: expands("c") if name == "inner" else fails() if name == "y" else OK)
    assert run.statuses()["loop"] == "completed"
    assert [(run.plan.ids[node], items.left) for (node, _), items in run.state.items.items()] == [("loop", {})]
