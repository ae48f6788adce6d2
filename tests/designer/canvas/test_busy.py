"""A long layout is shown with a way to stop it (designer.md: no operation over 100 ms without progress and a stop)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from tests.helpers import layout_kit as kit

from floworch.model.workflow import Workflow
from floworch_designer.canvas.busy import LATE
from floworch_designer.document import edits
from floworch_designer.document.arranger import LARGE
from floworch_designer.document.layout import lay_out
from floworch_designer.document.pace import Pace
from floworch_designer.document.packing import Piece
from floworch_designer.document.positions import positions

MANY = LARGE + 10


class Gate:
    """Holds a layout until it is opened; then it goes on as ever."""

    def __init__(self) -> None:
        self.open, self.begun = threading.Event(), threading.Event()

    def __call__(self, workflow: Workflow, outlines: Any, only: Any, frames: Any, pace: Pace) -> Piece:
        pace.expect(4.0)
        pace.did(1.0)
        self.begun.set()
        assert self.open.wait(20)
        pace.did(1.0)
        return lay_out(workflow, outlines, only, frames)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    made = Gate()
    monkeypatch.setattr("floworch_designer.document.arranger.lay_out", made)
    yield made
    made.open.set()


@pytest.fixture
def large(view: Any) -> Any:
    workflow = kit.flow(MANY, [(at, at + 1) for at in range(MANY - 1)])
    view.document.reset(edits.move(workflow, {f"n{at}": (at * 50.0, at * 50.0) for at in range(MANY)}))
    return view


def test_it_says_how_far_a_long_layout_is_and_goes_with_it(large: Any, gate: Gate, qtbot: QtBot) -> None:
    large.commands.arrange(everything=True)
    assert not large.busy.isVisible(), "what is soon over is not shown"
    qtbot.waitUntil(large.busy.isVisible, timeout=LATE + 5000)
    qtbot.waitUntil(lambda: large.busy.bar.value() == 25, timeout=5000)
    assert large.busy.label.text() == f"Arranging {MANY} nodes …"
    gate.open.set()
    qtbot.waitUntil(lambda: large.document.undo_stack.undo_text() == "Arrange", timeout=20_000)
    qtbot.waitUntil(lambda: not large.busy.isVisible())


@pytest.mark.parametrize("way", ["button", "Escape"])
def test_it_can_be_stopped_and_leaves_everything_where_it_is(
    large: Any, gate: Gate, hand: Any, qtbot: QtBot, way: str
) -> None:
    before = large.document.workflow
    large.commands.arrange(everything=True)
    qtbot.waitUntil(large.busy.isVisible, timeout=LATE + 5000)
    if way == "button":
        QTest.mouseClick(large.busy.button, Qt.MouseButton.LeftButton)
    else:
        hand.key(Qt.Key.Key_Escape)
    gate.open.set()
    qtbot.waitUntil(lambda: not large.busy.isVisible(), timeout=20_000)
    assert large.document.workflow is before
    assert not large.arranging.stop(), "nothing goes on"


def test_an_edit_meanwhile_stays_and_the_rest_is_arranged_and_said(large: Any, gate: Gate, qtbot: QtBot) -> None:
    large.commands.arrange(everything=True)
    assert gate.begun.wait(20)
    moved = edits.move(edits.remove(large.document.workflow, ["n5"]), {"n7": (9000.0, 9000.0)})
    large.document.apply(moved, "Move")
    gate.open.set()
    qtbot.waitUntil(lambda: large.document.undo_stack.undo_text() == "Arrange", timeout=20_000)
    places = positions(large.document.workflow)
    assert places["n7"] == (9000.0, 9000.0)
    assert places["n1"] != (50.0, 50.0)
    assert large.busy.label.text() == "1 node that was moved meanwhile stays there"
    assert large.busy.isVisible()
    assert not large.busy.button.isVisible(), "there is nothing to stop"
    large.document.undo_stack.undo()
    assert large.document.workflow is moved


def test_what_is_opened_without_places_is_laid_out_beside_the_window_as_no_edit(
    view: Any, gate: Gate, qtbot: QtBot
) -> None:
    view.document.reset(kit.flow(MANY, [(at, at + 1) for at in range(MANY - 1)]))
    view.arranging.place()
    gate.open.set()
    qtbot.waitUntil(lambda: bool(view.document.workflow.view.get("nodes")), timeout=20_000)
    assert not view.document.dirty
    assert not view.document.undo_stack.count()


def test_another_document_takes_no_places_of_the_one_before(large: Any, gate: Gate, qtbot: QtBot) -> None:
    large.commands.arrange(everything=True)
    assert gate.begun.wait(20)
    other = kit.flow(MANY, [])
    large.document.reset(other)
    gate.open.set()
    qtbot.waitUntil(lambda: not large.arranging.stop(), timeout=20_000)
    assert large.document.workflow is other
