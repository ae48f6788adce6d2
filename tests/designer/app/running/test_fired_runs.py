"""A run that a trigger begins while the window is open is told of on the tab of its workflow."""

from __future__ import annotations

import pytest

from floworch.host.activation import Board
from floworch.run.events import EventKind


@pytest.fixture
def fire(window, host, flow, file):
    """Has the service say that its trigger began a run; returns the strip of the file, if there is one."""
    window.files.load(file)
    activation, begun = window.activating.activation, []
    name = str(file.resolve())

    def make(run_id=None, of=name):
        if run_id is not None:
            host.push(host.add(flow(), run_id), EventKind.RUN_STARTED)
            begun.insert(0, {"file": of, "run_id": run_id, "trigger": "nightly", "status": "running"})
        served = {"file": name, "triggers": [{"node": "nightly", "title": "Every night"}]}
        activation.alive, activation.board = True, Board(workflows=(served,), firings=tuple(begun))
        activation.changed.emit()
        return window.banners.of(window.tab).get(f"fired {name}")

    return make


@pytest.fixture
def file(tmp_path, flow):
    from floworch.model.codec import save

    save(flow(), tmp_path / "w.flow.json")
    return tmp_path / "w.flow.json"


def test_a_run_that_a_trigger_began_is_told_and_shown_by_a_click(window, fire, until):
    assert fire("before") is None, "it began before the window looked"
    strip = fire("now")
    assert strip.title.text() == "A trigger started now"
    assert "Every night" in strip.text.text()
    assert fire("later").title.text() == "A trigger started later"
    fire().buttons["Show it"].click()
    until(lambda: window.controller.run_id == "later")
    assert fire() is None
    assert fire("latest").title.text() == "A trigger started latest"


def test_who_puts_it_away_is_left_alone(fire):
    fire()
    fire("one").close_button.click()
    assert fire("two") is None


def test_a_run_of_a_file_that_no_tab_shows_is_not_told_here(window, fire, tmp_path):
    fire()
    assert fire("elsewhere", str(tmp_path / "other.flow.json")) is None
    assert not [key for key in window.banners.of(window.tab) if key.startswith("fired")]
