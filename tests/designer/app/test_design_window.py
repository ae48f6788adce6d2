"""Lines of designer.md that a person does in the running window, from the first key or click to what it leads to."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from by_hand import choose, key, name_file, press, shown
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from real_window import real_window

from floworch.model import codec
from floworch.model.workflow import Edge, Node, Workflow
from floworch.run.events import EventKind
from floworch.run.status import NodeStatus, RunStatus
from floworch.trust import TrustStore
from floworch_designer.app.commands.actions import BY_ID
from floworch_designer.app.commands.keys_dialog import KeysDialog
from floworch_designer.app.trust.trusting import FILE, FOLDER
from floworch_designer.document import edits
from floworch_designer.inspector.panel import TABS

K, M, LEFT = Qt.Key, Qt.KeyboardModifier, Qt.MouseButton.LeftButton


@pytest.fixture
def drawn(window, flow, tmp_path):
    """The workflow on the canvas, out of a file."""
    window.resize(1400, 900)
    placed = edits.move(flow(), {"first": (0, 0), "second": (400, 90)})
    window.session.document.reset(placed, tmp_path / "a.flow.json")
    window.canvas.fit()
    return window


def place_of(window, node):
    return window.canvas.camera().rect(window.canvas.graph.boxes[node].rect).center().toPoint()


# 1.1


@pytest.fixture
def left(drawn, host, loop, flow):
    """Two runs that a process left behind, found at the start."""
    for name in ("one", "two"):
        host.add(flow(), name)
        host.headers[name] = replace(host.headers[name], options={"source": None, "parents": []})
        host.push(name, EventKind.RUN_STARTED)
        host.push(name, EventKind.NODE_STARTED, 0)
        host.push(name, EventKind.NODE_COMPLETED, 0, {"output": 1})
    host.dead = True
    loop.run_until_complete(drawn.runs.look_for_interrupted())
    host.dead = False
    assert {"interrupted one", "interrupted two"} <= set(drawn.banners.shown)
    return drawn


def test_an_interrupted_run_is_opened_read_only_by_its_strip(left, host, until, qtbot):
    press(qtbot, left.banners.shown["interrupted one"].buttons["Open"])
    until(lambda: left.controller.run_id == "one")
    until(lambda: left.canvas.statuses.get("first") is NodeStatus.COMPLETED)
    assert not [what for what in host.asked if what[0] in {"resume", "start", "retry"}], "it is looked at only"


def test_an_interrupted_run_is_discarded_by_its_strip_after_a_question(left, host, until, qtbot):
    press(qtbot, left.banners.shown["interrupted two"].buttons["Discard"])
    until(lambda: shown(left, QMessageBox) is not None or "interrupted two" not in left.banners.shown)
    box = shown(left, QMessageBox)
    if box is not None:
        QTest.keyClick(box, K.Key_Escape)
        until(lambda: shown(left, QMessageBox) is None)
        assert "interrupted two" in left.banners.shown, "Esc throws nothing away"
    assert not [what for what in host.asked if what[0] == "resume"]


# 1.6, 2


@pytest.mark.parametrize(
    ("entry", "form"),
    [("run.to_here", {"to": ("second",)}), ("run.from_here", {"from_": ("second",)}),
     ("run.this_node", {"to": ("second",), "from_": ("second",)}), ("run.changed", {"only_changed": True}),
     ("run.explain", {})],
)  # fmt: skip
def test_every_kind_of_run_beside_run_asks_for_what_it_says(drawn, host, until, qtbot, entry, form):
    drawn.selection.set(["second"])
    drawn.refresh_actions()
    button = drawn.run_bar.buttons["run.start"]
    menu = button.menu()
    menu.popup(button.mapToGlobal(button.rect().bottomLeft()))
    qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(drawn.commands[entry]).center())
    until(lambda: bool(host.asked))
    assert host.asked == [("explain", form)]


def test_the_command_line_is_copied_beside_run(drawn, qtbot):
    QGuiApplication.clipboard().clear()
    drawn.refresh_actions()
    button = drawn.run_bar.buttons["run.start"]
    menu = button.menu()
    menu.popup(button.mapToGlobal(button.rect().bottomLeft()))
    qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(drawn.commands["run.copy_command"]).center())
    assert QGuiApplication.clipboard().text().startswith("floworch run")


# 1.12


@pytest.mark.parametrize(("button", "both"), [(FILE, False), (FOLDER, True)])
def test_a_file_or_its_folder_is_trusted_by_a_click(window, flow, tmp_path, qtbot, button, both):
    files = []
    for name in ("one", "two"):
        files.append(tmp_path / f"{name}.flow.json")
        nodes = {"keep": Node(action="shell.run", params={"command": f"gzip {name}.json"})}
        codec.save(flow().replace(id=name, nodes=nodes, edges=()), files[-1])
        window.files.load(files[-1])
    press(qtbot, window.banners.shown["trust"].buttons[button])
    trusted = [TrustStore().verdict(codec.load(path).at(path)).trusted for path in files]
    assert trusted == [both, True]
    assert "trust" not in window.banners.shown


# on day one


def test_quick_add_puts_the_card_where_the_double_click_was(drawn, qtbot):
    drawn.selection.clear()
    at = place_of(drawn, "second") + QPoint(0, 260)
    qtbot.mouseDClick(drawn.canvas.viewport(), LEFT, pos=at)
    assert drawn.quick_add.isVisible()
    qtbot.keyClicks(drawn.quick_add.line, "set")
    qtbot.keyClick(drawn.quick_add.line, K.Key_Return)
    (added,) = set(drawn.document.workflow.nodes) - {"first", "second"}
    rect = drawn.canvas.camera().rect(drawn.canvas.graph.boxes[added].rect)
    assert rect.contains(QPointF(at)), "at the cursor"


def test_the_arrangement_of_a_selection_leaves_the_others_where_they_are(drawn):
    made, third = edits.add_node(drawn.document.workflow, "util.log", {"message": "x"}, (1000.0, 900.0))
    drawn.document.apply(edits.move(made, {"first": (900, 700), "second": (0, 0)}), "Mess")
    drawn.selection.set(["first", "second"])
    key(drawn, K.Key_L)
    graph = drawn.canvas.graph
    assert graph.boxes["first"].rect[2] < graph.boxes["second"].rect[0]
    assert graph.boxes[third].rect[:2] == (1000.0, 900.0)


def test_a_node_that_is_disabled_by_d_is_passed_through_by_a_run(qapp, tmp_path):
    nodes = {
        "first": Node(action="data.set", params={"fields": {"a": 1}}),
        "middle": Node(action="util.log", params={"message": "not said"}),
        "last": Node(action="util.log", params={"message": "said"}),
    }
    edges = (Edge(source="first", target="middle"), Edge(source="middle", target="last"))
    with real_window(qapp, tmp_path) as desk:
        window = desk.window
        window.document.apply(Workflow(id="w", nodes=nodes, edges=edges), "Make")
        window.selection.set(["middle"])
        key(window, K.Key_D)
        key(window, K.Key_F5)
        desk.until(lambda: window.controller.status is RunStatus.COMPLETED)
        window.controller.feed.flush()
        log = window.log.text.toPlainText()
        assert "said" in log.replace("not said", "")
        assert "not said" not in log
        boxes = window.canvas.graph.boxes
        assert boxes["middle"].live.status is NodeStatus.BYPASSED
        assert boxes["last"].live.status is NodeStatus.COMPLETED


# 2


def test_alt_o_opens_the_outline_and_its_rows_are_walked_by_keys(drawn):
    key(drawn, K.Key_O, M.AltModifier)
    assert drawn.outline.search.hasFocus()
    QTest.keyClick(drawn.outline.search, K.Key_Down)
    assert drawn.selection.nodes == {"first"}
    QTest.keyClick(drawn.outline.tree, K.Key_Down)
    assert drawn.selection.primary == "second"
    QTest.keyClick(drawn.focusWidget(), K.Key_O, M.AltModifier)
    assert not drawn.docks["outline"].isVisible()


def test_undo_redo_and_save_stand_at_the_top(drawn, qtbot, until):
    drawn.selection.set(["second"])
    key(drawn, K.Key_D)
    drawn.refresh_actions()
    press(qtbot, drawn.run_bar.buttons["edit.undo"])
    assert not drawn.document.workflow.nodes["second"].disabled
    press(qtbot, drawn.run_bar.buttons["edit.redo"])
    assert drawn.document.workflow.nodes["second"].disabled
    press(qtbot, drawn.run_bar.buttons["file.save"])
    until(lambda: not drawn.document.dirty)
    assert codec.load(drawn.document.path).nodes["second"].disabled


# 4


def test_several_cards_are_aligned_by_the_button_of_the_bar(drawn, qtbot):
    """designer.md 4, align: Alt-A chord; toolbar."""
    bar = drawn.workspace.bar
    drawn.selection.set(["first"])
    assert bar.buttons["align"].isHidden(), "one card has nothing to be aligned with"
    drawn.selection.set(["first", "second"])
    assert bar.buttons["align"].isVisible()
    assert bar.rect().contains(bar.buttons["align"].geometry())
    press(qtbot, bar.buttons["align"])
    menu = drawn.menus.menu
    assert menu.isVisible()
    qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(drawn.commands["align.top"]).center())
    graph = drawn.canvas.graph
    assert graph.boxes["first"].y == graph.boxes["second"].y
    key(drawn, K.Key_Z, M.ControlModifier)
    assert graph.boxes["first"].y != graph.boxes["second"].y


def test_f2_renames_on_the_card_and_enter_opens_its_parameters(drawn):
    drawn.selection.set(["second"])
    key(drawn, K.Key_F2)
    line = drawn.focusWidget()
    assert line is not drawn.canvas
    QTest.keySequence(line, "Ctrl+A")
    QTest.keyClicks(line, "Tell")
    QTest.keyClick(line, K.Key_Return)
    assert drawn.document.workflow.nodes["second"].title == "Tell"
    assert drawn.canvas.graph.boxes["second"].content.title == "Tell"
    key(drawn, K.Key_Return)
    assert drawn.inspector.parameters.isAncestorOf(QApplication.focusWidget())


def test_a_double_click_on_a_card_opens_its_parameters(drawn, qtbot):
    drawn.selection.set(["first"])
    drawn.inspector.show_tab("Help")
    qtbot.mouseClick(drawn.canvas.viewport(), LEFT, pos=place_of(drawn, "second"))
    qtbot.mouseDClick(drawn.canvas.viewport(), LEFT, pos=place_of(drawn, "second"))
    assert drawn.selection.primary == "second"
    assert drawn.docks["inspector"].isVisible()
    assert drawn.inspector.node_tabs.currentIndex() == TABS.index("Parameters")


def test_folding_zooming_and_panels_are_neither_a_step_nor_unsaved(drawn, qtbot):
    """designer.md 6"""
    drawn.selection.set(["first"])
    key(drawn, K.Key_G, M.ControlModifier)
    QTest.keyClick(drawn.canvas._title, K.Key_Return)
    drawn.document.save(drawn.document.path)
    steps, zoom = drawn.document.undo_stack.count(), drawn.canvas.zoom
    (frame,) = drawn.canvas.graph.decor.groups.values()
    key(drawn, K.Key_G, M.AltModifier)
    (frame,) = drawn.canvas.graph.decor.groups.values()
    assert frame.folded
    key(drawn, K.Key_Minus)
    assert drawn.canvas.zoom < zoom
    press(qtbot, drawn.activity.buttons["outline"])
    assert drawn.document.undo_stack.count() == steps
    assert not drawn.document.dirty


def test_a_wire_becomes_portals_by_its_key_and_a_jump_goes_to_the_other_one(drawn):
    drawn.selection.set(["first"])
    key(drawn, K.Key_E)
    key(drawn, K.Key_P, M.ShiftModifier)
    (wire,) = drawn.canvas.graph.wires
    assert len(wire.tags) == 2
    seen = drawn.canvas.centre()
    key(drawn, K.Key_J)
    assert drawn.canvas.centre() != seen
    key(drawn, K.Key_Z, M.ControlModifier)
    assert not drawn.canvas.graph.wires[0].tags


def test_a_wire_is_drawn_by_w_arrows_and_enter(drawn):
    drawn.selection.set(["first"])
    key(drawn, K.Key_E)
    key(drawn, K.Key_Delete)
    assert not drawn.document.workflow.edges
    drawn.selection.set(["first"])
    key(drawn, K.Key_W)
    QTest.keyClick(drawn.canvas, K.Key_Right)
    QTest.keyClick(drawn.canvas, K.Key_Return)
    assert [(edge.source, edge.target) for edge in drawn.document.workflow.edges] == [("first", "second")]


def test_a_port_of_the_list_is_wired_by_keys_alone(drawn):
    """Enter is a key of the canvas too: in the window it opened the parameters in place of the wire."""
    drawn.selection.set(["first"])
    key(drawn, K.Key_E)
    key(drawn, K.Key_Delete)
    drawn.selection.set(["first"])
    key(drawn, K.Key_O)
    listed = drawn.canvas.port_list
    assert listed.isVisible()
    at = next(number for number, row in enumerate(listed.rows) if row.text().startswith("out"))
    for _ in range(at):
        QTest.keyClick(QApplication.focusWidget(), K.Key_Down)
    QTest.keyClick(QApplication.focusWidget(), K.Key_Return)
    QTest.keyClick(drawn.canvas, K.Key_Right)
    QTest.keyClick(drawn.canvas, K.Key_Return)
    assert [(edge.source, edge.target) for edge in drawn.document.workflow.edges] == [("first", "second")]


def test_a_keymap_is_imported_through_the_file_dialog_and_a_preset_chosen_by_keys(drawn, qtbot, until, tmp_path):
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"keys": {"node.disable": ["Ctrl+J"]}}), encoding="utf-8")
    choose(drawn, qtbot, "Help", "help.edit_keys")
    until(lambda: shown(drawn, KeysDialog) is not None)
    dialog = shown(drawn, KeysDialog)
    press(qtbot, dialog.load)
    until(lambda: shown(drawn, QFileDialog) is not None)
    name_file(qtbot, drawn, path)
    until(lambda: drawn.commands.keymap.keys("node.disable") == ("Ctrl+J",))
    before = dialog.preset.currentIndex()
    while "Blender" not in dialog.preset.currentText():
        qtbot.keyClick(dialog.preset, K.Key_Down)
    assert dialog.preset.currentIndex() != before
    assert drawn.commands.keymap.keys("node.add")[0] == "Shift+A" != BY_ID["node.add"].keys[0]
    dialog.reject()
