"""The steps that every editor takes, with one clock: build and show, repaint the fitted view, pan and drag at 100 %.

Nothing here imports a Qt binding: an editor brings its own, and two of them do not bear each other in one process.
"""

from __future__ import annotations

import importlib
import json
import os
import statistics
import sys
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any

from floworch.model.workflow import Workflow
from floworch_designer.app.bench.graphs import COLUMN, ROW, graph

WIDTH, HEIGHT = 1920, 1080
#: Frames of a pan and moves of a drag, repaints of the fitted view.
FRAMES, REPAINTS = 60, 9
#: Nodes of the graph that is shown before the clock runs.
FEW = 50
#: Seconds after which a step that paints nothing is given up.
PATIENCE = 20.0


class Editor:
    """An editor on a QGraphicsView, and how its own user would pan it and drag a node: with the mouse.

    Subclasses say how it is built, and keep in ``items`` the QGraphicsItem of each node, if there is one.
    """

    #: The Qt binding and the distribution, whose version is told.
    binding, distribution = "PySide6", ""

    def __init__(self) -> None:
        # Whatever chooses a binding by itself is to choose this one.
        os.environ["QT_API"] = self.binding.lower()
        self.core, self.gui, widgets = (
            importlib.import_module(f"{self.binding}.{part}") for part in ("QtCore", "QtGui", "QtWidgets")
        )
        self.app = widgets.QApplication.instance() or widgets.QApplication([])
        self.view: Any = None
        self.items: list[Any] = []

    def open(self) -> None:
        """Make the empty editor and set ``view``."""
        raise NotImplementedError

    def build(self, workflow: Workflow) -> None:
        """Put the workflow on the empty editor."""
        raise NotImplementedError

    def fit(self) -> None:
        """Show everything."""
        raise NotImplementedError

    def full_size(self) -> None:
        """Show the middle of the graph at 100 %."""
        raise NotImplementedError

    def settle(self) -> None:
        """Paint until nothing is missing: one frame, for an editor that paints everything at once."""
        self.view.viewport().repaint()

    def spots(self) -> list[tuple[Any, Any]]:
        """Every node with the viewport point at which it can be taken."""
        return [(item, self.view.mapFromScene(item.sceneBoundingRect().center())) for item in self.items]

    def place(self, node: Any) -> tuple[float, float]:
        """Where a node is in the scene, to see that a drag has moved it."""
        return node.scenePos().x(), node.scenePos().y()

    def pan(
        self, at: tuple[int, int], steps: Sequence[tuple[int, int]], timed: Callable[[Callable[[], None]], float]
    ) -> list[float]:
        """Pan through these offsets, each timed: here with the middle button from this point, where no node is."""
        return self._gesture(self.core.Qt.MouseButton.MiddleButton, at, steps, timed)

    def drag(
        self, at: tuple[int, int], steps: Sequence[tuple[int, int]], timed: Callable[[Callable[[], None]], float]
    ) -> list[float]:
        """Drag what is at this point of the viewport through these offsets, each timed."""
        return self._gesture(self.core.Qt.MouseButton.LeftButton, at, steps, timed)

    def _gesture(
        self,
        button: Any,
        at: tuple[int, int],
        steps: Sequence[tuple[int, int]],
        timed: Callable[[Callable[[], None]], float],
    ) -> list[float]:
        kinds = self.core.QEvent.Type
        self._mouse(kinds.MouseMove, at, None, None)
        self._mouse(kinds.MouseButtonPress, at, button, button)
        self.app.processEvents()
        times = []
        for x, y in steps:
            to = (at[0] + x, at[1] + y)
            times.append(timed(lambda to=to: self._mouse(kinds.MouseMove, to, None, button)))  # type: ignore[misc]
        self._mouse(kinds.MouseButtonRelease, to, button, None)
        self.app.processEvents()
        return times

    def _mouse(self, kind: Any, at: tuple[int, int], button: Any, held: Any) -> None:
        none = self.core.Qt.MouseButton.NoButton
        viewport = self.view.viewport()
        local = self.core.QPointF(*at)
        place = self.core.QPointF(viewport.mapToGlobal(self.core.QPoint(*at)))
        modifiers = self.core.Qt.KeyboardModifier.NoModifier
        event = self.gui.QMouseEvent(kind, local, place, button or none, held or none, modifiers)
        self.app.sendEvent(viewport, event)


class Measure:
    """Takes the steps with an editor that is open and empty."""

    def __init__(self, editor: Editor) -> None:
        self.editor = editor
        self._painted = 0
        measure = self
        plain: Any = editor.core.QObject

        class Watch(plain):
            """Counts the frames of the viewport."""

            def eventFilter(self, watched: Any, event: Any) -> bool:
                """Count a paint; every event goes on."""
                if event.type() == editor.core.QEvent.Type.Paint:
                    measure._painted += 1
                return False

        self._watch = Watch()
        editor.view.viewport().installEventFilter(self._watch)

    def frame(self, act: Callable[[], None]) -> float:
        """Milliseconds of an act and of the frame that shows it."""
        before = self._painted
        start = perf_counter()
        act()
        while self._painted == before:
            self.editor.app.processEvents()
            if perf_counter() - start > PATIENCE:
                raise RuntimeError(f"a step painted nothing in {PATIENCE:g} s")
        return (perf_counter() - start) * 1000

    def build(self, workflow: Workflow) -> float:
        """Seconds from the definition in memory to all of it painted."""
        start = perf_counter()
        self.editor.build(workflow)
        self.editor.fit()
        self.editor.settle()
        self.editor.app.processEvents()
        return perf_counter() - start

    def repaint(self) -> float:
        """Milliseconds of one full repaint of the fitted view, the median."""
        self.editor.fit()
        self.editor.settle()
        return statistics.median(self.frame(self.editor.view.viewport().repaint) for _ in range(REPAINTS))

    def pan(self) -> float:
        """Milliseconds of a frame of a pan at 100 %, p95."""
        self._full_size()
        _, (x, y) = self._middle()
        there = [(17 * (number + 1), 5 * (number + 1)) for number in range(FRAMES // 2)]
        between = (x + COLUMN // 2, y + ROW // 2)
        times = self.editor.pan(between, [*there, *reversed(there[:-1]), (0, 0)], self.frame)
        return sorted(times)[int(len(times) * 0.95)]

    def drag(self) -> float:
        """Milliseconds of one move of a node at 100 %, the median; the start of the drag does not count."""
        self._full_size()
        node, spot = self._middle()
        before = self.editor.place(node)
        steps = [(24 * number, 24 * (number % 8)) for number in range(1, FRAMES // 2)]
        _, *times = self.editor.drag(spot, steps, self.frame)
        if self.editor.place(node) == before:
            raise RuntimeError("the drag did not move the node")
        return statistics.median(times)

    def _middle(self) -> tuple[Any, tuple[int, int]]:
        """The node nearest to the middle of the view, and where it can be taken."""
        node, spot = min(self.editor.spots(), key=lambda each: _away(each[1]))
        return node, (round(spot.x()), round(spot.y()))

    def _full_size(self) -> None:
        self.editor.full_size()
        self.editor.settle()
        self.editor.app.processEvents()


def _away(spot: Any) -> float:
    return float(abs(spot.x() - WIDTH / 2) + abs(spot.y() - HEIGHT / 2))


def measured(make: Callable[[], Editor], nodes: int) -> dict[str, Any]:
    """``{"version", "build", "repaint", "pan", "drag"}`` of an editor with so many nodes: seconds, then ms.

    A first editor shows a few nodes before the clock runs: what is imported or loaded once belongs to starting up.
    """
    first = opened(make())
    Measure(first).build(graph(FEW))
    first.view.window().hide()
    workflow = graph(nodes)
    editor = opened(make())
    measure = Measure(editor)
    figures = {"build": measure.build(workflow), "repaint": measure.repaint(), "pan": measure.pan()}
    return {"version": version(editor.distribution), **figures, "drag": measure.drag()}


def opened(editor: Editor) -> Editor:
    """An editor that is shown and empty."""
    editor.open()
    editor.app.processEvents()
    return editor


def version(distribution: str) -> str:
    """The version of an installed distribution; empty for none."""
    from importlib.metadata import version as found

    return found(distribution) if distribution else ""


def main(make: Callable[[], Editor], arguments: Sequence[str]) -> None:
    """Measure in this process, print one JSON line, and end without the tidying up that a rival may not survive."""
    figures = measured(make, int(arguments[0]))
    sys.stdout.write("\n" + json.dumps(figures) + "\n")
    sys.stdout.flush()
    os._exit(0)
