"""Where nodes stand: reading ``view.nodes`` of a definition, tolerant of what a person wrote there."""

from __future__ import annotations

from typing import Any

from floworch.model.workflow import Workflow

Point = tuple[float, float]
#: Left, top, right, bottom.
Rect = tuple[float, float, float, float]

#: Steps between nodes that have no stored position, in scene units.
COLUMN, ROW = 288.0, 120.0


def raw_positions(workflow: Workflow) -> dict[str, Any]:
    """``view.nodes`` as stored; an empty dictionary when it is missing or not an object."""
    stored = workflow.view.get("nodes")
    return stored if isinstance(stored, dict) else {}


def as_point(value: Any) -> Point | None:
    """A stored position as a point, or None when it is not two finite numbers."""
    if not isinstance(value, (list, tuple)) or len(value) < 2:
        return None
    x, y = value[0], value[1]
    if isinstance(x, bool) or isinstance(y, bool) or not isinstance(x, (int, float)) or not isinstance(y, (int, float)):
        return None
    # 1e7 keeps well inside the fixed scene rectangle; anything beyond is a slip of the pen.
    return (float(x), float(y)) if abs(x) <= 1e7 and abs(y) <= 1e7 else None


def has_positions(workflow: Workflow) -> bool:
    """Whether any node of the workflow has a stored position."""
    return any(as_point(value) is not None for value in raw_positions(workflow).values())


def positions(workflow: Workflow) -> dict[str, Point]:
    """A position, the top left corner in scene units, for every node.

    Nodes without a stored one line up below everything that has one.
    """
    stored = raw_positions(workflow)
    found: dict[str, Point] = {}
    missing: list[str] = []
    for node_id in workflow.nodes:
        point = as_point(stored.get(node_id))
        if point is None:
            missing.append(node_id)
        else:
            found[node_id] = point
    top = max((y for _, y in found.values()), default=-ROW) + ROW
    left = min((x for x, _ in found.values()), default=0.0)
    for index, node_id in enumerate(missing):
        found[node_id] = (left + COLUMN * (index % 8), top + ROW * (index // 8))
    return found


def with_positions(workflow: Workflow, points: dict[str, Point]) -> Workflow:
    """The workflow with these positions stored, rounded to whole scene units: nobody reads ``1111.7`` in a diff."""
    if not points:
        return workflow
    stored = {**raw_positions(workflow), **{key: [_number(x), _number(y)] for key, (x, y) in points.items()}}
    return workflow.replace(view={**workflow.view, "nodes": stored})


def without_positions(workflow: Workflow, nodes: frozenset[str] | set[str]) -> Workflow:
    """The workflow without the stored positions of these nodes."""
    stored = raw_positions(workflow)
    if not nodes & stored.keys():
        return workflow
    kept = {key: value for key, value in stored.items() if key not in nodes}
    return workflow.replace(view={**workflow.view, "nodes": kept})


def _number(value: float) -> int:
    return round(value)
