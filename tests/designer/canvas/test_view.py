"""What the view shows of problems, and what it does when the document changes."""

from __future__ import annotations

from typing import Any

from pytestqt.qtbot import QtBot

from floworch.model.problem import Problem


def test_problems_put_badges_on_cards_and_clicking_one_asks_for_the_reasons(view: Any, hand: Any, qtbot: QtBot) -> None:
    problems = [Problem("x", "warning", "nodes.a", "Hm", node="a"), Problem("y", "error", "nodes.a", "Bad", node="a")]
    view.document.problems_changed.emit(problems)
    assert view.graph.boxes["a"].badge == "error"
    with qtbot.waitSignal(view.badge_clicked) as signal:
        hand.click((214, 2))
    assert signal.args is not None
    assert signal.args[0] == "a"
    view.document.problems_changed.emit([])
    assert view.graph.boxes["a"].badge == ""


def test_after_any_edit_the_selection_holds_only_what_exists(view: Any) -> None:
    view.selection.set(["a", "b"], [0])
    view.document.new()
    assert not view.selection
    assert not view.graph.boxes
