"""The versions of the definition in front: compare, look at, restore."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from floworch_designer.history.versions import SECTIONS, Version
from floworch_designer.runs.words import moment_text
from floworch_designer.settings.words import mark, tr
from floworch_designer.theme.theme import Theme

_VERSION = Qt.ItemDataRole.UserRole
_ICONS = {"saved": "file", "kept": "save", "commit": "versions", "run": "runs"}
NOTHING = mark("There is no other version yet. Save the workflow, run it, or commit its file with git.")
_VERBS = {
    "compare": (mark("Compare"), mark("Show on the canvas what differs between this version and what is edited")),
    "open": (mark("Look at it"), mark("Show this version on the canvas; it cannot be edited there")),
    "restore": (mark("Restore"), mark("Put this version in the place of what is edited; undo takes it back")),
}


class VersionsPanel(QWidget):
    """Shows what ``show_versions`` gives it. ``asked(verb)`` follows a button or a key: compare, open or restore."""

    asked = Signal(str)
    refresh_requested = Signal()
    chosen_changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.buttons: dict[str, QPushButton] = {}
        self.tree = QTreeWidget()
        self.none = QLabel(tr(NOTHING))
        self.none.setWordWrap(True)
        self.none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.none.setProperty("role", "secondary")
        self.none.setContentsMargins(12, 12, 12, 12)
        self._dress()
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.none)
        column.addWidget(self.tree, 1)
        column.addLayout(self._bar())
        self.show_versions([])

    @property
    def chosen(self) -> Version | None:
        """The selected version."""
        item = self.tree.currentItem()
        found: Version | None = item.data(0, _VERSION) if item is not None and item.isSelected() else None
        return found

    @property
    def versions(self) -> list[Version]:
        """All that are shown, from top to bottom."""
        items = self.tree.findItems("", Qt.MatchFlag.MatchContains | Qt.MatchFlag.MatchRecursive)
        return [found for item in items if (found := item.data(0, _VERSION)) is not None]

    def show_versions(self, versions: Sequence[Version]) -> None:
        """Show these by where they are kept; the one that was selected stays so where it is still there."""
        before = self.chosen
        self.tree.clear()
        for kind, title in SECTIONS.items():
            mine = [version for version in versions if version.kind == kind]
            if mine:
                self._add_section(tr(title), mine, before)
        self.tree.setVisible(bool(versions))
        self.none.setVisible(not versions)
        for button in self.buttons.values():
            button.setVisible(bool(versions))
        self._follow()

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for what is there now: a hidden panel follows nothing."""
        super().showEvent(event)
        self.refresh_requested.emit()

    def _add_section(self, title: str, versions: list[Version], before: Version | None) -> None:
        top = QTreeWidgetItem([title])
        top.setFlags(Qt.ItemFlag.ItemIsEnabled)
        top.setFirstColumnSpanned(True)
        self.tree.addTopLevelItem(top)
        for version in versions:
            item = QTreeWidgetItem(top, [version.title, moment_text(version.at, time.time())])
            item.setData(0, _VERSION, version)
            item.setIcon(0, self._theme.icon(_ICONS[version.kind], "text_secondary", 16))
            words = "\n".join(part for part in (version.title, version.detail) if part)
            item.setToolTip(0, words)
            item.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{title}: {words}")
            item.setForeground(1, self._theme.color("text_secondary"))
            if before is not None and (version.kind, version.key) == (before.kind, before.key):
                self.tree.setCurrentItem(item)
        top.setExpanded(True)

    def _dress(self) -> None:
        tree = self.tree
        tree.setProperty("role", "plain")
        tree.setColumnCount(2)
        tree.setHeaderHidden(True)
        tree.setIndentation(12)
        tree.setUniformRowHeights(True)
        tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # ids of runs differ at their ends
        tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        tree.setAccessibleName(tr("Versions of the workflow"))
        tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        tree.header().setStretchLastSection(False)
        tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        tree.itemSelectionChanged.connect(self._follow)
        tree.itemDoubleClicked.connect(lambda *_: self._ask("compare"))
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            QShortcut(key, tree, context=Qt.ShortcutContext.WidgetShortcut).activated.connect(
                lambda: self._ask("compare")
            )

    def _bar(self) -> QGridLayout:
        bar = QGridLayout()
        bar.setContentsMargins(10, 2, 10, 10)
        bar.setSpacing(6)
        for number, (verb, (text, tip)) in enumerate(_VERBS.items()):
            button = QPushButton(tr(text))
            button.setToolTip(tr(tip))
            button.clicked.connect(lambda _checked=False, verb=verb: self._ask(verb))
            self.buttons[verb] = button
            if verb == "compare":
                button.setProperty("kind", "primary")
                bar.addWidget(button, 0, 0, 1, 2)
            else:
                bar.addWidget(button, 1, number - 1)
        return bar

    def _ask(self, verb: str) -> None:
        if self.chosen is not None:
            self.asked.emit(verb)

    def _follow(self) -> None:
        for button in self.buttons.values():
            button.setEnabled(self.chosen is not None)
        self.chosen_changed.emit()
