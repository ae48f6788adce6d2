"""Editors over the canvas: they follow the view and give the focus back, whichever they are."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from floworch_designer.document import decor as stored


@pytest.fixture(params=["title", "note"])
def editor(request: Any, view: Any) -> Any:
    """An editor that was opened and typed into."""
    if request.param == "title":
        view.selection.set(["a"])
        view.edit_title()
        opened = view._title
    else:
        made, key = stored.add_note(view.document.workflow, "", (300, 100))
        view.document.apply(made, "Add note")
        view.areas.edit_note(key)
        opened = view.areas._editor
    QTest.keyClicks(opened, "typed")
    return opened


def steps(view: Any) -> list[str]:
    stack = view.document.undo_stack
    return [stack.text(number) for number in range(stack.count())]


def test_moving_the_view_keeps_what_was_typed_and_gives_the_focus_back(view: Any, editor: Any) -> None:
    view.pan(40, 0)
    assert not editor.isVisible()
    assert steps(view)[-1] in {"Rename", "Edit note"}
    assert view.hasFocus()


def test_a_change_of_the_document_below_it_wins(view: Any, editor: Any) -> None:
    before = len(steps(view))
    view.document.apply(view.document.workflow.replace(name="other"), "Name")
    assert not editor.isVisible()
    assert steps(view)[before:] == ["Name"]


def test_letters_typed_are_no_commands(view: Any, editor: Any) -> None:
    QTest.keyClicks(editor, "d")
    QTest.keyClick(editor, Qt.Key.Key_Delete)
    assert not view.document.workflow.nodes["a"].disabled
    assert "a" in view.document.workflow.nodes
