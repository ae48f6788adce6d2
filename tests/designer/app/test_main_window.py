"""The window with real keys and clicks over fakes: editing, running, telling, closing."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import Qt

from floworch.model.workflow import Edge, Input, Node, Workflow
from floworch.run.events import EventKind
from floworch.run.status import NodeStatus
from floworch_designer.palette.catalog import Entry


def flow(**changes):
    nodes = {"first": Node(action="data.set", params={"fields": {"a": 1}}),
             "second": Node(action="util.log", params={"message": "hello"})}
    return Workflow(id="demo", name="Demo", nodes=nodes, edges=(Edge(source="first", target="second"),), **changes)


@pytest.fixture
def until(loop):
    """Let the loop run until a condition holds."""

    def wait(condition):
        async def poll():
            async with asyncio.timeout(5):
                while not condition():  # noqa: ASYNC110 - any condition
                    await asyncio.sleep(0.005)

        loop.run_until_complete(poll())

    return wait


def test_an_empty_window_says_what_to_do(window):
    assert window.run_bar.status.text() == "Not running"
    assert "empty" in window.problems.none.text()
    assert not window.commands["run.start"].isEnabled()
    assert window.windowTitle().startswith("New workflow")


def test_double_click_in_the_palette_adds_and_selects_a_node(window):
    item = window.palette_panel.tree.topLevelItem(0).child(0)
    window.palette_panel.tree.itemActivated.emit(item, 0)
    assert len(window.document.workflow.nodes) == 1
    assert window.selection.primary in window.document.workflow.nodes
    assert window.isWindowModified()


def test_a_node_added_after_a_free_end_is_connected_to_it(window):
    for action in ("data.set", "util.log"):
        window.palette_panel.activated.emit(Entry("action", action, action, "", "", "data"))
    edge = window.document.workflow.edges[0]
    assert (edge.source, edge.target) == ("set", "log")


def test_undo_and_redo_by_keys(window, qtbot):
    window.session.document.apply(flow(), "Make")
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not window.document.workflow.nodes
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert len(window.document.workflow.nodes) == 2


def test_delete_works_on_the_canvas_and_not_in_a_text_field(window, qtbot):
    window.session.document.reset(flow())
    window.selection.set(["first"])
    window.palette_panel.search.setFocus()
    qtbot.keyClick(window.palette_panel.search, Qt.Key.Key_Delete)
    assert "first" in window.document.workflow.nodes
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Qt.Key.Key_Delete)
    assert "first" not in window.document.workflow.nodes


def test_copy_and_paste_travel_as_text(window):
    window.session.document.reset(flow())
    window.selection.set(["first", "second"])
    window.parts["edit"].copy()
    window.parts["edit"].paste()
    assert len(window.document.workflow.nodes) == 4
    assert len(window.document.workflow.edges) == 2


def test_f5_runs_a_snapshot_and_statuses_reach_the_canvas(window, qtbot, host, until):
    window.session.document.reset(flow())
    qtbot.keyClick(window, Qt.Key.Key_F5)
    until(lambda: window.controller.run_id is not None and window.controller.busy)
    run_id = window.controller.run_id
    host.push(run_id, EventKind.NODE_STARTED, 0)
    until(lambda: window.canvas.statuses.get("first") is NodeStatus.RUNNING)
    host.push(run_id, EventKind.NODE_COMPLETED, 0, {"output": {"a": 1}})
    host.push(run_id, EventKind.NODE_STARTED, 1)
    host.push(run_id, EventKind.NODE_COMPLETED, 1)
    host.push(run_id, EventKind.RUN_COMPLETED, payload={"outputs": {}})
    until(lambda: window.run_bar.status.text() == "Completed")
    assert window.canvas.statuses == {"first": NodeStatus.COMPLETED, "second": NodeStatus.COMPLETED}
    assert window.run_bar.counts.text() == "2 done"
    assert window.commands["run.start"].isEnabled()
    assert not window.commands["run.stop"].isEnabled()


def test_pause_resume_and_stop_by_buttons(window, qtbot, host, until):
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(window.commands["run.pause"].isEnabled)
    qtbot.mouseClick(window.run_bar.buttons["run.pause"], Qt.MouseButton.LeftButton)
    until(lambda: window.run_bar.status.text() == "Paused")
    qtbot.mouseClick(window.run_bar.buttons["run.resume"], Qt.MouseButton.LeftButton)
    until(lambda: window.run_bar.status.text() == "Running")
    qtbot.mouseClick(window.run_bar.buttons["run.stop"], Qt.MouseButton.LeftButton)
    until(lambda: window.run_bar.status.text() == "Cancelled")
    assert [what[0] for what in host.asked] == ["start", "pause", "resume", "cancel"]


def test_an_invalid_workflow_is_not_started_and_says_so(window, host, until):
    window.session.document.reset(flow().replace(nodes={"x": Node(action="no.such")}, edges=()))
    window.commands["run.start"].trigger()
    until(lambda: "message" in window.banners.shown)
    assert "cannot run" in window.banners.shown["message"].title.text()
    assert host.asked == []


def test_missing_inputs_are_asked_for_and_kept(window, host, until, qtbot):
    window.session.document.reset(flow(inputs={"folder": Input(type="string", required=True)}))
    window.commands["run.start"].trigger()
    from floworch_designer.app.dialogs import InputsDialog

    until(lambda: bool(window.findChildren(InputsDialog)))
    dialog = window.findChildren(InputsDialog)[0]
    qtbot.mouseClick(dialog.run_button, Qt.MouseButton.LeftButton)
    assert "Still needed" in dialog.message.text()
    qtbot.keyClicks(dialog.form.rows["folder"].editor.line, "/tmp")
    qtbot.mouseClick(dialog.run_button, Qt.MouseButton.LeftButton)
    until(lambda: bool(host.asked))
    assert host.asked[0] == ("start", "demo", {"folder": "/tmp"})


def test_an_approval_is_answered_from_the_banner(window, host, until, qtbot):
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    run_id = window.controller.run_id
    host.push(run_id, EventKind.NODE_STARTED, 0)
    wait = {"wait": {"kind": "approval", "name": "", "due": None, "details": {"message": "Delete 3 files?"}}}
    host.push(run_id, EventKind.NODE_WAITING, 0, wait)
    until(lambda: "approval first" in window.banners.shown)
    banner = window.banners.shown["approval first"]
    assert banner.text.text() == "Delete 3 files?"
    qtbot.keyClicks(banner.line, "fine")
    qtbot.mouseClick(banner.buttons["Approve"], Qt.MouseButton.LeftButton)
    until(lambda: ("approve", run_id, "first", "fine") in host.asked)


def test_a_dead_engine_shows_the_run_as_interrupted_and_resume_goes_on(window, host, until, qtbot):
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    run_id = window.controller.run_id
    host.die()
    until(lambda: window.run_bar.status.text() == "Interrupted")
    assert f"interrupted {run_id}" in window.banners.shown
    host.dead = False
    qtbot.mouseClick(window.banners.shown[f"interrupted {run_id}"].buttons["Resume"], Qt.MouseButton.LeftButton)
    until(lambda: window.run_bar.status.text() == "Running")
    assert f"interrupted {run_id}" not in window.banners.shown


def test_a_run_of_another_definition_opens_read_only(window, host, until):
    other = flow().replace(nodes={"only": Node(action="data.set", params={"fields": {}})}, edges=())
    run_id = host.add(other, "old-run")
    host.push(run_id, EventKind.RUN_STARTED)
    host.push(run_id, EventKind.RUN_COMPLETED)
    window.session.document.reset(flow())
    window.runs.open_run(run_id)
    until(lambda: window.viewing)
    assert set(window.document.workflow.nodes) == {"only"}
    assert not window.commands["node.add"].isEnabled()
    window.document.apply(flow(), "Edit")
    assert set(window.document.workflow.nodes) == {"only"}
    window.banners.shown["viewing"].buttons["Back to editing"].click()
    assert set(window.document.workflow.nodes) == {"first", "second"}


def test_a_problem_leads_to_its_node_and_tab(window):
    window.session.document.reset(flow().replace(nodes={"x": Node(action="data.set", timeout="soon")}, edges=()))
    problems = window.session.document.check_now()
    window.problems.chosen.emit(next(problem for problem in problems if problem.node == "x"))
    assert window.selection.primary == "x"


def test_the_command_palette_finds_and_triggers(window, qtbot):
    window.session.document.reset(flow())
    window.commands["view.commands"].trigger()
    palette = window.parts["view"]._palette
    qtbot.keyClicks(palette.line, "select all")
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert window.selection.nodes == {"first", "second"}


def test_quick_add_by_letters_and_enter(window, qtbot):
    window.commands["node.add"].trigger()
    qtbot.keyClicks(window.quick_add.line, "set")
    qtbot.keyClick(window.quick_add.line, Qt.Key.Key_Return)
    assert "data.set" in {node.action for node in window.document.workflow.nodes.values()}


def test_layout_is_saved_and_can_be_reset(window, session):
    window.docks["palette"].hide()
    window.save_layout()
    assert not session.settings.get("window/layout").isEmpty()
    window.reset_layout()
    assert window.docks["palette"].isVisible()
