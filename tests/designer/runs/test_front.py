"""The run of the tab in front."""

from __future__ import annotations

import pytest

from floworch_designer.runs.controller import RunController
from floworch_designer.runs.front import FrontRun


@pytest.fixture
def pair(host, loop):
    return RunController(lambda: host), RunController(lambda: host)


def test_it_answers_for_the_one_in_front_and_hands_on_its_signals_alone(pair):
    first, second = pair
    front, told = FrontRun(first), []
    front.status_changed.connect(lambda: told.append("status"))
    front.feed.replaced.connect(lambda: told.append("replaced"))
    front.feed.batch.connect(told.append)
    second.run_id = "r-2"
    second.feed.replaced.emit()
    assert (front.run_id, told) == (None, [])
    front.turn(second)
    assert (front.run_id, told) == ("r-2", ["replaced", "status"])
    told.clear()
    first.status_changed.emit()
    first.feed.batch.emit({1})
    second.feed.batch.emit({2})
    assert told == [{2}]
    front.turn(second)
    assert told == [{2}], "nothing is read anew for the one that is in front"


def test_what_nobody_has_is_an_error(pair):
    with pytest.raises(AttributeError):
        _ = FrontRun(pair[0]).nonsense
