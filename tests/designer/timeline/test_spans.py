"""What every node did when, from the events of a run (C12): a table of stories and the spans they make."""

from __future__ import annotations

import pytest
import replay_kit as kit

from floworch.run.events import Event, EventKind
from floworch_designer.runs.sketch import Sketch
from floworch_designer.timeline.pieces import Piece
from floworch_designer.timeline.spans import Gantt, Kind, Row

K = EventKind
NAMES = ("a", "b", "c", "loop", "x")
FLOW = {
    "nodes": {"a": {}, "b": {}, "c": {}, "loop": {}, "x": {"parent": "loop"}},
    "edges": [{"from": "a", "to": "b"}, {"from": "a", "to": "c"}, {"from": "b", "to": "loop"},
              {"from": "c", "to": "loop"}],
}  # fmt: skip


def chart(*facts, flow=FLOW, names=NAMES):
    """A Gantt of ``(at, kind, node, attempt, scope)``; what is left out is 1 and ()."""
    gantt = Gantt(Sketch.of(flow), names)
    for seq, (at, kind, *rest) in enumerate(facts):
        node, attempt, scope = [*rest, *(-1, 1, ())[len(rest) :]]
        gantt.add(Event(seq, at, kind, node, attempt, scope))
    return gantt


def told(gantt, node):
    return [(span.kind.name, span.start, span.end, span.attempt, span.outcome) for span in gantt.spans[node]]


@pytest.mark.parametrize(
    ("facts", "spans"),
    [
        pytest.param([(1, K.NODE_STARTED, 0), (2, K.NODE_COMPLETED, 0)], [("RUNNING", 1, 2, 1, "completed")], id="ran"),
        pytest.param([(1, K.NODE_STARTED, 0)], [("RUNNING", 1, None, 1, "")], id="runs"),
        pytest.param(
            [(1, K.NODE_STARTED, 0), (2, K.NODE_RETRYING, 0), (4, K.NODE_STARTED, 0, 2), (5, K.NODE_FAILED, 0, 2)],
            [("RUNNING", 1, 2, 1, "retrying"), ("BACKOFF", 2, 4, 1, "started"), ("RUNNING", 4, 5, 2, "failed")],
            id="tried again",
        ),
        pytest.param(
            [(1, K.NODE_STARTED, 0), (2, K.NODE_WAITING, 0), (8, K.NODE_RESUMED, 0), (9, K.NODE_COMPLETED, 0)],
            [("RUNNING", 1, 2, 1, "waiting"), ("WAITING", 2, 8, 1, "resumed"), ("RUNNING", 8, 9, 1, "completed")],
            id="waited",
        ),
        pytest.param(
            [(1, K.NODE_STARTED, 0), (2, K.NODE_INTERRUPTED, 0), (6, K.NODE_STARTED, 0, 2), (7, K.RUN_COMPLETED)],
            [("RUNNING", 1, 2, 1, "interrupted"), ("RUNNING", 6, 7, 2, "")],
            id="interrupted, and cut off by the end of the run",
        ),
        pytest.param(
            [(1, K.NODE_STARTED, 0), (2, K.NODE_COMPLETED, 0), (5, K.NODE_COMPENSATING, 0),
             (6, K.NODE_COMPENSATION_RETRYING, 0), (7, K.NODE_COMPENSATING, 0, 2), (8, K.NODE_COMPENSATED, 0, 2)],
            [("RUNNING", 1, 2, 1, "completed"), ("UNDOING", 5, 6, 1, "compensation_retrying"),
             ("BACKOFF", 6, 7, 1, "compensating"), ("UNDOING", 7, 8, 2, "compensated")],
            id="undone",
        ),
    ],
)  # fmt: skip
def test_spans_of_one_node(facts, spans):
    assert told(chart((1, K.RUN_CREATED), (1, K.RUN_STARTED), *facts), 0) == spans


def test_a_node_that_could_have_run_before_was_queued():
    ran = chart(
        (0, K.RUN_STARTED), (0, K.NODE_STARTED, 0), (2, K.NODE_COMPLETED, 0), (2, K.NODE_STARTED, 1),
        (3, K.NODE_STARTED, 2), (4, K.NODE_COMPLETED, 1), (5, K.NODE_COMPLETED, 2), (7, K.NODE_STARTED, 3),
    )  # fmt: skip
    assert told(ran, 1)[0][0] == "RUNNING"
    assert told(ran, 2)[0] == ("QUEUED", 2, 3, 0, "started")
    assert told(ran, 3)[0] == ("QUEUED", 5, 7, 0, "started")
    assert ran.critical() == [0, 2, 3]
    assert ran.took(2, 9.0) == 2.0  # the queue is not its time
    assert ran.took(3, 9.0) == 2.0


def test_a_node_that_was_queued_stands_where_its_queue_began_whenever_the_rows_are_read():
    facts = [
        (0, K.RUN_STARTED), (0, K.NODE_STARTED, 0), (2, K.NODE_COMPLETED, 0), (2, K.NODE_STARTED, 4),
        (4, K.NODE_STARTED, 2), (5, K.NODE_STARTED, 1),
    ]  # fmt: skip
    flow = {"nodes": {name: {} for name in NAMES}, "edges": [*FLOW["edges"], {"from": "a", "to": "x"}]}
    ran = Gantt(Sketch.of(flow), NAMES)
    seen = []
    for seq, (at, kind, *rest) in enumerate(facts):
        ran.add(Event(seq, at, kind, *(rest or [-1]), 1, ()))
        seen.append([row.node for row in ran.rows()])
    assert seen == [[], [0], [0], [0, 4], [0, 2, 4], [0, 1, 2, 4]]
    assert ran.rows() == chart(*facts, flow=flow).rows()


def test_the_first_end_counts_where_a_node_joins_the_first():
    flow = {**FLOW, "nodes": {**FLOW["nodes"], "loop": {"join": "first"}}}
    ran = chart(
        (0, K.RUN_STARTED), (0, K.NODE_STARTED, 0), (1, K.NODE_COMPLETED, 0), (1, K.NODE_STARTED, 1),
        (1, K.NODE_STARTED, 2), (2, K.NODE_COMPLETED, 1), (2, K.NODE_STARTED, 3), (3, K.NODE_COMPLETED, 2),
        (9, K.NODE_COMPLETED, 3), flow=flow,
    )  # fmt: skip
    assert ran.critical() == [0, 1, 3]


def test_items_of_a_body_are_one_where_they_overlap():
    facts = [(0, K.RUN_STARTED), (0, K.NODE_STARTED, 3)]
    for item, (start, end) in enumerate([(1, 4), (2, 3), (3, 5), (7, 8)]):
        how = K.NODE_COMPLETED if item else K.NODE_FAILED
        facts += [(start, K.NODE_STARTED, 4, 1, (item,)), (end, how, 4, 1, (item,))]
    facts.append((9, K.NODE_STARTED, 4, 1, (5,)))
    ran = chart(*sorted(facts, key=lambda fact: fact[0]))
    assert ran.pieces(4) == [Piece(1, 5, 3, 1), Piece(7, 8, 1, 0), Piece(9, None, 1, 0)]
    assert ran.rows() == [Row(3, 0), Row(4, 1)]
    assert ran.took(4, 10.0) == 9.0
    assert ran.attempts == 6
    assert ran.at(4, 2.5).scope == (1,)
    assert ran.at(4, 0.5) is None


def test_rows_stand_in_the_order_of_what_happened_and_pauses_are_kept():
    ran = Gantt(Sketch.of({"nodes": {"a": {}, "b": {}, "c": {}, "d": {}}}), ("a", "b", "c", "d"))
    for event in kit.events():
        ran.add(event)
    assert [row.node for row in ran.rows()] == [0, 1, 2, 3]
    assert ran.pauses == [[102.7, 103.5]]
    assert (ran.begin, ran.end, ran.attempts) == (100.0, 106.0, 5)


def test_what_goes_on_ends_the_critical_path():
    ran = chart((0, K.RUN_STARTED), (0, K.NODE_STARTED, 0), (2, K.NODE_COMPLETED, 0), (2, K.NODE_STARTED, 1))
    assert ran.critical() == [0, 1]
    assert ran.at(1, 99.0).end is None
    assert ran.at(0, 99.0) is None
    assert chart((0, K.RUN_STARTED)).critical() == []


def test_a_node_without_a_span_is_not_in_the_chart():
    ran = chart((0, K.RUN_STARTED), (1, K.NODE_SKIPPED, 0), (1, K.NODE_LOGGED, 1))
    assert ran.rows() == []
    assert Kind.QUEUED == 0


def test_an_item_that_is_tried_again_is_one_item():
    ran = chart(
        (1, K.NODE_STARTED, 4, 1, (0,)), (1, K.NODE_STARTED, 4, 1, (1,)), (2, K.NODE_RETRYING, 4, 1, (0,)),
        (3, K.NODE_STARTED, 4, 2, (0,)), (4, K.NODE_COMPLETED, 4, 1, (1,)), (5, K.NODE_COMPLETED, 4, 2, (0,)),
    )  # fmt: skip
    (piece,) = ran.pieces(4)
    assert (piece.count, piece.failed) == (2, 1)
