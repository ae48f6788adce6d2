"""Approvals and interruptions in strips above the canvas."""

from __future__ import annotations

import json
import shlex

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from floworch.errors import CorruptJournal, FlowError
from floworch.model.codec import loads
from floworch.run.events import EventKind
from floworch.store.protocol import RunSummary
from floworch_designer.app.running.answering import AnswerDialog
from floworch_designer.app.widgets import dialogs
from floworch_designer.app.widgets.marked import unmarked


def test_an_approval_is_answered_from_the_banner(window, host, until, qtbot, flow):
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    run_id = window.controller.run_id
    host.push(run_id, EventKind.NODE_STARTED, 0)
    wait = {"wait": {"kind": "approval", "name": "", "due": None, "details": {"message": "Delete **3** files?"}}}
    host.push(run_id, EventKind.NODE_WAITING, 0, wait)
    until(lambda: "approval first" in window.banners.shown)
    banner = window.banners.shown["approval first"]
    assert banner.text.text() == "Delete **3** files?"
    assert banner.text.textFormat() is Qt.TextFormat.MarkdownText, "as human.approve promises"
    assert banner.accessibleName().endswith("Delete 3 files?")
    qtbot.keyClicks(banner.line, "fine")
    qtbot.mouseClick(banner.buttons["Approve"], Qt.MouseButton.LeftButton)
    until(lambda: ("approve", run_id, "first", "fine") in host.asked)


@pytest.mark.parametrize("end", [EventKind.RUN_PAUSED, EventKind.RUN_SUSPENDED])
def test_what_was_answered_while_the_run_stood_still_is_told_with_what_carries_it_out(
    window, host, until, qtbot, flow, monkeypatch, end
):
    """C8.1: an answer is kept; of a run that nobody works on nothing else shows it."""
    window.session.document.reset(flow())
    run_id = host.add(flow(), "left")
    wait = {"wait": {"kind": "approval", "name": "", "due": None, "details": {"message": "Delete?"}}}
    host.push(run_id, EventKind.RUN_STARTED)
    host.push(run_id, EventKind.NODE_STARTED, 0)
    host.push(run_id, EventKind.NODE_WAITING, 0, wait)
    host.push(run_id, end)
    approve, human = host.approve, []

    async def approved(*asked):
        await approve(*asked)
        host.push(run_id, EventKind.APPROVAL_GIVEN, 0, {"approved": True})

    async def stays(*_asked, **_options):
        raise FlowError("Another process has it.")

    monkeypatch.setattr(host, "approve", approved)
    if end is EventKind.RUN_SUSPENDED:
        monkeypatch.setattr(host, "resume", stays)
    monkeypatch.setattr(window.canvas, "set_run_info", lambda infos: human.extend(
        info.human for name, info in infos.items() if name == "first" and info is not None))  # fmt: skip
    window.runs.open_run(run_id)
    until(lambda: "approval first" in window.banners.shown)
    assert "answered" not in window.banners.shown
    assert human[-1] is True
    qtbot.mouseClick(window.banners.shown["approval first"].buttons["Approve"], Qt.MouseButton.LeftButton)
    until(lambda: "answered" in window.banners.shown)
    banner = window.banners.shown["answered"]
    assert "approval first" not in window.banners.shown
    assert banner.title.text() == "Answered: “first”"
    assert "Resume carries it out" in banner.text.text()
    until(lambda: not human[-1])
    until(lambda: "1 answered" in window.run_bar.counts.text())
    assert "waiting" not in window.run_bar.counts.text()
    assert window.controller.can("resume")
    monkeypatch.undo()
    qtbot.mouseClick(banner.buttons["Resume"], Qt.MouseButton.LeftButton)
    until(lambda: ("resume", run_id) in host.asked)
    until(lambda: "answered" not in window.banners.shown)


def waiting(host, run_id, items, kind="approval"):
    for item in items:
        host.push(run_id, EventKind.NODE_STARTED, 1, scope=(item,))
        details = {"message": f"Order {item}?", "labels": ["red"]}
        wait = {"wait": {"kind": kind, "name": "", "due": None, "details": details}}
        host.push(run_id, EventKind.NODE_WAITING, 1, wait, scope=(item,))


@pytest.fixture
def looping(window, host, until):
    """A run of a loop whose body asks for each of three orders; returns the id of the run."""
    body = {"ask": {"action": "human.approve", "title": "Ask", "parent": "loop", "params": {"message": "?"}}}
    nodes = {"loop": {"action": "flow.foreach", "params": {"items": "{{ [1, 2, 3] }}"}}, **body}
    window.session.document.reset(loads(json.dumps({"floworch": 1, "id": "w", "nodes": nodes})))
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    run_id = window.controller.run_id
    host.push(run_id, EventKind.NODE_STARTED, 0)
    host.push(run_id, EventKind.ITEMS_LISTED, 0, {"items": [1, 2, 3]})
    return run_id


def test_items_of_a_loop_are_approved_one_after_the_other(window, host, until, qtbot, looping):
    """C8.1 and C10.1"""
    notified = []
    window.notifying.tell = lambda title, text: notified.append((title, text))
    waiting(host, looping, [1, 0])
    until(lambda: "approval ask" in window.banners.shown)
    until(lambda: "item 0" in window.banners.shown["approval ask"].title.text())
    banner = window.banners.shown["approval ask"]
    assert banner.title.text() == "“Ask” waits for your answer for item 0, then 1 more"
    assert unmarked(banner.text.text()) == "Order 0?\nItem 0: 1", "which order it is, not only which number"
    qtbot.keyClicks(banner.line, "well")
    waiting(host, looping, [2])
    until(lambda: "then 2 more" in banner.title.text())
    assert banner.line.text() == "well", "what is being written stays"
    qtbot.mouseClick(banner.buttons["Approve"], Qt.MouseButton.LeftButton)
    until(lambda: ("approve", looping, "ask", "well", (0,)) in host.asked)
    host.push(looping, EventKind.APPROVAL_GIVEN, 1, {"approved": True}, scope=(0,))
    until(lambda: "approval ask" in window.banners.shown)
    after = window.banners.shown["approval ask"]
    assert after.title.text() == "“Ask” waits for your answer for item 1, then 1 more"
    assert (unmarked(after.text.text()), after.line.text()) == ("Order 1?\nItem 1: 2", "")
    qtbot.mouseClick(after.buttons["Reject"], Qt.MouseButton.LeftButton)
    until(lambda: ("reject", looping, "ask", "", (1,)) in host.asked)
    assert len(notified) == 1, "a person who answers one after the other is not called for each"


def test_a_form_of_an_item_is_filled_in_for_that_item(window, host, until, qtbot, looping):
    waiting(host, looping, [2], "form")
    until(lambda: "form ask" in window.banners.shown)
    banner = window.banners.shown["form ask"]
    assert banner.title.text() == "“Ask” waits for your answer for item 2"
    qtbot.mouseClick(banner.buttons["Choose…"], Qt.MouseButton.LeftButton)
    until(lambda: window.findChild(AnswerDialog) is not None)
    dialog = window.findChild(AnswerDialog)
    dialog.form.set_values({"choice": "red"})
    qtbot.mouseClick(dialog.send, Qt.MouseButton.LeftButton)
    until(lambda: ("submit", looping, "ask", "red", (2,)) in host.asked)


def test_the_words_of_a_program_end_before_the_advice_begins(window, host, until, flow):
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    run_id = window.controller.run_id
    error = {
        "kind": "processing_error",
        "message": "ended with code 3: no such thing",
        "hint": "Mend it.",
        "node": "first",
    }
    host.push(run_id, EventKind.NODE_STARTED, 0)
    host.push(run_id, EventKind.NODE_FAILED, 0, {"error": error})
    host.push(run_id, EventKind.RUN_FAILED, -1, {"error": error})
    until(lambda: "message" in window.banners.shown)
    assert window.banners.shown["message"].text.text() == "ended with code 3: no such thing. Mend it."


def test_a_dead_engine_shows_the_run_as_interrupted_and_resume_goes_on(window, host, until, qtbot, flow):
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


def test_an_interrupted_run_on_screen_is_not_offered_to_be_opened_but_to_be_discarded(
    window, host, until, qtbot, flow, monkeypatch
):
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    run_id, asked = window.controller.run_id, []
    host.die()
    until(lambda: window.run_bar.status.text() == "Interrupted")
    banner = window.banners.shown[f"interrupted {run_id}"]
    assert banner.buttons["Open"].isHidden()
    window.commands["tabs.new"].trigger()
    assert not window.banners.shown, "it concerns the other tab"
    window.tabs.step(-1)
    assert banner.buttons["Open"].isHidden()
    host.dead = False

    async def ask(_window, _title, text, *_rest):
        asked.append(text)
        return "Delete"

    monkeypatch.setattr(dialogs, "ask", ask)
    qtbot.mouseClick(banner.buttons["Discard"], Qt.MouseButton.LeftButton)
    until(lambda: window.controller.run_id is None)
    assert asked == [f"Delete {run_id} and what it called?"]
    assert f"interrupted {run_id}" not in window.banners.shown
    assert run_id not in host.headers


def test_a_node_in_doubt_is_asked_about(window, host, until, qtbot, flow):
    """(C7.8)"""
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    run_id = window.controller.run_id
    host.push(run_id, EventKind.NODE_STARTED, 0)
    host.push(run_id, EventKind.NODE_IN_DOUBT, 0)
    host.push(run_id, EventKind.RUN_PAUSED)
    until(lambda: "doubt" in window.banners.shown)
    banner = window.banners.shown["doubt"]
    assert "first" in banner.title.text()
    assert list(banner.buttons) == ["Run again", "Take as done", "Take as failed"]
    assert "question above the canvas" in window.run_bar.counts.text()
    qtbot.mouseClick(banner.buttons["Take as done"], Qt.MouseButton.LeftButton)
    until(lambda: ("resume", run_id, "in_doubt") in host.asked)
    assert "doubt" not in window.banners.shown


LOOP = """
{"id": "demo", "nodes": {
    "loop": {"action": "flow.foreach", "params": {"items": [5, 6, 7, 8]}},
    "send": {"action": "shell.run", "params": {"command": "send"}, "title": "Run command", "parent": "loop"}
}, "edges": []}
"""


def test_of_a_loop_it_is_asked_which_items_are_in_doubt(window, host, until):
    """(C7.8) Four items were under way: an answer is for all of them, and who gives it must know that."""
    window.session.document.reset(loads(LOOP))
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    run_id = window.controller.run_id
    host.push(run_id, EventKind.NODE_STARTED, 0)
    host.push(run_id, EventKind.ITEMS_LISTED, 0, {"items": [5, 6, 7, 8]})
    for item in range(4):
        host.push(run_id, EventKind.NODE_STARTED, 1, scope=(item,))
    for item in (0, 2, 3):
        host.push(run_id, EventKind.NODE_IN_DOUBT, 1, scope=(item,))
    why = "in doubt whether it took effect before the crash: send"
    host.push(run_id, EventKind.RUN_PAUSED, payload={"reason": why})
    until(lambda: "doubt" in window.banners.shown)
    banner = window.banners.shown["doubt"]
    assert banner.title.text() == "Did “Run command” (3 items: 0, 2, 3) take effect before the crash?"
    assert "for all of them" in banner.text.text()
    assert "question above the canvas" in window.run_bar.counts.text()
    assert "send" not in window.run_bar.counts.text()


def failed(host, workflow, run_id):
    host.add(workflow, run_id)
    host.push(run_id, EventKind.RUN_STARTED)
    error = {"kind": "processing_error", "message": "boom", "node": "first"}
    host.push(run_id, EventKind.NODE_STARTED, 0)
    host.push(run_id, EventKind.NODE_FAILED, 0, {"error": error})
    host.push(run_id, EventKind.RUN_FAILED, payload={"error": error})


def test_the_failure_of_one_run_is_gone_when_another_is_opened(window, host, until, flow):
    window.session.document.reset(flow())
    failed(host, flow(), "bad")
    host.add(flow(), "good")
    host.push("good", EventKind.RUN_STARTED)
    host.push("good", EventKind.RUN_COMPLETED)
    window.runs.open_run("bad")
    until(lambda: "message" in window.banners.shown)
    window.runs.open_run("good")
    until(lambda: window.run_bar.status.text() == "Completed")
    assert "message" not in window.banners.shown


def test_a_failure_names_the_node_as_the_canvas_does(window, host, until, flow):
    workflow = flow()
    titled = {**workflow.nodes, "first": workflow.nodes["first"].replace(title="Ask the shop")}
    window.session.document.reset(workflow.replace(nodes=titled))
    failed(host, window.session.document.workflow, "bad")
    window.runs.open_run("bad")
    until(lambda: "message" in window.banners.shown)
    assert window.banners.shown["message"].title.text() == "The run failed at “Ask the shop”."


def test_show_node_opens_what_the_node_did(window, host, until, flow, qtbot):
    window.session.document.reset(flow())
    failed(host, flow(), "bad")
    window.runs.open_run("bad")
    until(lambda: "message" in window.banners.shown)
    qtbot.mouseClick(window.banners.shown["message"].buttons["Show node"], Qt.MouseButton.LeftButton)
    assert window.selection.primary == "first"
    assert window.inspector.node_tabs.currentWidget() is window.inspector.run


def test_resume_is_offered_only_where_it_does_something(window, host, until, flow):
    """An answer goes on by itself; a signal or a timer may need somebody to go on."""
    window.session.document.reset(flow())
    for kind, fits in (("approval", False), ("signal", True)):
        run_id = host.add(flow(), kind)
        host.push(run_id, EventKind.RUN_STARTED)
        host.push(run_id, EventKind.NODE_STARTED, 0)
        wait = {"wait": {"kind": kind, "name": "n", "due": None, "details": {}}}
        host.push(run_id, EventKind.NODE_WAITING, 0, wait)
        host.push(run_id, EventKind.RUN_SUSPENDED)
        window.runs.open_run(run_id)
        until(lambda run_id=run_id: window.controller.run_id == run_id and str(window.controller.status) == "suspended")
        window.refresh_actions()
        assert window.commands["run.resume"].isEnabled() is fits


def test_a_damaged_run_is_told_with_the_command_that_salvages_it_and_no_resume(
    window, host, until, qtbot, flow, monkeypatch, tmp_path
):
    """The strip of an interrupted run goes: Resume could only fail (C8)."""
    run_id = host.add(flow(), "torn")
    window.runs.banners.tell_interrupted(run_id)

    async def load(_run_id):
        raise CorruptJournal(tmp_path / "runs" / "torn" / "journal-000001.fwj", 12, "a frame", "nothing")

    monkeypatch.setattr(host, "load", load)
    monkeypatch.setattr(host, "header", load)
    qtbot.mouseClick(window.banners.shown["interrupted torn"].buttons["Resume"], Qt.MouseButton.LeftButton)
    until(lambda: "damaged torn" in window.banners.shown)
    assert "interrupted torn" not in window.banners.shown
    banner = window.banners.shown["damaged torn"]
    assert set(banner.buttons) == {"Salvage", "Copy the command that salvages it"}
    qtbot.mouseClick(banner.buttons["Copy the command that salvages it"], Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert copied == shlex.join(["floworch", "doctor", "--salvage", "torn", "--store", str(window.session.hosts.store)])


def test_a_run_whose_journal_breaks_off_while_it_is_read_is_told_as_damaged(window, host, until, flow, monkeypatch):
    """What stands before the damage is shown; that its process had ended would be untrue (C12)."""
    run_id = host.add(flow(), "torn")
    host.push(run_id, EventKind.RUN_STARTED)
    events = host.events

    async def broken(run_id, from_seq=0):
        async for batch in events(run_id, from_seq):
            yield batch
            raise CorruptJournal("runs/torn/journal-000001.fwj", 12, "a frame", "nothing")

    async def load(_run_id):
        raise CorruptJournal("runs/torn/journal-000001.fwj", 12, "a frame", "nothing")

    monkeypatch.setattr(host, "events", broken)
    monkeypatch.setattr(host, "load", load)
    told = []
    window.controller.lost.connect(told.append)
    window.runs.open_run(run_id)
    until(lambda: "damaged torn" in window.banners.shown)
    until(lambda: str(window.controller.status) == "interrupted")
    assert "interrupted torn" not in window.banners.shown
    assert told == []


def test_a_listed_run_is_read_before_it_is_called_interrupted(window, host, until, flow, monkeypatch):
    """The list knows of a damage only once somebody has read the run."""
    for name in ("torn", "whole"):
        host.push(host.add(flow(), name), EventKind.RUN_STARTED)
    load = host.load

    async def broken(run_id):
        if run_id == "torn":
            raise CorruptJournal("runs/torn/journal-000001.fwj", 12, "a frame", "nothing")
        return await load(run_id)

    monkeypatch.setattr(host, "load", broken)

    async def listed(**_filters):
        return [RunSummary(name, "w", "interrupted", 1.0, 1.0, None) for name in ("torn", "whole")]

    monkeypatch.setattr(host, "runs", listed)
    window.runs.go(window.runs.look_for_interrupted(), "look")
    until(lambda: "interrupted whole" in window.banners.shown)
    assert "damaged torn" in window.banners.shown
    assert "interrupted torn" not in window.banners.shown


def test_show_node_of_a_failed_loop_shows_the_item_at_which_it_failed(window, host, until, qtbot, looping):
    """What went wrong is in one of the items."""
    error = {"error": {"kind": "value_error", "message": "no", "node": "ask"}}
    host.push(looping, EventKind.NODE_STARTED, 1, scope=(1,))
    host.push(looping, EventKind.NODE_FAILED, 1, error, scope=(1,))
    host.push(looping, EventKind.ITEM_FAILED, 0, error, scope=(1,))
    whole = {
        "error": {
            "kind": "value_error",
            "message": "the item with index 1 (of 3) failed: no",
            "node": "loop",
            "index": 1,
        }
    }
    host.push(looping, EventKind.NODE_FAILED, 0, whole)
    host.push(looping, EventKind.RUN_FAILED, payload=whole)
    until(lambda: "message" in window.banners.shown)
    qtbot.mouseClick(window.banners.shown["message"].buttons["Show node"], Qt.MouseButton.LeftButton)
    assert window.selection.primary == "loop"
    assert window.inspector.run.items.chosen.scope == (1,)
    assert window.inspector.run.error.message.text() == "no"
    window.log.picked.emit("ask", (1,))
    assert (window.selection.primary, window.inspector.run.items.chosen.scope) == ("ask", (1,))
    window.log.picked.emit("ask", ())
    assert window.inspector.run.items.chosen is None
    window.log.picked.emit("gone", ())
    assert window.selection.primary == "ask", "a node that a migration took out"
