"""Lists of objects as cards, in a node: added, filled, moved, removed and undone by mouse and keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from floworch.model.workflow import Node, Workflow

CASES = [{"when": "{{ a }}", "port": "one"}, {"when": "{{ b }}", "port": "two", "note": "mine"}, {"port": "three"}]


@pytest.fixture
def switch(panel, context):
    """Shows a switch with these cases; returns the editor of the cases."""

    def show(cases=CASES):
        params = {"cases": cases} if cases is not None else {}
        context.document.reset(Workflow(id="w", nodes={"n": Node(action="flow.switch", params=params)}))
        context.selection.set(["n"])
        return panel.parameters.form.rows["cases"].editor

    return show


@pytest.fixture
def cases(context):
    return lambda: context.document.workflow.nodes["n"].params.get("cases")


def press(qtbot, button):
    qtbot.waitUntil(lambda: button.height() > 4)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def titles(editor):
    return [card.title.text() for card in editor.cards]


@pytest.mark.parametrize(("index", "button", "order"), [(0, "down", [1, 0, 2]), (2, "up", [0, 2, 1]),
                                                        (1, "up", [1, 0, 2]), (1, "down", [0, 2, 1])])  # fmt: skip
def test_a_card_is_moved_with_all_it_holds(switch, cases, context, qtbot, index, button, order):
    editor = switch()
    press(qtbot, getattr(editor.cards[index], button))
    assert cases() == [CASES[old] for old in order]
    assert titles(editor) == ["Case 1", "Case 2", "Case 3"]
    assert [card.form.values() for card in editor.cards] == cases()
    context.document.undo_stack.undo()
    assert cases() == CASES
    assert [card.form.values() for card in editor.cards] == CASES


def test_the_ends_cannot_be_moved_further(switch):
    editor = switch()
    assert [(card.up.isEnabled(), card.down.isEnabled()) for card in editor.cards] == [(False, True), (True, True),
                                                                                       (True, False)]  # fmt: skip


@pytest.mark.parametrize("index", [0, 1, 2])
def test_a_card_is_removed_alone(switch, cases, context, qtbot, index):
    editor = switch()
    press(qtbot, editor.cards[index].remove)
    assert cases() == [case for number, case in enumerate(CASES) if number != index]
    assert titles(editor) == ["Case 1", "Case 2"]
    context.document.undo_stack.undo()
    assert cases() == CASES
    assert len(editor.cards) == 3


def test_the_last_card_takes_the_parameter_with_it(switch, cases, qtbot):
    editor = switch(CASES[:1])
    press(qtbot, editor.cards[0].remove)
    assert cases() is None


def test_a_new_card_has_the_cursor_and_is_filled_by_typing(switch, cases, qtbot):
    editor = switch(None)
    press(qtbot, editor.add_button)
    rows = editor.cards[0].form.rows
    first = next(iter(rows.values())).editor
    qtbot.keyClicks(first.focusProxy(), "item.size > 3")
    qtbot.keyClicks(rows["port"].editor.line, "big")
    assert cases() == [{"when": "item.size > 3", "port": "big"}]


def test_typing_in_a_card_keeps_the_card(switch, cases, context, qtbot):
    editor = switch()
    card = editor.cards[1]
    line = card.form.rows["port"].editor.line
    qtbot.keyClick(line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(line, "renamed")
    assert editor.cards[1] is card
    assert line.text() == "renamed"
    assert cases()[1] == {"when": "{{ b }}", "port": "renamed", "note": "mine"}
    assert (cases()[0], cases()[2]) == (CASES[0], CASES[2])
    assert context.document.undo_stack.count() == 1


@pytest.mark.parametrize("strange", ["{{ inputs.cases }}", ["text"], {"a": 1}, [{}] * 201, 5], ids=str)
def test_what_is_no_list_of_objects_is_kept(switch, cases, panel, strange):
    switch(strange)
    assert cases() == strange
    assert panel.parameters.form.rows["cases"].value() == strange
    assert panel.parameters.form.rows["cases"].editor.value() == strange
