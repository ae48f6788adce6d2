"""The feed folds events and announces them once per frame."""

from __future__ import annotations

import asyncio
import time

import pytest

from floworch.run.events import Event, EventKind
from floworch.run.status import RunStatus
from floworch.store.protocol import RunHeader
from floworch_designer.runs.feed import FRAME_NODES, LOG_LIMIT, SLICE, RunFeed


def header(nodes=2):
    return RunHeader("r", "w", b"{}", "", {}, tuple(f"n{i}" for i in range(nodes)), 1.0)


def story(nodes):
    events = [Event(0, 1.0, EventKind.RUN_CREATED), Event(1, 1.0, EventKind.RUN_STARTED)]
    for index in range(nodes):
        events.append(Event(len(events), 2.0, EventKind.NODE_STARTED, index, 1))
        events.append(Event(len(events), 3.0, EventKind.NODE_COMPLETED, index, 1))
    return events


@pytest.fixture
def feed(qapp):
    feed = RunFeed()
    feed.begin(header())
    return feed


def test_one_announcement_for_many_events(feed, loop, qtbot):
    batches = []
    feed.batch.connect(batches.append)
    loop.run_until_complete(feed.take(story(2)))
    qtbot.waitUntil(lambda: bool(batches))
    assert batches == [{-1, 0, 1}]


def test_a_crowd_is_announced_over_several_frames_and_completely(qapp, loop, qtbot):
    feed = RunFeed()
    feed.begin(header(3 * FRAME_NODES))
    batches = []
    loop.run_until_complete(feed.take(story(3 * FRAME_NODES)))
    feed.flush()  # what was announced while folding
    feed.batch.connect(batches.append)
    feed._changed = set(range(-1, 2 * FRAME_NODES))
    feed.announce()
    assert len(batches) == 1
    assert -1 in batches[0]  # the run itself is never late
    qtbot.waitUntil(lambda: len(batches) == 3)
    assert [len(batch) for batch in batches] == [FRAME_NODES, FRAME_NODES, 1]
    assert set().union(*batches) == set(range(-1, 2 * FRAME_NODES))


def test_it_is_behind_from_what_came_to_its_announcement(feed, loop):
    feed._timer.setInterval(60_000)  # no frame passes meanwhile, however busy the machine is
    assert not feed.behind
    loop.run_until_complete(feed.take(story(2)))
    assert feed.behind
    feed.flush()
    assert not feed.behind


def test_repeated_events_after_a_reconnect_are_dropped(feed, loop):
    events = story(2)
    loop.run_until_complete(feed.take(events))
    loop.run_until_complete(feed.take(events[1:]))
    assert feed.state.seq == len(events)


def test_ten_thousand_nodes_leave_the_window_its_frames(qapp, loop):
    feed = RunFeed()
    feed.begin(header(10_000))
    gaps = []

    async def main():
        task = asyncio.create_task(feed.take(story(10_000)))
        last = time.thread_time()  # other programs on the machine do not count
        while not task.done():
            await asyncio.sleep(0)
            now = time.thread_time()
            gaps.append(now - last)
            last = now

    loop.run_until_complete(main())
    assert feed.state.seq == 20_002
    assert sorted(gaps)[int(len(gaps) * 0.95)] < 0.05


def test_many_small_batches_give_way_as_one_large_one_does(qapp, loop, monkeypatch):
    """A companion's batches wait in a buffer: whoever takes one after the other never had to wait for the next."""
    feed = RunFeed()
    feed.begin(header(1000))
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    fold, folded, most = feed._fold, [0], [0]

    def slow_fold(state, event):
        clock[0] += 0.001
        folded[0] += 1
        fold(state, event)

    feed._fold = slow_fold

    async def pump():
        events = story(1000)
        for first in range(0, len(events), 2):
            await feed.take(events[first : first + 2])

    async def main():
        task = asyncio.create_task(pump())
        while not task.done():
            await asyncio.sleep(0)
            most[0], folded[0] = max(most[0], folded[0]), 0

    loop.run_until_complete(main())
    assert feed.state.seq == 2002
    assert most[0] <= SLICE / 0.001 + 1


def test_logs_are_bounded_and_counted(feed, loop):
    events = story(0)
    events += [Event(2 + i, 2.0, EventKind.NODE_LOGGED, 0, 1, (), {"level": "info", "message": str(i)})
               for i in range(LOG_LIMIT + 10)]  # fmt: skip
    loop.run_until_complete(feed.take(events))
    assert len(feed.logs) == LOG_LIMIT
    assert feed.log_count == LOG_LIMIT + 11
    assert feed.logs[-1].message == str(LOG_LIMIT + 9)


def test_progress_is_kept_while_a_node_runs(feed, loop):
    events = [*story(0), Event(2, 2.0, EventKind.NODE_STARTED, 0, 1),
              Event(3, 2.0, EventKind.NODE_PROGRESSED, 0, 1, (), {"fraction": 7, "message": "half"})]  # fmt: skip
    loop.run_until_complete(feed.take(events))
    assert feed.progress[0] == (1.0, "half")
    loop.run_until_complete(feed.take([Event(4, 3.0, EventKind.NODE_COMPLETED, 0, 1)]))
    assert feed.progress == {}


def test_failures_and_retries_tell_their_story(feed, loop):
    error = {"kind": "connection_error", "message": "refused"}
    events = [*story(0), Event(2, 2.0, EventKind.NODE_STARTED, 0, 1),
              Event(3, 2.0, EventKind.NODE_RETRYING, 0, 1, (), {"error": error, "delay": 1.5, "due": 4.0})]  # fmt: skip
    loop.run_until_complete(feed.take(events))
    assert "refused" in feed.logs[-1].message
    assert "1.5 s" in feed.logs[-1].message
    assert feed.logs[-1].level == "warning"
    assert feed.logs[-1].node == "n0"


def test_a_derived_status_is_announced(feed, loop, qtbot):
    loop.run_until_complete(feed.take(story(0)))
    with qtbot.waitSignal(feed.batch):
        feed.set_status(RunStatus.INTERRUPTED)
    assert feed.state.status is RunStatus.INTERRUPTED


def test_a_run_that_is_seen_to_be_cut_off_ran_until_then(feed, loop, monkeypatch):
    loop.run_until_complete(feed.take(story(1)[:3]))
    assert feed.live_at == 2.0
    monkeypatch.setattr(time, "time", lambda: 5.0)
    feed.set_status(RunStatus.INTERRUPTED)
    assert feed.live_at == 5.0
    monkeypatch.setattr(time, "time", lambda: 9.0)
    feed.set_status(RunStatus.INTERRUPTED)
    assert feed.live_at == 5.0
    feed.begin(header())
    assert feed.live_at == 0.0


def test_events_of_a_run_that_is_no_longer_shown_are_dropped(feed, loop):
    feed.clear()
    loop.run_until_complete(feed.take(story(1)))
    assert feed.state is None


def test_the_definition_is_not_read_for_the_lines_of_a_run(feed):
    """(designer.md: nothing blocks the window) all of that of 10 000 nodes takes 20 ms to read"""
    assert feed.told("", "Run started") == "Run started"
    assert feed._sketch is None
    assert feed.told("n0", "words of its own") == "words of its own"
    assert feed._definition is None
