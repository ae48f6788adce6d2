"""The command palette (Ctrl+K) and the cheat sheet (?), both made from the action table."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from floworch_designer.app.actions import GESTURES, ROWS, Row
from floworch_designer.app.commands import Commands, key_text
from floworch_designer.app.search_popup import SearchPopup
from floworch_designer.palette.fuzzy import rank
from floworch_designer.theme.theme import Theme


class CommandPalette(SearchPopup):
    """Type to find any action; Enter does it. Greyed actions are listed last and do nothing."""

    def __init__(self, commands: Commands, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, theme, "What do you want to do?")
        self._commands = commands
        self.chosen.connect(self._do_row)

    def open(self) -> None:
        """Open with the conditions of this moment."""
        self._commands.refresh()
        super().open()

    def fill(self) -> None:
        """List the actions that fit, greyed ones last."""
        super().fill()
        found = rank(self.line.text(), ROWS, lambda row: ((row.text, 1.0), (row.id, 0.6)))
        found = [row for row in found if row.id != "view.commands"]
        found.sort(key=lambda row: not self._commands[row.id].isEnabled())
        for row in found:
            keys = key_text(row.keys[0]) if row.keys else ""
            enabled = self._commands[row.id].isEnabled()
            self.add(row, row.text, row.icon, keys, "keys" if keys else "caption", enabled)
        self.list.setCurrentRow(0)

    def _do_row(self, row: Row) -> None:
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
        for names in (("File", "Edit", "View", "Help"), ("Node", "Align", "Run"), ("Replay", "Frame", "Canvas")):
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
