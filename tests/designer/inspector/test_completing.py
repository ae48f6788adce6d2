"""Choices, values and mistakes in the fields of expressions."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from floworch import MemoryStore
from floworch.model.workflow import Layer, Node
from floworch.run.events import Event, EventKind
from floworch.store.protocol import RunHeader
from floworch_designer.settings.words import speak


@pytest.fixture
def field(panel, context, qtbot):
    """The expression of the message of ``next``, after a run in which ``log`` said hi."""
    workflow = context.document.workflow.replace(
        nodes={k: v for k, v in context.document.workflow.nodes.items() if k != "odd"}
    )
    store = MemoryStore()
    run = workflow.run(store=store)
    context.document.reset(workflow)
    context.feed.begin(store.header(run.run_id), run.state)
    context.selection.set(["next"])
    panel.refresh()
    row = panel.parameters.form.rows["message"]
    row.expression.text.setFocus()
    qtbot.waitUntil(lambda: row.completing is not None)
    return row


def rewrite(qtbot, row, text):
    row.expression.text.selectAll()
    qtbot.keyClicks(row.expression.text, text)


def labels(row):
    model = row.completing.model
    return [model.item(i, 0).text() for i in range(model.rowCount())]


def test_choices_with_types_and_values_open_while_typing(field, qtbot):
    rewrite(qtbot, field, "{{ nodes.")
    popup = field.completing.completer.popup()
    assert popup.isVisible()
    assert labels(field) == ["log"]
    qtbot.keyClicks(field.expression.text, "log.")
    assert labels(field) == ["output", "status", "error"]
    model = field.completing.model
    assert (model.item(0, 1).text(), model.item(0, 2).text()) == ("text", "hi")


def test_enter_takes_a_choice_and_the_document_follows(field, qtbot, context):
    rewrite(qtbot, field, "{{ nodes.log.out")
    qtbot.keyClick(field.completing.completer.popup(), Qt.Key.Key_Return)
    assert field.expression.text.toPlainText() == "{{ nodes.log.output }}"
    qtbot.keyClicks(field.expression.text, " }}")
    assert context.document.workflow.nodes["next"].params["message"] == "{{ nodes.log.output }}"
    assert not field.completing.completer.popup().isVisible()


def test_control_space_asks_for_everything(field, qtbot):
    rewrite(qtbot, field, "{{ ")
    assert not field.completing.completer.popup().isVisible()
    field.completing.offer(True)
    assert labels(field)[:3] == ["inputs", "data", "nodes"]
    qtbot.keyClick(field.completing.completer.popup(), Qt.Key.Key_Escape)
    assert not field.completing.completer.popup().isVisible()


def test_the_value_of_the_last_run_is_shown(field, qtbot):
    rewrite(qtbot, field, "{{ nodes.log.output }} there")
    field.completing.show_preview()
    assert field.preview.isVisible()
    assert field.preview.text().startswith("= hi there")
    assert field.expression.text.extraSelections() == []


def test_nothing_below_jumps_when_the_value_comes_or_goes(field, panel, qtbot):
    panel.resize(500, 900)
    rewrite(qtbot, field, "hi")
    field.completing.show_preview()
    QApplication.processEvents()
    below = field.message if field.message.isVisible() else field
    height, place = field.height(), below.y()
    assert not field.preview.isVisible()
    for text, shown in (("{{ nodes.log.output }} there", True), ("{{ nodes.lgo }}", True), ("there", False)):
        rewrite(qtbot, field, text)
        field.completing.show_preview()
        QApplication.processEvents()
        assert field.preview.isVisible() is shown
        assert (field.height(), below.y()) == (height, place)


def test_a_field_without_an_expression_keeps_no_room(field, qtbot):
    rewrite(qtbot, field, "hi")
    QApplication.processEvents()
    height = field.height()
    qtbot.mouseClick(field.toggle, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert not field.preview.sizePolicy().retainSizeWhenHidden()
    assert field.height() < height


def test_a_mistake_is_underlined_at_its_place(field, qtbot):
    rewrite(qtbot, field, "so {{ nodes.lgo.output }}")
    field.completing.show_preview()
    (selection,) = field.expression.text.extraSelections()
    assert selection.cursor.selectedText() == "nodes.lgo"
    assert "Did you mean 'log'?" in field.preview.text()


def test_the_list_opens_below_the_line_that_is_written_and_has_a_ground(field, qtbot):
    rewrite(qtbot, field, "{{ nodes.")
    edit, popup = field.expression.text, field.completing.popup
    line = edit.viewport().mapToGlobal(edit.cursorRect().bottomLeft())
    assert popup.isVisible()
    assert popup.mapToGlobal(popup.rect().topLeft()).y() >= line.y()
    assert popup.property("role") == "suggestions"


def test_a_mistake_that_the_field_tells_already_is_not_told_twice(field, qtbot):
    rewrite(qtbot, field, "{{ nodes.log.output.")
    field.completing.show_preview()
    assert "unexpected end" in field.preview.text()
    field.set_problem(f"{field.preview.text().rstrip('.')} (character 20). Close the expression.")
    assert not field.preview.isVisible()
    field.completing.show_preview()
    assert not field.preview.isVisible()
    field.set_problem("")
    assert field.preview.isVisible()


def test_without_a_run_nothing_is_claimed(field, context, qtbot):
    context.feed.clear()
    rewrite(qtbot, field, "{{ nodes.log.output }}")
    field.completing.show_preview()
    assert not field.preview.isVisible()


def test_before_a_first_run_what_is_declared_is_offered_and_marked(field, context, qtbot):
    """designer.md §6: from the output schema of the action until a run has shown the values."""
    context.feed.clear()
    nodes = {**context.document.workflow.nodes, "log": Node(action="http.request", params={"url": "https://x.org"})}
    context.document.apply(context.document.workflow.replace(nodes=nodes), "Ask the web")
    rewrite(qtbot, field, "{{ nodes.log.output.")
    assert labels(field) == ["status", "headers", "body"]
    model = field.completing.model
    assert (model.item(0, 1).text(), model.item(0, 2).text()) == ("whole number", "declared")


def test_entries_of_a_table_and_options_of_middleware_are_completed_too(field, panel, context, qtbot):
    made = context.document.workflow
    node = made.nodes["next"].replace(
        action="data.set", params={"fields": {"a": "x"}}, middleware=(Layer(use="cache", options={"key": "k"}),)
    )
    context.document.apply(made.replace(nodes={**made.nodes, "next": node}), "Edit")
    panel.resize(500, 700)
    row = panel.parameters.form.rows["fields"]
    line = row.literal.rows[0][2].line
    qtbot.waitUntil(line.isVisible)
    line.clear()
    line.setFocus()
    qtbot.keyClicks(line, "{{ nodes.l")
    completing = row._lines[-1].completing
    assert completing.popup.isVisible()
    assert completing.model.item(0, 0).text() == "log"
    qtbot.keyClick(completing.popup, Qt.Key.Key_Return)
    qtbot.keyClicks(line, ".output }}")
    assert line.text() == "{{ nodes.log.output }}"
    assert context.document.workflow.nodes["next"].params["fields"] == {"a": "{{ nodes.log.output }}"}
    assert len(row.literal.rows) == 1, "Enter took the choice and added no entry"
    completing.show_preview()
    assert row.preview.text().startswith("= hi")
    panel.show_tab("Middleware")
    panel.refresh()
    panel.middleware.toggle(0)
    option = panel.middleware.cards[0].form.rows["key"]
    qtbot.waitUntil(option.literal.line.isVisible)
    option.literal.line.setFocus()
    option.literal.line.clear()
    qtbot.keyClicks(option.literal.line, "{{ nodes.lo")
    assert option._lines[-1].completing.model.item(0, 0).text() == "log"


def test_the_number_of_items_is_said_in_the_language_of_the_window(field, qtbot):
    speak("de")
    try:
        rewrite(qtbot, field, "{{ [1, 2, 3] }}")
        qtbot.waitUntil(lambda: field.completing.shown.text() == "= 3 Elemente   list")
        rewrite(qtbot, field, "{{ '3 items' }}")
        qtbot.waitUntil(lambda: field.completing.shown.text() == "= 3 items   text")
    finally:
        speak("en")


def test_what_an_expression_gives_is_shown_again_when_the_run_has_given_it(panel, context, qtbot):
    """designer.md 2: a live preview from real outputs; with a new run it went, and stayed away."""
    context.selection.set(["next"])
    field = panel.parameters.form.rows["message"]
    header = RunHeader("r", "demo", b"{}", "", {}, ("log", "next", "odd"), 1.0)

    def tell(kind, node=-1, payload=None):
        context.feed._fold(context.feed.state, Event(context.feed.state.seq, 10.0, kind, node, 1, (), payload))
        context.feed.flush()

    for run in ("first", "second"):
        context.feed.begin(header)
        tell(EventKind.RUN_CREATED)
        tell(EventKind.RUN_STARTED)
        qtbot.waitUntil(lambda: not field.completing.timer.isActive())
        assert not field.preview.isVisible()
        tell(EventKind.NODE_STARTED, 0)
        tell(EventKind.NODE_COMPLETED, 0, {"output": f"given by the {run}"})
        qtbot.waitUntil(field.preview.isVisible)
        assert field.preview.text().startswith(f"= given by the {run}")
