"""The log of the shown run."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QMouseEvent, QTextCharFormat, QTextCursor, QTextOption
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from floworch_designer.runs.feed import RunFeed
from floworch_designer.runs.stories import LogLine
from floworch_designer.runs.words import moment_text
from floworch_designer.settings.words import tr
from floworch_designer.theme.theme import Theme

#: Milliseconds between two rewritings while the cursor of a replay moves.
LATE = 60
_LEVELS = {"debug": 0, "info": 1, "warning": 2, "error": 3}


class LogPanel(QWidget):
    """The newest log lines of the shown run, with a filter by level; follows the end unless scrolled up.

    ``picked(node, item)`` follows a click on the name before a line, with the numbers of the items it is in.
    """

    picked = Signal(str, object)

    def __init__(self, feed: RunFeed, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._feed, self._theme = feed, theme
        self._seen = 0
        self.level = QComboBox()
        self.level.addItems([tr("Everything"), tr("Info and above"), tr("Warnings and errors"), tr("Errors only")])
        self.level.setCurrentIndex(1)
        self.level.setAccessibleName(tr("Log level"))
        self.level.currentIndexChanged.connect(self.rebuild)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setProperty("role", "mono")
        self.text.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)  # reasons of failures are long
        self.text.setMaximumBlockCount(5000)
        self.text.setUndoRedoEnabled(False)
        self.text.setAccessibleName(tr("Run log"))
        self.text.setPlaceholderText(tr("What the run and its nodes say appears here."))
        self.text.viewport().setMouseTracking(True)
        self.text.viewport().installEventFilter(self)
        bar = QHBoxLayout()
        bar.addWidget(self.level)
        bar.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(6)
        layout.addLayout(bar)
        layout.addWidget(self.text, 1)
        feed.logged.connect(self.append)
        feed.replaced.connect(self.rebuild)
        self._late = QTimer(self, singleShot=True, interval=LATE)
        self._late.timeout.connect(self.rebuild)
        feed.moved.connect(self._on_moved)
        self.rebuild()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A name under the mouse has a hand, and a click on it picks what it names."""
        if isinstance(event, QMouseEvent) and watched is self.text.viewport():
            name = self.text.anchorAt(event.position().toPoint())
            if event.type() == QEvent.Type.MouseMove:
                shape = Qt.CursorShape.PointingHandCursor if name else Qt.CursorShape.IBeamCursor
                self.text.viewport().setCursor(shape)
            elif event.type() == QEvent.Type.MouseButtonRelease and name and not self.text.textCursor().hasSelection():
                node, _, item = name.partition(" ")
                self.picked.emit(node, tuple(int(number) for number in item.split(",") if number))
        return False

    def rebuild(self) -> None:
        """Write everything the feed holds again."""
        self.text.clear()
        self._seen = self._feed.log_count - len(self._feed.logs)
        self.append()

    def _on_moved(self) -> None:
        """Another moment is shown: write its lines, but not at every picture of a film."""
        if not self._late.isActive():
            self._late.start()

    def retheme(self) -> None:
        """Write the lines again in the colours the theme has now; what is in view stays."""
        bar = self.text.verticalScrollBar()
        place = bar.value()
        self.rebuild()
        bar.setValue(place)

    def append(self) -> None:
        """Write what came since the last time."""
        fresh = min(self._feed.log_count - self._seen, len(self._feed.logs))
        self._seen = self._feed.log_count
        if fresh <= 0:
            return
        least = self.level.currentIndex()
        bar = self.text.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - 4
        cursor = QTextCursor(self.text.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.beginEditBlock()
        logs = self._feed.logs
        for number in range(len(logs) - fresh, len(logs)):
            line = logs[number]
            if _LEVELS.get(line.level, 1) >= least:
                self._write(cursor, line)
        cursor.endEditBlock()
        if at_end:
            bar.setValue(bar.maximum())

    def _write(self, cursor: QTextCursor, line: LogLine) -> None:
        if not self.text.document().isEmpty():
            cursor.insertBlock()
        item = "[" + ",".join(str(index) for index in line.item) + "]" if line.item else ""
        quiet = self._theme.color("text_secondary")
        tone = {"error": "failed", "warning": "retrying"}.get(line.level, "text")
        cursor.insertText(f"{moment_text(line.at, time.time())}  ", _format(quiet))
        if line.node:
            name = _format(self._theme.color("accent"))
            name.setToolTip(line.node)
            name.setAnchor(True)
            name.setAnchorHref(f"{line.node} {item[1:-1]}")
            cursor.insertText(f"{self._feed.title(line.node)}{item}  ", name)
        cursor.insertText(self._feed.told(line.node, line.message), _format(self._theme.color(tone)))


def _format(color: QColor) -> QTextCharFormat:
    form = QTextCharFormat()
    form.setForeground(color)
    return form
