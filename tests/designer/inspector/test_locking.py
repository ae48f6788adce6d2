"""A definition that is only looked at: everything looks and behaves so, and every value can be copied."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit

from floworch.actions.registry import registry
from floworch.model.workflow import Edge, Input, Layer, Node, RetryPolicy, Workflow
from floworch_designer.document.document import Document
from floworch_designer.document.selection import Selection
from floworch_designer.inspector.context import Context
from floworch_designer.inspector.panel import InspectorPanel
from floworch_designer.runs.feed import RunFeed

RECORD = Workflow(
    id="demo",
    name="Demo",
    inputs={"order": Input(type="string", default="x")},
    outputs={"all": "{{ nodes.list.output }}"},
    middleware=(Layer(use="logging"),),
    nodes={
        "list": Node(action="file.list", params={"folder": "/tmp/x", "exclude": ["a", "b"], "type": "dir"}),
        "each": Node(
            action="flow.foreach",
            params={"items": "{{ nodes.list.output.files }}", "concurrency": 4},
            retry=RetryPolicy(max_attempts=2),
            middleware=(Layer(use="cache", options={"key": "k"}), Layer(use="logging")),
        ),
    },
    edges=(Edge(source="list", target="each"),),
)


class Record(Document):
    """Says when somebody tries to edit it."""

    read_only = True
    tried = 0

    def apply(self, workflow, text, merge=None, beside=None):
        self.tried += 1


@pytest.fixture
def record(theme, qtbot):
    document = Record(catalog=registry)
    document.reset(RECORD)
    panel = InspectorPanel(Context(document, Selection(), theme, registry, RunFeed()))
    panel.resize(380, 900)
    qtbot.addWidget(panel)
    panel.show()
    yield panel
    assert document.tried == 0


def pages(panel):
    """Every page that defines something, as it is shown."""
    yield panel.workflow
    panel.workflow_tabs.setCurrentWidget(panel.workflow_middleware)
    yield panel.workflow_middleware
    for node in ("list", "each"):
        panel.context.selection.set([node])
        for title, page in (("Parameters", "parameters"), ("Middleware", "middleware"), ("Settings", "settings")):
            panel.show_tab(title)
            yield getattr(panel, page)
    panel.context.selection.set(["list", "each"])
    yield panel.several


def test_on_no_page_anything_can_be_pressed_chosen_or_typed(record, qtbot):
    for page in pages(record):
        texts = [*page.findChildren(QLineEdit), *page.findChildren(QPlainTextEdit)]
        assert all(text.isReadOnly() for text in texts)
        assert {text.property("locked") for text in texts} <= {"true"}
        able = [button for button in page.findChildren(QAbstractButton) if button.isEnabled()]
        assert all(button.property("sees") for button in able), [button.accessibleName() for button in able]
        assert not [box for box in page.findChildren(QComboBox) if box.isVisible() and box.isEnabled()]
        for text in texts:
            if text.isVisible():
                before = text.text() if isinstance(text, QLineEdit) else text.toPlainText()
                for key in (Qt.Key.Key_X, Qt.Key.Key_Up, Qt.Key.Key_Return, Qt.Key.Key_Backspace, Qt.Key.Key_BraceLeft):
                    qtbot.keyClick(text, key)
                assert (text.text() if isinstance(text, QLineEdit) else text.toPlainText()) == before


def test_enter_in_a_list_adds_no_line(record, qtbot):
    record.context.selection.set(["list"])
    editor = record.parameters.form.rows["exclude"].literal
    qtbot.keyClick(editor.rows[0].line, Qt.Key.Key_Return)
    assert len(editor.rows) == 2
    qtbot.mouseClick(editor.add_button, Qt.MouseButton.LeftButton)
    assert len(editor.rows) == 2


def test_layers_stay_where_they_are_and_can_be_opened(record, qtbot):
    record.context.selection.set(["each"])
    record.show_tab("Middleware")
    page = record.middleware
    card = page.cards[0]
    card.setFocus()
    qtbot.keyClick(card, Qt.Key.Key_Delete)
    qtbot.keyClick(card, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    qtbot.mouseClick(card.remove_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.add_button, Qt.MouseButton.LeftButton)
    assert not page.search.isVisible()
    assert not page.acceptDrops()
    assert card.toolTip() == ""
    qtbot.waitUntil(lambda: card.fold.width() < 100)
    qtbot.mouseClick(card.fold, Qt.MouseButton.LeftButton)
    assert card.body.isVisible()


def test_texts_and_choices_can_be_selected_and_copied(record, qtbot):
    record.context.selection.set(["list"])
    rows = record.parameters.form.rows
    for name, expected in (("folder", "/tmp/x"), ("type", "dir")):
        line = rows[name].editor.focusProxy()
        line.setFocus()
        QTest.keySequence(line, QKeySequence(QKeySequence.StandardKey.SelectAll))
        QTest.keySequence(line, QKeySequence(QKeySequence.StandardKey.Copy))
        assert QGuiApplication.clipboard().text() == expected


def test_the_choice_of_the_next_node_is_its_own(record):
    record.context.selection.set(["list"])
    record.show_tab("Settings")
    record.context.selection.set(["each"])
    row = record.settings.forms[1].rows["join"]
    assert row.editor.focusProxy().text().startswith("all")


def test_values_from_before_are_written_nowhere(record):
    record.context.selection.set(["each"])
    record.parameters.open_sources()
    record.parameters.put_path("nodes.list.output")
    assert record.parameters.form.rows["items"].value() == "{{ nodes.list.output.files }}"
