"""A run that goes on is shown with its file, and Resume takes up the one that a strip tells of."""

from __future__ import annotations

import pytest


def test_opening_a_file_shows_its_run_that_goes_on(window, session, host, flow, until, tmp_path):
    from floworch.model import codec
    from floworch.run.events import EventKind

    path = tmp_path / "demo.flow.json"
    codec.save(flow(), path)
    run_id = host.add(codec.load(path), "r-live")
    host.push(run_id, EventKind.RUN_STARTED)
    window.files.open_path(path)
    until(lambda: window.controller.run_id == "r-live")
    until(window.commands["run.pause"].isEnabled)
    assert window.commands["run.stop"].isEnabled()


def test_resume_goes_on_with_the_run_that_the_strip_tells_of(window, host, flow, until):
    host.add(flow(), "r-lost")
    window.runs.banners.tell_interrupted("r-lost")
    window.refresh_actions()
    assert window.commands["run.resume"].isEnabled()
    window.commands["run.resume"].trigger()
    until(lambda: ("resume", "r-lost") in host.asked)


def test_a_run_of_another_version_does_not_hide_what_was_opened(window, host, flow, loop):
    from floworch.run.events import EventKind
    from floworch_designer.app.running.live_run import attach

    window.session.document.reset(flow())
    other = flow(timeout=99)
    host.push(host.add(other, "r-old"), EventKind.RUN_STARTED)
    loop.run_until_complete(attach(window))
    assert window.controller.run_id is None
    assert not window.viewing


def test_a_run_whose_journal_is_damaged_is_passed_over(window, host, flow, loop, monkeypatch):
    """C12: the list calls it damaged, which is no status that a run can have."""
    from floworch_designer.app.running.live_run import attach

    window.session.document.reset(flow())
    host.add(flow(), "r-bad")
    listed = host.runs

    async def runs(**filters):
        return [summary.replace(status="damaged") for summary in await listed(**filters)]

    monkeypatch.setattr(host, "runs", runs)
    loop.run_until_complete(attach(window))
    assert window.controller.run_id is None


def test_a_tab_of_the_last_time_shows_its_run_again(window, host, flow, until, tmp_path):
    """designer.md 1.1: pause, close the lid, resume."""
    from floworch.model import codec
    from floworch.run.events import EventKind

    path = tmp_path / "demo.flow.json"
    codec.save(flow(), path)
    host.push(host.add(codec.load(path), "r-live"), EventKind.RUN_STARTED)
    window.tabs.restore([str(path)], str(path))
    until(lambda: window.controller.run_id == "r-live")
    until(window.commands["run.pause"].isEnabled)


def test_the_newest_run_is_shown_again_when_it_was_left_paused(window, host, flow, loop, monkeypatch):
    """designer.md 1.1."""
    from floworch_designer.app.running.live_run import attach

    window.session.document.reset(flow())
    host.add(flow(), "r-left")
    listed = host.runs

    async def runs(**filters):
        return [summary.replace(status="paused") for summary in await listed(**filters)]

    monkeypatch.setattr(host, "runs", runs)
    loop.run_until_complete(attach(window))
    assert window.controller.run_id == "r-left"


def test_a_run_that_was_left_paused_before_another_one_stays_in_the_history(window, host, flow, loop, monkeypatch):
    from floworch_designer.app.running.live_run import attach

    window.session.document.reset(flow())
    host.add(flow(), "r-left")
    listed = host.runs

    async def runs(**filters):
        (paused,) = [summary.replace(status="paused") for summary in await listed(**filters)]
        return [paused.replace(run_id="r-newer", status="completed"), paused]

    monkeypatch.setattr(host, "runs", runs)
    loop.run_until_complete(attach(window))
    assert window.controller.run_id is None


def test_a_run_that_another_one_called_is_not_what_was_left(window, host, flow, loop, monkeypatch):
    from floworch_designer.app.running.live_run import attach

    window.session.document.reset(flow())
    host.add(flow(), "r-child")
    listed = host.runs

    async def runs(**filters):
        return [summary.replace(status="suspended", parent="r-caller") for summary in await listed(**filters)]

    monkeypatch.setattr(host, "runs", runs)
    loop.run_until_complete(attach(window))
    assert window.controller.run_id is None


@pytest.mark.parametrize("edited", ["before", "after"])
def test_a_run_that_went_over_is_found_again_by_the_definition_that_it_has_now(window, host, flow, loop, edited):
    """C7.5."""
    from floworch.run.events import EventKind
    from floworch_designer.app.running.live_run import attach

    window.session.document.reset(flow() if edited == "before" else flow(timeout=99))
    run_id = host.add(flow(), "r-moved")
    host.go_over(run_id, flow(timeout=99))
    host.push(run_id, EventKind.RUN_STARTED)
    loop.run_until_complete(attach(window))
    assert window.controller.run_id == (None if edited == "before" else "r-moved")
