"""Every setting that a person has, made from the table of settings, and pages for connections and secrets."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from floworch_designer.app.preferences.connections_page import ConnectionsPage
from floworch_designer.app.preferences.secrets_page import SecretsPage
from floworch_designer.app.runtime.loop import spawn
from floworch_designer.app.widgets import dialogs
from floworch_designer.settings.settings import GROUPS, SHOWN, TABLE, Setting
from floworch_designer.settings.words import mark, tr

if TYPE_CHECKING:
    from floworch_designer.settings.settings import Settings
    from floworch_designer.theme.theme import Theme


#: Names of the pages, in the order of their tabs.
PAGES = ("general", "connections", "secrets")


class SettingsDialog(QDialog):
    """Changes count at once; ``editors`` holds the widget of each setting by its key.

    Args:
        settings: What is changed.
        theme: Colours of the pages.
        parent: The window it belongs to.
        page: The page that is in front: one of :data:`PAGES`.
    """

    def __init__(self, settings: Settings, theme: Theme, parent: QWidget | None = None, page: str = "general") -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._settings, self._theme = settings, theme
        self.editors: dict[str, QWidget] = {}
        self.setWindowTitle(tr("Settings"))
        self.setMinimumWidth(640)
        self.resize(680, min(720, self.screen().availableGeometry().height() - 80))
        self.connections, self.secrets = ConnectionsPage(theme), SecretsPage()
        self.pages = QTabWidget()
        self.pages.setDocumentMode(True)
        self.pages.setStyleSheet("QTabWidget::tab-bar { left: 12px; }")  # their words stand in line with the pages
        for title, widget in (
            (tr("General"), self._general()),
            (tr("Connections"), self.connections),
            (tr("Secrets"), self.secrets),
        ):
            self.pages.addTab(widget, title)
        self.pages.setCurrentIndex(PAGES.index(page))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.addWidget(self.pages, 1)
        layout.addLayout(self._buttons())
        self.pages.currentChanged.connect(lambda index: self.defaults.setVisible(index == 0))
        self.defaults.setVisible(page == "general")
        settings.changed.connect(self._show)

    def restore(self) -> None:
        """Give every setting of the dialog its default."""
        for key in self.editors:
            self._settings.set(key, TABLE[key].default)

    async def ask_restore(self) -> None:
        """Give every setting of the dialog its default when the person says so: nothing brings the others back."""
        answer = await dialogs.ask(
            self,
            tr("Restore defaults"),
            tr("Give every setting of this page its default?"),
            ((mark("Keep"), "reject"), (mark("Restore defaults"), "destroy")),
            tr("What was chosen here is lost. Connections and secrets stay."),
        )
        if answer == "Restore defaults" and isValid(self):  # it may have been closed meanwhile
            self.restore()

    def show_setting(self, key: str) -> None:
        """Bring a setting into view, with the focus in its editor."""
        self.pages.setCurrentIndex(0)
        editor = self.editors[key]
        editor.setFocus(Qt.FocusReason.TabFocusReason)
        self._area.ensureWidgetVisible(editor)

    def done(self, code: int) -> None:
        """Close; a try of a connection that is under way ends."""
        self.connections.stop()
        super().done(code)

    def _general(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        grid = QGridLayout()
        grid.setContentsMargins(24, 18, 24, 8)
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        for group, title in GROUPS.items():
            rows = [row for row in SHOWN if row.key.startswith(f"{group}/")]
            self._add_group(grid, tr(title), rows)
        column.addLayout(grid)
        column.addStretch(1)
        area = self._area = QScrollArea()
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab goes to what is in it, which is seen
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(page)
        return area

    def _buttons(self) -> QHBoxLayout:
        self.defaults = QPushButton(tr("Restore defaults"))
        self.defaults.setAutoDefault(False)
        self.defaults.clicked.connect(lambda _checked=False: spawn(self.ask_restore(), "restore the defaults"))
        close = QPushButton(tr("Close"))
        close.setProperty("kind", "primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(24, 8, 24, 18)
        buttons.addWidget(self.defaults)
        buttons.addStretch(1)
        buttons.addWidget(close)
        return buttons

    def _add_group(self, grid: QGridLayout, title: str, rows: list[Setting]) -> None:
        heading = QLabel(title)
        heading.setProperty("role", "heading")
        line = grid.rowCount()
        grid.addWidget(heading, line, 0, 1, 2)
        grid.setRowMinimumHeight(line, 34)
        for row in rows:
            line = grid.rowCount()
            label = QLabel(tr(row.title))
            about = QLabel(tr(row.help) + (f" {tr('From the next start on.')}" if row.later else ""))
            about.setProperty("role", "caption")
            about.setWordWrap(True)
            editor = self._editor(row)
            editor.setAccessibleName(tr(row.title))
            editor.setAccessibleDescription(about.text())
            label.setBuddy(editor)
            self.editors[row.key] = editor
            grid.addWidget(label, line, 0, Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(self._with_button(editor) if row.folder else editor, line, 1)
            grid.addWidget(about, line + 1, 1)
            grid.setRowMinimumHeight(line + 2, 8)
            self._show(row.key)

    def _editor(self, row: Setting) -> QWidget:
        keep = partial(self._settings.set, row.key)
        if isinstance(row.default, bool):
            box = QCheckBox()
            box.toggled.connect(keep)
            return box
        if row.choices:
            choice = QComboBox()
            for value, words in row.choices:
                choice.addItem(tr(words), value)
            choice.currentIndexChanged.connect(lambda index: keep(row.choices[index][0]))
            return choice
        line = QLineEdit()
        line.setPlaceholderText(tr("Default"))
        line.editingFinished.connect(lambda: keep(line.text().strip()))
        return line

    def _with_button(self, line: QWidget) -> QWidget:
        box = QWidget()
        layout = QHBoxLayout(box)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        button = QToolButton()
        button.setIcon(self._theme.icon("folder"))
        button.setToolTip(tr("Choose a folder"))
        button.setAccessibleName(tr("Choose a folder"))
        assert isinstance(line, QLineEdit)
        button.clicked.connect(lambda _checked=False: self._choose(line))
        layout.addWidget(line, 1)
        layout.addWidget(button)
        return box

    def _choose(self, line: QLineEdit) -> None:
        dialog = QFileDialog(self, tr("Choose a folder"), line.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(line.setText)
        dialog.accepted.connect(line.editingFinished)
        dialog.open()

    def _show(self, key: str) -> None:
        """Write the value that a setting has now into its editor."""
        editor, value = self.editors.get(key), self._settings.get(key)
        if isinstance(editor, QCheckBox):
            editor.setChecked(value)
        elif isinstance(editor, QComboBox):
            editor.setCurrentIndex(max(0, editor.findData(value)))
        elif isinstance(editor, QLineEdit) and editor.text() != value:
            editor.setText(value)
