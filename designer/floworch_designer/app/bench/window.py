"""The designer's bars: opening, painting, zooming, panning, dragging and live statuses, measured by ``floworch bench``.

    QT_QPA_PLATFORM=offscreen python -m floworch_designer.app.bench.window FILE [--nodes 10000] [--cpu] [--quick]

Every figure is measured on a real CanvasView of 1920 x 1080; a frame is the time of a synchronous repaint. FILE
receives ``{"machine", "rows", "notes"}`` as JSON; the notes say which rivals were not compared, and why.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import PySide6
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from floworch.actions.registry import registry
from floworch.model.workflow import Workflow
from floworch.run.status import NodeStatus
from floworch_designer.app.bench import rivals
from floworch_designer.app.bench.graphs import graph
from floworch_designer.canvas import CanvasView
from floworch_designer.document import Document, Selection
from floworch_designer.theme import Theme

WIDTH, HEIGHT = 1920, 1080
#: Units of bars that are others on a faster or slower machine.
_TIMES = frozenset({"s", "ms", "per s"})

#: The clock: wall time, or with --cpu this thread's processor time, which other programs do not disturb.
clock = perf_counter


class Bench:
    """One window and what was measured on it."""

    def __init__(self) -> None:
        self.app = QApplication.instance() or QApplication([])
        self.theme = Theme("dark")
        self.theme.apply(self.app)  # type: ignore[arg-type]
        self.rows: list[dict[str, Any]] = []
        self.started = 0.0

    def add(self, name: str, value: float, unit: str, bar: float, least: bool = False) -> None:
        """Note a figure and the bar it must keep."""
        kept = value >= bar if least else value <= bar
        row = {"suite": "designer", "work": name, "value": round(value, 4), "unit": unit, "bar": bar, "least": least}
        self.rows.append({**row, "met": kept, "note": "", "scales": unit in _TIMES})

    def open(self, workflow: Workflow) -> tuple[CanvasView, Document, float]:
        """Open a workflow in a new view; returns the seconds to the first full paint."""
        document = Document(validate=lambda _: ())
        view = CanvasView(document, Selection(), self.theme, registry)
        view.resize(WIDTH, HEIGHT)
        view.show()
        self.app.processEvents()
        start = clock()
        document.reset(workflow)
        view.fit()
        self.settle(view)
        return view, document, clock() - start

    def settle(self, view: CanvasView) -> None:
        """Paint frames until nothing is missing."""
        view._settle.stop()
        view._settled()
        view.viewport().repaint()
        for _ in range(200):
            if view.complete:
                return
            view.viewport().repaint()

    def frame(self, view: CanvasView) -> float:
        """One synchronous repaint, ms."""
        start = clock()
        view.viewport().repaint()
        return (clock() - start) * 1000

    def look(self, view: CanvasView, zoom: float | None) -> None:
        """Fit, or this zoom in the middle of the graph."""
        view.fit()
        if zoom is not None:
            view.zoom_to(zoom)
        self.settle(view)

    def repaints(self, view: CanvasView, label: str) -> None:
        """Full repaints at several zooms, warm and with every cache empty."""
        for zoom in (None, 0.2, 0.46, 0.5, 1.0):
            self.look(view, zoom)
            name = "fit" if zoom is None else f"{zoom:g}"
            self.add(f"repaint warm, zoom {name}, {label}", median(lambda: self.frame(view)), "ms", 16)
            cold = []
            for _ in range(3):
                view._tiles.clear()
                view.painter.cache.clear()
                start = clock()
                self.settle(view)
                cold.append((clock() - start) * 1000)
            self.add(f"repaint cold, zoom {name}, {label}", statistics.median(cold), "ms", 60)

    def gestures(self, view: CanvasView, label: str) -> None:
        """Zoom from 100 % to fit and back, and pans, frame by frame."""
        self.look(view, 1.0)
        lowest = 0.05
        steps = [1.0 * (lowest ** (i / 50)) for i in range(51)]
        times, crossing, near = [], 0.0, True
        for factor in [*steps, *reversed(steps), *steps, *reversed(steps)]:
            start = clock()
            view.zoom_to(factor)
            view.viewport().repaint()
            spent = (clock() - start) * 1000
            if (factor >= 0.5) is not near:
                near, crossing = factor >= 0.5, max(crossing, spent)
            times.append(spent)
        self.add(f"zoom gesture p95, {label}", p95(times), "ms", 16)
        self.add(f"zoom gesture worst frame at the level-of-detail border, {label}", crossing, "ms", 80)
        for zoom in (0.07, 0.2, 0.46, 0.55, 1.0):
            self.look(view, zoom)
            times = []
            for index in range(200):
                start = clock()
                view.pan(-17 if index % 100 < 50 else 17, -5 if index % 40 < 20 else 5)
                view.viewport().repaint()
                times.append((clock() - start) * 1000)
            self.add(f"pan p95, zoom {zoom:g}, {label}", p95(times), "ms", 16)

    def drags(self, view: CanvasView, document: Document, label: str) -> None:
        """Drag one node with ten edges, and a thousand selected ones."""
        for zoom in (None, 1.0):
            name = "fit" if zoom is None else "1"
            self.look(view, zoom)
            node = view_middle(view)
            view.selection.set([node])
            self.add(f"drag one node, zoom {name}, {label}", self.drag(view, node), "ms", 2)
            count = min(1000, len(document.workflow.nodes))
            view.selection.set([*sorted(view.graph.boxes, key=lambda key: distance(view, key))[:count]])
            spent = self.drag(view, node)
            self.add(f"drag {count} nodes, zoom {name}, {label}", spent, "ms", 30)
            self.add(f"start of that drag, zoom {name}, {label}", self.started, "ms", 80)
            view.selection.clear()

    def drag(self, view: CanvasView, node: str) -> float:
        """Press, move 60 times, Esc; the median of one move with its paint, ms."""
        middle = view.camera().rect(view.graph.boxes[node].rect).center()
        send(view, QEvent.Type.MouseButtonPress, middle)
        start = clock()
        send(view, QEvent.Type.MouseMove, middle + QPointF(8, 8))
        self.app.processEvents()
        self.started = (clock() - start) * 1000
        times = []
        for index in range(60):
            start = clock()
            send(view, QEvent.Type.MouseMove, middle + QPointF(8 + index * 2, 8 + index))
            self.app.processEvents()
            times.append((clock() - start) * 1000)
        view._interaction.cancel()
        self.app.processEvents()
        return statistics.median(times)

    def statuses(self, view: CanvasView, label: str) -> None:
        """How many status events per second can be absorbed while frames stay under 16.7 ms."""
        ids = list(view.graph.boxes)
        states = [NodeStatus.RUNNING, NodeStatus.COMPLETED, NodeStatus.FAILED, NodeStatus.RETRYING]
        for zoom in (None, 1.0):
            self.look(view, zoom)
            best = 0.0
            for per_frame in (500, 1000, 1700, 2500, 3500, 5000, 8000):
                chance, times = random.Random(3), []
                for number in range(25):
                    # A feed folds the events of a frame: what reaches the canvas is the latest status per node.
                    batch = {ids[chance.randrange(len(ids))]: states[number % 4] for _ in range(per_frame)}
                    start = clock()
                    view.set_statuses(batch)
                    view.viewport().repaint()
                    times.append((clock() - start) * 1000)
                if p95(times) > 16.7:
                    break
                best = per_frame * 60.0
            name = "fit" if zoom is None else "1"
            self.add(f"status events at 60 fps, zoom {name}, {label}", best, "per s", 100_000, least=True)
            view.clear_run()

    def window(self, nodes: int, times: int) -> None:
        """The whole window: its start, and live runs through both hosts."""
        from floworch_designer.app.bench import live as bench_live

        with tempfile.TemporaryDirectory() as name:
            _, *starts = [bench_live.startup(Path(name)) for _ in range(times + 1)]
        self.add("window usable from process start, empty document", statistics.median(starts), "s", 1.5)
        for inside in (False, True):
            host = "in-process host" if inside else "companion"
            runs = sorted((bench_live.measured(nodes, inside) for _ in range(times)), key=lambda run: run[1] / run[0])
            alone, spent, _ = runs[len(runs) // 2]
            gap = statistics.median(run[2] for run in runs)
            label = f"{nodes} no-op nodes, {host}"
            self.add(f"live run against headless ({alone:.2f} s), {label}", spent / alone, "times", 2)
            self.add(f"live run, worst frame (median of {times}), {label}", gap, "ms", 50)

    def size(self, nodes: int, limit: float) -> None:
        """Everything at one size."""
        workflow, label = graph(nodes), f"{nodes} nodes"
        gc.collect()
        view, document, seconds = self.open(workflow)
        self.add(f"open to first full paint, {label}", seconds, "s", limit)
        self.repaints(view, label)
        self.gestures(view, label)
        self.drags(view, document, label)
        self.statuses(view, label)
        if (used := memory()) is not None:
            self.add(f"memory of the process, {label}", used, "MB", 400)
        view.close()
        view.deleteLater()
        self.app.processEvents()


def send(view: CanvasView, kind: QEvent.Type, at: QPointF) -> None:
    """Send a mouse event to the viewport."""
    left = Qt.MouseButton.LeftButton
    button = left if kind is not QEvent.Type.MouseMove else Qt.MouseButton.NoButton
    place = QPointF(view.viewport().mapToGlobal(at.toPoint()))
    event = QMouseEvent(kind, at, place, button, left, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(view.viewport(), event)


def distance(view: CanvasView, node: str) -> float:
    """How far a node is from the middle of the view."""
    away = view.camera().rect(view.graph.boxes[node].rect).center() - QRectF(view.viewport().rect()).center()
    return abs(away.x()) + abs(away.y())


def view_middle(view: CanvasView) -> str:
    """The node nearest to the middle of the view."""
    return min(view.graph.boxes, key=lambda key: distance(view, key))


def median(call: Callable[[], float], times: int = 9) -> float:
    """The median of several calls."""
    return statistics.median(call() for _ in range(times))


def p95(times: list[float]) -> float:
    """The 95th percentile."""
    return sorted(times)[int(len(times) * 0.95)]


def memory() -> float | None:
    """Resident memory of this process, MB; None where neither psutil nor the system tells."""
    try:
        import psutil

        return float(psutil.Process().memory_info().rss) / 1e6
    except ImportError:
        table = Path("/proc/self/statm")
        if not table.exists():
            return None
        return int(table.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def main(arguments: list[str]) -> int:
    """Measure and write the figures; the exit code counts nothing: bars depend on the machine."""
    parser = argparse.ArgumentParser(
        prog="python -m floworch_designer.app.bench.window", description="The designer's bars."
    )
    parser.add_argument("file", type=Path, help="file that receives the figures as JSON")
    parser.add_argument("--nodes", type=int, nargs="*", default=[1000, 10_000])
    parser.add_argument("--cpu", action="store_true", help="count processor time of the GUI thread, not wall time")
    parser.add_argument("--no-window", action="store_true", help="only the canvas")
    parser.add_argument("--no-rivals", action="store_true", help="no other node editors, even where they are installed")
    parser.add_argument(
        "--quick", action="store_true", help="1000 nodes only, a smaller live run, no rivals: under a minute"
    )
    options = parser.parse_args(arguments)
    if options.cpu:
        globals()["clock"] = thread_time
    bench = Bench()
    if not options.no_window:
        bench.window(2000 if options.quick else 10_000, 1 if options.quick else 3)
    for nodes in [1000] if options.quick else options.nodes:
        bench.size(nodes, 0.5 if nodes <= 1000 else 2.0)
    machine = {
        "pyside": PySide6.__version__,
        "platform": QApplication.platformName(),
        "clock": "processor" if options.cpu else "wall",
    }
    others, notes = ([], []) if options.quick or options.no_rivals else rivals.compare()
    report = {"machine": machine, "rows": bench.rows + others, "notes": notes}
    options.file.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
