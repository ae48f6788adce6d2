"""The run actions over a scripted host: start, inputs, runs of the history."""

from __future__ import annotations

import asyncio
import inspect

from PySide6.QtCore import Qt

from floworch.model.workflow import Input, Node
from floworch.run.events import EventKind
from floworch.run.status import NodeStatus, RunStatus
from floworch_designer.app.widgets.dialogs import InputsDialog


def test_f5_runs_a_snapshot_and_statuses_reach_the_canvas(window, qtbot, host, until, flow):
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


def test_work_that_the_end_of_the_window_cancels_before_it_begins_is_closed(window, loop):
    async def work():
        raise AssertionError("it must not begin")

    waiting = work()
    window.runs.go(waiting, "waits")
    task = next(each for each in asyncio.all_tasks(loop) if each.get_name() == "waits")
    task.cancel()
    loop.run_until_complete(asyncio.wait([task]))
    assert inspect.getcoroutinestate(waiting) == inspect.CORO_CLOSED


def test_an_invalid_workflow_is_not_started_and_says_so(window, host, until, flow):
    window.session.document.reset(flow().replace(nodes={"x": Node(action="no.such")}, edges=()))
    window.commands["run.start"].trigger()
    until(lambda: "message" in window.banners.shown)
    assert "cannot run" in window.banners.shown["message"].title.text()
    assert host.asked == []


def test_missing_inputs_are_asked_for_and_kept(window, host, until, qtbot, flow):
    window.session.document.reset(flow(inputs={"folder": Input(type="string", required=True)}))
    window.commands["run.start"].trigger()
    until(lambda: bool(window.findChildren(InputsDialog)))
    dialog = window.findChildren(InputsDialog)[0]
    qtbot.mouseClick(dialog.run_button, Qt.MouseButton.LeftButton)
    assert "Still needed" in dialog.message.text()
    qtbot.keyClicks(dialog.form.rows["folder"].editor.line, "/tmp")
    qtbot.mouseClick(dialog.run_button, Qt.MouseButton.LeftButton)
    until(lambda: bool(host.asked))
    assert host.asked[0] == ("start", "demo", {"folder": "/tmp"})


def test_a_run_of_another_definition_opens_read_only(window, host, until, flow):
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
    assert "another version of this workflow" in window.banners.shown["viewing"].title.text()
    window.banners.shown["viewing"].buttons["Back to editing"].click()
    assert set(window.document.workflow.nodes) == {"first", "second"}
    until(lambda: window.run_bar.status.text() == "Not running")


def test_a_run_of_another_workflow_is_named_as_such_and_laid_out(window, host, until, flow):
    other = flow().replace(id="other", name="Nightly", view={})
    run_id = host.add(other, "night-1")
    host.push(run_id, EventKind.RUN_STARTED)
    host.push(run_id, EventKind.RUN_COMPLETED)
    window.session.document.reset(flow())
    window.runs.open_run(run_id)
    until(lambda: window.viewing)
    banner = window.banners.shown["viewing"]
    assert banner.title.text() == "Run night-1 of another workflow, “Nightly”"
    assert "“Demo”, which you edit, is unchanged" in banner.text.text()
    places = window.document.workflow.view["nodes"]
    assert places["first"] != places["second"]


def test_the_failed_node_of_another_workflow_can_be_shown(window, host, until, flow):
    other = flow().replace(id="other", name="Nightly")
    run_id = host.add(other, "night-2")
    error = {"kind": "processing_error", "message": "boom", "node": "second"}
    host.push(run_id, EventKind.RUN_STARTED)
    host.push(run_id, EventKind.RUN_FAILED, payload={"error": error})
    window.runs.open_run(run_id)
    until(lambda: window.viewing and "message" in window.banners.shown)
    window.banners.shown["message"].buttons["Show node"].click()
    assert window.selection.primary == "second"


def test_the_result_is_one_key_away(window, host, until, flow, qtbot):
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    assert not window.run_bar.results.isVisible()
    run_id = window.controller.run_id
    host.push(run_id, EventKind.RUN_COMPLETED, payload={"outputs": {"answer": 42}})
    until(window.run_bar.results.isVisible)
    window.selection.set(["first"])
    window.run_bar.results.click()
    assert window.selection.primary is None
    assert window.inspector.result.outputs.model.index(0, 0).data() == "answer"


def test_a_started_run_is_selected_in_the_list(window, host, until, flow):
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: window.history.run is not None)
    assert window.history.run.run_id == window.controller.run_id


def test_a_run_that_waits_is_not_left_without_a_word(window, host, until, flow):
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: window.history.run is not None)
    first = window.controller.run_id
    host.push(first, EventKind.RUN_SUSPENDED)
    until(lambda: window.controller.status is RunStatus.SUSPENDED)
    assert first not in window.statusBar().currentMessage()
    window.commands["run.start"].trigger()
    until(lambda: window.controller.run_id != first)
    until(lambda: first in window.statusBar().currentMessage())


def test_the_run_action_is_seen_in_menus_too(window):
    """The button's icon stands on the accent colour; the menu's must not be that light one."""
    assert window.commands["run.start"].icon().cacheKey() != window.run_bar.buttons["run.start"].icon().cacheKey()
    window.commands["run.start"].setEnabled(not window.commands["run.start"].isEnabled())
    assert window.commands["run.start"].icon().cacheKey() != window.run_bar.buttons["run.start"].icon().cacheKey()


def test_the_list_of_runs_follows(window, host, until, flow):
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: bool(window.history.model.rows))
    host.push(window.controller.run_id, EventKind.RUN_COMPLETED)
    until(lambda: window.history.model.rows[0].status == "completed")


def test_an_unknown_run_is_told_in_a_strip(window, until):
    window.runs.open_run("nope")
    until(lambda: "message" in window.banners.shown)
    assert "nope" in window.banners.shown["message"].title.text()


def test_interrupted_runs_are_told_at_the_start_until_dismissed(window, host, until, flow, loop):
    run_id = host.add(flow(), "left-over")
    host.push(run_id, EventKind.RUN_STARTED)
    host.dead = True
    state = host.runs

    async def runs(**filters):
        return await state(**filters)

    host.runs = runs
    loop.run_until_complete(window.runs.look_for_interrupted())
    assert "interrupted left-over" in window.banners.shown
    window.banners.shown["interrupted left-over"].close_button.click()
    loop.run_until_complete(window.runs.look_for_interrupted())
    assert "interrupted left-over" not in window.banners.shown


def test_the_command_line_is_copied(window, flow, tmp_path, qapp):
    window.session.document.reset(flow(), tmp_path / "a b.flow.json")
    window.session.inputs["demo"] = {"n": 3}
    window.runs.copy_command()
    text = qapp.clipboard().text()
    assert "floworch run" in text
    assert "--set n=3" in text
    assert "'" in text


def test_the_choice_of_engine_is_remembered(window, session):
    window.commands["run.in_process"].setChecked(True)
    assert session.hosts.in_process is True
    assert session.settings.get("engine/in_process") is True
    assert "with this window" in window.host_label.text()


def test_f6_pauses_and_resumes(window, qtbot, host, until, flow):
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(window.commands["run.pause"].isEnabled)
    qtbot.keyClick(window, Qt.Key.Key_F6)
    until(lambda: window.run_bar.status.text() == "Paused")
    qtbot.keyClick(window, Qt.Key.Key_F6)
    until(lambda: window.run_bar.status.text() == "Running")
    qtbot.keyClick(window, Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
    until(lambda: window.run_bar.status.text() == "Cancelled")
    assert [what[0] for what in host.asked] == ["start", "pause", "resume", "cancel"]


def test_resume_says_that_a_question_comes_first(window, host):
    banner = window.banners.show_banner("doubt", "warning", "Did it?")
    assert not banner.called
    window.runs.resume()
    assert banner.called, "the eye is led to it"
    assert "question" in window.statusBar().currentMessage()
    assert not [asked for asked in host.asked if asked[0] == "resume"]


def test_a_wait_is_told_in_the_list_of_runs_at_once(window, host, until, flow):
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    run_id, listed = window.controller.run_id, host.runs

    async def late(**filters):  # a list that has not heard of the wait yet
        return [run.replace(status="running") for run in await listed(**filters)]

    host.runs = late
    host.push(run_id, EventKind.RUN_SUSPENDED)
    until(lambda: window.run_bar.status.text() == "Waiting")
    until(lambda: [run.status for run in window.history.model.rows] == ["suspended"])


def test_a_run_that_goes_on_after_a_crash_is_told_in_the_list_of_runs(window, host, until, flow):
    window.session.document.reset(flow())
    run_id = host.add(flow(), "lost")
    host.push(run_id, EventKind.RUN_STARTED)
    window.runs.open_run(run_id)
    until(lambda: window.run_bar.status.text() == "Running")
    window.controller.feed.set_status(RunStatus.CREATED)  # as at a resume, until its first event is there
    window.runs.refresh_history()
    until(lambda: [run.status for run in window.history.model.rows] == ["created"])
    host.push(run_id, EventKind.RUN_PAUSED)
    until(lambda: [run.status for run in window.history.model.rows] == ["paused"])


def test_opening_a_run_says_that_it_is_read_until_it_is(window, host, until, flow):
    host.add(flow(), "long")
    host.push("long", EventKind.RUN_STARTED)
    host.push("long", EventKind.RUN_COMPLETED)
    gate, events = asyncio.Event(), host.events

    async def slow(run_id, from_seq=0):
        await gate.wait()
        async for batch in events(run_id, from_seq):
            yield batch

    host.events = slow
    window.runs.open_run("long")
    until(lambda: window.run_bar.status.text() == "Loading …")
    assert window.run_bar.counts.text() == "long"
    gate.set()
    until(lambda: window.run_bar.status.text() == "Completed")


def test_a_run_that_is_not_there_is_no_longer_loading(window, until):
    window.runs.open_run("gone")
    until(lambda: "message" in window.banners.shown)
    assert window.run_bar.status.text() == "Not running"


def test_what_begins_comes_into_view_when_that_is_wanted(window, host, until, flow):
    window.session.document.reset(flow())
    window.canvas.jump(1.0, (9000.0, 9000.0))
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    host.push(window.controller.run_id, EventKind.NODE_STARTED, 0)
    until(lambda: "first" in window.canvas.statuses)
    assert window.canvas.centre()[0] > 8000, "the view is left alone"
    window.commands["view.follow"].trigger()
    assert window.session.settings.get("canvas/follow") is True
    host.push(window.controller.run_id, EventKind.NODE_STARTED, 1)
    until(lambda: window.canvas.centre()[0] < 8000)


def test_a_run_from_its_button_leaves_the_focus_on_the_canvas_not_on_what_comes_next(window, host, flow, until):
    window.session.document.reset(flow())
    window.activateWindow()
    button = window.run_bar.buttons["run.start"]
    button.setFocus()
    assert window.focusWidget() is button
    button.click()
    until(lambda: bool(host.asked))
    until(lambda: not button.isEnabled())
    assert window.focusWidget() is window.canvas
