"""The list of shortcuts: filter, give and take keys, presets, import and export; it says what is taken from whom."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from floworch_designer.app.commands.actions import BY_ID, ROWS
from floworch_designer.app.commands.cheat_sheet import group_title
from floworch_designer.app.commands.key_presets import PRESETS
from floworch_designer.app.commands.keymap import Keymap, KeymapError, key_text, normal, read
from floworch_designer.settings.words import mark, tr

_ROW = Qt.ItemDataRole.UserRole
#: What a preset is called.
PRESET_TITLES = {
    "default": mark("Flow Orchestrator"),
    "n8n": mark("Like n8n"),
    "blender": mark("Like Blender"),
    "node-red": mark("Like Node-RED"),
}


class KeysDialog(QDialog):
    """Change the keymap; ``chosen(Keymap)`` follows every change at once, so that nothing waits for an OK."""

    chosen = Signal(object)

    def __init__(self, keymap: Keymap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.keymap = keymap
        self.setWindowTitle(tr("Change keyboard shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search by action or key"))
        self.search.setAccessibleName(tr("Search the shortcuts"))
        self.search.textChanged.connect(lambda _text: self._filter())
        self.preset = QComboBox()
        self.preset.setAccessibleName(tr("Preset of shortcuts"))
        for name in PRESETS:
            self.preset.addItem(tr(PRESET_TITLES[name]), name)
        self.preset.activated.connect(lambda _at: self._change(Keymap(self.preset.currentData(), self.keymap.own)))
        self.tree = self._make_tree()
        self.line = QKeySequenceEdit()
        self.line.setAccessibleName(tr("New shortcut"))
        self.line.setMaximumSequenceLength(2)
        inner = self.line.findChild(QLineEdit)
        if inner is not None:  # the editor itself tells of a key a second later, when no second one follows
            inner.setAccessibleName(self.line.accessibleName())
            inner.textChanged.connect(lambda _text: self._warn())
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.said.setProperty("role", "caption")
        self._buttons()
        self._lay_out()
        self._fill()
        self.tree.setCurrentItem(self._items[ROWS[0].id])
        self.search.setFocus()

    def show_row(self, row: str) -> None:
        """Go to an action by its id. Raises KeyError for an unknown one."""
        self.tree.setCurrentItem(self._items[row])

    @property
    def row(self) -> str | None:
        """The id of the action that is chosen; None while a group is."""
        item = self.tree.currentItem()
        return item.data(0, _ROW) if item is not None else None

    # -- building ----------------------------------------------------------------------------------------

    def _make_tree(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setAccessibleName(tr("Actions and their shortcuts"))
        tree.setHeaderLabels([tr("Action"), tr("Shortcuts")])
        tree.setColumnWidth(0, 320)
        tree.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._items: dict[str, QTreeWidgetItem] = {}
        heads: dict[str, QTreeWidgetItem] = {}
        self._heads = heads
        for row in ROWS:
            group = row.id.split(".")[0]
            if group not in heads:
                heads[group] = QTreeWidgetItem([group_title(group)])
                tree.addTopLevelItem(heads[group])
            item = QTreeWidgetItem(heads[group], [tr(row.text).rstrip("…")])
            item.setData(0, _ROW, row.id)
            self._items[row.id] = item
        tree.expandAll()
        tree.currentItemChanged.connect(lambda _new, _old: self._on_row())
        return tree

    def _buttons(self) -> None:
        self.add = QPushButton(tr("Use this key"))
        self.clear = QPushButton(tr("No key"))
        self.reset = QPushButton(tr("As before"))
        self.reset_all = QPushButton(tr("Reset all"))
        self.load = QPushButton(tr("Import…"))
        self.save = QPushButton(tr("Export…"))
        self.shut = QPushButton(tr("Close"))
        for button, slot in (
            (self.add, self._add),
            (self.clear, self._clear),
            (self.reset, self._reset),
            (self.reset_all, lambda: self._change(Keymap())),
            (self.load, self._import),
            (self.save, self._export),
            (self.shut, self.accept),
        ):
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, slot=slot: slot())
        self.add.setProperty("kind", "primary")

    def _lay_out(self) -> None:
        top, middle, bottom = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.search, 1)
        top.addWidget(self.preset)
        for widget in (self.line, self.add, self.clear, self.reset):
            middle.addWidget(widget, 1 if widget is self.line else 0)
        for widget in (self.load, self.save, self.reset_all):
            bottom.addWidget(widget)
        bottom.addStretch(1)
        bottom.addWidget(self.shut)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addWidget(self.tree, 1)
        layout.addLayout(middle)
        layout.addWidget(self.said)
        layout.addLayout(bottom)
        self.resize(620, 640)

    # -- showing -----------------------------------------------------------------------------------------

    def _fill(self) -> None:
        self.preset.setCurrentIndex(max(0, self.preset.findData(self.keymap.preset)))
        for row, item in self._items.items():
            item.setText(1, ",  ".join(key_text(key) for key in self.keymap.keys(row)))
            font = item.font(1)
            font.setBold(row in self.keymap.own)
            item.setFont(1, font)
        self._filter()
        self._on_row()

    def _filter(self) -> None:
        words = self.search.text().lower().split()
        shown = set()
        for row, item in self._items.items():
            text = f"{item.text(0)} {item.text(1)} {row}".lower()
            item.setHidden(not all(word in text for word in words))
            if not item.isHidden():
                shown.add(row.split(".")[0])
        for group, head in self._heads.items():
            head.setHidden(group not in shown)

    def _on_row(self) -> None:
        row = self.row
        self.line.setEnabled(row is not None)
        self.line.clear()
        self.clear.setEnabled(row is not None and bool(self.keymap.keys(row)))
        self.reset.setEnabled(row in self.keymap.own)
        self._warn()

    def _warn(self) -> None:
        key = normal(self.line.keySequence().toString(QKeySequence.SequenceFormat.PortableText))
        row = self.row
        self.add.setEnabled(bool(key) and row is not None)
        if not key or row is None:
            self.said.setText(tr("Choose an action, click into the field and press its new key."))
            return
        users = [tr(BY_ID[other].text).rstrip("…") for other in self.keymap.users(key, row)]
        words = tr("{key} is free.", key=key_text(key))
        if users:
            words = tr("{key} is taken from: {actions}.", key=key_text(key), actions=", ".join(users))
        self.said.setText(words)

    # -- changing ----------------------------------------------------------------------------------------

    def _change(self, keymap: Keymap, said: str = "") -> None:
        self.keymap = keymap
        self._fill()
        if said:
            self.said.setText(said)
        self.chosen.emit(keymap)

    def _add(self) -> None:
        row = self.row
        if row is None:
            return
        key = self.line.keySequence().toString(QKeySequence.SequenceFormat.PortableText)
        try:
            self._change(self.keymap.with_keys(row, (key, *self.keymap.keys(row))))
        except KeymapError as error:
            self.said.setText(str(error))

    def _clear(self) -> None:
        if self.row is not None:
            self._change(self.keymap.with_keys(self.row, ()))

    def _reset(self) -> None:
        if self.row is not None:
            self._change(self.keymap.without(self.row))

    def _import(self) -> None:
        dialog = QFileDialog(self, tr("Import shortcuts"), "", "JSON (*.json)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.read_file(Path(name)))
        dialog.open()

    def read_file(self, path: Path) -> None:
        """Take over the keymap of a file; one that cannot be used changes nothing and is told why."""
        try:
            self._change(read(path.read_text(encoding="utf-8")), tr("Imported {name}.", name=path.name))
        except (OSError, UnicodeDecodeError, KeymapError) as error:
            self.said.setText(str(error))

    def _export(self) -> None:
        dialog = QFileDialog(self, tr("Export shortcuts"), "", "JSON (*.json)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile("floworch-keys.json")
        dialog.fileSelected.connect(lambda name: self.write_file(Path(name)))
        dialog.open()

    def write_file(self, path: Path) -> None:
        """Write the keymap to a file, for another machine or a colleague."""
        try:
            path.write_text(self.keymap.to_json(), encoding="utf-8")
            self.said.setText(tr("Exported to {name}.", name=path.name))
        except OSError as error:
            self.said.setText(str(error))
