"""The stack of layers while it is edited: each change is a step, and every line stays with its layer."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from floworch.model.workflow import Layer


@pytest.fixture
def page(panel):
    workflow = panel.context.document.workflow
    layers = (Layer(use="logging"), Layer(use="timeout"), Layer(use="cache"))
    log = workflow.nodes["log"].replace(middleware=layers)
    panel.context.document.reset(workflow.replace(nodes={**workflow.nodes, "log": log}))
    panel.context.selection.set(["log"])
    panel.show_tab("Middleware")
    return panel.middleware


def opened(page):
    return [card.body.isVisibleTo(card) for card in page.cards]


def uses(node):
    return [layer.use for layer in node().middleware]


def test_open_options_go_with_their_layer(page, qtbot, node):
    qtbot.waitUntil(lambda: page.cards[2].fold.height() > 8)
    qtbot.mouseClick(page.cards[2].fold, Qt.MouseButton.LeftButton)
    qtbot.keyClick(page.cards[2], Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert uses(node) == ["logging", "cache", "timeout"]
    assert opened(page) == [False, True, False]
    qtbot.keyClick(page.cards[0], Qt.Key.Key_Delete)
    assert uses(node) == ["cache", "timeout"]
    assert opened(page) == [True, False]


def test_the_ends_of_the_list_are_not_passed(page, qtbot, node, context):
    qtbot.keyClick(page.cards[0], Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(page.cards[2], Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert uses(node) == ["logging", "timeout", "cache"]
    assert context.document.undo_stack.count() == 0


def test_each_change_of_the_stack_is_undone_alone(page, qtbot, node, context):
    page.add("rate_limit")
    qtbot.mouseClick(page.cards[1].remove_button, Qt.MouseButton.LeftButton)
    assert uses(node) == ["logging", "cache", "rate_limit"]
    context.document.undo_stack.undo()
    assert uses(node) == ["logging", "timeout", "cache", "rate_limit"]
    assert [card.index for card in page.cards] == [0, 1, 2, 3]
    context.document.undo_stack.undo()
    assert uses(node) == ["logging", "timeout", "cache"]


def test_a_condition_is_an_expression_and_can_be_emptied(page, qtbot, node):
    page.toggle(0)
    text = page.cards[0].when.rows["when"].editor.text
    qtbot.keyClicks(text, "inputs.verbose")
    assert node().middleware[0].when == "inputs.verbose"
    qtbot.keyClick(text, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(text, Qt.Key.Key_Delete)
    assert node().middleware[0].when is None


def test_options_of_two_layers_of_a_kind_are_their_own(panel, page, qtbot, node):
    page.add("timeout")
    qtbot.keyClicks(page.cards[3].form.rows["after"].editor.line, "9s")
    qtbot.keyClicks(page.cards[1].form.rows["after"].editor.line, "5s")
    assert [layer.options for layer in node().middleware] == [{}, {"after": "5s"}, {}, {"after": "9s"}]
    assert "5" in page.cards[1].chip.text()


@pytest.mark.parametrize("use", ["cache", "circuit_breaker", "concurrency", "dead_letter", "fallback", "idempotency",
                                 "logging", "metrics", "rate_limit", "retry", "timeout", "tracing",
                                 "validation"])  # fmt: skip
def test_every_layer_can_be_added_shown_and_taken_back(panel, qtbot, context, use):
    panel.workflow_tabs.setCurrentIndex(1)
    page = panel.workflow_middleware
    page.add(use)
    card = page.cards[0]
    spec = context.registry.find_layer(use)
    assert list(card.form.rows) == list(spec.options.model_json_schema()["properties"])
    assert all(row.label.text() for row in card.form.rows.values())
    assert spec.title in card.accessibleName()
    context.document.undo_stack.undo()
    assert page.cards == []
    assert not context.document.workflow.middleware
