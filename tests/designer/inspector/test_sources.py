"""Values from before: shown by path, dragged or sent into fields."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from floworch import MemoryStore
from floworch.model.workflow import Edge, Node
from floworch_designer.inspector.dropping import PATH_MIME

NODES = {
    "get-it": Node(action="data.set", params={"fields": {"user": {"name": "Ada"}, "tags": ["x", "y"]}}),
    "next": Node(action="util.log", params={"message": "hi"}),
    "pairs": Node(action="data.set", params={"fields": {"a": 1}}),
    "later": Node(action="data.set", params={"fields": {"z": 1}}),
}
EDGES = (Edge(source="get-it", target="next"), Edge(source="get-it", target="pairs"),
         Edge(source="next", target="later"))  # fmt: skip


@pytest.fixture
def page(panel, context, qtbot):
    """The parameters of ``next`` with the values before it, after a run."""
    workflow = context.document.workflow.replace(nodes=NODES, edges=EDGES)
    store = MemoryStore()
    run = workflow.run(store=store)
    context.document.reset(workflow)
    context.feed.begin(store.header(run.run_id), run.state)
    panel.resize(400, 700)
    context.selection.set(["next"])
    panel.open_sources()
    panel.parameters.sources.refresh()
    return panel.parameters


def find(model, *steps):
    """The row of a value by the names that lead to it."""
    index = model.index(-1, 0)
    for step in steps:
        while model.canFetchMore(index):
            model.fetchMore(index)
        rows = {model.data(model.index(row, 0, index)): row for row in range(model.rowCount(index))}
        index = model.index(rows[step], 0, index)
    return index


def drop(widget, path):
    """Drop a value on a widget, as the window system would."""
    data = QMimeData()
    data.setData(PATH_MIME, path.encode())
    place = widget.rect().center()
    actions, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(widget, QDragEnterEvent(QPoint(place), actions, data, left, none))
    QApplication.sendEvent(widget, QDropEvent(QPointF(place), actions, data, left, none))


def message(context):
    return context.document.workflow.nodes["next"].params["message"]


def test_the_tree_shows_what_is_before_and_names_it_as_expressions_do(page):
    model = page.sources.model
    assert {model.data(model.index(row, 0, find(model, "nodes"))) for row in range(1)} == {"get-it"}
    assert model.rowCount(find(model, "nodes")) == 1, "not what comes after, nor beside"
    index = find(model, "nodes", "get-it", "output", "user", "name")
    assert model.path(index) == 'nodes["get-it"].output.user.name'
    tag = find(model, "nodes", "get-it", "output", "tags", "1")
    data = model.mimeData([tag])
    assert bytes(data.data(PATH_MIME).data()).decode() == 'nodes["get-it"].output.tags[1]'
    assert not model.flags(find(model, "nodes")) & Qt.ItemFlag.ItemIsDragEnabled


def test_a_value_dropped_on_a_field_is_written_as_an_expression(page, context):
    row = page.form.rows["message"]
    drop(row, 'nodes["get-it"].output.user.name')
    assert message(context) == '{{ nodes["get-it"].output.user.name }}'
    assert row.toggle.isChecked()
    cursor = row.expression.text.textCursor()
    cursor.movePosition(cursor.MoveOperation.End)
    row.expression.text.setTextCursor(cursor)
    drop(row, "nodes.x.output")
    assert message(context) == '{{ nodes["get-it"].output.user.name }}{{ nodes.x.output }}', "added to what is there"
    cursor.setPosition(3)
    row.expression.text.setTextCursor(cursor)
    drop(row, "inputs.a ~ ")
    assert message(context).startswith("{{ inputs.a ~ nodes["), "within braces there are no braces"
    context.document.undo_stack.undo()
    assert message(context) == "hi"


def test_enter_writes_into_the_field_that_had_the_cursor(page, context, qtbot):
    page.form.rows["level"].literal.setFocus()
    page.form.rows["message"].literal.setFocus()
    tree = page.sources.tree
    tree.setCurrentIndex(find(page.sources.model, "nodes", "get-it", "output", "user"))
    qtbot.keyClick(tree, Qt.Key.Key_Return)
    assert message(context) == '{{ nodes["get-it"].output.user }}'
    tree.setCurrentIndex(find(page.sources.model, "nodes"))
    qtbot.keyClick(tree, Qt.Key.Key_Return)
    assert message(context) == '{{ nodes["get-it"].output.user }}', "a heading is no value"


def test_a_value_dropped_on_an_entry_of_a_table_fills_that_entry(page, panel, context):
    context.selection.set(["pairs"])
    panel.refresh()
    editor = panel.parameters.form.rows["fields"].literal
    drop(editor.rows[0][2], "nodes.a.output")
    assert context.document.workflow.nodes["pairs"].params["fields"] == {"a": "{{ nodes.a.output }}"}


def test_without_a_run_the_steps_tell_what_they_declare(page, context, qtbot):
    """Before a first run there was an empty panel: what a step gives could be read in its documentation only."""
    context.feed.clear()
    page.sources.refresh()
    assert page.sources.hint.isVisible()
    assert "Nothing has run yet" in page.sources.hint.text()
    model = page.sources.model
    index = find(model, "nodes", "get-it", "output", "user", "name")
    assert index.siblingAtColumn(1).data() == "text, declared"
    assert index.siblingAtColumn(1).data(Qt.ItemDataRole.FontRole).italic()
    tags = find(model, "nodes", "get-it", "output", "tags")
    assert tags.siblingAtColumn(1).data() == "list, declared"
    page.form.rows["message"].literal.setFocus()
    page.sources.tree.setCurrentIndex(index)
    qtbot.keyClick(page.sources.tree, Qt.Key.Key_Return)
    assert message(context) == '{{ nodes["get-it"].output.user.name }}'


def test_a_step_that_the_run_did_not_reach_tells_what_it_declares(page, context):
    workflow = context.document.workflow
    new = Node(action="file.list", params={"folder": "."})
    nodes = {**workflow.nodes, "new": new}
    edges = (*EDGES, Edge(source="new", target="next"))
    context.document.apply(workflow.replace(nodes=nodes, edges=edges), "Add a list")
    page.sources.refresh()
    model = page.sources.model
    assert find(model, "nodes", "new", "output", "count").siblingAtColumn(1).data() == "whole number, declared"
    assert find(model, "nodes", "get-it", "output", "user", "name").siblingAtColumn(1).data() == "Ada"
    assert page.sources.hint.isHidden()


def test_where_nothing_comes_before_there_is_a_hint_and_no_empty_table(panel, context, qapp):
    context.document.reset(context.document.workflow.replace(nodes=NODES, edges=EDGES))
    panel.resize(400, 700)
    context.selection.set(["get-it"])
    panel.open_sources()
    qapp.processEvents()
    assert panel.parameters.sources.isVisible()
    assert not panel.parameters.sources.hint.isHidden()
    assert "to see what comes before" in panel.parameters.sources.hint.text()
    assert panel.parameters.sources.tree.isHidden()
