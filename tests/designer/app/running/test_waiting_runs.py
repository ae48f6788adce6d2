"""At the start strips tell of the runs that wait for somebody's answer and that no tab shows."""

from __future__ import annotations

import pytest

from floworch.run.events import EventKind
from floworch_designer.app.running.start_strips import NAMED


@pytest.fixture
def asking(host, flow):
    """Makes a run that waits for an approval, by its id."""

    def make(run_id):
        host.add(flow(), run_id)
        host.push(run_id, EventKind.RUN_STARTED)
        host.ask(run_id, "Delete **3** files?")
        return run_id

    return make


def test_a_run_that_waits_behind_a_newer_one_is_told_of_and_opened(window, host, asking, flow, loop, until):
    """designer.md 1.1: an open question is found again after the window was closed."""
    window.document.reset(flow())
    asking("r-asks")
    host.push(host.add(flow(), "r-newer"), EventKind.RUN_COMPLETED)
    loop.run_until_complete(window.runs.look_for_interrupted())
    banner = window.banners.shown["waiting r-asks"]
    assert "r-asks waits for an answer" in banner.title.text()
    assert banner.text.text() == "Delete 3 files?"
    banner.buttons["Open"].click()
    until(lambda: "approval first" in window.banners.shown)
    assert "waiting r-asks" not in window.banners.shown


def test_a_paused_run_with_an_open_question_is_told_of_and_one_without_is_not(window, host, asking, flow, loop, until):
    """designer.md 1.1: the question is as open as before, and nobody else would tell of it."""
    window.document.reset(flow())
    host.push(asking("r-paused"), EventKind.RUN_PAUSED)
    host.add(flow(), "r-rests")
    host.push("r-rests", EventKind.RUN_STARTED)
    host.push("r-rests", EventKind.RUN_PAUSED)
    loop.run_until_complete(window.runs.look_for_interrupted())
    assert [key for key in window.banners.shown if key.startswith("waiting ")] == ["waiting r-paused"]
    banner = window.banners.shown["waiting r-paused"]
    assert banner.title.text() == "r-paused is paused and waits for an answer"
    banner.buttons["Open"].click()
    until(lambda: "approval first" in window.banners.shown)
    assert "waiting r-paused" not in window.banners.shown


def test_what_is_shown_or_waits_for_no_person_or_was_put_away_is_not_told_of(window, host, asking, flow, loop):
    window.document.reset(flow())
    loop.run_until_complete(window.controller.show(asking("r-shown")))
    host.push(host.add(flow(), "r-signal"), EventKind.RUN_SUSPENDED)
    window.session.settings.set("runs/dismissed", ["waiting " + asking("r-away")])
    loop.run_until_complete(window.runs.look_for_interrupted())
    assert not [key for key in window.banners.shown if key.startswith("waiting ")]


def test_who_puts_it_away_is_not_told_again_and_an_answer_elsewhere_takes_it_away(window, host, asking, flow, loop):
    window.document.reset(flow())
    first, second = asking("r-1"), asking("r-2")
    loop.run_until_complete(window.runs.look_for_interrupted())
    host.push(second, EventKind.RUN_RESUMED)
    loop.run_until_complete(window.runs._refresh())
    assert [key for key in window.banners.shown if key.startswith("waiting ")] == [f"waiting {first}"]
    window.banners.shown[f"waiting {first}"].close_button.click()
    loop.run_until_complete(window.runs.look_for_interrupted())
    assert f"waiting {first}" not in window.banners.shown


def test_a_run_whose_question_was_put_away_is_told_of_when_its_process_died(window, host, asking, flow, loop):
    """designer.md 1.1: an interrupted run is told of at the start; nobody has put that away."""
    window.document.reset(flow())
    run = asking("r-1")
    loop.run_until_complete(window.runs.look_for_interrupted())
    window.banners.shown[f"waiting {run}"].close_button.click()
    host.push(run, EventKind.RUN_RESUMED)
    host.dead = True
    loop.run_until_complete(window.runs.look_for_interrupted())
    assert f"interrupted {run}" in window.banners.shown


def test_many_are_counted(window, asking, flow, loop):
    window.document.reset(flow())
    for number in range(NAMED + 2):
        asking(f"r-{number}")
    loop.run_until_complete(window.runs.look_for_interrupted())
    more = window.banners.of(window.tab)["more waiting"]
    assert more.title.text().startswith("2 more runs wait")
    more.buttons["Show them"].click()
    assert "more waiting" not in window.banners.of(window.tab)
