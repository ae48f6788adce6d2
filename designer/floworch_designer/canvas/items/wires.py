"""Edges: cosmetic curves, dashed for error ports, faint where a run did not go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from floworch.run.fold import PASSED
from floworch.run.status import NodeStatus
from floworch_designer.canvas.bends import Way
from floworch_designer.canvas.geometry import Point
from floworch_designer.canvas.graph import Wire
from floworch_designer.theme import Theme

#: Fewer visible edges than this are drawn wider than a hairline: wide antialiased pens are dear.
FEW = 32
#: Width of wires where there are few, px.
WIDTH = 2.0
#: How thick a line is around, or along, what would catch what is dragged, px.
AIMED = 4.0
#: Lengths of dashes and of what is between them, px, and the opacity of a wire that a run did not take.
DASHES, UNTAKEN = (6.0, 4.0), 0.35
#: Radius of the corners of a portal's tag.
ROUND = 6.0

_S = NodeStatus
_BEGUN = frozenset({_S.RUNNING, _S.RETRYING})
_NOT_TAKEN = frozenset({_S.SKIPPED})
_ENDED = frozenset({_S.COMPLETED, _S.REUSED, _S.BYPASSED, _S.COMPENSATED})


def way_path(way: Way) -> QPainterPath:
    """A painter path along a way: its curve, or the two ends of portals with their tags."""
    path = path_of(way.points) if not way.tags else QPainterPath()
    for tag in way.tags:
        path.addPath(path_of(tag.strand))
        left, top, right, bottom = tag.rect
        path.addRoundedRect(left, top, right - left, bottom - top, ROUND, ROUND)
    return path


def path_of(points: Sequence[Point]) -> QPainterPath:
    """A painter path along points that are handles and ends of cubics."""
    path = QPainterPath(QPointF(*points[0]))
    for index in range(1, len(points) - 2, 3):
        a, b, c = points[index : index + 3]
        path.cubicTo(a[0], a[1], b[0], b[1], c[0], c[1])
    return path


def wire_path(wire: Wire) -> QPainterPath:
    """The path of a wire, made when it is first painted."""
    if wire.path is None:
        wire.path = way_path(wire)
    found: QPainterPath = wire.path
    return found


@lru_cache(maxsize=256)
def pen(color: str, width: float, dashed: bool = False) -> QPen:
    """A shared cosmetic pen, ``dashed`` for what leads to errors or was not taken."""
    made = QPen(QColor(color), width)
    made.setCosmetic(True)
    if dashed:
        # Qt counts in widths of the pen: a thick wire has dashes as long as those of a thin one.
        made.setDashPattern([length / width for length in DASHES])
        made.setCapStyle(Qt.PenCapStyle.FlatCap)
    return made


def state_of(wire: Wire) -> str:
    """What a run did with a wire: ``live``, ``done``, ``untaken`` or nothing yet (empty)."""
    source, target = wire.source.live.status, wire.target.live.status
    if source is None:
        return ""
    fired = wire.source.live.info.fired if wire.source.live.info is not None else None
    if fired is not None:
        taken = wire.port in fired or (fired == PASSED and wire.port != "error")
        return "untaken" if not taken else "live" if target in _BEGUN else "done" if target is not None else ""
    if target in _NOT_TAKEN or source in _NOT_TAKEN:
        return "untaken"
    if source in _ENDED and wire.port != "error":
        return "live" if target in _BEGUN else "done" if target is not None else ""
    if wire.port == "error" and source is _S.FAILED:
        return "done"
    return ""


def wire_pen(theme: Theme, wire: Wire, width: float) -> QPen:
    """The pen of a wire that is neither hovered nor selected."""
    return _pen_in(theme, state_of(wire), wire.port == "error", width)


def _pen_in(theme: Theme, state: str, error: bool, width: float) -> QPen:
    if state == "untaken":
        return pen(faint(theme, "failed" if error else "edge"), width, True)
    return pen(theme.tokens["running" if state == "live" else "failed" if error else "edge"], width, error)


def faint(theme: Theme, token: str) -> str:
    """A colour at the opacity of a wire that was not taken, upon the canvas."""
    from floworch_designer.theme.tokens import mix

    tokens = theme.tokens
    return tokens.get(f"{token}_faint") or tokens.setdefault(
        f"{token}_faint", mix(tokens[token], tokens["canvas"], UNTAKEN)
    )


def paint_wires(painter: QPainter, theme: Theme, wires: Iterable[Wire], width: float | Callable[[Wire], float]) -> None:
    """Paint wires as curves, scene units, grouped by pen; ``width`` is one for all or told for each."""
    groups: dict[tuple[str, bool, float], list[QPainterPath]] = {}
    for wire in wires:  # hundreds in every frame: a pen is asked for once in each group
        state = "" if wire.source.live.status is None else state_of(wire)
        group = ("" if state == "done" else state, wire.port == "error", width(wire) if callable(width) else width)
        if group not in groups:
            groups[group] = []
        groups[group].append(wire_path(wire) if wire.path is None else wire.path)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    draw = painter.drawPath
    for group, paths in groups.items():
        painter.setPen(_pen_in(theme, *group))
        for path in paths:
            draw(path)


def paint_hairlines(painter: QPainter, theme: Theme, wires: Iterable[Wire]) -> None:
    """Paint wires as straight hairlines, all at once: for zooms at which a curve cannot be seen."""
    lines: list[QLineF] = []
    for wire in wires:
        if wire.hair is None:
            wire.hair = _hairlines(wire)
        lines += wire.hair
    if lines:
        painter.setPen(pen(theme.tokens["edge"], 1.0))
        painter.drawLines(lines)


def _hairlines(wire: Wire) -> list[QLineF]:
    if wire.tags:
        return [QLineF(*tag.strand[0], *tag.strand[-1]) for tag in wire.tags]
    return [QLineF(*a, *b) for a, b in pairwise((wire.points[0], *wire.stops, wire.points[-1]))]
