"""Choosing a secret or a connection by name, and making one where it is missing. Only names are ever shown."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QDialog, QWidget

from floworch.actions.connections import connections
from floworch.actions.secret_sources import PREFIX, stored_names
from floworch_designer.inspector.editors import ValueEditor, placeholder, show_text
from floworch_designer.inspector.schema import MISSING, Field, Kind
from floworch_designer.settings.words import tr

#: What an entry of the list does, beside naming something.
NEW, EDIT = "new", "edit"


def secret_names() -> list[str]:
    """Secrets that are set on this machine, sorted: those of the keyring, and of the environment by their variables."""
    found = set(stored_names())
    known = {name.upper().replace("-", "_") for name in found}
    variables = {key.removeprefix(PREFIX) for key, value in os.environ.items() if key.startswith(PREFIX) and value}
    return sorted(found | (variables - known - {""}))


class _Box(QComboBox):
    """An editable list that is filled when it opens; the arrow keys open it instead of walking through it."""

    opening = Signal()

    def showPopup(self) -> None:
        """Fill the list and show it."""
        self.opening.emit()
        super().showPopup()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Up and Down: an entry that opens a window must not be met by walking."""
        if event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            self.showPopup()
        else:
            super().keyPressEvent(event)


class PickerEditor(ValueEditor):
    """The name of a secret or of a connection: typed, or chosen from those of this machine, or made here and now."""

    def __init__(self, field: Field, make_form: Callable[..., Any], parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._make_form = make_form
        self._secret = field.kind is Kind.SECRET
        self._text = ""
        self.dialog: QDialog | None = None
        self.box = _Box()
        self.box.setEditable(True)
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.box.setAccessibleName(field.title)
        self.box.setMinimumContentsLength(8)
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        line = self.box.lineEdit()
        assert line is not None
        self.line = line
        self.box.setCompleter(None)  # type: ignore[arg-type]  # Qt takes None: a name is completed only when it is chosen
        line.setPlaceholderText(
            placeholder(field) or (tr("Name of a secret") if self._secret else tr("Name of a connection"))
        )
        line.setAccessibleName(field.title)
        line.textEdited.connect(self.edited)
        self.box.opening.connect(self.fill)
        self.box.activated.connect(self._on_activated)
        self.box.installEventFilter(self)
        self._wrap(self.box)

    def value(self) -> Any:
        """The name, or MISSING."""
        return self.line.text() or MISSING

    def set_value(self, value: Any) -> None:
        """Show a name."""
        show_text(self.line, "" if value is MISSING or value is None else str(value))

    def accepts(self, value: Any) -> bool:
        """Texts only."""
        return value is MISSING or isinstance(value, str)

    def fill(self) -> None:
        """Offer what this machine has now, and to make or change one."""
        text = self._text = self.line.text()
        self.box.clear()
        names = secret_names() if self._secret else self._connections()
        for name in names:
            self.box.addItem(name)
        if names:
            self.box.insertSeparator(self.box.count())
        self.box.addItem(tr("Set a secret…") if self._secret else tr("New connection…"), NEW)
        if not self._secret and text in names:
            self.box.addItem(tr("Edit {text}…", text=text), EDIT)
        self.box.setCurrentIndex(names.index(text) if text in names else -1)
        self.line.setText(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave the wheel to the scroll area."""
        if event.type() is QEvent.Type.Wheel:
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def open_dialog(self, word: str) -> None:
        """Open the window that makes a secret or connection, or changes the connection that is named."""
        from floworch_designer.inspector.connection_dialog import ConnectionDialog
        from floworch_designer.inspector.secret_dialog import SecretDialog

        name = self.line.text()
        if self._secret:
            made: SecretDialog | ConnectionDialog = SecretDialog(name, self.window())
        else:
            known = connections().get(name) if word == EDIT else None
            made = ConnectionDialog(
                self._make_form, self.field.types, known, name if known is None else "", self.window()
            )
        made.accepted.connect(partial(self._take, made))
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.dialog = made
        made.open()

    def _take(self, dialog: Any) -> None:
        self.line.setText(dialog.name)
        self.edited.emit()

    def _connections(self) -> list[str]:
        types = self.field.types
        return [name for name, each in connections().items() if not types or each.type in types]

    def _on_activated(self, index: int) -> None:
        word = self.box.itemData(index)
        if word in (NEW, EDIT):
            self.line.setText(self._text)  # the box has put the words of the entry there
            self.open_dialog(word)
        else:
            self.edited.emit()
