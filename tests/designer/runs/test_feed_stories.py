"""What a run's events become in words, progress and announcements."""

from __future__ import annotations

import json

import pytest

from floworch.run.events import Event, EventKind
from floworch.run.status import RunStatus
from floworch.store.protocol import RunHeader
from floworch_designer.runs.feed import RunFeed

K = EventKind


@pytest.fixture
def feed(qapp):
    feed = RunFeed()
    feed.begin(header())
    return feed


def header(definition=b"{}", run_id="r"):
    return RunHeader(run_id, "w", definition, "", {}, ("a", "b"), 1.0)


def take(loop, feed, *events):
    """Folds (kind, node, payload) after the run's beginning."""
    state = feed.state
    story = [(K.RUN_CREATED, -1, None), (K.RUN_STARTED, -1, None)] if state.seq == 0 else []
    made = [Event(state.seq + number, 5.0 + number, kind, node, 1 if node >= 0 else 0, (), payload)
            for number, (kind, node, payload) in enumerate([*story, *events])]  # fmt: skip
    loop.run_until_complete(feed.take(made))


@pytest.mark.parametrize(("events", "level", "words"), [
    ([(K.NODE_STARTED, 0, None)], "debug", "Started"),
    ([(K.NODE_STARTED, 0, None), (K.NODE_COMPLETED, 0, {"output": 1})], "info", "Completed"),
    ([(K.NODE_SKIPPED, 0, None)], "debug", "Skipped"),
    ([(K.NODE_STARTED, 0, None), (K.NODE_FAILED, 0, {"error": {"kind": "k", "message": "m"}})],
     "error", "Failed: m (k)"),
    ([(K.NODE_STARTED, 0, None), (K.NODE_FAILED, 0, {})], "error", "Failed:  (error)"),
    ([(K.RUN_FAILED, -1, {"error": {"kind": "k", "message": "m"}})], "error", "Run failed: m (k)"),
    ([(K.RUN_PAUSING, -1, None)], "info", "Pause requested"),
    ([(K.RUN_CANCELLING, -1, None)], "warning", "Stop requested"),
    ([(K.RUN_COMPLETED, -1, {"outputs": {}})], "info", "Run completed"),
    ([(K.NODE_STARTED, 0, None), (K.NODE_WAITING, 0, {"wait": {"kind": "approval"}}),
      (K.APPROVAL_GIVEN, 0, {"approved": False})], "info", "Rejected"),
    ([(K.NODE_STARTED, 0, None), (K.NODE_LOGGED, 0, {"level": "warning", "message": "own"})], "warning", "own"),
])  # fmt: skip
def test_each_event_tells_its_story(feed, loop, events, level, words):
    take(loop, feed, *events)
    assert (feed.logs[-1].level, feed.logs[-1].message) == (level, words)
    assert feed.logs[-1].node == ("a" if events[-1][1] == 0 else "")


def test_a_gap_is_refused_before_anything_is_shown(feed, loop):
    take(loop, feed)
    with pytest.raises(ValueError, match="event 7"):
        loop.run_until_complete(feed.take([Event(7, 9.0, K.RUN_COMPLETED)]))
    assert feed.state.status is RunStatus.RUNNING
    assert feed.state.seq == 2


def test_a_new_run_begins_with_nothing_of_the_old(feed, loop, qtbot):
    take(loop, feed, (K.NODE_STARTED, 0, None), (K.NODE_PROGRESSED, 0, {"fraction": 0.5, "message": "x"}))
    replaced = []
    feed.replaced.connect(lambda: replaced.append(feed.state.run_id))
    feed.begin(header(run_id="second"))
    assert replaced == ["second"]
    assert (list(feed.logs), feed.log_count, feed.progress, feed.state.seq) == ([], 0, {}, 0)
    batches = []
    feed.batch.connect(batches.append)
    feed.flush()
    assert batches == []


def test_nothing_new_is_not_announced(feed, loop):
    take(loop, feed, (K.NODE_STARTED, 0, None))
    feed.flush()
    batches, logged = [], []
    feed.batch.connect(batches.append)
    feed.logged.connect(lambda: logged.append(1))
    feed.flush()
    feed.set_status(feed.state.status)
    feed.flush()
    assert (batches, logged) == ([], [])


@pytest.mark.parametrize(("definition", "attempts"), [
    ({}, 1), ({"retry": {"max_attempts": 5}}, 5), ({"retry": {}}, 3), ({"middleware": [{"use": "retry"}]}, 3),
    ({"middleware": [{"use": "retry", "with": {"max_attempts": 4}}, {"use": "logging"}]}, 4),
    ({"retry": {"max_attempts": 2}, "middleware": [{"use": "retry", "with": {"max_attempts": 9}}]}, 2),
])  # fmt: skip
def test_how_many_attempts_a_node_has(qapp, definition, attempts):
    feed = RunFeed()
    feed.begin(header(json.dumps({"nodes": {"a": definition}}).encode()))
    assert feed.max_attempts("a") == attempts
    assert feed.max_attempts("unknown") == 1


@pytest.mark.parametrize("definition", [b"", b"{", b"\xff"])
def test_a_definition_that_cannot_be_read_is_an_empty_one(qapp, definition):
    feed = RunFeed()
    assert feed.definition == {}
    feed.begin(header(definition))
    assert feed.definition == {}
    assert feed.max_attempts("a") == 1
