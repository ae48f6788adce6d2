"""What is left of a run is judged by the time at work of earlier ones: how long a person took says nothing."""

from __future__ import annotations

import pytest

from floworch.model.workflow import Node, Workflow
from floworch.run.events import Event, EventKind

K = EventKind


def asking(parent=None):
    nodes = {
        "work": Node(action="util.log", params={"message": "x"}),
        "ask": Node(action="human.approve", params={"message": "Well?"}, parent=parent),
        "each": Node(action="flow.foreach", params={"items": [1]}),
    }
    return Workflow(id="w", nodes=nodes)


def tell(host, run_id, *events):
    for at, kind, node in events:
        host.past[run_id].append(Event(len(host.past[run_id]), at, kind, node, 1, (), None))


def past_run(host, workflow, run_id):
    host.add(workflow, run_id)
    tell(
        host, run_id, (100.0, K.RUN_STARTED, -1), (100.0, K.NODE_STARTED, 0), (160.0, K.NODE_COMPLETED, 0),
        (160.0, K.NODE_STARTED, 1), (3760.0, K.NODE_COMPLETED, 1), (3760.0, K.RUN_COMPLETED, -1),
    )  # fmt: skip


@pytest.mark.parametrize(("parent", "took"), [(None, [60.0]), ("each", [])])
def test_time_that_people_took_is_left_out(window, host, until, parent, took):
    workflow = asking(parent)
    past_run(host, workflow, "before")
    window.session.document.reset(workflow)
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    until(lambda: any(run.run_id == "before" for run in window.history.model.all))
    state, bar = window.front_feed.live, window.run_bar
    if took:
        until(lambda: bar.earlier(state))  # once its record is read
    assert bar.earlier(state) == took


def test_time_that_a_person_takes_now_does_not_count_either(window, host, until):
    workflow = asking()
    window.session.document.reset(workflow)
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    state = window.front_feed.live
    state.started_at, state.started[0], state.ended[0], state.started[1] = 100.0, 100.0, 130.0, 130.0
    assert window.run_bar.worked(state, 190.0) == 30.0
