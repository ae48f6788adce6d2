"""What only a whole window can tell: how soon it is usable, and a live run of thousands of nodes on its canvas."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

import floworch
from floworch.model.workflow import Workflow
from floworch_designer.app.bench.graphs import noop_graph
from floworch_designer.app.main_window import MainWindow
from floworch_designer.app.runtime.loop import QtLoop
from floworch_designer.app.session import open_session
from floworch_designer.runs.hosts import HostChoice
from floworch_designer.settings.settings import Settings
from floworch_designer.theme import Theme

#: The real command in a fresh process; it says when the window has been painted and listens.
CHILD = """
import sys
from floworch_designer.app.runtime.binding import spare_sources
spare_sources()  # as main does before it imports the rest
from PySide6.QtCore import QTimer
from floworch_designer.app import shell
first_steps = shell.Shell._first_steps
def usable(self):
    self.window.canvas.viewport().repaint()
    print("usable", flush=True)
    self._closed.set()
async def tell(self):
    await first_steps(self)
    QTimer.singleShot(0, lambda: usable(self))
shell.Shell._first_steps = tell
from floworch_designer.app.main import main
sys.exit(main(["--store", sys.argv[1]]))
"""
PATIENCE = 120


def startup(folder: Path) -> float:
    """Seconds from starting the process to a painted window of an empty document that takes input.

    What is installed is compiled, which an environment may forbid: the first start with this folder compiles it there,
    and tells nothing.
    """
    compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    environment = {**os.environ, **compiled, "FLOWORCH_CONFIG_DIR": str(folder / "config")}
    start = perf_counter()
    command = [sys.executable, "-c", CHILD, str(folder / "store")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if line.strip() == "usable":
                spent = perf_counter() - start
        child.wait(PATIENCE)
    return spent


def headless(workflow: Workflow, small: Workflow, folder: Path) -> float:
    """Seconds of the run without a window, journaled the same way, after a small one that loads everything."""

    async def run() -> float:
        async with floworch.Engine(store=floworch.FlatBuffersStore(folder)) as engine:
            await (await engine.start(small, run_id="small")).result()
            start = perf_counter()
            handle = await engine.start(workflow, run_id="headless", durability="process")
            result = await handle.result()
            assert result.status == "completed", result.error
            return perf_counter() - start

    return asyncio.run(run())


class Live:
    """A whole window, its loop, and the gaps between the ticks of a timer that ought to come every 16 ms."""

    def __init__(self, app: QApplication, workflow: Workflow, folder: Path, in_process: bool) -> None:
        self.loop = QtLoop(app)
        asyncio.set_event_loop(self.loop)
        session = open_session(Settings(folder / "designer.ini"), HostChoice(folder / "store", in_process))
        self.window = MainWindow(session, Theme("dark"))
        self.window.resize(1920, 1080)
        self.window.show()
        session.document.reset(workflow)
        from floworch_designer.app.files.file_actions import settle_memory

        settle_memory(len(workflow.nodes))
        self.controller = session.controller
        self.gaps: list[float] = []
        self._last = 0.0
        self._timer = QTimer(self.window)
        self._timer.setInterval(16)
        self._timer.timeout.connect(self._tick)

    def _tick(self) -> None:
        now = perf_counter()
        if self._last:
            self.gaps.append((now - self._last) * 1000)
        self._last = now

    async def _until(self, condition: Callable[[], Any]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():  # noqa: ASYNC110 - what a window shows has no event to wait for
                await asyncio.sleep(0.005)

    def run(self, workflow: Workflow, small: Workflow) -> float:
        """Seconds from the request to the shown end of the run."""

        async def work() -> float:
            controller = self.controller
            await controller.start(small)  # wakes the engine's process
            await self._until(lambda: controller.status is not None and controller.status.final)
            self.window.canvas.fit()
            await asyncio.sleep(1.0)  # the problems of the definition are found meanwhile
            self._timer.start()
            start = perf_counter()
            await controller.start(workflow, durability="process")
            await self._until(lambda: controller.status is not None and controller.status.final)
            spent = perf_counter() - start
            self._timer.stop()
            assert str(controller.status) == "completed", controller.status
            return spent

        try:
            return float(self.loop.run_until_complete(work()))
        finally:
            self.loop.run_until_complete(self.controller.close())
            self.window._may_close = True
            self.window.close()
            self.window.deleteLater()
            QApplication.processEvents()
            asyncio.set_event_loop(None)
            self.loop.close()


def measured(nodes: int, in_process: bool) -> tuple[float, float, float]:
    """``live`` in a process of its own: neither memory nor what is kept of a definition carries over."""
    command = [
        sys.executable,
        "-m",
        "floworch_designer.app.bench.live",
        str(nodes),
        "inside" if in_process else "companion",
    ]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=2 * PATIENCE)
    alone, spent, gap = json.loads(done.stdout.splitlines()[-1])
    return alone, spent, gap


def live(nodes: int, in_process: bool) -> tuple[float, float, float]:
    """``(seconds headless, seconds on the canvas, worst gap between frames in ms)`` of one run.

    Each run gets a definition of its own: a second run of the same object would save itself the preparation.
    """
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    Theme("dark").apply(app)
    small = noop_graph(25)
    with tempfile.TemporaryDirectory() as name:
        alone = headless(noop_graph(nodes), small, Path(name) / "alone")
        workflow = noop_graph(nodes)
        window = Live(app, workflow, Path(name), in_process)
        spent = window.run(workflow, small)
        return alone, spent, max(window.gaps, default=0.0)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(live(int(sys.argv[1]), sys.argv[2] == "inside")) + "\n")
