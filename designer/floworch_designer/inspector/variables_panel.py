"""The variables of the workflow in front: where each is used, and renaming one everywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from floworch_designer.document.picture import text_of
from floworch_designer.document.variables import Kind, Use, Variable
from floworch_designer.settings.words import counted, mark, tr
from floworch_designer.theme.theme import Theme

_WHAT = Qt.ItemDataRole.UserRole
SECTIONS: dict[Kind, tuple[str, str]] = {
    "input": (mark("Inputs"), "form"),
    "output": (mark("Outputs"), "export"),
    "data": (mark("Data of the run"), "variables"),
    "secret": (mark("Secrets"), "key"),
    "connection": (mark("Connections"), "link"),
}
NOTHING = mark("This workflow names no inputs, outputs, data, secrets or connections yet.")

#: Share of the width that values may take from names that need it.
VALUES = 0.4


class _Tree(QTreeWidget):
    """A tree whose F2 is its own, whatever the window does with that key; the names have more room than the values."""

    def share(self) -> None:
        """Give the values what they need: what the names leave, and :data:`VALUES` of the width at least."""
        wanted, width = max(self.sizeHintForColumn(1), 0), self.viewport().width()
        left = width - max(self.sizeHintForColumn(0), 0)
        self.header().resizeSection(1, min(wanted, max(left, int(width * VALUES))))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width anew."""
        super().resizeEvent(event)
        self.share()

    def event(self, event: QEvent) -> bool:
        """Keep F2."""
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_F2
        ):
            event.accept()
            return True
        return super().event(event)


class VariablesPanel(QWidget):
    """Shows what ``show_variables`` gives it.

    Signals:
        used: A node id: one of its uses was activated.
        renamed: Kind, former and new name: a name was typed over another.
    """

    used = Signal(str)
    renamed = Signal(str, str, str)
    chosen_changed = Signal()
    asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._busy = False
        self._values: Mapping[tuple[str, str], Any] = {}
        self.tree = _Tree()
        self.none = QLabel(tr(NOTHING))
        self.none.setWordWrap(True)
        self.none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.none.setProperty("role", "secondary")
        self.none.setContentsMargins(12, 12, 12, 12)
        self._dress()
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 0, 0)
        column.addWidget(self.none)
        column.addWidget(self.tree, 1)
        self.show_variables([], str)

    @property
    def chosen(self) -> Variable | None:
        """The selected variable, also while one of its uses is selected."""
        item = self.tree.currentItem()
        if item is None or not item.isSelected():
            return None
        found = item.data(0, _WHAT)
        if isinstance(found, Use) and (above := item.parent()) is not None:
            found = above.data(0, _WHAT)
        return found if isinstance(found, Variable) else None

    @property
    def editing(self) -> bool:
        """Whether somebody types a name."""
        return self.tree.state() is QAbstractItemView.State.EditingState

    def show_variables(
        self,
        found: Sequence[Variable],
        title: Callable[[str], str],
        values: Mapping[tuple[str, str], Any] | None = None,
    ) -> None:
        """Show these; ``title`` says what a node is called, ``values`` what the shown run holds by kind and name."""
        self._values = values or {}
        before = self.chosen
        self._busy = True
        self.tree.clear()
        for kind, (words, icon) in SECTIONS.items():
            mine = [variable for variable in found if variable.kind == kind]
            if mine:
                self._add_section(words, icon, mine, title, before)
        self.tree.setVisible(bool(found))
        self.none.setVisible(not found)
        self.tree.share()
        self._busy = False

    def edit(self) -> None:
        """Type over the name of the chosen variable."""
        item = self.tree.currentItem()
        if item is not None and isinstance(item.data(0, _WHAT), Use):
            item = item.parent()
        if item is not None and isinstance(item.data(0, _WHAT), Variable):
            self.tree.setCurrentItem(item)
            self.tree.editItem(item, 0)

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for what is there now: a hidden panel follows nothing."""
        super().showEvent(event)
        self.asked.emit()

    def _add_section(
        self, words: str, icon: str, mine: list[Variable], title: Callable[[str], str], before: Variable | None
    ) -> None:
        top = QTreeWidgetItem([tr(words)])
        top.setFlags(Qt.ItemFlag.ItemIsEnabled)
        self.tree.addTopLevelItem(top)
        for variable in mine:
            held = (variable.kind, variable.name) in self._values
            value = text_of(self._values.get((variable.kind, variable.name)), 4000) or "null"
            item = QTreeWidgetItem(top, [variable.name, text_of(value, 24) if held else _count(variable)])
            item.setToolTip(1, value if held else "")
            item.setData(0, _WHAT, variable)
            item.setIcon(0, self._theme.icon(icon, "text_secondary", 16))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            item.setForeground(1, self._theme.color("text_secondary"))
            item.setToolTip(0, f"{variable.name}\n{_count(variable)}. {tr('F2 renames it everywhere.')}")
            for use in variable.uses:
                where = tr("Workflow") if not use.node else title(use.node)
                child = QTreeWidgetItem(item, [f"{where} · {use.field.removeprefix('params.')}"])
                child.setData(0, _WHAT, use)
                child.setToolTip(0, child.text(0))
            if before is not None and (variable.kind, variable.name) == (before.kind, before.name):
                self.tree.setCurrentItem(item)
        top.setExpanded(True)

    def _dress(self) -> None:
        tree = self.tree
        tree.setProperty("role", "plain")
        tree.setColumnCount(2)
        tree.setHeaderHidden(True)
        tree.setIndentation(14)
        tree.setIconSize(QSize(16, 16))
        tree.setUniformRowHeights(True)
        tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # paths differ at their ends
        tree.setAccessibleName(tr("Variables of the workflow"))
        tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        tree.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        tree.header().setStretchLastSection(False)
        tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        tree.header().setMinimumSectionSize(0)
        tree.itemActivated.connect(self._on_activated)
        tree.itemChanged.connect(self._on_changed)
        tree.itemSelectionChanged.connect(self.chosen_changed)

    def _on_activated(self, item: QTreeWidgetItem) -> None:
        what = item.data(0, _WHAT)
        if isinstance(what, Use) and what.node:
            self.used.emit(what.node)

    def _on_changed(self, item: QTreeWidgetItem, column: int) -> None:
        what = item.data(0, _WHAT)
        if self._busy or column or not isinstance(what, Variable) or item.text(0) == what.name:
            return
        self.renamed.emit(what.kind, what.name, item.text(0).strip())


def _count(variable: Variable) -> str:
    count = len(variable.uses)
    if variable.kind == "output":
        return ""
    if not variable.declared and variable.kind in ("input", "data"):
        words = mark("{n}, not declared") if variable.kind == "input" else mark("{n}, never set")
        return tr(words, n=count)
    return counted(count, "1 use", "{n} uses") if count else tr("not used")
