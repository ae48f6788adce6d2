"""A JSON value as a tree or as text."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QHeaderView,
    QPlainTextEdit,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from floworch_designer.inspector.context import Context
from floworch_designer.inspector.values import ValueModel, bounded_text
from floworch_designer.settings.words import tr


class ValueView(QWidget):
    """A JSON value as a tree or as text, with a button that copies it."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._value: Any = None
        self._stale = False
        self.model = ValueModel()
        self.tree = QTreeView()
        self.tree.setModel(self.model)
        self.tree.setUniformRowHeights(True)
        self.tree.setMinimumHeight(180)
        self.tree.setIndentation(14)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        self.tree.header().resizeSection(0, 120)
        self.tree.setAccessibleName(tr("Value as a tree"))
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setProperty("role", "mono")
        self.text.setMinimumHeight(180)
        self.text.setAccessibleName(tr("Value as text"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(self._bar(context))
        layout.addWidget(self.tree)
        layout.addWidget(self.text)
        self.text.hide()

    def _bar(self, context: Context) -> QHBoxLayout:
        bar = QHBoxLayout()
        bar.setSpacing(2)
        self._group = QButtonGroup(self)
        for number, word in enumerate((tr("Tree"), tr("Text"))):
            button = QToolButton()
            button.setText(word)
            button.setProperty("role", "segment")
            button.setCheckable(True)
            button.setChecked(number == 0)
            self._group.addButton(button, number)
            bar.addWidget(button)
        self._group.idClicked.connect(self._show)
        bar.addStretch(1)
        self.copy = QToolButton()
        self.copy.setProperty("role", "row")
        self.copy.setIcon(context.theme.icon("copy", "text_secondary", 14))
        self.copy.setToolTip(tr("Copy as text"))
        self.copy.setAccessibleName(tr("Copy the value as text"))
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(bounded_text(self._value)))
        bar.addWidget(self.copy)
        return bar

    def set_value(self, value: Any) -> None:
        """Show a value; nothing happens for the very same object, so that open branches stay open."""
        if value is self._value and value is not None:
            return
        self._value = value
        self.model.set_value(value)
        self._stale = True
        plain = isinstance(value, str) and "\n" in value[:10_000]
        if plain and self._group.checkedId() == 0:
            self._group.button(1).setChecked(True)
        self._show(self._group.checkedId())

    def _show(self, page: int) -> None:
        self.tree.setVisible(page == 0)
        self.text.setVisible(page == 1)
        if page == 1 and self._stale:
            self.text.setPlainText(bounded_text(self._value))
            self._stale = False
