"""What became of each item of a loop, read from the events of the run."""

from __future__ import annotations

import pytest

from floworch.run.events import Event, EventKind
from floworch.run.state import RunState
from floworch.run.status import NodeStatus
from floworch_designer.runs.instances import Instances
from floworch_designer.runs.item_values import UNKNOWN

NAMES = ("loop", "work", "inner", "deep")
PARENTS = {1: 0, 2: 0, 3: 2}
_K = EventKind


class Story:
    """Events of a run of a loop, its body and a loop in it."""

    def __init__(self):
        self.events = []

    def say(self, kind, node, scope=(), payload=None, attempt=1):
        self.events.append(Event(len(self.events), 100.0 + len(self.events), kind, node, attempt, scope, payload))

    def of(self, name, most=10**9):
        made = Instances.of(RunState("r", "w", NAMES, parents=PARENTS), name)
        while made.take(self.events, len(self.events), most):
            pass
        return made


@pytest.fixture
def story():
    story = Story()
    story.say(_K.NODE_STARTED, 0)
    story.say(_K.ITEMS_LISTED, 0, (), {"items": ["a", "b"], "concurrency": 2})
    story.say(_K.NODE_STARTED, 1, (0,))
    story.say(_K.NODE_STARTED, 1, (1,))
    story.say(_K.NODE_LOGGED, 1, (1,), {"message": "hello"})
    story.say(_K.NODE_RETRYING, 1, (1,), {"error": {"message": "busy"}, "due": 1.0})
    story.say(_K.NODE_STARTED, 1, (1,), attempt=2)
    story.say(_K.NODE_COMPLETED, 1, (0,), {"output": 1})
    story.say(_K.ITEM_COMPLETED, 0, (0,), {"output": 1})
    story.say(_K.NODE_FAILED, 1, (1,), {"error": {"message": "no"}}, attempt=2)
    story.say(_K.ITEM_FAILED, 0, (1,), {"error": {"message": "no", "node": "work"}})
    return story


@pytest.mark.parametrize("most", [1, 4, 100])
def test_every_instance_has_its_status_attempts_times_output_and_error(story, most):
    """C10.1: an instance for each item; however many events are read at a time."""
    found = story.of("work", most).found
    one, other = found[0,], found[1,]
    assert (one.status, one.attempts, one.duration, one.output) == (NodeStatus.COMPLETED, 1, 5.0, 1)
    assert (other.status, other.attempts, other.duration) == (NodeStatus.FAILED, 2, 6.0)
    assert (other.error, other.spoken) == ({"message": "no"}, [4])


def test_a_loop_at_top_level_tells_of_its_items(story):
    made = story.of("loop")
    assert [(each.status, each.output, each.duration) for each in made.found.values()] == [
        (NodeStatus.COMPLETED, 1, 6.0),
        (NodeStatus.FAILED, None, 7.0),
    ]
    assert made.found[1,].error["node"] == "work"
    assert [made.value((0,)), made.value((1,))] == ["a", "b"]
    assert made.value((7,)) is UNKNOWN


def test_what_waits_says_for_what_until_it_goes_on(story):
    wait = {"kind": "approval", "details": {}}
    story.say(_K.NODE_STARTED, 2, (0,))
    story.say(_K.NODE_WAITING, 2, (0,), {"wait": wait})
    assert (story.of("inner").found[0,].status, story.of("inner").found[0,].wait) == (NodeStatus.WAITING, wait)
    story.say(_K.NODE_RESUMED, 2, (0,))
    assert (story.of("inner").found[0,].status, story.of("inner").found[0,].wait) == (NodeStatus.RUNNING, None)


def test_an_item_that_a_retry_reopens_goes_once_more(story):
    """C7.9"""
    story.say(_K.ITEM_REOPENED, 0, (1,), {"reset": ["work"]})
    assert story.of("work").found[1,].status is NodeStatus.PENDING
    assert story.of("loop").found[1,].status is NodeStatus.RUNNING
    story.say(_K.NODE_STARTED, 1, (1,), attempt=3)
    story.say(_K.NODE_COMPLETED, 1, (1,), {"output": 2}, attempt=3)
    found = story.of("work").found[1,]
    assert (found.status, found.error, found.output, found.duration) == (NodeStatus.COMPLETED, None, 2, 1.0)


def test_a_loop_in_a_loop_gives_the_results_of_its_items(story):
    """Its own event has none: they are those of its items (C15: null for one that failed)."""
    story.say(_K.NODE_STARTED, 2, (0,))
    story.say(_K.ITEMS_LISTED, 2, (0,), {"items": [5, 6, 7], "concurrency": 2})
    for index in (2, 0):
        story.say(_K.NODE_STARTED, 3, (0, index))
        story.say(_K.NODE_COMPLETED, 3, (0, index), {"output": index})
        story.say(_K.ITEM_COMPLETED, 2, (0, index), {"output": index})
    story.say(_K.ITEM_FAILED, 2, (0, 1), {"error": {}})
    story.say(_K.NODE_COMPLETED, 2, (0,))
    assert story.of("inner").found[0,].output == [0, None, 2]
    deep = story.of("deep")
    assert sorted(deep.found) == [(0, 0), (0, 2)]
    assert deep.value((0, 2)) == 7


def test_rounds_have_no_items(story):
    story.events.clear()
    story.say(_K.ITEMS_LISTED, 0, (), {"items": [None], "rounds": {"kind": "repeat"}})
    story.say(_K.NODE_STARTED, 1, (0,))
    assert story.of("work").value((0,)) is UNKNOWN
