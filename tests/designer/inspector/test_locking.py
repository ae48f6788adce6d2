"""Fields of a definition that is only looked at."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from floworch_designer.inspector.locking import lock


def test_fields_that_are_only_looked_at_take_no_typing_and_look_so(panel, qtbot):
    lock(panel)
    rows = panel.workflow.about.rows.values()
    texts = [text for row in rows for kind in (QLineEdit, QPlainTextEdit) for text in row.findChildren(kind)]
    before = panel.context.document.workflow
    qtbot.keyClicks(panel.workflow.about.rows["name"].editor.line, "Other")
    assert panel.context.document.workflow == before
    assert {text.property("locked") for text in texts} == {"true"}
