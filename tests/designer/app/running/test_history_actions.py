"""Running again, naming, reporting and removing runs of the history."""

from __future__ import annotations

import pytest
import replay_kit as kit
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from floworch.model.codec import loads
from floworch.run.events import EventKind
from floworch.run.status import RunStatus
from floworch_designer.app.widgets import dialogs


@pytest.fixture
def ran(window, host, loop, until):
    """A failed run on the canvas, and the panel of runs in front."""
    flow = loads(kit.DEFINITION)
    window.session.document.reset(flow)
    host.add(flow, "r")
    host.past["r"] = kit.events()
    loop.run_until_complete(window.controller.show("r"))
    until(lambda: window.controller.status is RunStatus.FAILED)
    window.show_panel("runs")
    loop.run_until_complete(window.runs._refresh())
    window.history.select("r")
    return window


@pytest.fixture
def answers(monkeypatch):
    """What the person presses in the next dialogs, by their words."""
    given, asked = [], []

    async def ask(_parent, _title, text, _buttons, _detail=""):
        asked.append(text)
        return given.pop(0)

    monkeypatch.setattr(dialogs, "ask", ask)
    return given, asked


def press(window, qtbot, key, modifier, widget=None):
    widget = widget or window.canvas
    window.activateWindow()
    QApplication.processEvents()
    widget.setFocus()
    qtbot.keyClick(widget, key, modifier)


CTRL, SHIFT, ALT = (getattr(Qt.KeyboardModifier, f"{name}Modifier") for name in ("Control", "Shift", "Alt"))


def test_the_disk_is_told(ran):
    assert ran.history.total.text() == "1 run · 18 KB"
    assert ran.history.model.index(0, 5).data() == "18 KB"


def test_run_again_starts_what_ran_with_its_inputs(ran, host, until, qtbot):
    press(ran, qtbot, Qt.Key.Key_R, CTRL | SHIFT)
    until(lambda: ran.controller.run_id == "w-2")
    assert host.asked[-1] == ("start", "w", {})
    until(lambda: ran.controller.busy and ran.history.run is not None and ran.history.run.run_id == "w-2")
    ran.runs.history.again()  # a run is going on: told, and nothing started
    assert sum(what[0] == "start" for what in host.asked) == 1


def test_a_name_and_tags_are_typed_found_and_taken_away(ran, host, until, qtbot):
    press(ran, qtbot, Qt.Key.Key_N, CTRL | ALT)
    line = ran.banners.shown["label"].line
    qtbot.keyClicks(line, "Night run #nightly")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    until(lambda: ran.history.model.rows and ran.history.model.rows[0].name == "Night run")
    assert host.asked[-1] == ("label", "r", "Night run", ["nightly"])
    assert ran.history.model.index(0, 4).data() == "Night run · r  #nightly"
    qtbot.keyClicks(ran.history.search, "tag:nightly status:failed")
    assert ran.history.model.rowCount() == 1
    ran.history.search.clear()
    qtbot.keyClicks(ran.history.search, "tag:other")
    assert ran.history.model.rowCount() == 0
    ran.history.search.clear()
    ran.history.select("r")
    press(ran, qtbot, Qt.Key.Key_N, CTRL | ALT)
    assert ran.banners.shown["label"].line.text() == "Night run #nightly"


def test_a_report_is_written_in_the_form_of_its_name(ran, loop, tmp_path):
    for suffix, begin in ((".md", "# Run r"), (".html", "<!doctype html>")):
        path = tmp_path / f"r{suffix}"
        loop.run_until_complete(ran.runs.history.write_report("r", path))
        text = path.read_text(encoding="utf-8")
        assert text.startswith(begin)
        assert "broken" in text


def test_a_run_is_deleted_only_when_the_answer_says_so(ran, host, until, qtbot, answers):
    given, asked = answers
    given += ["Keep", "Delete"]
    press(ran, qtbot, Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier, ran.history.table)
    until(lambda: len(asked) == 1)
    assert "r" in host.headers
    press(ran, qtbot, Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier, ran.history.table)
    until(lambda: ran.controller.run_id is None)
    assert host.asked[-1] == ("delete", "r")
    until(lambda: ran.history.model.total == 0)
    assert not ran.commands["run.delete"].isEnabled()


def test_old_runs_go_after_the_number_was_told(ran, host, until, answers):
    given, asked = answers
    given += ["All but the newest 20 of each workflow", "Remove"]
    ran.history.prune_requested.emit()
    until(lambda: ran.controller.run_id is None)
    assert asked == ["Which runs that have ended may go?", "Remove 1 run for ever?"]
    assert host.asked[-2:] == [("prune", None, 20, True), ("prune", None, 20, False)]


def test_the_more_menu_asks_for_the_selected_run(ran, qtbot):
    told = []
    ran.history.verb_requested.connect(lambda verb, run_id: told.append((verb, run_id)))
    menu = ran.history.more.menu()
    menu.aboutToShow.emit()
    next(action for action in menu.actions() if action.text() == "Name and tags…").trigger()
    assert told == [("label", "r")]
    ran.history.table.clearSelection()
    menu.aboutToShow.emit()
    assert not menu.actions()[0].isEnabled()


def test_several_selected_runs_are_deleted_at_once_and_nothing_else_is_done_to_them(
    ran, host, until, qtbot, answers, loop
):
    for name in ("s", "t"):
        host.add(loads(kit.DEFINITION), name)
    loop.run_until_complete(ran.runs._refresh())
    table = ran.history.table
    press(ran, qtbot, Qt.Key.Key_Home, CTRL, table)
    qtbot.keyClick(table, Qt.Key.Key_Down, SHIFT)
    assert [run.run_id for run in ran.history.runs] == ["t", "s"]
    assert ran.runs.history.chosen() is None, "not the one on the canvas, which is not selected"
    ran.history.more.menu().aboutToShow.emit()
    allowed = [action.data() for action in ran.history.more.menu().actions() if action.data() and action.isEnabled()]
    assert allowed == ["delete"]
    assert not ran.commands["run.label"].isEnabled()
    given, asked = answers
    given.append("Delete")
    press(ran, qtbot, Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier, table)
    until(lambda: set(host.headers) == {"r"})
    assert asked == ["Delete 2 runs and what they called?"]
    assert ran.controller.run_id == "r"


def test_a_run_selected_in_the_list_can_be_deleted_by_key_while_none_is_on_the_canvas(
    ran, host, until, qtbot, answers, loop
):
    """The action follows the selection of the list, not only what is on the canvas."""
    loop.run_until_complete(ran.controller.leave())
    ran.history.table.clearSelection()
    ran.refresh_actions()
    assert not ran.commands["run.delete"].isEnabled()
    press(ran, qtbot, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier, ran.history.table)
    answers[0].append("Delete")
    qtbot.keyClick(ran.history.table, Qt.Key.Key_Delete, CTRL | SHIFT)
    until(lambda: not host.headers)


def test_a_deleted_run_leaves_every_tab_that_shows_it(ran, host, until, answers):
    first = ran.tab
    ran.commands["tabs.new"].trigger()
    ran.history.select("r")
    answers[0].append("Delete")
    ran.runs.history.delete()
    until(lambda: not host.headers)
    until(lambda: first.controller.run_id is None)


def test_what_is_selected_behind_another_panel_is_not_acted_on(ran, host, until, qapp, answers, loop):
    """The person deletes what they see: the run on the canvas."""
    host.add(loads(kit.DEFINITION), "s")
    loop.run_until_complete(ran.runs._refresh())
    ran.history.select("s")
    ran.show_panel("log")
    qapp.processEvents()
    answers[0].append("Delete")
    ran.runs.history.delete()
    until(lambda: set(host.headers) == {"s"})


def test_resume_is_offered_in_the_list_as_in_the_run_bar(window, host, until, flow):
    """A run that waits for answers only is resumed by the answer, not by a button."""
    for run_id, kind in (("asks", "approval"), ("sleeps", "timer")):
        host.add(flow(), run_id)
        wait = {"wait": {"kind": kind, "name": "", "due": None, "details": {}}}
        host.push(run_id, EventKind.RUN_STARTED)
        host.push(run_id, EventKind.NODE_STARTED, 0)
        host.push(run_id, EventKind.NODE_WAITING, 0, wait)
        host.push(run_id, EventKind.RUN_SUSPENDED)
    window.runs.refresh_history()
    until(lambda: len(window.history.model.rows) == 2)
    resume = window.history.buttons["resume"]
    window.history.select("asks")
    until(lambda: not resume.isEnabled())
    assert "answer" in resume.toolTip()
    window.history.select("sleeps")
    until(resume.isEnabled)
    window.runs.open_run("asks")
    until(lambda: window.controller.run_id == "asks" and not resume.isEnabled())
    assert not window.commands["run.resume"].isEnabled()
    host.push("asks", EventKind.APPROVAL_GIVEN, 0, {"approved": True})
    window.runs.refresh_history()
    until(resume.isEnabled)


def test_a_waiting_run_that_is_selected_is_read_once_until_something_is_written(window, host, until, flow, monkeypatch):
    host.add(flow(), "asks")
    wait = {"wait": {"kind": "approval", "name": "", "due": None, "details": {}}}
    host.push("asks", EventKind.RUN_STARTED)
    host.push("asks", EventKind.NODE_STARTED, 0)
    host.push("asks", EventKind.NODE_WAITING, 0, wait)
    host.push("asks", EventKind.RUN_SUSPENDED)
    window.show_panel("runs")
    refresh(window, until)
    read, load, runs, listing = [], host.load, host.runs, []

    async def watched(run_id):
        if not listing:  # the scripted host reads a run to list it
            read.append(run_id)
        return await load(run_id)

    async def listed(**filters):
        listing.append(True)
        found = await runs(**filters)
        listing.clear()
        return found

    monkeypatch.setattr(host, "runs", listed)
    monkeypatch.setattr(host, "load", watched)
    window.history.select("asks")
    until(lambda: not window.history.buttons["resume"].isEnabled() and read)
    for _ in range(3):
        refresh(window, until)
    assert read == ["asks"]
    host.push("asks", EventKind.APPROVAL_GIVEN, 0, {"approved": True})
    refresh(window, until)
    until(lambda: read == ["asks", "asks"])


def refresh(window, until):
    window.runs.refresh_history()
    until(lambda: not window.controller.asking)


def test_what_went_over_is_run_again_and_reported_by_its_present_definition(ran, host, until, loop, tmp_path, flow):
    """C7.5."""
    run_id = ran.controller.run_id
    moved = flow(timeout=99)
    moved = moved.replace(nodes={**moved.nodes, "third": moved.nodes["first"].replace(title="The new one")})
    host.go_over(run_id, moved)
    loop.run_until_complete(ran.runs.history.write_report(run_id, tmp_path / "report.md"))
    assert "The new one" in (tmp_path / "report.md").read_text("utf-8")
    ran.runs.history.again()
    until(lambda: host.asked[-1][0] == "start")
    assert "third" in list(host.headers.values())[-1].node_ids
