"""The run on the canvas: only what changed, wiped when the run goes, moved to another canvas."""

from __future__ import annotations

import pytest

from floworch.artifact import Artifact
from floworch.model.values import encode
from floworch.run.events import Event, EventKind
from floworch.run.status import NodeStatus
from floworch.store.protocol import RunHeader
from floworch_designer.app.running.overlay import MANY, RunOverlay
from floworch_designer.runs.feed import RunFeed
from floworch_designer.runs.passing import Passed
from floworch_designer.runs.sketch import Sketch


class Canvas:
    def __init__(self):
        self.calls, self.statuses, self.infos = [], {}, {}

    def set_statuses(self, statuses):
        self.calls.append(set(statuses))
        self.statuses.update(statuses)

    def set_run_info(self, infos):
        self.infos.update(infos)


@pytest.fixture
def feed(qapp):
    feed = RunFeed()
    feed.begin(RunHeader("r", "w", b"{}", "", {}, ("a", "b"), 1.0))
    return feed


def tell(feed, *facts):
    for kind, node, payload in facts:
        feed._fold(feed.state, Event(feed.state.seq, 10.0 + feed.state.seq, kind, node, 1, (), payload))
    feed.flush()


STARTED = ((EventKind.RUN_CREATED, -1, None), (EventKind.RUN_STARTED, -1, None), (EventKind.NODE_STARTED, 0, None))


def test_only_changed_nodes_are_told(feed):
    canvas = Canvas()
    overlay = RunOverlay(canvas, feed)
    canvas.calls.clear()
    tell(feed, *STARTED)
    tell(feed, (EventKind.NODE_COMPLETED, 0, {"output": 1}))
    assert canvas.calls == [{"a", "b"}, {"a"}]  # all when the run begins, then what changed
    assert canvas.statuses["a"] is NodeStatus.COMPLETED
    assert canvas.infos["a"].duration == 1.0
    assert overlay._moving == set()


def test_the_definition_is_not_read_for_a_node_that_ended_well(feed):
    overlay = RunOverlay(Canvas(), feed)
    tell(feed, *STARTED, (EventKind.NODE_COMPLETED, 0, {"output": 1}))
    assert feed._sketch is None, "that of a large run takes half a frame"
    tell(feed, (EventKind.NODE_STARTED, 1, None), (EventKind.NODE_FAILED, 1, {"error": {"kind": "x", "message": ""}}))
    assert feed._sketch == Sketch()
    assert overlay._canvas.infos["b"].fired == ("error", "done")


def test_a_large_run_that_has_not_begun_costs_nothing(feed):
    canvas = Canvas()
    overlay = RunOverlay(canvas, feed)
    canvas.calls.clear()
    names = tuple(f"n{number}" for number in range(MANY + 1))
    feed.begin(RunHeader("large", "w", b"{}", "", {}, names, 1.0))
    assert canvas.calls == [{"a", "b"}], "the former run is wiped"
    tell(feed, *STARTED)
    assert canvas.statuses["n0"] is NodeStatus.RUNNING
    assert overlay._moving == {0}


def test_items_and_people(feed):
    canvas = Canvas()
    overlay = RunOverlay(canvas, feed)  # kept: Qt would end it with its last name
    tell(feed, *STARTED, (EventKind.ITEMS_LISTED, 0, {"items": [1, 2, 3]}), (EventKind.NODE_STARTED, 1, None),
         (EventKind.NODE_WAITING, 1, {"wait": {"kind": "approval"}}))  # fmt: skip
    assert (canvas.infos["a"].items_done, canvas.infos["a"].items_total) == (0, 3)
    assert canvas.infos["b"].human
    assert overlay._moving == {0}


def test_items_that_a_node_handed_on(feed, qtbot):
    canvas = Canvas()
    overlay = RunOverlay(canvas, feed)  # kept: Qt would end it with its last name
    large = Artifact.of(encode(list(range(300))))
    tell(feed, *STARTED, (EventKind.NODE_COMPLETED, 0, {"output": [1, 2]}), (EventKind.NODE_STARTED, 1, None))
    assert canvas.infos["a"].passed == Passed(2)
    assert canvas.infos["a"].footer().endswith("2 items")
    assert canvas.infos["b"].passed is None
    tell(feed, (EventKind.NODE_COMPLETED, 1, {"output": large}))
    qtbot.waitUntil(lambda: canvas.infos["b"].passed == Passed(300))
    assert overlay._painted == {"a", "b"}


def test_the_ports_that_fired_are_told_once_a_node_has_ended(feed):
    canvas = Canvas()
    overlay = RunOverlay(canvas, feed)  # kept: Qt would end it with its last name
    tell(feed, *STARTED)
    assert canvas.infos["a"].fired is None
    tell(feed, (EventKind.NODE_COMPLETED, 0, {"output": True, "port": "false"}), (EventKind.NODE_BYPASSED, 1, None))
    assert canvas.infos["a"].fired == ("false", "done")
    assert canvas.infos["b"].fired == ()
    assert overlay._painted == {"a", "b"}


def test_a_cleared_run_wipes_the_canvas(feed):
    canvas = Canvas()
    overlay = RunOverlay(canvas, feed)  # kept: Qt would end it with its last name
    tell(feed, *STARTED)
    feed.clear()
    assert overlay._painted == set()
    assert canvas.statuses == {"a": None, "b": None}


def test_another_canvas_gets_the_whole_run(feed):
    first, second = Canvas(), Canvas()
    overlay = RunOverlay(first, feed)
    tell(feed, *STARTED)
    overlay.set_canvas(second)
    assert first.statuses["a"] is None
    assert second.statuses["a"] is NodeStatus.RUNNING


def test_what_was_begun_is_held_while_the_run_is_paused(feed):
    canvas = Canvas()
    overlay = RunOverlay(canvas, feed)
    tell(feed, *STARTED, (EventKind.ITEMS_LISTED, 0, {"items": [1, 2, 3]}))
    assert not canvas.infos["a"].held
    tell(feed, (EventKind.RUN_PAUSING, -1, None), (EventKind.RUN_PAUSED, -1, None))
    assert canvas.infos["a"].held
    tell(feed, (EventKind.RUN_RESUMED, -1, None))
    assert not canvas.infos["a"].held
    assert overlay._moving == {0}


def test_a_second_attempt_says_how_many_there_may_be(qapp):
    feed = RunFeed()
    definition = b'{"middleware": [{"use": "retry", "with": {"max_attempts": 4}}], "nodes": {"b": {"retry": {}}}}'
    feed.begin(RunHeader("r", "w", definition, "", {}, ("a", "b"), 1.0))
    canvas = Canvas()
    overlay = RunOverlay(canvas, feed)
    error = {"error": {"kind": "x", "message": "y"}, "due": 20.0, "delay": 1.0}
    tell(feed, *STARTED, (EventKind.NODE_RETRYING, 0, error))
    assert canvas.infos["a"].due == 20.0
    feed._fold(feed.state, Event(feed.state.seq, 21.0, EventKind.NODE_STARTED, 0, 2, (), None))
    feed.flush()
    assert (canvas.infos["a"].attempt, canvas.infos["a"].max_attempts) == (2, 4)
    assert canvas.infos["a"].due is None
    assert feed.max_attempts("b") == 3
    assert overlay._moving == {0}


def test_a_loop_whose_items_wait_for_people_waits_and_is_not_paused(qapp):
    """designer.md 3: waiting is an hourglass or, for a person, a hand; two bars are a pause."""
    feed, canvas = RunFeed(), Canvas()
    feed.begin(RunHeader("r", "w", b"{}", "", {}, ("a", "b"), 1.0, options={"parents": [[1, 0]]}))
    overlay = RunOverlay(canvas, feed)
    tell(feed, *STARTED, (EventKind.ITEMS_LISTED, 0, {"items": [1]}))
    wait = {"wait": {"kind": "approval", "name": "", "due": None, "details": {}}}
    for kind, payload in ((EventKind.NODE_STARTED, None), (EventKind.NODE_WAITING, wait)):
        feed._fold(feed.state, Event(feed.state.seq, 20.0, kind, 1, 1, (0,), payload))
    tell(feed, (EventKind.RUN_SUSPENDED, -1, None))
    assert canvas.statuses == {"a": NodeStatus.WAITING, "b": NodeStatus.WAITING}
    assert not canvas.infos["a"].held
    assert canvas.infos["b"].human
    tell(feed, (EventKind.RUN_RESUMED, -1, None))
    assert canvas.statuses["a"] is NodeStatus.RUNNING
    assert overlay._moving == {0}


def test_a_step_before_a_question_in_a_loop_is_done_or_waits_and_is_not_paused(qapp):
    """Two bars stood on a step whose items had all been done, in a run that nobody had paused."""
    feed, canvas = RunFeed(), Canvas()
    feed.begin(RunHeader("r", "w", b"{}", "", {}, ("a", "b", "c"), 1.0, options={"parents": [[1, 0], [2, 0]]}))
    overlay = RunOverlay(canvas, feed)
    tell(feed, *STARTED, (EventKind.ITEMS_LISTED, 0, {"items": [1, 2]}))
    wait = {"wait": {"kind": "approval", "name": "", "due": None, "details": {}}}
    step = ((1, EventKind.NODE_STARTED, None), (1, EventKind.NODE_COMPLETED, {"output": 1}),
            (2, EventKind.NODE_STARTED, None), (2, EventKind.NODE_WAITING, wait))  # fmt: skip

    def item(number):
        for node, kind, payload in step:
            feed._fold(feed.state, Event(feed.state.seq, 20.0, kind, node, 1, (number,), payload))

    item(0)
    feed.flush()
    assert canvas.statuses["b"] is NodeStatus.RUNNING, "another item is to come"
    tell(feed, (EventKind.RUN_SUSPENDED, -1, None))
    assert canvas.statuses == {"a": NodeStatus.WAITING, "b": NodeStatus.WAITING, "c": NodeStatus.WAITING}
    assert not canvas.infos["b"].held
    tell(feed, (EventKind.RUN_RESUMED, -1, None))
    item(1)
    tell(feed, (EventKind.RUN_SUSPENDED, -1, None))
    assert canvas.statuses["b"] is NodeStatus.COMPLETED
    assert overlay._moving <= {0, 1}


def test_rounds_that_went_past_a_node_are_none_of_its_own(qapp):
    """Of three items of a loop one takes the other branch: the card says two of two, and the wire two."""
    feed, canvas = RunFeed(), Canvas()
    feed.begin(RunHeader("r", "w", b"{}", "", {}, ("a", "b", "c"), 1.0, options={"parents": [[1, 0], [2, 0]]}))
    overlay = RunOverlay(canvas, feed)
    tell(feed, *STARTED, (EventKind.ITEMS_LISTED, 0, {"items": [1, 2, 3]}))

    def pass_by(item, node):
        feed._fold(feed.state, Event(feed.state.seq, 20.0, EventKind.NODE_BYPASSED, node, 0, (item,), None))

    for item in (0, 1):
        for kind in (EventKind.NODE_STARTED, EventKind.NODE_COMPLETED):
            feed._fold(feed.state, Event(feed.state.seq, 20.0, kind, 1, 1, (item,), None))
    for item, node in ((2, 1), (0, 2), (1, 2), (2, 2)):
        pass_by(item, node)
    feed.flush()
    info = canvas.infos["b"]
    assert (info.reached, info.bypassed, info.skipped) == (2, 1, 0)
    assert (info.items_done, info.items_total) == (2, 2)
    assert info.items == "2 / 2"
    assert (canvas.infos["c"].reached, canvas.infos["c"].items_total) == (0, None), "it had no turn at all"
    assert 0 in overlay._moving
