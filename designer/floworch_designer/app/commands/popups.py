"""The command palette (Ctrl+K) and the cheat sheet (?), both made from the action table."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from floworch_designer.app.commands.actions import ROWS, Row
from floworch_designer.app.commands.cheat_sheet import Group, sheet
from floworch_designer.app.commands.commands import Commands
from floworch_designer.app.widgets.search_popup import SearchPopup
from floworch_designer.settings.fuzzy import rank
from floworch_designer.settings.settings import SHOWN, Setting
from floworch_designer.settings.words import tr
from floworch_designer.theme.theme import Theme

#: Least width of a column of the cheat sheet, px.
COLUMN = 360
#: Lines of it that are put in at a time: two labels for each of all of them hold up the window.
LINES = 12


class CommandPalette(SearchPopup):
    """Type to find any action or setting; Enter does it. Greyed actions are listed last and do nothing."""

    #: A setting was chosen: its key.
    setting_chosen = Signal(str)

    def __init__(self, commands: Commands, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, theme, tr("What do you want to do?"))
        self._commands = commands
        self.chosen.connect(self._do_row)

    def open(self) -> None:
        """Open with the conditions of this moment."""
        self._commands.refresh()
        super().open()

    def fill(self) -> None:
        """List the actions that fit, greyed ones last; settings only where something is typed."""
        super().fill()
        query = self.line.text()
        rows = [row for row in ROWS if row.id != "view.commands"]
        found = rank(query, [*rows, *(SHOWN if query.strip() else ())], _texts)
        found.sort(key=lambda row: isinstance(row, Row) and not self._commands[row.id].isEnabled())
        for row in found:
            if isinstance(row, Setting):
                self.add(row, tr("Settings: {name}", name=tr(row.title)), "settings")
                continue
            keys = self._commands.keymap.shown(row.id)
            enabled = self._commands[row.id].isEnabled()
            self.add(row, tr(row.text), row.icon, keys, "keys" if keys else "caption", enabled)
        if not found:
            self.add(None, tr("Nothing fits. Try another word."), enabled=False)
        self.list.setCurrentRow(0)

    def _do_row(self, row: Row | Setting | None) -> None:
        if row is None:
            return
        if isinstance(row, Setting):
            self.close()
            self.setting_chosen.emit(row.key)
            return
        action = self._commands[row.id]
        if action.isEnabled():
            self.close()
            action.trigger()


def _texts(row: Row | Setting) -> tuple[tuple[str, float], ...]:
    """What an action or a setting is found by, in the language of the window and in English."""
    if isinstance(row, Setting):
        return (tr(row.title), 0.95), (row.title, 0.85), (tr("Settings: {name}", name=tr(row.title)), 0.8)
    return (tr(row.text), 1.0), (row.text, 0.9), (row.id, 0.6)


class CheatSheet(QDialog):
    """Every shortcut by group, in as many columns as fit; a line at the top filters them.

    Attributes:
        search: Shows only what has its words in what is done, the keys or the title of the group.
    """

    def __init__(self, commands: Commands, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keyboard shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._groups = list(sheet(commands.keymap).items())
        self._number = 0
        self._waiting: list[tuple[QVBoxLayout, Group]] = []  # what has its column, and is put there in the next turns
        self._more = QTimer(self, singleShot=True, interval=0)
        self._more.timeout.connect(self._put_in)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search by action or key"))
        self.search.setAccessibleName(self.search.placeholderText())
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _text: self._fill())
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.change = QPushButton(tr("Change shortcuts…"))
        self.change.setAutoDefault(False)
        self.change.clicked.connect(self.accept)
        self.change.clicked.connect(commands["help.edit_keys"].trigger)
        layout = QVBoxLayout(self)
        top = QHBoxLayout()
        top.setContentsMargins(20, 12, 8, 0)
        top.addWidget(self.search, 1)
        top.addWidget(self.change)
        layout.addLayout(top)
        layout.addWidget(self.area, 1)
        layout.setContentsMargins(0, 0, 12, 12)
        self.resize(min(1120, parent.width() - 40), min(680, parent.height() - 40))
        self._fill()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take as many columns as there is room for."""
        super().resizeEvent(event)
        if self._fitting() != self._number:
            self._fill()

    def _fitting(self) -> int:
        return max(1, self.width() // COLUMN)

    def _fill(self) -> None:
        self._number = self._fitting()
        inner = QWidget()
        columns = QHBoxLayout(inner)
        columns.setContentsMargins(20, 16, 20, 20)
        columns.setSpacing(36)
        self._waiting.clear()
        for groups in _columns(_matching(self._groups, self.search.text()), self._number):
            column = QVBoxLayout()
            column.setSpacing(16)
            column.addStretch(1)
            columns.addLayout(column, 1)
            self._waiting += [(column, group) for group in groups]
        self._put_in()
        self.area.setWidget(inner)

    def _put_in(self) -> None:
        lines = 0
        while self._waiting and lines < LINES:
            column, (title, rows) = self._waiting.pop(0)
            column.insertWidget(column.count() - 1, _group(title, rows))
            lines += len(rows)
        if self._waiting:
            self._more.start()


def _matching(groups: list[Group], words: str) -> list[Group]:
    """The groups with the lines that hold all the words; whole groups whose title does."""
    wanted = words.casefold().split()
    found = []
    for title, rows in groups:
        kept = [row for row in rows if all(word in f"{title} {row[0]} {row[1]}".casefold() for word in wanted)]
        if kept:
            found.append((title, kept))
    return found


def _columns(groups: list[Group], number: int) -> list[list[Group]]:
    """The groups in their order, cut into columns of about the same number of lines."""
    whole = max(1, sum(len(rows) + 2 for _, rows in groups))
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
        label = QLabel(keys)
        label.setProperty("role", "caption")
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        done = QLabel(text)
        for each in (done, label):
            each.setWordWrap(True)
        grid.addWidget(done, number, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(label, number, 1)
    grid.setColumnStretch(0, 3)
    grid.setColumnStretch(1, 2)
    return box
