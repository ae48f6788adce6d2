"""Wires show what a run did with them."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtGui import QColor, QPainter, QPixmap

from floworch.run.fold import PASSED
from floworch.run.status import NodeStatus
from floworch_designer.canvas.items.wires import paint_hairlines, state_of, wire_path, wire_pen
from floworch_designer.canvas.live import RunInfo
from floworch_designer.document.nodes import make_edge
from floworch_designer.theme import Theme

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


@pytest.mark.parametrize("width", [1.0, 2.0, 5.0])
@pytest.mark.parametrize("name", ["dark", "light"])
def test_wires_for_errors_and_those_not_taken_are_dashed_six_four(view: Any, name: Any, width: float) -> None:
    """(designer.md section 3: "Error branch: dashed 6-4 ... untaken = 35 % opacity dashed")"""
    theme = Theme(name)
    drawn = view.document.workflow
    view.document.reset(drawn.replace(edges=(make_edge("a", "out", "b"), make_edge("a", "error", "c"))))
    plain, error = view.graph.wires
    assert wire_pen(theme, plain, width).dashPattern() == []
    assert (wire_pen(theme, error, width).color(), dashes(theme, error, width)) == (theme.color("failed"), (6, 4))
    view.set_statuses({"a": S.COMPLETED, "b": S.RUNNING, "c": S.SKIPPED})
    view.set_run_info({"a": RunInfo(fired=("out", "done"))})
    assert (wire_pen(theme, plain, width).color(), dashes(theme, plain, width)) == (theme.color("running"), ())
    assert dashes(theme, error, width) == (6, 4)
    assert shine(theme, wire_pen(theme, error, width).color(), "failed") == pytest.approx(0.35, abs=0.02)
    view.set_run_info({"a": RunInfo(fired=("error", "done"))})
    view.set_statuses({"a": S.FAILED, "b": S.SKIPPED, "c": S.RUNNING})
    assert (wire_pen(theme, error, width).color(), dashes(theme, error, width)) == (theme.color("running"), (6, 4))
    assert dashes(theme, plain, width) == (6, 4)
    assert shine(theme, wire_pen(theme, plain, width).color(), "edge") == pytest.approx(0.35, abs=0.02)


def dashes(theme: Theme, wire: Any, width: float) -> tuple[int, ...]:
    """Lengths of a wire's dashes, px."""
    return tuple(round(length * width) for length in wire_pen(theme, wire, width).dashPattern())


def shine(theme: Theme, color: QColor, token: str) -> float:
    """How opaque a colour of the theme is that looks like this upon the canvas."""
    full, back = theme.color(token), theme.color("canvas")
    return (color.red() - back.red()) / (full.red() - back.red())


def test_the_path_follows_the_curve_and_is_made_once(view: Any) -> None:
    wire = view.graph.wires[0]
    path = wire_path(wire)
    assert (path.currentPosition().x(), path.currentPosition().y()) == wire.points[-1]
    assert wire_path(wire) is path


def test_hairlines_are_made_once_until_the_wire_is_routed_anew(view: Any, qapp: Any) -> None:
    wire, picture = view.graph.wires[0], QPixmap(10, 10)
    for _ in range(2):
        wire.source.x += 50.0
        wire.route()
        painter = QPainter(picture)
        paint_hairlines(painter, view.theme, [wire])
        lines = wire.hair
        paint_hairlines(painter, view.theme, [wire])
        painter.end()
        assert wire.hair is lines
        assert [(line.x1(), line.y1(), line.x2(), line.y2()) for line in lines] == [(*wire.points[0], *wire.points[-1])]
