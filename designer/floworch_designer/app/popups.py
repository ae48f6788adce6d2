"""The command palette (Ctrl+K) and the cheat sheet (?), both made from the action table."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from floworch_designer.app.actions import GESTURES, ROWS, Row
from floworch_designer.app.commands import Commands, key_text
from floworch_designer.palette.fuzzy import rank
from floworch_designer.theme.theme import Theme

_ROW = Qt.ItemDataRole.UserRole


class CommandPalette(QFrame):
    """Type to find any action; Enter does it. Greyed actions are listed last and do nothing."""

    def __init__(self, commands: Commands, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self._commands, self._theme = commands, theme
        self.setProperty("role", "popup")
        self.line = QLineEdit()
        self.line.setPlaceholderText("What do you want to do?")
        self.line.setAccessibleName("Search commands")
        self.line.addAction(theme.icon("search", "text_secondary", 14), QLineEdit.ActionPosition.LeadingPosition)
        self.line.textChanged.connect(self._fill)
        self.line.installEventFilter(self)
        self.list = QListWidget()
        self.list.setIconSize(QSize(16, 16))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._do)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(6)
        layout.addWidget(self.line)
        layout.addWidget(self.list)
        self.resize(520, 420)

    def open(self) -> None:
        """Open at the top of the window, empty and with the focus."""
        self._commands.refresh()
        self.line.clear()
        self._fill()
        window = self._commands.window
        corner = window.mapToGlobal(window.rect().topLeft())
        self.move(corner.x() + (window.width() - self.width()) // 2, corner.y() + 72)
        self.show()
        self.line.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys move in the list while the line keeps the focus."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                self.list.setCurrentRow(min(max(self.list.currentRow() + step, 0), self.list.count() - 1))
                return True
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                item = self.list.currentItem()
                if item is not None:
                    self._do(item)
                return True
        return super().eventFilter(watched, event)

    def _fill(self) -> None:
        found = rank(self.line.text(), ROWS, lambda row: ((row.text, 1.0), (row.id, 0.6)))
        found = [row for row in found if row.id != "view.commands"]
        found.sort(key=lambda row: not self._commands[row.id].isEnabled())
        self.list.clear()
        for row in found:
            item = QListWidgetItem()
            item.setData(_ROW, row)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, row.text)
            item.setSizeHint(QSize(100, 34))
            self.list.addItem(item)
            self.list.setItemWidget(item, self._line(row))
        self.list.setCurrentRow(0)

    def _line(self, row: Row) -> QWidget:
        enabled = self._commands[row.id].isEnabled()
        line = QWidget()
        icon = QLabel()
        icon.setFixedWidth(18)
        if row.icon:
            icon.setPixmap(self._theme.pixmap(row.icon, "text_secondary" if enabled else "disabled", 16))
        text = QLabel(row.text)
        text.setEnabled(enabled)
        if not enabled:
            text.setProperty("role", "secondary")
        keys = QLabel(key_text(row.keys[0]) if row.keys else "")
        keys.setProperty("role", "keys" if row.keys else "caption")
        layout = QHBoxLayout(line)
        layout.setContentsMargins(8, 0, 8, 0)
        layout.setSpacing(10)
        layout.addWidget(icon)
        layout.addWidget(text, 1)
        layout.addWidget(keys)
        return line

    def _do(self, item: QListWidgetItem) -> None:
        row = item.data(_ROW)
        action = self._commands[row.id]
        if action.isEnabled():
            self.close()
            action.trigger()


class CheatSheet(QDialog):
    """Every shortcut by group, in three columns."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        groups: dict[str, list[tuple[str, str]]] = {}
        for row in ROWS:
            if row.keys:
                keys = "  or  ".join(key_text(key) for key in row.keys[:2])
                groups.setdefault(row.id.split(".")[0].capitalize(), []).append((row.text.rstrip("…"), keys))
        groups["Canvas"] = list(GESTURES)
        inner = QWidget()
        columns = QHBoxLayout(inner)
        columns.setContentsMargins(20, 16, 20, 20)
        columns.setSpacing(36)
        for names in (("File", "Edit", "Help"), ("View", "Node", "Run"), ("Canvas",)):
            column = QVBoxLayout()
            column.setSpacing(16)
            for name in names:
                if name in groups:
                    column.addWidget(_group(name, groups[name]))
            column.addStretch(1)
            columns.addLayout(column)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inner)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)
        self.resize(1080, 560)


def _group(title: str, rows: list[tuple[str, str]]) -> QWidget:
    box = QWidget()
    grid = QGridLayout(box)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setVerticalSpacing(7)
    grid.setHorizontalSpacing(20)
    heading = QLabel(title)
    heading.setProperty("role", "heading")
    grid.addWidget(heading, 0, 0, 1, 2)
    for number, (text, keys) in enumerate(rows, 1):
        grid.addWidget(QLabel(text), number, 0)
        label = QLabel(keys)
        label.setProperty("role", "caption")
        grid.addWidget(label, number, 1, Qt.AlignmentFlag.AlignRight)
    return box
