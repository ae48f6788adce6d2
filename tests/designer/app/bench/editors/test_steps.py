"""The steps of every editor, taken with a plain QGraphicsView in the place of one."""

from __future__ import annotations

import os

import pytest
from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QTransform
from PySide6.QtWidgets import QGraphicsItem, QGraphicsRectItem, QGraphicsScene, QGraphicsView

from floworch.model.workflow import Workflow
from floworch_designer.app.bench.editors import steps


class Mouse(QObject):
    """The mouse events of a viewport: kind, buttons, where."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[QEvent.Type, Qt.MouseButton, tuple[int, int]]] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent):
            at = event.position().toPoint()
            self.seen.append((event.type(), event.buttons(), (at.x(), at.y())))
            if event.type() is QEvent.Type.MouseMove and event.buttons():
                watched.update()  # type: ignore[attr-defined]
        return False


class Plain(steps.Editor):
    """Nodes are rectangles that the mouse can move."""

    movable = True

    def open(self) -> None:
        self.kept = QGraphicsScene(QRectF(-500, -500, 3000, 3000))
        self.view = QGraphicsView(self.kept)
        self.view.resize(steps.WIDTH, steps.HEIGHT)
        self.view.show()
        self.mouse = Mouse()
        self.view.viewport().installEventFilter(self.mouse)

    def build(self, workflow: Workflow) -> None:
        for x, y in workflow.view["nodes"].values():
            item = QGraphicsRectItem(0, 0, 200, 80)
            item.setPos(x, y)
            item.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsMovable, self.movable)
            self.view.scene().addItem(item)
            self.items.append(item)

    def fit(self) -> None:
        self.view.fitInView(self.view.scene().itemsBoundingRect(), Qt.AspectRatioMode.KeepAspectRatio)

    def full_size(self) -> None:
        self.view.setTransform(QTransform())
        self.view.centerOn(self.view.scene().itemsBoundingRect().center())


class Fixed(Plain):
    movable = False


class Blank(Plain):
    """Shows no frame after the first."""

    def settle(self) -> None:
        super().settle()
        self.view.setUpdatesEnabled(False)


@pytest.fixture(autouse=True)
def environment(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_API", os.environ.get("QT_API", "pyside6"))  # an editor sets it: not for other tests


def test_every_step_is_timed() -> None:
    made: list[Plain] = []

    def make() -> Plain:
        made.append(Plain())
        return made[-1]

    found = steps.measured(make, 100)
    assert set(found) == {"version", "build", "repaint", "pan", "drag"}
    assert all(found[key] > 0 for key in ("build", "repaint", "pan", "drag"))
    assert [len(editor.items) for editor in made] == [steps.FEW, 100]  # the first is not counted


def test_a_pan_is_the_middle_button_there_and_back_and_a_frame_for_each_move() -> None:
    editor = Plain()
    measure = steps.Measure(steps.opened(editor))
    measure.build(steps.graph(50))
    measure.pan()
    moves = [where for kind, held, where in editor.mouse.seen if held is Qt.MouseButton.MiddleButton]
    assert len(moves) == steps.FRAMES + 1  # and the press
    assert moves[0] == moves[-1]
    scene = editor.view.mapToScene(*moves[0])
    assert not any(item.contains(item.mapFromScene(scene)) for item in editor.items)  # where no node is
    assert all(0 <= x < steps.WIDTH and 0 <= y < steps.HEIGHT for x, y in moves)


def test_a_drag_moves_a_node_and_one_that_does_not_is_no_figure() -> None:
    editor = Plain()
    measure = steps.Measure(steps.opened(editor))
    measure.build(steps.graph(50))
    before = [editor.place(item) for item in editor.items]
    assert measure.drag() > 0
    assert sum(editor.place(item) != place for item, place in zip(editor.items, before, strict=True)) == 1
    measure = steps.Measure(steps.opened(Fixed()))
    measure.build(steps.graph(50))
    with pytest.raises(RuntimeError, match="did not move"):
        measure.drag()


def test_a_step_that_paints_nothing_is_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "PATIENCE", 0.05)
    measure = steps.Measure(steps.opened(Blank()))
    measure.build(steps.graph(50))
    with pytest.raises(RuntimeError, match="painted nothing"):
        measure.pan()


def test_the_version_of_a_distribution() -> None:
    assert steps.version("PySide6-Essentials").startswith("6.")
    assert steps.version("") == ""
