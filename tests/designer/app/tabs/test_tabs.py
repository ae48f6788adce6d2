"""Several documents in one window, each with its own history, canvas, run and kept work."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QMessageBox

from floworch.model import codec
from floworch.run.events import EventKind
from floworch.run.status import NodeStatus, RunStatus


@pytest.fixture
def paths(flow, tmp_path):
    """Three definition files: one, two, three."""
    found = [tmp_path / f"{name}.flow.json" for name in ("one", "two", "three")]
    for path in found:
        codec.save(flow().replace(id=path.name.split(".")[0]), path)
    return found


def names(window):
    return [tab.name.split(".")[0] for tab in window.tabs.all]


def test_every_file_gets_a_tab_and_a_blank_one_is_used_up(window, paths):
    for path in paths:
        assert window.files.load(path)
    assert names(window) == ["one", "two", "three"]
    assert window.document.path == paths[2]
    assert window.windowTitle().startswith("three.flow.json")


def test_a_file_that_is_open_comes_to_the_front_with_its_edits(window, paths):
    for path in paths[:2]:
        window.files.load(path)
    window.tabs.step(-1)
    window.document.apply(window.document.workflow.replace(name="Edited"), "Edit")
    window.tabs.step(1)
    assert window.document.workflow.name == "Demo"
    window.files.load(paths[0].parent / "." / paths[0].name)
    assert names(window) == ["one", "two"]
    assert (window.document.path, window.document.workflow.name) == (paths[0], "Edited")


def test_a_file_that_changed_on_the_disk_is_read_again_unless_it_was_edited(window, paths, flow):
    window.files.load(paths[0])
    codec.save(flow().replace(id="one", name="Elsewhere"), paths[0])
    window.files.load(paths[0])
    assert window.document.workflow.name == "Elsewhere"
    window.document.apply(window.document.workflow.replace(name="Mine"), "Edit")
    codec.save(flow().replace(id="one", name="Later"), paths[0])
    window.files.load(paths[0])
    assert window.document.workflow.name == "Mine"


def test_each_tab_has_its_own_history_selection_and_view(window, paths):
    for path in paths[:2]:
        window.files.load(path)
    window.selection.set(["second"])
    window.canvas.zoom_to(0.7)
    window.document.apply(window.document.workflow.replace(name="Edited"), "Edit")
    window.tabs.step(1)
    assert not window.selection.nodes
    assert not window.commands["edit.undo"].isEnabled()
    assert not window.isWindowModified()
    window.tabs.step(1)
    assert (window.selection.primary, window.canvas.zoom) == ("second", 0.7)
    assert window.commands["edit.undo"].isEnabled()
    assert window.isWindowModified()
    assert window.zoom_label.text() == "70 %"
    window.commands["edit.undo"].trigger()
    assert window.document.workflow.name == "Demo"


def test_a_run_of_one_tab_goes_on_while_another_is_shown(window, host, paths, until):
    for path in paths[:2]:
        window.files.load(path)
    window.tabs.step(-1)
    first = window.tab
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    run_id = first.controller.run_id
    window.tabs.step(1)
    assert window.run_bar.status.text() == "Not running"
    assert window.commands["run.start"].isEnabled(), "another run at the same time"
    host.push(run_id, EventKind.NODE_STARTED, 0)
    host.push(run_id, EventKind.NODE_COMPLETED, 0, {"output": 1, "port": "out"})
    until(lambda: first.editing.canvas.statuses.get("first") is NodeStatus.COMPLETED)
    assert not window.canvas.statuses
    host.push(run_id, EventKind.RUN_FAILED, payload={"error": {"kind": "error", "message": "boom", "node": "second"}})
    until(lambda: first.controller.status is RunStatus.FAILED)
    assert "message" not in window.banners.shown, "its strips wait in its own tab"
    window.tabs.show(first)
    assert window.run_bar.status.text() == "Failed"
    assert "boom" in window.banners.shown["message"].text.text()
    assert window.controller.run_id == run_id


def test_two_runs_at_once_are_controlled_each_from_its_tab(window, host, paths, until):
    started = []
    for path in paths[:2]:
        window.files.load(path)
        window.commands["run.start"].trigger()
        until(lambda: window.controller.busy)
        started.append(window.controller.run_id)
    assert len(set(started)) == 2
    window.commands["run.stop"].trigger()
    until(lambda: ("cancel", started[1]) in host.asked)
    assert ("cancel", started[0]) not in host.asked


def test_a_run_that_a_tab_shows_is_opened_there(window, host, paths, until):
    window.files.load(paths[0])
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    first, run_id = window.tab, window.controller.run_id
    window.files.load(paths[1])
    window.runs.open_run(run_id)
    until(lambda: window.tab is first)
    assert len(window.tabs.all) == 2


def test_a_plan_goes_when_another_tab_comes(window, paths):
    for path in paths[:2]:
        window.files.load(path)
    window.parts["partial"].view.show("Plan", {"first": ("runs", "new")}, "Run", lambda: None)
    window.tabs.step(1)
    assert "plan" not in window.banners.shown
    window.tabs.step(1)
    assert "plan" not in window.banners.shown
    assert window.canvas.overlay.plan == {}


def test_what_lies_behind_is_not_read_before_it_is_looked_at(window, paths):
    window.tabs.restore([str(path) for path in (*paths, paths[0].parent / "gone.flow.json")], str(paths[1]))
    assert names(window) == ["one", "two", "three"]
    assert window.document.path == paths[1]
    behind = window.tabs.all[2]
    assert behind.asleep == paths[2]
    assert behind._editing is None, "no canvas is made for it"
    window.tabs.show(behind)
    assert window.document.workflow.id == "three"
    assert behind.asleep is None


def test_unsaved_changes_of_every_tab_are_asked_about_when_the_window_closes(window, paths, until):
    for path in paths[:2]:
        window.files.load(path)
        window.document.apply(window.document.workflow.replace(name="Edited"), "Edit")
    window.close()
    for path in paths[:2]:

        def asked(path=path):
            boxes = [box for box in window.findChildren(QMessageBox) if box.isVisible()]
            return next((box for box in boxes if path.name in box.text()), None)

        until(lambda asked=asked: asked() is not None)
        assert window.document.path == path, "one sees what is asked about"
        next(button for button in asked().buttons() if button.text() == "Save").click()
    until(lambda: not window.isVisible())
    assert {codec.load(path).name for path in paths[:2]} == {"Edited"}


def test_another_theme_reaches_every_tab(window, paths, theme):
    for path in paths[:2]:
        window.files.load(path)
    before = window.theme.name
    window.theme.turn("light" if before == "dark" else "dark")
    window.retheme()
    assert {tab.editing.canvas.painter.theme.name for tab in window.tabs.all} == {window.theme.name}
    window.theme.turn(before)
