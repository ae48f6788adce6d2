"""How long the nodes in the bodies of loops worked."""

from __future__ import annotations

from typing import Any

import pytest

from floworch.run.body_times import body_times
from floworch.run.events import Event, EventKind

K = EventKind
#: Node 1 is in the body of node 0, node 2 at top level.
PARENTS = {1: 0}


def story(*told: Any) -> list[Event]:
    """Events from ``(moment, kind[, node, item])``."""
    return [Event(seq, at, kind, *(rest[:1] or [-1]), 1, *rest[1:]) for seq, (at, kind, *rest) in enumerate(told)]


def test_items_are_added_up_though_they_ran_at_once_and_other_nodes_are_left_alone() -> None:
    events = story(
        (0.0, K.NODE_STARTED, 0), (1.0, K.NODE_STARTED, 1, (0,)), (1.5, K.NODE_STARTED, 1, (1,)),
        (2.0, K.NODE_STARTED, 2), (3.0, K.NODE_COMPLETED, 1, (0,)), (4.0, K.NODE_FAILED, 1, (1,)),
        (5.0, K.NODE_COMPLETED, 2), (6.0, K.NODE_STARTED, 1, (2,)),
    )  # fmt: skip
    assert body_times(events, PARENTS) == {1: 4.5}


def test_back_off_and_waits_count_as_in_any_node() -> None:
    events = story(
        (0.0, K.NODE_STARTED, 1, (0,)), (1.0, K.NODE_RETRYING, 1, (0,)), (5.0, K.NODE_STARTED, 1, (0,)),
        (6.0, K.NODE_WAITING, 1, (0,)), (9.0, K.NODE_COMPLETED, 1, (0,)),
    )  # fmt: skip
    assert body_times(events, PARENTS) == {1: 9.0}


def test_what_was_lost_or_goes_anew_and_times_at_rest_do_not_count() -> None:
    """C15: attempts that are lost do not count."""
    lost = story(
        (0.0, K.NODE_STARTED, 1, (0,)), (3.0, K.NODE_INTERRUPTED, 1, (0,)), (3.0, K.RUN_PAUSED),
        (50.0, K.RUN_RESUMED), (50.0, K.NODE_STARTED, 1, (0,)), (52.0, K.NODE_COMPLETED, 1, (0,)),
    )  # fmt: skip
    assert body_times(lost, PARENTS) == {1: 2.0}
    again = story(
        (0.0, K.NODE_STARTED, 1, (0,)), (3.0, K.NODE_FAILED, 1, (0,)), (3.0, K.RUN_FAILED), (9.0, K.RUN_RETRIED),
        (9.0, K.NODE_STARTED, 1, (0,)), (9.5, K.NODE_COMPLETED, 1, (0,)),
    )  # fmt: skip
    assert body_times(again, PARENTS) == {1: 0.5}


@pytest.mark.parametrize(("stop", "at"), [(K.RUN_PAUSED, 1.0), (K.RUN_INTERRUPTED, 61.0)])
def test_an_item_that_waited_for_its_next_attempt_while_the_run_stood_still_did_not_work(
    stop: EventKind, at: float
) -> None:
    """A process that died is found out later: nothing is known of the run after its last event."""
    events = story(
        (0.0, K.NODE_STARTED, 1, (0,)), (1.0, K.NODE_RETRYING, 1, (0,)), (at, stop), (61.0, K.RUN_RESUMED),
        (61.0, K.NODE_STARTED, 1, (0,)), (62.0, K.NODE_COMPLETED, 1, (0,)),
    )  # fmt: skip
    assert body_times(events, PARENTS) == {1: 2.0}
