"""Laying out does not hold up the window (designer.md, "Nothing blocks the window")."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from tests.helpers import layout_kit as kit

from floworch_designer.document.arranger import LARGE, Arranger
from floworch_designer.document.layout import lay_out
from floworch_designer.document.outlines import Outline
from floworch_designer.document.packing import Piece


def test_small_workflows_are_answered_at_once_and_with_what_was_asked() -> None:
    arranger, seen = Arranger(), []
    arranger.arranged.connect(lambda workflow, laid: seen.append((workflow, laid)))
    workflow, outlines = kit.flow(2, []), {"n0": Outline(300.0, 100.0)}
    arranger.request(workflow, outlines, frozenset({"n0"}))
    assert seen == [(workflow, lay_out(workflow, outlines, {"n0"}))]


def test_large_workflows_are_answered_later_on_the_thread_of_the_window(qtbot: QtBot) -> None:
    workflow = kit.flow(LARGE + 1, [(at, at + 1) for at in range(0, LARGE, 2)])
    arranger, seen = Arranger(), []
    arranger.arranged.connect(lambda *made: seen.append((*made, threading.current_thread())))
    arranger.request(workflow)
    assert not seen
    qtbot.waitUntil(lambda: bool(seen), timeout=20_000)
    ((asked, laid, thread),) = seen
    assert asked is workflow
    assert len(laid.places) == LARGE + 1
    assert thread is threading.main_thread()


def test_a_key_that_is_held_down_has_a_large_workflow_laid_out_once(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """designer.md: nothing blocks the window; twenty threads that lay out 10 000 nodes would."""
    gate, begun, seen = threading.Event(), [], []

    def slow(*asked: Any) -> Piece:
        begun.append(asked)
        gate.wait(20)
        return Piece({}, 0.0, 0.0)

    monkeypatch.setattr("floworch_designer.document.arranger.lay_out", slow)
    workflow, arranger = kit.flow(LARGE + 1, []), Arranger()
    arranger.arranged.connect(lambda *made: seen.append(made))
    for _ in range(20):
        arranger.request(workflow)
    arranger.request(workflow, None, frozenset({"n0", "n1"}))
    gate.set()
    qtbot.waitUntil(lambda: len(seen) == 2, timeout=20_000)
    assert [asked[2] for asked in begun] == [None, frozenset({"n0", "n1"})]
    arranger.request(workflow)
    qtbot.waitUntil(lambda: len(seen) == 3, timeout=20_000)
