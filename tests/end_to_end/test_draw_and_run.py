"""A person draws a workflow with mouse and keyboard only, saves it, runs it, pauses, resumes: the canvas tells it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QLineEdit, QWidget

from floworch.model import codec
from floworch.run.status import NodeStatus
from floworch_designer.app.main_window import MainWindow
from floworch_designer.app.runtime.loop import QtLoop
from floworch_designer.app.session import open_session
from floworch_designer.app.style import panels_stylesheet
from floworch_designer.runs.hosts import HostChoice
from floworch_designer.settings.settings import Settings
from floworch_designer.theme.theme import Theme

LEFT, NONE, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
PATIENCE = 30


class Person:
    """Somebody in front of the window, with a mouse and a keyboard and nothing else."""

    def __init__(self, window: MainWindow, loop: QtLoop) -> None:
        self.window, self._loop = window, loop

    def until(self, condition: Callable[[], Any], what: str = "") -> None:
        """Watch the window until something is there."""

        async def watch() -> None:
            async with asyncio.timeout(PATIENCE):
                while not condition():  # noqa: ASYNC110 - what is seen on a screen has no event to wait for
                    await asyncio.sleep(0.01)

        try:
            self._loop.run_until_complete(watch())
        except TimeoutError:
            banners = [banner.accessibleName() for banner in self.window.banners.shown.values()]
            pytest.fail(f"not seen: {what or condition}; banners: {banners}")

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self._focused(), key, modifiers)

    def type(self, text: str) -> None:
        QTest.keyClicks(self._focused(), text)

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        QTest.mouseClick(widget, LEFT, NONE, at if at is not None else widget.rect().center())

    def on_canvas(self, x: float, y: float) -> QPoint:
        return self.window.canvas.camera().point(x, y).toPoint()

    def port(self, node: str, port: str | None) -> QPoint:
        at = self.window.canvas.port_point(node, port)
        return self.on_canvas(at.x(), at.y())

    def card(self, node: str) -> QPoint:
        rect = self.window.canvas.node_rect(node)
        return self.on_canvas(rect.x() + 100, rect.y() + 20)

    def drag(self, start: QPoint, end: QPoint) -> None:
        """Drag on the canvas with the left button."""
        viewport = self.window.canvas.viewport()
        QTest.mousePress(viewport, LEFT, NONE, start)
        for share in (0.3, 0.7, 1.0):
            at = QPointF(start) + (QPointF(end) - QPointF(start)) * share
            there = QPointF(viewport.mapToGlobal(at.toPoint()))
            move = QMouseEvent(QEvent.Type.MouseMove, at, there, Qt.MouseButton.NoButton, LEFT, NONE)
            QApplication.sendEvent(viewport, move)
        QTest.mouseRelease(viewport, LEFT, NONE, end)

    def choose(self, words: str) -> str:
        """Type into the quick-add box, press Enter and return the id of the node that appeared."""
        box = self.window.quick_add
        self.until(box.isVisible, "the quick-add box")
        before = set(self.window.document.workflow.nodes)
        QTest.keyClicks(box.line, words)
        QTest.keyClick(box.line, Qt.Key.Key_Return)
        self.back()
        (made,) = set(self.window.document.workflow.nodes) - before
        return made

    def back(self) -> None:
        """Wait until the window has the keyboard again after a box or dialog; a desktop does that by itself."""
        self.window.activateWindow()
        self.until(self.window.isActiveWindow, "the window in front")

    def fill(self, node: str, name: str, text: str) -> None:
        """Click a node and type into a field of its form."""
        self.click(self.window.canvas.viewport(), self.card(node))
        assert self.window.selection.primary == node
        self.press(Qt.Key.Key_Return)
        editor = self.window.inspector.parameters.form.rows[name].editor
        field = editor.focusProxy() or getattr(editor, "line", None) or editor.text
        self.click(field)
        QTest.keyClick(field, Qt.Key.Key_A, CTRL)  # the wire may have written something into it
        QTest.keyClicks(field, text)
        self.window.canvas.setFocus()
        assert self.window.document.workflow.nodes[node].params[name] == text

    def double_click_in_palette(self, words: str, title: str) -> str:
        """Search the palette, double-click an entry and return the id of the node that appeared."""
        panel = self.window.palette_panel
        before = set(self.window.document.workflow.nodes)
        self.click(panel.search)
        self.type(words)
        items = [panel.tree.topLevelItem(number) for number in range(panel.tree.topLevelItemCount())]
        item = next(item for item in items if item.text(0) == title)
        panel.tree.scrollToItem(item)
        place = panel.tree.visualItemRect(item).center()
        self.click(panel.tree.viewport(), place)
        QTest.mouseDClick(panel.tree.viewport(), LEFT, NONE, place)
        panel.search.clear()
        self.window.canvas.setFocus()
        (made,) = set(self.window.document.workflow.nodes) - before
        return made

    def save_as(self, file: Path) -> None:
        """Save with Ctrl+S, a name, and Enter."""
        window = self.window
        self.press(Qt.Key.Key_S, CTRL)
        self.until(lambda: any(box.isVisible() for box in window.findChildren(QFileDialog)), "the file dialog")
        dialog = next(box for box in window.findChildren(QFileDialog) if box.isVisible())
        name = dialog.findChild(QLineEdit, "fileNameEdit")
        assert name is not None
        name.selectAll()
        QTest.keyClicks(name, str(file))
        QTest.keyClick(name, Qt.Key.Key_Return)
        self.until(file.exists, "the file")
        self.until(lambda: not window.isWindowModified(), "saved")
        self.back()

    def kill_companion(self) -> None:
        """SIGKILL the process in which the runs of the window live."""
        companion = self.window.session.hosts.store / "companion"
        os.kill(json.loads(companion.read_text())["pid"], signal.SIGKILL)

    def photograph(self, file: Path) -> None:
        """Save a picture of the window once it has painted everything."""
        for _ in range(8):
            QTest.qWait(20)
        self.window.grab().save(str(file))

    def choose_in_settings(self, node: str, name: str, choice: str) -> None:
        """Choose from a list on the Settings tab of a node, with the keyboard."""
        self.click(self.window.canvas.viewport(), self.card(node))
        tabs = self.window.inspector.node_tabs.tabBar()
        titles = [tabs.tabText(number) for number in range(tabs.count())]
        self.click(tabs, tabs.tabRect(titles.index("Settings")).center())
        (row,) = [form.rows[name] for form in self.window.inspector.settings.forms if name in form.rows]
        combo = row.editor.findChild(QComboBox)
        assert combo is not None
        combo.setFocus()
        QTest.keyClicks(combo, choice)
        assert getattr(self.window.document.workflow.nodes[node], name) == choice
        assert not self.window.document.workflow.nodes[node].disabled  # keys of the canvas stayed there

    def statuses(self) -> dict[str, NodeStatus | None]:
        """What the cards show."""
        return {name: box.live.status for name, box in self.window.canvas.graph.boxes.items()}

    def _focused(self) -> QWidget:
        return QApplication.activePopupWidget() or QApplication.focusWidget() or self.window.canvas


@pytest.fixture
def loop(qapp: QApplication) -> Iterator[QtLoop]:
    loop = QtLoop(qapp)
    asyncio.set_event_loop(loop)
    yield loop

    async def stop() -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    loop.run_until_complete(stop())
    asyncio.set_event_loop(None)
    loop.close()


@pytest.fixture
def person(qapp: QApplication, loop: QtLoop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Person]:
    """A person in front of an empty designer whose runs live in a companion process."""
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path / "config"))
    store = tmp_path / "store"
    session = open_session(Settings(tmp_path / "designer.ini"), HostChoice(store))
    theme = Theme("dark")
    theme.apply(qapp, panels_stylesheet(theme))
    window = MainWindow(session, theme)
    window.resize(1500, 950)
    window.show()
    QTest.qWaitForWindowExposed(window)
    window.activateWindow()
    window.canvas.setFocus()
    yield Person(window, loop)
    loop.run_until_complete(session.controller.close())
    window._may_close = True
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete.value)
    with contextlib.suppress(OSError, ValueError):
        os.kill(json.loads((store / "companion").read_text())["pid"], signal.SIGKILL)


@pytest.mark.slow
def test_draw_save_run_pause_resume(person: Person, tmp_path: Path, artifacts: Path) -> None:
    window, go, effects = person.window, tmp_path / "go", tmp_path / "effects"

    # Draw: the first node from the keyboard, the second by dropping a wire, the third from the palette.
    person.press(Qt.Key.Key_Tab)
    first = person.choose("run command")
    person.drag(person.port(first, "out"), person.port(first, "out") + QPoint(180, 0))
    second = person.choose("run command")
    person.click(window.canvas.viewport(), QPoint(30, 30))
    assert not window.selection.nodes
    third = person.double_click_in_palette("log", "Log")
    person.press(Qt.Key.Key_1)  # everything in view
    person.drag(person.port(second, "out"), person.card(third))
    arrows = {(edge.source, edge.port, edge.target) for edge in window.document.workflow.edges}
    assert arrows == {(first, "out", second), (second, "out", third)}

    # A slip, undone and redone.
    person.click(window.canvas.viewport(), person.card(third))
    person.press(Qt.Key.Key_Delete)
    assert third not in window.document.workflow.nodes
    person.press(Qt.Key.Key_Z, CTRL)
    assert third in window.document.workflow.nodes

    person.fill(first, "command", f"echo one >> {effects}")
    person.fill(second, "command", f"echo two >> {effects}; while [ ! -e {go} ]; do sleep 0.05; done")
    person.fill(third, "message", "all done")
    assert window.document.check_now() == []

    # Save: Ctrl+S, a name, Enter.
    file = tmp_path / "drawn.flow.json"
    person.save_as(file)
    assert codec.load(file) == window.document.workflow

    # Run: F5; pause: F6, while the second node works; it finishes, the third does not start.
    window.canvas.setFocus()
    person.press(Qt.Key.Key_F5)
    person.until(lambda: person.statuses()[second] is NodeStatus.RUNNING, "the second node running")
    person.until(effects.exists)
    assert person.statuses()[first] is NodeStatus.COMPLETED
    person.press(Qt.Key.Key_F6)
    person.until(lambda: "ausing" in window.run_bar.status.text(), "pausing")
    go.touch()
    person.until(lambda: window.run_bar.status.text() == "Paused", "paused")
    done = NodeStatus.COMPLETED
    assert person.statuses() == {first: done, second: done, third: NodeStatus.PENDING}
    window.grab().save(str(artifacts / "drawn-paused.png"))

    # Resume with the mouse: the rest runs, nothing twice.
    person.click(window.run_bar.buttons["run.resume"])
    person.until(lambda: window.run_bar.status.text() == "Completed", "completed")
    assert set(person.statuses().values()) == {NodeStatus.COMPLETED}
    assert effects.read_text().split() == ["one", "two"]
    window.grab().save(str(artifacts / "drawn-completed.png"))


@pytest.mark.slow
@pytest.mark.parametrize("safe", [True, False], ids=["safe to repeat", "unsafe"])
def test_a_killed_companion_is_seen_and_resumed(person: Person, tmp_path: Path, artifacts: Path, safe: bool) -> None:
    """The run shows as interrupted; Resume goes on in a new companion, and asks about a node in doubt (C7.8)."""
    window, go = person.window, tmp_path / "go"
    person.press(Qt.Key.Key_Tab)
    node = person.choose("run command")
    person.fill(node, "command", f"while [ ! -e {go} ]; do sleep 0.05; done")
    if safe:
        person.choose_in_settings(node, "effect", "idempotent")
    window.canvas.setFocus()
    person.press(Qt.Key.Key_F5)
    person.until(lambda: person.statuses()[node] is NodeStatus.RUNNING, "running")
    person.kill_companion()
    person.until(lambda: window.run_bar.status.text() == "Interrupted", "interrupted")
    banner = window.banners.shown[f"interrupted {window.controller.run_id}"]
    window.grab().save(str(artifacts / "drawn-interrupted.png"))
    go.touch()
    person.click(banner.buttons["Resume"])
    if not safe:
        person.until(lambda: "doubt" in window.banners.shown, "the question")
        assert person.statuses()[node] is NodeStatus.IN_DOUBT
        person.click(window.banners.shown["doubt"].buttons["Run again"])
    person.until(lambda: window.run_bar.status.text() == "Completed", "completed")
    assert person.statuses()[node] is NodeStatus.COMPLETED
    assert not window.banners.shown


@pytest.mark.proof
def test_the_tutorial(person: Person, tmp_path: Path, artifacts: Path) -> None:
    """docs/tutorial/first-workflow.md, step by step; its pictures are made here."""
    window = person.window
    window.resize(1360, 800)
    person.press(Qt.Key.Key_Tab)
    first = person.choose("run command")
    person.drag(person.port(first, "out"), person.port(first, "out") + QPoint(150, 0))
    second = person.choose("run command")
    window.canvas.setFocus()
    person.press(Qt.Key.Key_1)
    person.fill(first, "command", "echo Hello")
    assert window.document.workflow.nodes[second].params == {}  # nothing is written into a command
    person.fill(second, "command", "sleep 4")
    person.choose_in_settings(second, "effect", "idempotent")
    third = person.double_click_in_palette("log", "Log")
    person.press(Qt.Key.Key_1)
    person.fill(third, "message", "All done")
    person.press(Qt.Key.Key_1)
    person.save_as(tmp_path / "hello.flow.json")
    drawn = codec.load(tmp_path / "hello.flow.json")
    page = (Path(__file__).parents[2] / "docs" / "tutorial" / "first-workflow.md").read_text(encoding="utf-8")
    printed = codec.loads(page.split("```json hello.flow.json\n")[1].split("```")[0])
    assert drawn.replace(view={}) == printed
    person.photograph(artifacts / "tutorial-drawn.png")

    window.canvas.setFocus()
    person.press(Qt.Key.Key_F5)
    person.until(lambda: person.statuses()[second] is NodeStatus.RUNNING, "the second step running")
    person.photograph(artifacts / "tutorial-running.png")
    person.press(Qt.Key.Key_F6)
    person.until(lambda: window.run_bar.status.text() == "Paused", "paused")
    person.photograph(artifacts / "tutorial-paused.png")
    person.press(Qt.Key.Key_F7)
    person.until(lambda: window.run_bar.status.text() == "Completed", "completed")
    person.photograph(artifacts / "tutorial-completed.png")

    person.press(Qt.Key.Key_F5)
    person.until(lambda: window.run_bar.status.text() == "Running", "running again")
    person.until(lambda: person.statuses()[second] is NodeStatus.RUNNING, "the second step running")
    person.kill_companion()
    person.until(lambda: window.run_bar.status.text() == "Interrupted", "interrupted")
    person.photograph(artifacts / "tutorial-interrupted.png")
    person.back()
    person.press(Qt.Key.Key_F7)
    person.until(lambda: window.run_bar.status.text() == "Completed", "completed")
    view = window.controller.feed.state.node(second)
    assert view.attempts == 2
