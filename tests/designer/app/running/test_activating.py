"""Triggers activated from the window: the button, saving first, trust, and what happens at the end and the start."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from floworch.host.activation import read_wish
from floworch.model.codec import save
from floworch.model.workflow import Node, Workflow
from floworch_designer.app.widgets import dialogs

FLOW = Workflow(
    id="w",
    nodes={
        "nightly": Node(action="trigger.schedule", params={"cron": "0 2 * * *", "tz": "UTC"}),
        "say": Node(action="util.log", params={"message": "x"}),
    },
)


class Process:
    """A service that was started and goes on."""

    def poll(self):
        return None


@pytest.fixture
def started(window):
    """The stores whose service was started; nothing really is."""
    activation, found = window.activating.activation, []
    activation._launch = lambda store: found.append(store) or Process()
    activation._alive = lambda _store: bool(found) and bool(read_wish(activation._store).files)
    return found


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "w.flow.json"
    save(FLOW, path)
    return path


def test_the_button_is_there_only_where_something_can_be_served(window, flow, qtbot):
    button = window.run_bar.buttons["run.activate"]
    window.document.apply(flow(), "Make")
    assert not button.isVisible()
    assert not window.commands["run.activate"].isEnabled()
    window.document.apply(FLOW, "Add a trigger")
    assert button.isVisible()
    assert button.text() == "Activate"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.activating.dialog.isVisible()


def test_it_is_saved_activated_told_and_deactivated(window, started, tmp_path, until, monkeypatch, qtbot):
    async def chosen(*_):
        return tmp_path / "mine.flow.json"

    monkeypatch.setattr(dialogs, "ask_save", chosen)
    window.document.apply(FLOW, "Make")
    window.commands["run.activate"].trigger()
    dialog = window.activating.dialog
    assert dialog.button.text() == "Save and activate"
    qtbot.mouseClick(dialog.button, Qt.MouseButton.LeftButton)
    until(lambda: started)
    assert read_wish(window.session.hosts.store).files == (str((tmp_path / "mine.flow.json").resolve()),)
    assert window.run_bar.buttons["run.activate"].text() == "Active"
    from floworch.trust import TrustStore

    assert TrustStore().verdict(window.document.workflow.at(window.document.path)).trusted, "it runs unattended"
    qtbot.mouseClick(dialog.button, Qt.MouseButton.LeftButton)
    until(lambda: not read_wish(window.session.hosts.store).files)
    assert window.run_bar.buttons["run.activate"].text() == "Activate"
    dialog.accept()
    assert window.activating.dialog is None


def test_what_has_problems_is_not_activated(window, started, until):
    window.document.apply(Workflow(id="w", nodes={**FLOW.nodes, "bad": Node(action="file.read")}), "Make")
    window.activating.turn(True)
    until(lambda: "message" in window.banners.shown)
    assert "cannot be activated" in window.banners.shown["message"].title.text()
    assert not started


@pytest.mark.parametrize("trusts", [True, False])
def test_what_came_from_elsewhere_is_activated_only_after_trust(window, started, until, file, monkeypatch, trusts):
    save(Workflow(id="w", nodes={**FLOW.nodes, "run": Node(action="shell.run", params={"command": "ls"})}), file)
    window.files.load(file)
    assert window.tab.restricted
    asked = []

    async def ask(*_):
        asked.append(True)
        return "Trust this file" if trusts else "Close"

    monkeypatch.setattr("floworch_designer.app.trust.trusting.ask_trust", ask)
    window.activating.turn(True)
    until(lambda: asked and (started or not trusts))
    assert bool(started) is trusts


def test_the_next_window_serves_again_unless_it_goes_on_anyway(window, started, file):
    window.files.load(file)
    window.activating.activation.activate(file)
    window.activating.leave()
    assert read_wish(window.session.hosts.store).serve, "it goes on without the window"
    window.session.settings.set("engine/keep_serving", False)
    window.activating.leave()
    assert not read_wish(window.session.hosts.store).serve
    started.clear()
    window.activating.activation._process = None
    window.activating.take_up()
    assert len(started) == 1
    assert read_wish(window.session.hosts.store).serve
    assert "triggers of one workflow are active" in window.statusBar().currentMessage()


def test_nothing_is_started_where_nothing_was_active(window, started):
    window.activating.take_up()
    assert started == []
