"""A person who edits at random in a real window while runs go on; a program of its own, so that its memory is its own.

``python tests/helpers/window_soak.py SECONDS SEED FOLDER`` tells what was seen as JSON: ``failures`` (also what was not
closed), ``frames``,
``over`` (how many were long), ``long`` (the longest, in milliseconds of work), ``memory`` in megabytes and ``widgets``
from half time on, ``done`` and ``runs``.

Memory is compared at rest: one tab with a fresh definition, every question closed, what was freed given back to the
system. What is shown at the moment, and how many tabs there happen to be, is then no part of it.

A frame is what the window's thread works between two turns of its loop, by the processor's clock: how long other
programs make it wait is not its fault. A core that is shared or clocked down counts more for the same work, therefore a
fixed piece of work is timed every second and right after a long frame, and the frame is told in milliseconds of an
ordinary desktop, by the slowest of these.
"""

from __future__ import annotations

import ctypes
import faulthandler
import gc
import json
import logging
import os
import random
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

import psutil
from PySide6.QtCore import QPoint, Qt, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from real_window import RealWindow, real_window

from floworch.model.workflow import Workflow
from floworch_designer.app.bench.graphs import noop_graph
from floworch_designer.app.commands.actions import ROWS
from floworch_designer.canvas import CanvasView
from floworch_designer.document import edits

#: Milliseconds of work above which a frame is told.
FRAME = 100.0
#: Seconds of processor time between two notes of where a long frame is.
PLACE = 0.02
#: How often memory is looked at in the second half.
SAMPLES = 9
NODES = 150
TABS = 3
#: Chance in every step that the definition of a run is left.
LEAVE = 0.05

Key = Qt.Key
_C, _S, _A, _N = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.NoModifier,
)
KEYS = [
    (Key.Key_D, _N), (Key.Key_D, _C), (Key.Key_Delete, _N), (Key.Key_Delete, _C), (Key.Key_Z, _C), (Key.Key_Z, _C),
    (Key.Key_Z, _C | _S), (Key.Key_C, _C), (Key.Key_V, _C), (Key.Key_Left, _N), (Key.Key_Right, _N),
    (Key.Key_Down, _C), (Key.Key_Right, _C | _S), (Key.Key_1, _N), (Key.Key_0, _N), (Key.Key_F, _N), (Key.Key_F9, _N),
    (Key.Key_G, _C), (Key.Key_G, _C | _S), (Key.Key_H, _N), (Key.Key_Q, _N), (Key.Key_M, _A), (Key.Key_Right, _S),
    (Key.Key_Escape, _N), (Key.Key_Plus, _N), (Key.Key_Minus, _N),
]  # fmt: skip
#: What ends the window, or opens a program of the system.
NEVER = {"file.quit", "run.delete", "run.prune", "run.in_process", "tabs.reopen"}


class Editor:
    """Does something at random, again and again, and starts a run whenever none goes on."""

    def __init__(self, desk: RealWindow, chance: random.Random) -> None:
        self.desk, self.window, self.chance = desk, desk.window, chance
        self.long: list[tuple[float, str, list[str]]] = []
        self.doing = ""
        self.done = self.runs = self.frames = 0
        self._last = self._ask = 0.0
        self._slow = 1.0
        self._timer = QTimer(self.window)
        self._timer.setInterval(4)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        self._gc = 0.0
        self._seen: list[str] = []
        gc.callbacks.append(self._collecting)
        # Not a thread that reads this one's frames: while they go on, that now and then crashes Python.
        signal.signal(signal.SIGPROF, self._note_place)
        signal.setitimer(signal.ITIMER_PROF, PLACE, PLACE)
        self.commands = [row.id for row in ROWS if row.id not in NEVER]

    def _tick(self) -> None:
        spent = (time.thread_time() - self._last) * 1000
        self.frames += 1
        if spent > FRAME and (spent := spent / max(self._slow, slowness(), slowness())) > FRAME:
            self.long.append((spent, f"{self.doing}, {self._gc * 1000:.0f} ms of garbage collection", self._seen[:12]))
        if time.monotonic() > self._ask:
            self._slow, self._ask = slowness(), time.monotonic() + 1.0
        self._last, self._gc, self._seen = time.thread_time(), 0.0, []

    def _collecting(self, phase: str, _info: Any) -> None:
        self._gc += time.thread_time() if phase == "stop" else -time.thread_time()

    def _note_place(self, _signal: int, frame: FrameType | None) -> None:
        """Note where the window's thread is while a frame is long."""
        if (time.thread_time() - self._last) * 1000 > FRAME / 2:
            stack = traceback.extract_stack(frame)
            self._seen.append(" < ".join(f"{Path(at.filename).stem}.{at.name}" for at in reversed(stack[-7:])))

    def measure(self) -> None:
        """Begin to measure frames; what was made at first use counts no more.

        The steps are taken between two runs of the loop, where Python would collect at its own moments, as it never
        does under a person's hands: the window's loop alone decides from now on.
        """
        gc.disable()
        gc.collect()
        gc.freeze()  # as the application does with a large definition: what is kept is not looked at again
        self.long.clear()
        self.frames = 0
        self.go_on_measuring()

    def go_on_measuring(self) -> None:
        """What was done up to now was done by the soak itself and is no frame's."""
        self._last, self._gc, self._seen = time.thread_time(), 0.0, []

    def key(self) -> None:
        """Press a key on the canvas."""
        key, modifiers = self.chance.choice(KEYS)
        self.doing = f"{key.name} {modifiers.name}"
        QTest.keyClick(self.window.canvas, key, modifiers)

    def click(self) -> None:
        """Select a node, or several."""
        boxes = sorted(self.window.canvas.graph.boxes)
        if boxes:
            self.doing = "select"
            self.window.selection.set(self.chance.sample(boxes, min(len(boxes), self.chance.choice([1, 1, 1, 3]))))

    def drag(self) -> None:
        """Drag from one place of the canvas to another: a node, a wire, a band."""
        self.doing = "drag"
        port = self.window.canvas.viewport()
        start, end = (
            QPoint(self.chance.randrange(port.width()), self.chance.randrange(port.height())) for _ in range(2)
        )
        QTest.mousePress(port, Qt.MouseButton.LeftButton, _N, start)
        for step in range(1, 6):
            QTest.mouseMove(port, start + (end - start) * step / 5)
        QTest.mouseRelease(port, Qt.MouseButton.LeftButton, _N, end)

    def write(self) -> None:
        """Write a parameter of the selected node."""
        self.doing = "write"
        node = self.window.selection.primary
        if node in self.window.document.workflow.nodes and not self.window.viewing:
            made = edits.set_param(self.window.document.workflow, node, "note", self.chance.randrange(1000))
            self.window.document.apply(made, "Set note", merge=f"note:{node}")

    def look(self) -> None:
        """Look at another tab of the inspector, or another panel."""
        self.doing = "look"
        self.window.inspector.show_tab(self.chance.choice(["Parameters", "Middleware", "Settings", "Run"]))
        self.window.show_panel(self.chance.choice(sorted(self.window.docks)))

    def command(self) -> None:
        """Do any action that can be done, and answer what it asks."""
        name = self.chance.choice(self.commands)
        self.doing = name
        self.window.refresh_actions()
        if self.window.commands[name].isEnabled():
            self.window.commands[name].trigger()

    def run(self) -> None:
        """Start a run of what there is, unless one goes on."""
        self.doing = "run"
        self.window.refresh_actions()
        if self.window.commands["run.start"].isEnabled():
            self.runs += 1
            self.window.commands["run.start"].trigger()

    def settle(self) -> None:
        """Close what asks something, saving nothing; begin a definition anew that became too small or too large.

        Of too many tabs one is closed, and the definition of a run is left after a while: nothing in it can be edited.
        """
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        for dialog in reversed(self.window.findChildren(QDialog)):  # what a dialog asks, before the dialog
            if dialog.isVisible():
                dialog.reject()
        if len(self.window.tabs.all) > TABS:
            self.close_tab(self.chance.choice(self.window.tabs.all))
        if self.window.viewing and self.chance.random() < LEAVE:
            self.doing = "leave"
            self.window.runs.leave()
        if len(self.window.banners.shown) > 5:
            for key in list(self.window.banners.shown):
                self.window.banners.remove(key)
        nodes = len(self.window.document.workflow.nodes)
        if not self.window.viewing and not NODES // 3 < nodes < NODES * 2:
            self.doing = "open"
            self.window.document.reset(fresh())

    def close_tab(self, tab: Any) -> None:
        """Close a tab without saving."""
        self.doing = "close tab"
        self.desk.loop.run_until_complete(self.window.tabs.close(tab))

    def come_to_rest(self) -> None:
        """Close everything but one tab with a fresh definition, so that what is kept can be compared."""
        window = self.window
        self.settle()
        for tab in [each for each in window.tabs.all if each is not window.tabs.front]:
            self.close_tab(tab)
        if window.viewing:
            window.runs.leave()
        window.document.reset(fresh())
        window.document.undo_stack.clear()
        for _ in range(3):
            self.rest(0.1)

    def rest(self, seconds: float) -> None:
        """Let the window go on, at least for a frame: two steps are never one."""
        frames, until = self.frames, time.monotonic() + seconds
        self.desk.until(lambda: self.frames > frames and time.monotonic() >= until)

    def step(self) -> None:
        """Do one thing."""
        self.settle()
        what: list[Callable[[], None]] = [self.key] * 6 + [self.click] * 3
        what += [self.drag, self.write, self.look, self.run, self.command, self.command]
        self.chance.choice(what)()
        self.done += 1


def fresh() -> Workflow:
    """What is edited."""
    return noop_graph(NODES)


def slowness() -> float:
    """How much longer a fixed piece of work takes now, in processor time, than on an ordinary desktop; at least 1.

    One half reckons, the other half goes through memory, as a window does: what others do to the caches of a shared
    core slows the second half much more than the first.
    """
    begin = time.thread_time()
    for _ in range(10):
        sum(number * number for number in range(10_000))
    made = {f"key {number}": [number, str(number)] for number in range(6000)}
    sorted(made.items(), key=lambda pair: pair[1][1])
    return max(1.0, (time.thread_time() - begin) / 0.0107)


def memory() -> float:
    """Megabytes of this process that are its own, without the pictures that canvases keep: those have their bounds,
    which it may take any time to reach. Nor is it what the allocator keeps for later."""
    gc.collect()
    with suppress(AttributeError, OSError):  # another C library than glibc
        ctypes.CDLL(None).malloc_trim(0)
    kept = sum(each.pictures for each in QApplication.allWidgets() if isinstance(each, CanvasView))
    return float(psutil.Process().memory_info().rss - kept) / 1e6


class Failures(logging.Handler):
    """Everything that went wrong, wherever it was told."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []
        self.doing: Callable[[], str] = str
        self._known: set[str] = set()

    def note(self, what: str) -> None:
        """Keep one; a thousand equal ones are told once."""
        if what not in self._known:
            self._known.add(what)
            self.found.append(f"{what}\nwhile: {self.doing()}")

    def emit(self, record: logging.LogRecord) -> None:
        """An error in a log."""
        trace = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""
        self.note(f"{record.name}: {record.getMessage()}\n{trace}")

    def listen(self, desk: RealWindow) -> None:
        """Hear what Qt, Python, the loop and the logs tell."""
        logging.getLogger().addHandler(self)
        sys.excepthook = lambda *error: self.note("".join(traceback.format_exception(*error)))
        sys.unraisablehook = lambda found: self.note(
            f"{found.object}: "
            + "".join(traceback.format_exception(found.exc_type, found.exc_value, found.exc_traceback))
        )
        desk.loop.set_exception_handler(
            lambda _loop, context: self.note(
                f"{context.get('message')} " + "".join(traceback.format_exception(context.get("exception")))
                if context.get("exception")
                else str(context)
            )
        )
        qInstallMessageHandler(lambda kind, _context, text: self._qt(kind, text))
        warnings.simplefilter("always", ResourceWarning)
        warnings.showwarning = self._warned

    def _warned(self, message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
        """A connection or a file that was let go of without being closed is a failure."""
        if issubclass(category, ResourceWarning) and "unclosed" in str(message):
            self.note(f"{message}")
        else:
            sys.stderr.write(f"{category.__name__}: {message}\n")

    def _qt(self, kind: QtMsgType, text: str) -> None:
        if kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg) or "QPainter" in text or "QObject" in text:
            self.note(f"Qt: {text}")


def soak(desk: RealWindow, seconds: float, seed: int, failures: Failures) -> dict[str, Any]:
    """Edit for so long; returns what is printed."""
    editor = Editor(desk, random.Random(seed))
    failures.doing = lambda: f"{editor.doing} (step {editor.done})"
    desk.window.document.reset(fresh())
    until = time.monotonic()

    def go_on(length: float) -> None:
        nonlocal until
        until += length
        while time.monotonic() < until:
            editor.step()
            editor.rest(editor.chance.choice([0.0, 0.01, 0.03]))
            if editor.done % 500 == 0:
                for tab in desk.window.tabs.all:
                    tab.document.undo_stack.clear()  # its length is a person's, not a leak
                editor.go_on_measuring()

    go_on(seconds * 0.25)
    editor.measure()
    go_on(seconds * 0.25)
    sizes, widgets = [], []
    for _ in range(SAMPLES):
        go_on(seconds * 0.5 / SAMPLES)
        editor.come_to_rest()
        sizes.append(memory())
        widgets.append(len(QApplication.allWidgets()))  # which makes an object of Python for each
        editor.go_on_measuring()
    longest = sorted(editor.long, reverse=True)[:10]
    over = len(editor.long)
    return {
        "frames": editor.frames,
        "over": over,
        "long": longest,
        "memory": sizes,
        "widgets": widgets,
        "done": editor.done,
        "runs": editor.runs,
    }


def main(seconds: float, seed: int, folder: Path) -> None:
    """Soak and tell."""
    faulthandler.enable()
    os.environ["FLOWORCH_CONFIG_DIR"], os.environ["FLOWORCH_STORE"] = str(folder / "config"), str(folder / "store")
    app = QApplication(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    failures = Failures()
    with real_window(app, folder, inside=False) as desk:
        failures.listen(desk)
        try:
            found = soak(desk, seconds, seed, failures)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)  # it would end the process once Python's handlers have gone
    sys.stdout.write(json.dumps({"failures": failures.found, **found}) + "\n")


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
