"""The command palette (Ctrl+K) and the cheat sheet (?), both made from the action table."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from floworch_designer.app.actions import ROWS, Row
from floworch_designer.app.cheat_sheet import Group, sheet
from floworch_designer.app.commands import Commands
from floworch_designer.app.search_popup import SearchPopup
from floworch_designer.palette.fuzzy import rank
from floworch_designer.settings.words import tr
from floworch_designer.theme.theme import Theme


class CommandPalette(SearchPopup):
    """Type to find any action; Enter does it. Greyed actions are listed last and do nothing."""

    def __init__(self, commands: Commands, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, theme, tr("What do you want to do?"))
        self._commands = commands
        self.chosen.connect(self._do_row)

    def open(self) -> None:
        """Open with the conditions of this moment."""
        self._commands.refresh()
        super().open()

    def fill(self) -> None:
        """List the actions that fit, greyed ones last."""
        super().fill()
        found = rank(self.line.text(), ROWS, lambda row: ((tr(row.text), 1.0), (row.text, 0.9), (row.id, 0.6)))
        found = [row for row in found if row.id != "view.commands"]
        found.sort(key=lambda row: not self._commands[row.id].isEnabled())
        for row in found:
            keys = self._commands.keymap.shown(row.id)
            enabled = self._commands[row.id].isEnabled()
            self.add(row, tr(row.text), row.icon, keys, "keys" if keys else "caption", enabled)
        self.list.setCurrentRow(0)

    def _do_row(self, row: Row) -> None:
        action = self._commands[row.id]
        if action.isEnabled():
            self.close()
            action.trigger()


class CheatSheet(QDialog):
    """Every shortcut by group, in columns of about the same length."""

    def __init__(self, commands: Commands, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keyboard shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        inner = QWidget()
        columns = QHBoxLayout(inner)
        columns.setContentsMargins(20, 16, 20, 20)
        columns.setSpacing(36)
        for groups in _columns(list(sheet(commands.keymap).items()), 3):
            column = QVBoxLayout()
            column.setSpacing(16)
            for title, rows in groups:
                column.addWidget(_group(title, rows))
            column.addStretch(1)
            columns.addLayout(column)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inner)
        self.change = QPushButton(tr("Change shortcuts…"))
        self.change.setAutoDefault(False)
        self.change.clicked.connect(self.accept)
        self.change.clicked.connect(commands["help.edit_keys"].trigger)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)
        layout.addWidget(self.change, 0, Qt.AlignmentFlag.AlignRight)
        layout.setContentsMargins(0, 0, 12, 12)
        self.resize(1080, 600)


def _columns(groups: list[Group], number: int) -> list[list[Group]]:
    """The groups in their order, cut into columns of about the same number of lines."""
    whole = sum(len(rows) + 2 for _, rows in groups)
    found: list[list[Group]] = [[] for _ in range(number)]
    before = 0
    for title, rows in groups:
        middle = before + (len(rows) + 2) / 2
        found[min(number - 1, int(middle * number / whole))].append((title, rows))
        before += len(rows) + 2
    return found


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
