"""Fields that are only looked at."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QSlider,
    QWidget,
)

from floworch_designer.inspector.field_row import FieldRow
from floworch_designer.inspector.widgets import restyle


def lock(page: QWidget) -> None:
    """Let the fields of a page be read, scrolled and copied from, not edited, and look so."""
    for row in page.findChildren(FieldRow):
        texts: list[QLineEdit | QPlainTextEdit] = [*row.findChildren(QLineEdit), *row.findChildren(QPlainTextEdit)]
        for text in texts:
            text.setReadOnly(True)
            restyle(text, "locked", "true")
        for kind in (QAbstractButton, QComboBox, QAbstractSpinBox, QSlider):
            for control in row.findChildren(kind):
                control.setEnabled(False)
