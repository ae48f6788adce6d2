"""The list of runs and the tabs hear of what other processes do to runs."""

from __future__ import annotations

import pytest

from floworch.run.events import EventKind
from floworch.run.status import RunStatus


@pytest.fixture
def listed(window, host, flow, loop, until):
    """A run that was left paused is shown, and the list of runs is on screen; no timer looks by itself."""
    window.runs.watch._timer.setInterval(3_600_000)
    window.session.document.reset(flow())
    run_id = host.add(flow(), "r-left")
    host.push(run_id, EventKind.RUN_STARTED)
    host.push(run_id, EventKind.RUN_PAUSED)
    loop.run_until_complete(window.controller.show(run_id))
    window.show_panel("runs")
    until(lambda: [run.status for run in window.history.model.rows] == ["paused"])
    until(lambda: window.controller.status is RunStatus.PAUSED)
    return run_id


def statuses(window):
    return [str(run.status) for run in window.history.model.rows]


def test_what_another_process_resumed_is_seen_at_the_next_look(window, host, listed, until):
    """designer.md 1.1: the list says what is so, and the canvas goes with the run."""
    host.push(listed, EventKind.RUN_RESUMED)
    assert statuses(window) == ["paused"]
    window.runs.watch._timer.timeout.emit()
    until(lambda: window.controller.status is RunStatus.RUNNING)
    until(lambda: statuses(window) == ["running"])


def test_it_looks_only_while_the_panel_is_on_screen_and_at_once_when_it_is_shown(window, host, listed, until):
    watch = window.runs.watch
    assert watch._timer.isActive()
    window.history.parentWidget().hide()
    window.history.hide()
    assert not watch._timer.isActive()
    other = host.add(window.document.workflow, "r-other")
    window.history.parentWidget().show()
    window.history.show()
    until(lambda: other in [run.run_id for run in window.history.model.rows])
    assert watch._timer.isActive()


def test_nothing_is_shown_anew_while_nothing_changed(window, host, listed, until, monkeypatch):
    """Rows do not shift under the pointer, and the disk is not weighed every few seconds."""
    until(lambda: not window.runs.watch._looking)
    shown, asked, runs = [], [], host.runs
    monkeypatch.setattr(window.history, "show_runs", shown.append)

    async def counting(**filters):
        asked.append(filters)
        return await runs(**filters)

    monkeypatch.setattr(host, "runs", counting)
    window.runs.watch.look()
    until(lambda: asked and not window.runs.watch._looking)
    assert shown == []
