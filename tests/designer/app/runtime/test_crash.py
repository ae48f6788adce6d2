"""An exception in a slot is shown and the window lives on."""

from __future__ import annotations

import sys

from PySide6.QtCore import QTimer

from floworch.errors import FlowError
from floworch_designer.app.runtime.crash import CrashGuard


def test_an_error_in_a_slot_is_told_with_its_traceback(qtbot):
    told = []
    guard = CrashGuard(lambda *what: told.append(what))
    try:
        raise ValueError("boom")
    except ValueError as error:
        guard.handle(ValueError, error, error.__traceback__)
    title, text, detail = told[0]
    assert title == "Something went wrong"
    assert "boom" in text
    assert "Traceback" in detail


def test_an_error_with_a_hint_is_told_as_it_is():
    told = []
    guard = CrashGuard(lambda *what: told.append(what))
    guard.handle(FlowError, FlowError("No store.", "Make one."), None)
    assert told == [("No store.", "Make one.", "")]


def test_a_failing_message_goes_to_the_former_hook(monkeypatch):
    seen = []
    monkeypatch.setattr(sys, "excepthook", lambda *what: seen.append(what[1]))
    guard = CrashGuard(lambda *what: 1 / 0)
    guard.handle(ValueError, ValueError("x"), None)
    assert str(seen[0]) == "x"


def test_installing_and_removing(monkeypatch):
    before = sys.excepthook
    guard = CrashGuard(lambda *what: None)
    guard.install()
    assert sys.excepthook == guard.handle
    guard.remove()
    assert sys.excepthook is before


def test_a_real_slot(qtbot, monkeypatch):
    told = []
    guard = CrashGuard(lambda *what: told.append(what))

    def slot():
        raise KeyError("gone")

    with qtbot.captureExceptions() as caught:
        QTimer.singleShot(0, slot)
        qtbot.waitUntil(lambda: bool(caught))
    guard.handle(*caught[0])
    assert "KeyError" in told[0][1]
