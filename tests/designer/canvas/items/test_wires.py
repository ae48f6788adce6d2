"""Wires show what a run did with them."""

from __future__ import annotations

from typing import Any

import pytest

from floworch.run.fold import PASSED
from floworch.run.status import NodeStatus
from floworch_designer.canvas.items.wires import state_of, wire_path
from floworch_designer.canvas.live import RunInfo

S = NodeStatus


@pytest.mark.parametrize(
    ("source", "target", "state"),
    [(None, None, ""), (S.COMPLETED, S.RUNNING, "live"), (S.COMPLETED, S.COMPLETED, "done"), (S.FAILED, S.SKIPPED,
     "untaken"), (S.RUNNING, S.PENDING, ""), (S.SKIPPED, S.SKIPPED, "untaken")],
)  # fmt: skip
def test_states(view: Any, source: NodeStatus | None, target: NodeStatus | None, state: str) -> None:
    view.set_statuses({"a": source, "b": target})
    assert state_of(view.graph.wires[0]) == state


@pytest.mark.parametrize(
    ("fired", "source", "target", "state"),
    [
        (("out", "done"), S.COMPLETED, S.RUNNING, "live"), (("out", "done"), S.COMPLETED, S.PENDING, "done"),
        (("false", "done"), S.COMPLETED, S.BYPASSED, "untaken"),  # a branch that was not chosen
        (("false", "done"), S.COMPLETED, S.COMPLETED, "untaken"),  # its target was reached another way
        ((), S.BYPASSED, S.COMPLETED, "untaken"), (PASSED, S.BYPASSED, S.COMPLETED, "done"),  # disabled: passes through
        (("error", "done"), S.FAILED, S.SKIPPED, "untaken"), (("error", "done", "out"), S.FAILED, S.COMPLETED, "done"),
    ],
)  # fmt: skip
def test_the_ports_that_fired_say_which_way_a_run_went(
    view: Any, fired: tuple[str, ...], source: NodeStatus, target: NodeStatus, state: str
) -> None:
    """(C2.2, C2.6)"""
    view.set_run_info({"a": RunInfo(fired=fired)})
    view.set_statuses({"a": source, "b": target})
    assert state_of(view.graph.wires[0]) == state


def test_the_path_follows_the_curve_and_is_made_once(view: Any) -> None:
    wire = view.graph.wires[0]
    path = wire_path(wire)
    assert (path.currentPosition().x(), path.currentPosition().y()) == wire.points[-1]
    assert wire_path(wire) is path
