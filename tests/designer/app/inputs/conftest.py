"""A workflow in operator mode, and runs of it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from floworch.model.workflow import Input
from floworch.run.events import EventKind

CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def press(window, qtbot):
    """Presses a key with Ctrl, wherever the keyboard is, and with Alt where that is asked for."""

    def press(name, alt=False):
        window.activateWindow()
        QApplication.processEvents()
        qtbot.keyClick(window, getattr(Qt.Key, f"Key_{name}"), CONTROL | ALT if alt else CONTROL)

    return press


@pytest.fixture
def shown(window, flow, press):
    """A workflow with an input, in operator mode by its key."""
    window.session.document.reset(flow(inputs={"who": Input(type="string", title="Who", required=True)},
                                       description="Greets somebody."))  # fmt: skip
    press("M", alt=True)
    assert window.operator.on
    return window


@pytest.fixture
def asked(shown, host, until):
    """A run whose only node waits for an answer; nothing more happens in it."""
    shown.session.inputs["demo"] = {"who": "Ada"}
    shown.commands["run.start"].trigger()
    until(lambda: host.streams.get(shown.controller.run_id))
    host.ask(shown.controller.run_id)
    until(lambda: shown.operator.page.status.text() == "Waiting")
    return shown


ERROR = {"kind": "not_found", "message": "No such folder", "hint": "Correct the path.", "node": "first"}


@pytest.fixture
def failed(shown, host, until):
    shown.session.inputs["demo"] = {"who": "Ada"}
    shown.commands["run.start"].trigger()
    until(lambda: host.streams.get(shown.controller.run_id))
    run = shown.controller.run_id
    host.push(run, EventKind.NODE_STARTED, 0)
    host.push(run, EventKind.NODE_FAILED, 0, {"error": ERROR})
    host.push(run, EventKind.RUN_FAILED, payload={"error": ERROR})
    until(lambda: shown.operator.page.status.text() == "Failed")
    return shown
