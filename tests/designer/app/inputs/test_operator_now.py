"""What a run does now, in lines, for who does not see the canvas."""

from __future__ import annotations

from floworch.model.workflow import Edge, Node, Workflow
from floworch.run.events import EventKind
from floworch_designer.app.inputs.operator_now import LINES, NowLines, steps_now

K = EventKind
APPROVAL = {"wait": {"kind": "approval", "name": "", "due": None, "details": {"message": "Sure?"}}}


def state_of(host, loop, workflow, *events):
    run_id = host.add(workflow)
    for kind, node, payload, *scope in ((K.RUN_STARTED, -1, None), *events):
        host.push(run_id, kind, node, payload, scope=tuple(scope))
    return loop.run_until_complete(host.load(run_id))


def many(count):
    return Workflow(id="w", nodes={f"n{i}": Node(action="util.log", params={"message": "x"}) for i in range(count)})


def test_what_runs_and_what_waits_has_a_line_and_what_ended_has_none(host, loop, flow):
    made = flow().replace(edges=())
    state = state_of(
        host, loop, made, (K.NODE_STARTED, 0, None), (K.NODE_STARTED, 1, None), (K.NODE_WAITING, 1, APPROVAL)
    )
    assert [(step.title, step.words) for step in steps_now(state, str.upper)] == [
        ("FIRST", "Running"), ("SECOND", "waits for an answer"),
    ]  # fmt: skip
    done = state_of(host, loop, made, (K.NODE_STARTED, 0, None), (K.NODE_COMPLETED, 0, {"output": 1}))
    assert steps_now(done, str) == []


def test_a_loop_says_how_far_it_is(host, loop):
    nodes = {
        "each": Node(action="flow.foreach", params={"items": [1, 2, 3]}),
        "one": Node(action="util.log", params={"message": "x"}, parent="each"),
    }
    made = Workflow(id="w", nodes=nodes, edges=(Edge(source="each", target="one"),))
    listed = {"items": [1, 2, 3], "concurrency": 1, "on_item_error": "fail_fast"}
    state = state_of(host, loop, made, (K.NODE_STARTED, 0, None), (K.ITEMS_LISTED, 0, listed))
    ((_, words, _, _),) = steps_now(state, str)
    assert words == "0 of 3"

    asked = ((K.NODE_STARTED, 1, None, 0), (K.NODE_WAITING, 1, APPROVAL, 0), (K.RUN_SUSPENDED, -1, None))
    waits = state_of(host, loop, made, (K.NODE_STARTED, 0, None), (K.ITEMS_LISTED, 0, listed), *asked)
    ((_, words, glyph, _),) = steps_now(waits, str)
    assert (words, glyph) == ("0 of 3", "status-waiting"), "its items wait for people"


def test_of_a_run_that_stands_still_only_what_waits_is_told(host, loop, flow):
    """Nothing is said to run while no process works on the run."""
    state = state_of(host, loop, flow().replace(edges=()), (K.NODE_STARTED, 0, None), (K.NODE_STARTED, 1, None),
                     (K.NODE_WAITING, 1, APPROVAL), (K.RUN_PAUSING, -1, None), (K.RUN_PAUSED, -1, None))  # fmt: skip
    assert [step.title for step in steps_now(state, str)] == ["second"]


def test_more_steps_than_lines_are_counted(host, loop, theme, qtbot):
    state = state_of(host, loop, many(LINES + 2), *((K.NODE_STARTED, i, None) for i in range(LINES + 2)))
    lines = NowLines(theme)
    qtbot.addWidget(lines)
    lines.show()
    lines.show_steps(steps_now(state, str))
    assert [row[2].text() for row in lines.rows] == ["n0", "n1", "n2", "n3"]
    assert lines.more.text() == "2 more steps"
    lines.show_steps([])
    assert not lines.isVisible()
