"""Which events write a line into the log, and what it says."""

from __future__ import annotations

import pytest

from floworch.run.events import Event, EventKind
from floworch_designer.runs.stories import TOLD, line_of

K = EventKind


@pytest.mark.parametrize(
    ("kind", "node", "scope", "payload", "told"),
    [
        (K.RUN_STARTED, -1, (), None, ("", "info", "Run started")),
        (K.NODE_STARTED, 0, (), None, ("a", "debug", "Started")),
        (K.NODE_STARTED, 0, (3,), None, None),
        (K.NODE_COMPLETED, 0, (), None, ("a", "info", "Completed")),
        (K.NODE_COMPLETED, 0, (3,), None, None),  # a loop is told of once, not for each item
        (K.NODE_LOGGED, 0, (3,), {"level": "error", "message": "m"}, ("a", "error", "m")),
        (K.NODE_PROGRESSED, 0, (), {"fraction": 1}, None),
        (K.NODE_FAILED, 0, (), {"error": {"kind": "x_error", "message": "m"}}, ("a", "error", "Failed: m (x_error)")),
        (K.APPROVAL_GIVEN, 0, (), {"approved": False}, ("a", "info", "Rejected")),
        (K.RUN_CREATED, -1, (), None, None),
    ],
)
def test_lines(kind, node, scope, payload, told):
    line = line_of(Event(0, 7.0, kind, node, 1, scope, payload), ("a",))
    assert (None if line is None else (line.node, line.level, line.message)) == told
    assert line is None or (line.at, line.item) == (7.0, scope)


@pytest.mark.parametrize(("nodes", "level"), [(TOLD, "info"), (TOLD + 1, "debug")])
def test_steps_of_a_large_run_are_told_of_where_everything_is(nodes, level):
    """Writing a line for each of the thousands that complete in a frame would hold the window."""
    line = line_of(Event(0, 7.0, K.NODE_COMPLETED, 0, 1, (), None), tuple(f"n{i}" for i in range(nodes)))
    assert line is not None
    assert line.level == level
