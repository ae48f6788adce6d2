"""Wires show what a run did with them."""

from __future__ import annotations

from typing import Any

import pytest

from floworch.run.status import NodeStatus
from floworch_designer.canvas.items.wires import state_of, wire_path

S = NodeStatus


@pytest.mark.parametrize(
    ("source", "target", "state"),
    [(None, None, ""), (S.COMPLETED, S.RUNNING, "live"), (S.COMPLETED, S.COMPLETED, "done"), (S.FAILED, S.SKIPPED,
     "untaken"), (S.RUNNING, S.PENDING, ""), (S.SKIPPED, S.SKIPPED, "untaken")],
)  # fmt: skip
def test_states(view: Any, source: NodeStatus | None, target: NodeStatus | None, state: str) -> None:
    view.set_statuses({"a": source, "b": target})
    assert state_of(view.graph.wires[0]) == state


def test_the_path_follows_the_curve_and_is_made_once(view: Any) -> None:
    wire = view.graph.wires[0]
    path = wire_path(wire)
    assert (path.currentPosition().x(), path.currentPosition().y()) == wire.points[-1]
    assert wire_path(wire) is path
