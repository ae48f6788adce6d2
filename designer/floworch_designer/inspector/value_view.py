"""A JSON value as a tree or as text."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QHeaderView,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from floworch.artifact import SHOWN, Artifact, shown
from floworch.errors import CorruptArtifact
from floworch_designer.inspector.context import Context
from floworch_designer.inspector.values import TEXT_LIMIT, ValueModel, bounded_text
from floworch_designer.settings.words import local_number, tr

#: Milliseconds between looks whether the beginning of a large value has been read.
WAIT = 40


class ValueView(QWidget):
    """A JSON value as a tree or as text, with a button that copies it.

    Of a value that is kept beside the journal and larger than what is shown, the beginning is read on demand.
    """

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._value: Any = None
        self._stale = False
        self._kept: Artifact | None = None
        self._read: Future[str] | None = None
        self.beginning = QPushButton()
        self.beginning.clicked.connect(self._on_beginning)
        self._timer = QTimer(self, interval=WAIT)
        self._timer.timeout.connect(self._collect)
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
        layout.addWidget(self.beginning, 0, Qt.AlignmentFlag.AlignLeft)
        self.text.hide()
        self.beginning.hide()

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

    def set_stored(self, stored: Any) -> None:
        """Show a value as a run holds it, whatever its size."""
        kept = stored if isinstance(stored, Artifact) and stored.size > SHOWN else None
        if kept is not None and kept == self._kept:
            return  # its beginning may be shown
        self._kept = kept
        self._drop_reading()
        self.beginning.setVisible(kept is not None)
        if kept is None:
            self.set_value(shown(stored))
            return
        size = local_number(f"{kept.size / 1e6:,.1f} MB")
        self.beginning.setEnabled(True)
        self.beginning.setText(tr("Show the beginning of {size}", size=size))
        self.set_value(kept.shown())

    def _on_beginning(self) -> None:
        if self._kept is not None and self._read is None:
            self.beginning.setEnabled(False)
            self._read = _threads().submit(_beginning, self._kept)
            self._timer.start()

    def _collect(self) -> None:
        """Show the beginning once the thread has read it."""
        if self._read is None or not self._read.done():
            return
        text = self._read.result()
        self._drop_reading()
        self.beginning.hide()
        self._group.button(1).setChecked(True)
        self.set_value(text)

    def _drop_reading(self) -> None:
        self._timer.stop()
        self._read = None

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


@cache
def _threads() -> ThreadPoolExecutor:
    """One thread reads for every view."""
    return ThreadPoolExecutor(1, "floworch-read")


def _beginning(kept: Artifact) -> str:
    """The first letters of a value as it is kept, or why there are none."""
    try:
        content = kept.read()
    except CorruptArtifact as error:
        return error.message
    return f"{content[:TEXT_LIMIT].decode('utf-8', 'ignore')}…"
