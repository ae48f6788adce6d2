"""Operator mode: choose the parameter set that fills the form. Sets are kept and deleted while editing only."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout, QWidget

from floworch.errors import FlowError
from floworch_designer.app.inputs.input_sets import completed, plain
from floworch_designer.settings.findings import told
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch_designer.app.inputs.set_menu import SetMenu
    from floworch_designer.inspector.form import Form


class _Box(QComboBox):
    """A list that is read anew whenever it opens."""

    def __init__(self, fill: Callable[[], None]) -> None:
        super().__init__()
        self._fill = fill

    def showPopup(self) -> None:
        """Open with the sets there are now."""
        self._fill()
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Choose nothing: a set takes the place of what was typed."""
        event.ignore()


class SetChoice(QWidget):
    """The sets of the workflow in front, and above them that what is typed is none of them.

    It is not there while the workflow has no sets. What is chosen is so beside Run as well, and at the next start.

    Args:
        menu: The choice beside Run.
        form: Is filled with the inputs of a chosen set.
        values: Gives the inputs in the form.
    """

    def __init__(self, menu: SetMenu, form: Form, values: Callable[[], dict[str, Any]]) -> None:
        super().__init__()
        self._menu, self._form, self._values = menu, form, values
        self.box = _Box(self._fill)
        self.box.setAccessibleName(tr("Parameter set"))
        self.box.activated.connect(self._on_chosen)
        self.message = QLabel()
        self.message.setProperty("role", "error")
        self.message.setWordWrap(True)
        self.message.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(4)
        label = QLabel(tr("Parameter set"))
        label.setProperty("role", "field")
        label.setBuddy(self.box)
        for widget in (label, self.box, self.message):
            column.addWidget(widget)
        self._fill()
        self.setVisible(self.box.count() > 1)
        if menu.chosen:
            self.choose(menu.chosen)
        form.edited.connect(self._on_edited)

    def choose(self, name: str) -> None:
        """Fill the form from a set; an empty name leaves it as it is. What cannot be read is told below the list."""
        sets, said = self._menu.sets, ""
        if name and sets is not None:
            try:
                self._form.set_values(completed(sets.read(name), self._values()), True)
            except FlowError as error:
                name, said = "", told(error)
        self._menu.choose(name)
        self._fill()
        self.message.setText(said)
        self.message.setVisible(bool(said))

    def _fill(self) -> None:
        sets, box = self._menu.sets, self.box
        box.clear()
        for name in ["", *(sets.names() if sets is not None else [])]:
            box.addItem(name or tr("No parameter set"), name)
        box.setCurrentIndex(max(0, box.findData(self._menu.chosen)))

    def _on_chosen(self, _index: int) -> None:
        self.choose(self.box.currentData())

    def _on_edited(self) -> None:
        """What a person changed is no set any more."""
        sets, name = self._menu.sets, self._menu.chosen
        if not name or sets is None:
            return
        try:
            same = plain(self._values()) == plain(sets.read(name))
        except FlowError:
            same = False
        if not same:
            self._menu.choose("")
            self._fill()
