"""A replaced wire is offered for two seconds."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from floworch_designer.canvas.tools.connect import connect_instead


@pytest.fixture
def replaced(view: Any) -> Any:
    connect_instead(view, "u", "out", "b")
    return view


def sources(view: Any) -> set[str]:
    return {edge.source for edge in view.document.workflow.edges if edge.target == "b"}


def test_a_click_puts_the_old_wire_back_beside_the_new_one(replaced: Any) -> None:
    assert "“a”" in replaced.offer.text()
    assert replaced.overlay.former
    QTest.mouseClick(replaced.offer, Qt.MouseButton.LeftButton)
    assert sources(replaced) == {"a", "u"}
    assert not replaced.offer.isVisible()
    assert replaced.document.undo_stack.undo_text() == "Put wire back"


def test_it_goes_after_two_seconds_and_with_the_next_edit(replaced: Any) -> None:
    assert replaced.offer._timer.interval() == 2000
    assert replaced.offer._timer.isActive()
    replaced.offer._timer.timeout.emit()
    assert not replaced.offer.isVisible()
    assert not replaced.overlay.former
    connect_instead(replaced, "a", "out", "b")
    assert replaced.offer.isVisible()
    replaced.selection.set(["c"])
    replaced.commands.toggle_disabled()
    assert not replaced.offer.isVisible()


def test_nothing_is_offered_where_nothing_was_replaced(view: Any) -> None:
    connect_instead(view, "c", "out", "u")
    assert not view.offer.isVisible()


def test_the_old_way_is_painted_while_it_is_offered(replaced: Any, picture: Any) -> None:
    with_ghost = picture(replaced)
    replaced.offer.withdraw()
    assert picture(replaced) != with_ghost
