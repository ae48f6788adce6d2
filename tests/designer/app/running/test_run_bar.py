"""Run controls by real clicks, and the run in words."""

from __future__ import annotations

from PySide6.QtCore import Qt

from floworch.model.workflow import Node
from floworch.run.events import EventKind


def test_pause_resume_and_stop_by_buttons(window, qtbot, host, until, flow):
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


def test_a_run_that_nobody_paused_says_why_it_stands_still(window, qtbot, host, until, flow):
    """designer.md §2: the bar always states what the run does in text; at a breakpoint it was "Paused" and no more."""
    workflow = flow()
    nodes = {**workflow.nodes, "first": workflow.nodes["first"].replace(title="Begin")}
    window.session.document.reset(workflow.replace(nodes=nodes))
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    run_id, reason = window.controller.run_id, "at the breakpoint of 'first' in item 3: item > 1"
    why = {"reason": reason, "cause": "breakpoint"}
    host.push(run_id, EventKind.RUN_PAUSING, payload={"now": False, **why})
    host.push(run_id, EventKind.RUN_PAUSED, payload=why)
    until(lambda: window.run_bar.status.text() == "Paused")
    assert window.run_bar.counts.text().startswith("at the breakpoint of “Begin” in item 3: item > 1 · ")
    qtbot.mouseClick(window.run_bar.buttons["run.resume"], Qt.MouseButton.LeftButton)
    until(lambda: window.run_bar.status.text() == "Running")
    assert "breakpoint" not in window.run_bar.counts.text()


def test_the_end_is_expected_from_earlier_runs(window, host, until, flow, qtbot, monkeypatch):
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    window.run_bar.refresh()
    assert "left" not in window.run_bar.clock.text(), "there is no run before"
    window.run_bar.earlier = lambda _state: [7300.0, 7200.0 * 10**6, 7200.0 * 10**6]
    window.run_bar.refresh()
    assert " h left" in window.run_bar.clock.text()
    assert window.run_bar.clock.toolTip() == "From the last 3 completed runs"
    host.push(window.controller.run_id, EventKind.RUN_COMPLETED)
    until(lambda: window.run_bar.status.text() == "Completed")
    assert "left" not in window.run_bar.clock.text()


def test_what_the_run_is_doing_is_not_cut_in_a_narrow_window(window, host, until, flow):
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    bar, word = window.run_bar, Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    window.hide()  # so that its layout does not take back the widths
    bar.resize(10, bar.height())  # its shortest form
    bar._fit()
    words = bar.counts.fontMetrics().horizontalAdvance(bar.counts.text())
    narrow = bar.layout().minimumSize().width() + words + 8
    for width, worded in ((1600, True), (narrow, False), (1600, True)):
        bar.resize(width, bar.height())
        bar._fit()
        bar.layout().activate()
        assert (bar.buttons["run.stop"].toolButtonStyle() == word) is worded
        assert bar.run_id.isHidden() is not worded
        assert bar.counts.width() >= words


def test_what_comes_and_goes_in_the_bar_never_widens_the_window(window, host, until, flow):
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    host.push(window.controller.run_id, EventKind.RUN_COMPLETED)
    until(lambda: window.run_bar.status.text() == "Completed")
    bar = window.run_bar
    bar.run_id.show()  # all that may be shown, as it is tried first
    bar._dress(True)
    asked, whole = bar.minimumSizeHint().width(), bar.layout().minimumSize().width()
    bar.run_id.hide()
    bar._dress(False)
    assert abs(asked - bar.layout().minimumSize().width()) < 40  # it asks for its shortest form in every form
    assert abs(asked - bar.minimumSizeHint().width()) < 40
    assert asked < whole - 150


def test_before_any_run_it_says_what_to_do_with_the_key_of_the_keymap(window, flow):
    assert window.run_bar.counts.text() == "Nothing to run yet"
    window.session.document.reset(flow())
    window.refresh_actions()
    assert window.run_bar.counts.text() == "Press F5 to run"
    window.commands.use(window.commands.keymap.with_keys("run.start", ("F12",)))
    assert window.run_bar.counts.text() == "Press F12 to run"


def test_errors_are_named_before_the_key(window, flow):
    window.session.document.reset(flow())
    window.refresh_actions()
    assert window.run_bar.counts.text() == "Press F5 to run"
    nodes = {"first": Node(action="no.such"), "second": Node(action="no.other")}
    window.session.document.reset(flow().replace(nodes=nodes, edges=()))
    errors = sum(problem.severity == "error" for problem in window.document.check_now())
    assert errors
    assert window.run_bar.counts.text().startswith(f"{errors} error")
    window.session.document.reset(flow())
    window.document.check_now()
    assert window.run_bar.counts.text() == "Press F5 to run"


def test_the_filled_button_is_the_one_that_goes_on(window, host, until, flow):
    window.session.document.reset(flow())
    buttons = window.run_bar.buttons

    def lit():
        return [name for name in ("run.start", "run.resume") if buttons[name].property("role") == "run"]

    assert lit() == ["run.start"]
    window.commands["run.start"].trigger()
    until(window.commands["run.pause"].isEnabled)
    assert lit() == ["run.start"]
    window.commands["run.pause"].trigger()
    until(lambda: window.run_bar.status.text() == "Paused")
    assert lit() == ["run.resume"]
    window.commands["run.resume"].trigger()
    until(lambda: window.run_bar.status.text() == "Running")
    assert lit() == ["run.start"]
    host.die()
    until(lambda: window.run_bar.status.text() == "Interrupted")
    assert lit() == ["run.resume"]


def test_figures_of_a_run_are_written_now_and_then_and_its_state_at_once(window, host, until, flow, monkeypatch):
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    bar, written = window.run_bar, []
    until(lambda: bar.status.text() == "Running")
    until(lambda: not bar._late.isActive())
    monkeypatch.setattr("floworch_designer.app.running.run_bar.counts_text", lambda _state: written.append(1) or "some")
    for _ in range(5):
        window.controller.feed.grew.emit(False)
    assert len(written) <= 1, "not once for each of them"
    until(lambda: bar.counts.text() == "some")
    host.push(window.controller.run_id, EventKind.RUN_COMPLETED)
    until(lambda: bar.status.text() == "Completed")


def test_the_clock_goes_on_while_a_run_waits_and_stands_while_it_is_paused(window, host, until, flow, monkeypatch):
    """The end of a run that waited says how long it took with the waiting in it; the clock has not jumped there."""
    now = [130.0]
    monkeypatch.setattr("floworch_designer.app.running.run_bar.time.time", lambda: now[0])
    for kind in (EventKind.RUN_SUSPENDED, EventKind.RUN_PAUSED):
        run_id = host.add(flow(), str(kind))
        host.push(run_id, EventKind.RUN_STARTED)
        if kind is EventKind.RUN_PAUSED:
            host.push(run_id, EventKind.RUN_PAUSING)
        host.push(run_id, kind)
        window.runs.open_run(run_id)
        until(lambda run_id=run_id: window.controller.run_id == run_id and not window.controller.status.live)
        until(lambda: window.controller.loading is None)
        waits = kind is EventKind.RUN_SUSPENDED
        now[0] = 130.0
        window.run_bar.refresh()
        assert window.run_bar._tick.isActive() is waits
        before = window.run_bar.clock.text()
        now[0] = 190.0
        window.run_bar.refresh()
        assert (before, window.run_bar.clock.text()) == (("0:29", "1:29") if waits else ("0:02", "0:02"))


def test_the_bar_is_not_laid_out_anew_for_the_glyph_that_it_shows(window, until, flow, monkeypatch):
    """(performance.md: no frame of a live run over 50 ms) the figures of a run are written ten times a second"""
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    bar, given = window.run_bar, []
    until(lambda: bar.status.text() == "Running")
    monkeypatch.setattr(bar.glyph, "setPixmap", given.append)
    bar.refresh()
    assert given == []


def test_what_is_written_now_and_then_is_not_all_written_in_one_frame(window):
    """(performance.md: no frame of a live run over 50 ms) the same event makes the panels wait"""
    waits = [window.run_bar._late, window.timeline._late, window.scrubber._late]
    assert len({wait.interval() for wait in waits}) == 3
