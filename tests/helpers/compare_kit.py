"""Differences of two runs made by hand."""

from __future__ import annotations

from floworch.model.diff import FieldChange
from floworch.run.compare import NodeDifference, RunDifference

CHANGE = FieldChange("output.k", 1, 2)


def node(name="n", status=("completed", "completed"), took=(1.0, 1.0), error=(None, None), output=(), counts=({}, {})):
    return NodeDifference(name, status, (1, 1), took, error, tuple(output), counts)


def difference(*nodes, first=None, inputs=()):
    return RunDifference(("a", "b"), ("w", "w"), ("completed", "failed"), (3.0, 4.5), tuple(inputs), (), (None, "x"),
                         nodes, first)  # fmt: skip
