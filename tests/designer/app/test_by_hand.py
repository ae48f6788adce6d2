"""Lines of the design that are gestures, done as a person does them: with real mouse and key events."""

from __future__ import annotations

import pytest
import replay_kit as kit
from by_hand import choose, key, name_file, press, shown
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from floworch.model.codec import loads
from floworch.model.workflow import Node
from floworch.run.events import EventKind
from floworch.run.status import NodeStatus, RunStatus
from floworch_designer.app.main_window import MainWindow
from floworch_designer.app.panels.problems_panel import ProblemPopover
from floworch_designer.app.session import open_session
from floworch_designer.canvas.geometry import CARD_WIDTH
from floworch_designer.document import edits
from floworch_designer.inspector.panel import TABS
from floworch_designer.runs.hosts import HostChoice
from floworch_designer.settings.settings import Settings

K, M, LEFT = Qt.Key, Qt.KeyboardModifier, Qt.MouseButton.LeftButton


def point_at(canvas, place):
    """Move the mouse over the canvas: the offscreen platform has no pointer that could be moved."""
    there = QPointF(canvas.viewport().mapToGlobal(place.toPoint()))
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(QEvent.Type.MouseMove, place, there, none, none, M.NoModifier)
    QApplication.sendEvent(canvas.viewport(), event)


@pytest.fixture
def drawn(window, flow, tmp_path):
    """The workflow on the canvas, out of a file."""
    window.resize(1400, 900)
    placed = edits.move(flow(), {"first": (0, 0), "second": (400, 90)})
    window.session.document.reset(placed, tmp_path / "a b.flow.json")
    window.canvas.fit()
    return window


@pytest.fixture
def failed(window, host, loop, until):
    """A run that has failed, in the window."""
    flow = loads(kit.DEFINITION)
    window.session.document.reset(flow)
    host.add(flow, "r")
    host.past["r"] = kit.events()
    loop.run_until_complete(window.controller.show("r"))
    until(lambda: window.controller.status is RunStatus.FAILED)
    window.controller.feed.flush()
    return window


def test_an_interrupted_run_is_resumed_or_dismissed_by_the_buttons_of_its_strip(drawn, host, until, flow, qtbot, loop):
    for name in ("one", "two"):
        host.push(host.add(flow(), name), EventKind.RUN_STARTED)
        drawn.runs.banners.tell_interrupted(name)
    press(qtbot, drawn.banners.shown["interrupted one"].buttons["Resume"])
    until(lambda: ("resume", "one") in host.asked)
    press(qtbot, drawn.banners.shown["interrupted two"].close_button)
    assert "interrupted two" not in drawn.banners.shown
    assert ("resume", "two") not in host.asked


def test_canvas_inspector_and_log_follow_a_drag_of_the_scrubber(failed, qtbot):
    failed.selection.set(["b"])
    failed.inspector.show_tab("Run")
    track = failed.scrubber.track
    assert failed.canvas.statuses["d"] is NodeStatus.FAILED
    begin, end = QPoint(track.width() - 1, 16), QPoint(0, 16)
    qtbot.mousePress(track, LEFT, pos=begin)
    qtbot.mouseMove(track, end)
    qtbot.mouseRelease(track, LEFT, pos=end)
    assert set(failed.canvas.statuses.values()) == {None}
    qtbot.waitUntil(lambda: "broken" not in failed.log.text.toPlainText())
    assert "Failed" not in failed.inspector.run.status.text()
    assert failed.run_bar.status.text() == "Failed", "the run itself is where it was"
    qtbot.keyClick(track, K.Key_End)
    qtbot.waitUntil(lambda: failed.canvas.statuses["d"] is NodeStatus.FAILED)
    qtbot.waitUntil(lambda: "broken" in failed.log.text.toPlainText())


def test_what_failed_is_retried_by_its_key(failed, host, until):
    until(failed.commands["run.retry"].isEnabled)
    key(failed, K.Key_F5, M.ControlModifier)
    until(lambda: ("retry", "r") in host.asked)


@pytest.mark.parametrize("entry", ["run.to_here", "run.from_here", "run.this_node", "run.changed"])
def test_the_kinds_of_run_are_chosen_beside_run(drawn, host, until, qtbot, entry):
    drawn.selection.set(["second"])
    drawn.refresh_actions()
    button = drawn.run_bar.buttons["run.start"]
    menu = button.menu()
    menu.popup(button.mapToGlobal(button.rect().bottomLeft()))
    action = drawn.commands[entry]
    place = menu.actionGeometry(action)
    if not place.isValid():  # in the menu of parts
        holder = next(each for each in menu.actions() if each.menu() and action in each.menu().actions())
        menu = holder.menu()
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))
        place = menu.actionGeometry(action)
    qtbot.mouseClick(menu, LEFT, pos=place.center())
    until(lambda: any(what[0] in {"explain", "start"} for what in host.asked))


def test_the_command_line_is_copied_by_the_mouse(drawn, qtbot):
    QGuiApplication.clipboard().clear()
    drawn.refresh_actions()
    choose(drawn, qtbot, "Run", "run.copy_command")
    assert "floworch run" in QGuiApplication.clipboard().text()
    assert "'" in QGuiApplication.clipboard().text(), "the path has a space"


def test_a_badge_is_clicked_and_its_button_repairs(drawn, qtbot, until):
    made = drawn.document.workflow
    wrong = Node(action="util.lgo", params={"message": "x"})
    drawn.document.apply(made.replace(nodes={**made.nodes, "second": wrong}), "Break")
    drawn.document.check_now()
    drawn.canvas.fit()
    rect = drawn.canvas.node_rect("second")
    place = drawn.canvas.camera().point(rect.x() + CARD_WIDTH, rect.y())
    qtbot.mouseClick(drawn.canvas.viewport(), LEFT, pos=place.toPoint())
    until(lambda: shown(drawn, ProblemPopover) is not None)
    press(qtbot, shown(drawn, ProblemPopover).buttons[0])
    assert drawn.document.workflow.nodes["second"].action == "util.log"
    key(drawn, K.Key_Z, M.ControlModifier)
    assert drawn.document.workflow.nodes["second"].action == "util.lgo"


def test_a_filter_of_the_outline_is_typed(drawn, qtbot):
    drawn.canvas.set_statuses({"second": NodeStatus.FAILED})
    key(drawn, K.Key_O, M.AltModifier)
    for words, found in (("is:failed", ["second"]), ("type:data", ["first"]), ("type:http", [])):
        drawn.outline.search.clear()
        qtbot.keyClicks(drawn.outline.search, words)
        drawn.outline.fill()
        assert list(drawn.outline.model.keys) == found


@pytest.mark.parametrize(("suffix", "begins"), [(".svg", b"<svg"), (".png", b"\x89PNG"), (".mmd", b"flowchart")])
def test_a_workflow_is_exported_through_menu_and_file_dialog(drawn, qtbot, until, tmp_path, suffix, begins):
    choose(drawn, qtbot, "File", "file.export")
    until(lambda: shown(drawn, QFileDialog) is not None)
    name_file(qtbot, drawn, tmp_path / f"out{suffix}")
    until((tmp_path / f"out{suffix}").exists)
    assert (tmp_path / f"out{suffix}").read_bytes().startswith(begins)


def test_nodes_copied_by_key_in_one_window_are_pasted_in_another(drawn, host, theme, make_canvas, tmp_path, qtbot):
    choice = HostChoice(tmp_path / "other", factory=lambda store, inside: host)
    other = MainWindow(open_session(Settings(tmp_path / "other.ini"), choice, canvas=make_canvas), theme)
    qtbot.addWidget(other, before_close_func=lambda widget: setattr(widget, "_may_close", True))
    other.show()
    key(drawn, K.Key_A, M.ControlModifier)
    key(drawn, K.Key_C, M.ControlModifier)
    assert '"first"' in QGuiApplication.clipboard().text(), "as JSON text"
    key(other, K.Key_V, M.ControlModifier)
    assert set(other.document.workflow.nodes) == {"first", "second"}
    assert len(other.document.workflow.edges) == 1
    key(other, K.Key_Z, M.ControlModifier)
    assert not other.document.workflow.nodes


def test_everything_and_a_selection_are_arranged_by_keys(drawn):
    drawn.document.apply(edits.move(drawn.document.workflow, {"first": (900, 700), "second": (0, 0)}), "Mess")
    key(drawn, K.Key_T, M.AltModifier | M.ShiftModifier)
    first, second = (drawn.canvas.node_rect(name) for name in ("first", "second"))
    assert first.right() < second.left()
    drawn.document.apply(edits.move(drawn.document.workflow, {"first": (900, 700), "second": (0, 0)}), "Mess")
    drawn.selection.set(["first", "second"])
    key(drawn, K.Key_L)
    assert drawn.canvas.node_rect("first").right() < drawn.canvas.node_rect("second").left()


def test_colours_of_a_frame_go_round_by_a_key(drawn):
    drawn.selection.set(["first"])
    key(drawn, K.Key_G, M.ControlModifier)
    QTest.keyClick(drawn.focusWidget() or drawn.canvas, K.Key_Return)  # its title stays
    (frame,) = drawn.document.workflow.view["frames"]
    drawn.selection.set(decor=[f"frame:{frame['id']}"])
    seen = []
    for _ in range(3):
        key(drawn, K.Key_C)
        seen.append(drawn.document.workflow.view["frames"][0].get("color"))
    assert len(set(seen)) == 3


def test_a_panel_is_closed_by_its_button_and_the_menu_resets_the_layout(drawn, qtbot):
    dock = drawn.docks["palette"]
    press(qtbot, dock.titleBarWidget().close_button)
    assert not dock.isVisible()
    choose(drawn, qtbot, "View", "view.reset_layout")
    assert dock.isVisible()


def test_what_one_edits_by_keys_while_a_run_goes_on_is_not_what_runs(drawn, host, until):
    key(drawn, K.Key_F5)
    until(lambda: drawn.controller.status is RunStatus.RUNNING)
    run_id = drawn.controller.run_id
    key(drawn, K.Key_A, M.ControlModifier)
    key(drawn, K.Key_Delete)
    assert not drawn.document.workflow.nodes
    host.push(run_id, EventKind.NODE_STARTED, 0)
    host.push(run_id, EventKind.NODE_COMPLETED, 0, {"output": 1})
    host.push(run_id, EventKind.RUN_COMPLETED)
    until(lambda: drawn.run_bar.status.text() == "Completed")
    assert drawn.controller.feed.state.node("first").output == 1


def test_dark_and_light_are_switched_by_a_key(drawn):
    asked = []
    drawn.theme_requested.connect(asked.append)
    key(drawn, K.Key_L, M.ControlModifier | M.ShiftModifier)
    assert asked
    assert asked[0] != drawn.theme.name


def test_an_edge_under_the_mouse_names_its_ends_and_shows_the_last_value(drawn, host, until):
    key(drawn, K.Key_F5)
    until(lambda: drawn.controller.status is RunStatus.RUNNING)
    run_id = drawn.controller.run_id
    host.push(run_id, EventKind.NODE_STARTED, 0)
    host.push(run_id, EventKind.NODE_COMPLETED, 0, {"output": {"total": 42}})
    until(lambda: drawn.canvas.statuses.get("first") is NodeStatus.COMPLETED)
    canvas = drawn.canvas
    line = canvas.graph.wires[0].points
    middle = [(start + end) / 2 for start, end in zip(line[0], line[-1], strict=True)]
    before = canvas.grab().toImage()
    point_at(canvas, canvas.camera().point(*middle))
    told = canvas.viewport().toolTip()
    assert [words for words in ("first", "second", "out", "total: 42") if words not in told] == []
    corner = canvas.camera().rect(canvas.graph.boxes["second"].rect).topRight().toPoint()
    around = [(corner.x() - x, corner.y() + y) for x in range(12, 40) for y in range(-3, 4)]
    after = canvas.grab().toImage()
    assert any(before.pixel(*spot) != after.pixel(*spot) for spot in around), "both ends are marked"
    point_at(canvas, QPointF(5, 5))
    assert canvas.viewport().toolTip() == ""


def click_tab(window, name):
    bar = window.inspector.node_tabs.tabBar()
    at = TABS.index(name)
    QTest.mouseClick(bar, LEFT, M.NoModifier, bar.tabRect(at).center())
    QApplication.processEvents()
    assert window.inspector.node_tabs.currentIndex() == at


def test_keys_go_on_after_a_click_on_a_tab_of_the_inspector(drawn, qtbot):
    """From a field they come to the tabs, from the canvas they stay there, and never go to a button of the title."""
    drawn.selection.set(["first"])
    drawn.inspector.show_tab("Parameters")
    drawn.activateWindow()
    drawn.canvas.setFocus()
    qtbot.waitUntil(drawn.canvas.hasFocus)
    click_tab(drawn, "Help")
    assert drawn.canvas.hasFocus()
    QTest.keyClick(QApplication.focusWidget(), K.Key_D)
    assert drawn.document.workflow.nodes["first"].disabled
    click_tab(drawn, "Parameters")
    bar = drawn.inspector.node_tabs.tabBar()
    for name in ("Settings", "Middleware", "Run", "Settings"):  # the last one has been made before
        drawn.inspector.parameters.form.focus_first()
        qtbot.waitUntil(lambda: drawn.inspector.parameters.isAncestorOf(QApplication.focusWidget()))
        click_tab(drawn, name)
        assert QApplication.focusWidget() is bar
        if name != "Settings":
            click_tab(drawn, "Parameters")
    QTest.keyClick(bar, K.Key_Left)
    assert drawn.inspector.node_tabs.currentIndex() == TABS.index("Middleware")
    QTest.keyClick(bar, K.Key_Right)
    QTest.keyClick(bar, K.Key_Tab)
    assert drawn.inspector.settings.isAncestorOf(QApplication.focusWidget())


def test_ctrl_tab_goes_from_a_field_into_a_page_that_is_made_only_then(drawn, qtbot):
    drawn.selection.set(["first"])
    drawn.inspector.show_tab("Parameters")
    drawn.activateWindow()
    drawn.inspector.parameters.form.focus_first()
    qtbot.waitUntil(lambda: drawn.inspector.parameters.isAncestorOf(QApplication.focusWidget()))
    QTest.keyClick(QApplication.focusWidget(), K.Key_Tab, M.ControlModifier)
    assert drawn.inspector.node_tabs.currentIndex() == TABS.index("Middleware")
    assert drawn.inspector.node_tabs.isAncestorOf(QApplication.focusWidget())


@pytest.mark.parametrize("action", ["data.set", "http.request", "flow.if", "python.code"])
def test_escape_leaves_a_field_for_the_canvas(drawn, qtbot, action):
    """designer.md section 4: single letters work on the canvas; after a field they must find their way back there."""
    node = Node(action=action)
    drawn.document.apply(drawn.document.workflow.replace(nodes={**drawn.document.workflow.nodes, "new": node}), "Add")
    drawn.activateWindow()
    drawn.selection.set(["new"])
    drawn.canvas.setFocus()
    qtbot.waitUntil(drawn.canvas.hasFocus)
    QTest.keyClick(drawn.canvas, K.Key_Return)
    qtbot.waitUntil(lambda: drawn.inspector.isAncestorOf(QApplication.focusWidget() or drawn))
    QTest.keyClicks(QApplication.focusWidget(), "x")
    QTest.keyClick(QApplication.focusWidget(), K.Key_Escape)  # closes a list of choices where one is open
    if not drawn.canvas.hasFocus():
        QTest.keyClick(QApplication.focusWidget(), K.Key_Escape)
    assert drawn.canvas.hasFocus()
