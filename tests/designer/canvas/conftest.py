"""A canvas on a small workflow, and a hand that moves the mouse over it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from floworch.model.workflow import Node, Workflow
from floworch_designer.canvas import CanvasView
from floworch_designer.document import Document, Selection
from floworch_designer.document.nodes import make_edge
from floworch_designer.document.positions import with_positions
from floworch_designer.theme import Theme


@dataclass(frozen=True)
class Info:
    """What the canvas reads of a required parameter."""

    alias: str | None = None

    def is_required(self) -> bool:
        return True


class Params:
    model_fields: Mapping[str, Info] = {"value": Info()}


@dataclass(frozen=True)
class Spec:
    """An action as far as the canvas looks at it."""

    title: str
    category: str = "data"
    icon: str = ""
    subtitle: str = ""
    container: bool = False
    ports: tuple[str, ...] = ("out",)
    params: Any = None
    raw_params: frozenset[str] = frozenset()
    condition_params: frozenset[str] = frozenset()
    round_params: frozenset[str] = frozenset()
    own_item: bool = True

    def success_ports(self, params: Mapping[str, Any]) -> Sequence[str]:
        return self.ports


@dataclass
class Catalogue:
    """Five actions and no layers."""

    actions: dict[str, Spec] = field(default_factory=lambda: {
        "data.set": Spec("Set data", subtitle="value"),
        "data.need": Spec("Need a value", params=Params),
        "flow.if": Spec("If", "flow", ports=("true", "false")),
        "flow.each": Spec("For each", "flow", container=True),
    })  # fmt: skip

    def find_action(self, action_id: str) -> Spec | None:
        return self.actions.get(action_id)

    def find_layer(self, layer_id: str) -> None:
        return None


def sample() -> Workflow:
    """a > b > c, an ``if`` d, an unknown action u, and a container e with x > y inside."""
    nodes = {
        "a": Node(action="data.set"),
        "b": Node(action="data.set"),
        "c": Node(action="data.set"),
        "d": Node(action="flow.if"),
        "u": Node(action="acme.unknown"),
        "n": Node(action="data.need"),
        "e": Node(action="flow.each"),
        "x": Node(action="data.set", parent="e"),
        "y": Node(action="data.set", parent="e"),
    }
    edges = (make_edge("a", "out", "b"), make_edge("b", "out", "c"), make_edge("x", "out", "y"))
    places = {"a": (0, 0), "b": (320, 0), "c": (640, 0), "d": (0, 160), "u": (320, 160), "n": (640, 160),
              "e": (0, 340), "x": (24, 400), "y": (330, 400)}  # fmt: skip
    return with_positions(Workflow(id="w", nodes=nodes, edges=edges), {k: (float(p), float(q)) for k, (p, q) in
                                                                      places.items()})  # fmt: skip


class Hand:
    """A mouse over a canvas, in scene units."""

    def __init__(self, view: CanvasView) -> None:
        self.view = view
        self.last = QPointF()

    def at(self, x: float, y: float) -> QPoint:
        return self.view.camera().point(x, y).toPoint()

    def card(self, node: str) -> tuple[float, float]:
        rect = self.view.node_rect(node)
        return rect.x() + 100, rect.y() + 20

    def port(self, node: str, port: str | None = "out") -> tuple[float, float]:
        point = self.view.port_point(node, port)
        return point.x(), point.y()

    def press(self, at: tuple[float, float], modifiers: Any = Qt.KeyboardModifier.NoModifier,
              button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:  # fmt: skip
        QTest.mousePress(self.view.viewport(), button, modifiers, self.at(*at))

    def move(self, at: tuple[float, float], modifiers: Any = Qt.KeyboardModifier.NoModifier) -> None:
        place = QPointF(self.at(*at))
        left = Qt.MouseButton.LeftButton
        event = QMouseEvent(QEvent.Type.MouseMove, place, QPointF(self.view.viewport().mapToGlobal(place.toPoint())),
                            Qt.MouseButton.NoButton, left, modifiers)  # fmt: skip
        QApplication.sendEvent(self.view.viewport(), event)

    def release(self, at: tuple[float, float], modifiers: Any = Qt.KeyboardModifier.NoModifier,
                button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:  # fmt: skip
        QTest.mouseRelease(self.view.viewport(), button, modifiers, self.at(*at))

    def hover(self, at: tuple[float, float], modifiers: Any = Qt.KeyboardModifier.NoModifier) -> None:
        """Move without a button."""
        self._send(QEvent.Type.MouseMove, at, Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, modifiers)

    def again(self, at: tuple[float, float], modifiers: Any = Qt.KeyboardModifier.NoModifier,
              button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:  # fmt: skip
        """The second press right after a click."""
        self._send(QEvent.Type.MouseButtonDblClick, at, button, button, modifiers)

    def _send(self, kind: QEvent.Type, at: tuple[float, float], button: Any, buttons: Any, modifiers: Any) -> None:
        place = QPointF(self.at(*at))
        shown = QPointF(self.view.viewport().mapToGlobal(place.toPoint()))
        QApplication.sendEvent(self.view.viewport(), QMouseEvent(kind, place, shown, button, buttons, modifiers))

    def wheel(self, at: tuple[float, float], angle: int,
              modifiers: Any = Qt.KeyboardModifier.NoModifier) -> None:  # fmt: skip
        """Turn the wheel over a scene point; 120 is one notch."""
        place = QPointF(self.at(*at))
        shown = QPointF(self.view.viewport().mapToGlobal(place.toPoint()))
        none = Qt.MouseButton.NoButton
        event = QWheelEvent(place, shown, QPoint(), QPoint(0, angle), none, modifiers, Qt.ScrollPhase.NoScrollPhase,
                            False)  # fmt: skip
        QApplication.sendEvent(self.view.viewport(), event)

    def click(self, at: tuple[float, float], modifiers: Any = Qt.KeyboardModifier.NoModifier) -> None:
        self.press(at, modifiers)
        self.release(at, modifiers)

    def drag(self, start: tuple[float, float], end: tuple[float, float],
             modifiers: Any = Qt.KeyboardModifier.NoModifier) -> None:  # fmt: skip
        self.press(start, modifiers)
        self.move(((start[0] + end[0]) / 2, (start[1] + end[1]) / 2), modifiers)
        self.move(end, modifiers)
        self.release(end, modifiers)

    def key(self, key: Qt.Key, modifiers: Any = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.view, key, modifiers)


@pytest.fixture
def view(qtbot: QtBot) -> CanvasView:
    """A canvas of 1200 x 800 px at 100 % on the sample, top left at (-100, -100)."""
    document, selection = Document(validate=lambda _: ()), Selection()
    document.reset(sample())
    made = CanvasView(document, selection, Theme("dark"), Catalogue())
    qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    made.look_at((-100.0, -100.0, 1100.0, 700.0), 1.0)
    made.zoom_to(1.0)
    corner = made.camera().point(-100, -100)
    made.pan(-round(corner.x()), -round(corner.y()))
    made.setFocus()
    return made


@pytest.fixture
def hand(view: CanvasView) -> Hand:
    """The mouse over that canvas."""
    return Hand(view)


@pytest.fixture
def picture() -> Callable[[CanvasView], QImage]:
    """What a canvas shows once everything is sharp."""
    return take_picture


def take_picture(view: CanvasView) -> QImage:
    """The viewport after all frames that were still owed."""
    view._settle.stop()
    view._settled()
    for _ in range(50):
        view.viewport().repaint()
        if view.complete:
            break
    return view.viewport().grab().toImage()
