"""The line above the inputs of a run: choose a parameter set, keep what is typed as one, rename and delete."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from floworch.errors import FlowError
from floworch_designer.app.inputs.input_sets import InputSets, completed, plain
from floworch_designer.inspector.form import Form
from floworch_designer.settings.findings import told
from floworch_designer.settings.words import tr


class SetRow(QWidget):
    """Follows a form: choosing a set fills it, keeping one takes its values.

    Args:
        sets: The sets of the definition.
        name: The one whose values the form shows, or empty.

    Attributes:
        name: The same later on.
    """

    def __init__(self, sets: InputSets, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sets, self.name = sets, name
        self._form: Form | None = None
        self._values: Callable[[], dict[str, Any]] = dict
        self.box = QComboBox()
        self.box.setEditable(True)
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.box.setAccessibleName(tr("Parameter set"))
        line = self.box.lineEdit()
        if line is not None:
            line.setPlaceholderText(tr("Name of a parameter set"))
        self.message = QLabel()
        self.message.setProperty("role", "caption")
        self.message.setWordWrap(True)
        self.message.hide()
        self.save = self._button(tr("Save"), self._save)
        self.rename = self._button(tr("Rename"), self._rename)
        self.delete = self._button(tr("Delete"), self._delete)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.box, 1)
        for button in (self.save, self.rename, self.delete):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 14, 20, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self.message)
        self.box.activated.connect(lambda _index: self._choose())
        self.box.editTextChanged.connect(lambda _text: self._follow())
        self._fill()

    def bind(self, form: Form, values: Callable[[], dict[str, Any]]) -> None:
        """Fill this form, and keep these values of it."""
        self._form, self._values = form, values

    def same(self, values: Mapping[str, Any]) -> bool:
        """Whether these inputs are those of the chosen set."""
        try:
            return bool(self.name) and plain(values) == self.sets.read(self.name)
        except FlowError:
            return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter after a name keeps the set; it does not start the run."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._save()
            return
        super().keyPressEvent(event)

    def _button(self, words: str, press: Callable[[], None]) -> QPushButton:
        button = QPushButton(words)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: press())
        return button

    def _fill(self) -> None:
        self.box.blockSignals(True)
        self.box.clear()
        self.box.addItems(self.sets.names())
        self.box.setCurrentIndex(self.box.findText(self.name) if self.name else -1)
        self.box.setEditText(self.name)
        self.box.blockSignals(False)
        self._follow()

    def _follow(self) -> None:
        text, known = self._typed(), self.sets.names()
        self.save.setEnabled(bool(text))
        self.rename.setEnabled(bool(text) and self.name in known and text not in known)
        self.delete.setEnabled(text in known)

    def _typed(self) -> str:
        return self.box.currentText().strip()

    def _choose(self) -> None:
        def work() -> str:
            values = self.sets.read(self._typed())
            self.name = self._typed()
            if self._form is not None:
                self._form.set_values(completed(values, self._values()), True)
            return ""

        self._do(work)

    def _save(self) -> None:
        def work() -> str:
            name = self._typed()
            hidden = self.sets.write(name, self._values())
            self.name = name
            said = tr("Saved {name}", name=self.sets.path(name).name)
            left = tr("without {names}: secrets are not kept", names=", ".join(hidden)) if hidden else ""
            return f"{said}, {left}" if left else said

        if self._typed():
            self._do(work)

    def _rename(self) -> None:
        def work() -> str:
            self.sets.rename(self.name, self._typed())
            self.name = self._typed()
            return ""

        self._do(work)

    def _delete(self) -> None:
        def work() -> str:
            self.sets.remove(self._typed())
            self.name = ""
            return tr("Deleted. The values are still below: Save keeps them again.")

        self._do(work)

    def _do(self, work: Callable[[], str]) -> None:
        typed = self._typed()
        try:
            said = work()
        except FlowError as error:
            self._say(told(error))
            return
        self._fill()
        self.box.setEditText(self.name or typed)
        self._say(said)

    def _say(self, text: str) -> None:
        self.message.setText(text)
        self.message.setVisible(bool(text))
