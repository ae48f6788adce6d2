"""One item of a container (C10.1, C15)."""

from __future__ import annotations

from run_dialogue import OK, Dialogue, expands, output, workflow

from floworch.run.one_item import result_of_item


def test_the_result_is_the_output_of_the_only_sink_or_every_sinks_by_id() -> None:
    nodes = {"loop": {}, "x": {"parent": "loop"}, "y": {"parent": "loop"}, "z": {"parent": "loop", "join": "any"}}
    run = Dialogue(workflow(nodes, "x>y", "x:error>z")).start()
    run.answer(expands([1], 1))
    run.answer(output("from x"))
    frame = run.scheduler.core.frames[run.plan.index["loop"], (0,)]
    assert result_of_item(run.scheduler.core, frame) == {"y": None, "z": None}
    run.answer(output("from y"))
    assert run.state.node("loop").output == [{"y": "from y", "z": None}]


def test_a_container_that_is_stopped_ends_once_its_items_have() -> None:
    """C7.3"""
    run = Dialogue(workflow({"loop": {}, "x": {"parent": "loop"}, "after": {}}, "loop>after")).start()
    run.answer(expands([1, 2], 1))
    run.tell(run.scheduler.cancel, "enough")
    assert run.statuses()["loop"] == "running"
    run.answer(OK)
    assert run.statuses() == {"loop": "cancelled", "x": "completed", "after": "skipped"}
