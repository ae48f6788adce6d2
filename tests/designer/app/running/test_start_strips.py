"""What the strips of runs at the start have in common: what was put away stays so, and many are counted."""

from __future__ import annotations

from floworch.run.events import EventKind
from floworch_designer.app.running.start_strips import NAMED, dismiss, dismissed


def test_what_was_put_away_is_remembered_and_the_oldest_forgotten(window):
    for number in range(250):
        dismiss(window, f"r-{number}")
    assert len(dismissed(window)) == 200
    assert "r-249" in dismissed(window)
    assert "r-49" not in dismissed(window)


def test_interrupted_runs_beyond_the_named_ones_are_counted_and_shown_in_the_list(window, host, flow, loop, until):
    """designer.md 1.1: a resume banner at the start, one strip for the many."""
    window.document.reset(flow())
    for number in range(NAMED + 2):
        host.push(host.add(flow(), f"r-{number}"), EventKind.RUN_STARTED)
    host.push(host.add(flow(), "r-done"), EventKind.RUN_COMPLETED)
    host.dead = True
    loop.run_until_complete(window.runs.look_for_interrupted())
    named = [key for key in window.banners.shown if key.startswith("interrupted ")]
    assert len(named) == NAMED
    more = window.banners.of(window.tab)["more interrupted"]
    assert more.title.text().startswith("2 more runs were interrupted")
    more.buttons["Show them"].click()
    assert "more interrupted" not in window.banners.of(window.tab)
    until(lambda: {row.status for row in window.history.model.rows} == {"interrupted"})
