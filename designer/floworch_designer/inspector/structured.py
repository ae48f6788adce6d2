"""Editors of values with parts: lists, key-value tables and lists of objects."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from floworch_designer.document.edits import same
from floworch_designer.inspector.editors import SmartEditor, Stacked, TextEditor, ValueEditor, show_text
from floworch_designer.inspector.line import Line
from floworch_designer.inspector.schema import MISSING, Field, Kind
from floworch_designer.settings.words import foreign, mark, tr

if TYPE_CHECKING:
    from floworch_designer.theme.theme import Theme

#: What single entries of such lists are called.
ONES = (mark("Input"), mark("Case"), mark("Field"))
#: Rows shown at most; longer values are edited as JSON.
LIMIT = 200
#: Characters of a default that are shown.
SHOWN = 160
#: From this width on, px, a name and its value stand beside each other.
BESIDE = 380
#: Width of what stands at the end of a value, px: the badge with its gap, less the two gaps of a name.
BADGE = 39


class ListEditor(Stacked):
    """A list of single values, one line each; Enter adds the next line, empty lines are left out."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.rows: list[ValueEditor] = []
        self._lines = QVBoxLayout()
        self._lines.setSpacing(4)
        self.column.addLayout(self._lines)
        self.default = _default(field)
        self.column.addWidget(self.default)
        self.add_button = _add_button(field, tr("Add item"), self._add_empty)
        self.column.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.setFocusProxy(self.add_button)
        self._show_default()

    def value(self) -> Any:
        """The list, or MISSING when no line is filled."""
        values = [row.value() for row in self.rows]
        values = [value for value in values if value is not MISSING]
        return values or (MISSING if self.field.default in (MISSING, None, []) else [])

    def set_value(self, value: Any) -> None:
        """Show a list; a single value is shown as a list of one."""
        values = [] if value is MISSING or value is None else value if isinstance(value, list) else [value]
        if self.rows and same(self.value(), values):
            return
        while self.rows:
            self._drop(self.rows[0])
        for item in values:
            self._add(item)

    def accepts(self, value: Any) -> bool:
        """Lists of a size a person can edit."""
        return value is MISSING or value is None or (isinstance(value, list) and len(value) <= LIMIT)

    def _add(self, value: Any = MISSING) -> ValueEditor:
        texts = self.field.item is not None and self.field.item.kind in {Kind.TEXT, Kind.FILE, Kind.FOLDER}
        item = Field("value", f"{self.field.title} {len(self.rows) + 1}", Kind.TEXT)
        plain = texts and (value is MISSING or isinstance(value, str))
        row: ValueEditor = TextEditor(item) if plain else SmartEditor(item)
        row.set_value(value)
        _help(row, self.assist)
        row.edited.connect(self.edited)
        line = row.line if isinstance(row, TextEditor | SmartEditor) else None
        if line is not None:
            line.returnPressed.connect(self._add_empty)
        layout = row.layout()
        if layout is not None:
            layout.addWidget(_remove_button(tr("Remove this item"), partial(self._remove, row)))
        self.rows.append(row)
        self._lines.addWidget(row)
        self._show_default()
        return row

    def _add_empty(self) -> None:
        if self.add_button.isEnabled():  # Enter comes from a line that is only read, too
            self._add().setFocus()

    def _drop(self, row: ValueEditor) -> None:
        self.rows.remove(row)
        self._lines.removeWidget(row)
        row.hide()
        row.deleteLater()
        self._show_default()

    def _show_default(self) -> None:
        self.default.setVisible(not self.rows and bool(self.default.text()))

    def _remove(self, row: ValueEditor) -> None:
        self._drop(row)
        self.edited.emit()


class MappingEditor(Stacked):
    """Names with values; a row without a name is left out, a doubled name is a problem."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.rows: list[tuple[QWidget, QLineEdit, SmartEditor]] = []
        self._lines = QVBoxLayout()
        self._lines.setSpacing(4)
        self.column.addLayout(self._lines)
        self.default = _default(field)
        self.column.addWidget(self.default)
        self.add_button = _add_button(field, tr("Add entry"), self._add_empty)
        self.column.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.setFocusProxy(self.add_button)
        self._show_default()

    def value(self) -> Any:
        """The object, or MISSING when no row is named."""
        pairs = {}
        for _, key, editor in self.rows:
            value = editor.value()
            if key.text():
                pairs[key.text()] = "" if value is MISSING else value
        return pairs or (MISSING if self.field.default in (MISSING, None, {}) else {})

    def set_value(self, value: Any) -> None:
        """Show an object."""
        pairs = value if isinstance(value, dict) else {}
        if self.rows and same(self.value(), pairs):
            return
        while self.rows:
            self._drop(self.rows[0][0])
        for key, item in pairs.items():
            self._add(key, item)

    def accepts(self, value: Any) -> bool:
        """Objects of a size a person can edit."""
        return value is MISSING or value is None or (isinstance(value, dict) and len(value) <= LIMIT)

    def problem(self) -> str:
        """A name used twice."""
        names = [key.text() for _, key, _ in self.rows if key.text()]
        doubled = next((name for name in names if names.count(name) > 1), "")
        return tr("The name “{doubled}” is used twice.", doubled=doubled) if doubled else ""

    def _add(self, name: str = "", value: Any = MISSING) -> QLineEdit:
        key = QLineEdit()
        key.setPlaceholderText(tr("Name"))
        key.setAccessibleName(tr("{title}: name", title=self.field.title))
        show_text(key, name)
        editor = SmartEditor(Field("value", tr("{title}: value", title=self.field.title), Kind.TEXT))
        editor.set_value(value)
        _help(editor, self.assist)
        editor.line.returnPressed.connect(self._add_empty)
        key.textEdited.connect(self.edited)
        editor.edited.connect(self.edited)
        row = _Pair(key, editor)
        row.remove.clicked.connect(partial(self._remove, row))
        self.rows.append((row, key, editor))
        self._lines.addWidget(row)
        self._show_default()
        return key

    def _add_empty(self) -> None:
        if self.add_button.isEnabled():  # Enter comes from a line that is only read, too
            self._add().setFocus()

    def _drop(self, row: QWidget) -> None:
        self.rows = [other for other in self.rows if other[0] is not row]
        self._lines.removeWidget(row)
        row.hide()
        row.deleteLater()
        self._show_default()

    def _show_default(self) -> None:
        self.default.setVisible(not self.rows and bool(self.default.text()))

    def _remove(self, row: QWidget) -> None:
        self._drop(row)
        self.edited.emit()


class _Pair(QWidget):
    """A name with its value: beside each other where both have room, else the value on a line of its own."""

    def __init__(self, key: QLineEdit, editor: SmartEditor) -> None:
        super().__init__()
        self.remove = _tool("×", tr("Remove this entry"))
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(3)
        self._parts = (key, editor, self.remove)
        self._beside = True
        self._place(False)
        for first, second in pairwise(self._parts):
            QWidget.setTabOrder(first, second)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Change over where the width asks for it."""
        super().resizeEvent(event)
        self._place(event.size().width() >= BESIDE)

    def _place(self, beside: bool) -> None:
        if beside == self._beside:
            return
        self._beside = beside
        key, editor, remove = self._parts
        for part in self._parts:
            self._grid.removeWidget(part)
        self._grid.addWidget(key, 0, 0)
        self._grid.addWidget(editor, 0 if beside else 1, 1 if beside else 0, 1, 1 if beside else 3)
        self._grid.addWidget(remove, 0, 2)
        remove.setMinimumWidth(0 if beside else BADGE)  # both lines end alike
        self._grid.setColumnStretch(0, 4 if beside else 1)
        self._grid.setColumnStretch(1, 7 if beside else 0)
        self._grid.setVerticalSpacing(0 if beside else 2)
        self._grid.setContentsMargins(0, 0, 0, 0 if beside else 6)


class ObjectsEditor(Stacked):
    """A list of objects, each a small card with a form of its own, movable and removable."""

    def __init__(
        self, field: Field, make_form: Callable[[tuple[Field, ...]], Any], parent: QWidget | None = None
    ) -> None:
        super().__init__(field, parent)
        self._make_form = make_form
        self.cards: list[_Card] = []
        self._lines = QVBoxLayout()
        self._lines.setSpacing(8)
        self.column.addLayout(self._lines)
        self.default = _default(field)
        self.column.addWidget(self.default)
        self.add_button = _add_button(field, tr("Add {word}", word=self._word(inside=True)), self._add_empty)
        self.column.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.setFocusProxy(self.add_button)
        self._number()

    def value(self) -> Any:
        """The list, or MISSING when there is no card."""
        values = [card.form.values() for card in self.cards]
        return values or (MISSING if self.field.default in (MISSING, None, []) else [])

    def set_value(self, value: Any) -> None:
        """Show a list of objects, keeping cards (and the focus in them) where they are."""
        values = value if isinstance(value, list) else []
        for number, item in enumerate(values):
            if number == len(self.cards):
                self._add()
            self.cards[number].form.set_values(item)
        while len(self.cards) > len(values):
            self._drop(self.cards[-1])
        self._number()

    def accepts(self, value: Any) -> bool:
        """Lists of objects of a size a person can edit."""
        if value is MISSING or value is None:
            return True
        return isinstance(value, list) and len(value) <= LIMIT and all(isinstance(item, dict) for item in value)

    def _word(self, inside: bool = False) -> str:
        """What one of them is called, ``inside`` a sentence or as a title; the whole list's name if that is unknown."""
        name = self.field.name.replace("_", " ").capitalize()
        one = name[:-1] if name.endswith("s") and not name.endswith("ss") else name
        if foreign():
            return found if (found := tr(one)) != one else self.field.title
        return one.lower() if inside else one

    def _add(self) -> _Card:
        card = _Card(self._make_form(self.field.fields))
        card.form.edited.connect(self.edited)
        card.up.clicked.connect(partial(self._move, card, -1))
        card.down.clicked.connect(partial(self._move, card, 1))
        card.remove.clicked.connect(partial(self._remove, card))
        self.cards.append(card)
        self._lines.addWidget(card)
        return card

    def _add_empty(self) -> None:
        card = self._add()
        card.form.set_values({})
        self._number()
        card.form.focus_first()
        self.edited.emit()

    def _drop(self, card: _Card) -> None:
        self.cards.remove(card)
        self._lines.removeWidget(card)
        card.hide()
        card.deleteLater()

    def _remove(self, card: _Card) -> None:
        self._drop(card)
        self._number()
        self.edited.emit()

    def _move(self, card: _Card, by: int) -> None:
        index = self.cards.index(card)
        self.cards.insert(index + by, self.cards.pop(index))
        self._lines.removeWidget(card)
        self._lines.insertWidget(index + by, card)
        self._number()
        self.edited.emit()

    def _number(self) -> None:
        self.default.setVisible(not self.cards and bool(self.default.text()))
        word = self._word()
        for number, card in enumerate(self.cards):
            card.title.setText(f"{word} {number + 1}")
            card.up.setEnabled(number > 0)
            card.down.setEnabled(number < len(self.cards) - 1)


class _Card(QFrame):
    """One object of a list: a header with buttons, and its form."""

    def __init__(self, form: Any) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.form = form
        self.title = QLabel()
        self.title.setProperty("role", "heading")
        self.up = _tool("↑", tr("Move up"))
        self.down = _tool("↓", tr("Move down"))
        self.remove = _tool("×", tr("Remove"))
        header = QHBoxLayout()
        header.setSpacing(2)
        header.addWidget(self.title, 1)
        for button in (self.up, self.down, self.remove):
            header.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 10, 10)
        layout.setSpacing(6)
        layout.addLayout(header)
        layout.addWidget(form)


def _help(editor: ValueEditor, assist: Callable[[Line], None] | None) -> None:
    """Where values may be expressions: help with writing them, and let values be dropped."""
    if assist is not None:
        editor.set_assist(assist)
        editor.setAcceptDrops(isinstance(editor, SmartEditor))


def _default(field: Field) -> QLabel:
    """What holds while nothing is given, in a line; empty where that is nothing."""
    default, text = field.default, ""
    if isinstance(default, list | tuple) and default and not any(isinstance(each, dict | list) for each in default):
        text = ", ".join(map(str, default))
    elif isinstance(default, dict | list | tuple) and default:
        text = json.dumps(default, ensure_ascii=False)
    cut = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
    label = QLabel(tr("Default: {join}", join=cut) if text else "")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", "caption")
    label.setWordWrap(True)
    label.setToolTip(text[:2000] if cut != text else "")
    return label


def _tool(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setProperty("role", "row")
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    return button


def _remove_button(tip: str, slot: Callable[[], Any]) -> QToolButton:
    button = _tool("×", tip)
    button.clicked.connect(slot)
    return button


def _add_button(field: Field, text: str, slot: Callable[[], Any]) -> QPushButton:
    button = QPushButton(f"+ {text}")
    button.setAccessibleName(f"{field.title}: {text}")  # the label leads to it, and says nothing to a screen reader
    button.setProperty("kind", "quiet")
    button.setProperty("role", "add")
    button.clicked.connect(slot)
    return button


def make_editor(field: Field, theme: Theme, make_form: Callable[..., Any]) -> ValueEditor:
    """The editor of a field; ``make_form`` builds the forms inside a list of objects and of dialogs."""
    from floworch_designer.inspector import code, editors, pickers

    if field.kind is Kind.OBJECTS:
        return ObjectsEditor(field, make_form)
    if field.kind in {Kind.CODE, Kind.MULTILINE}:
        return code.CodeEditor(field, theme)
    if field.kind is Kind.JSON:
        return code.JsonEditor(field, theme)
    if field.kind in {Kind.SECRET, Kind.CONNECTION}:
        return pickers.PickerEditor(field, make_form)
    simple: dict[Kind, Callable[[Field], ValueEditor]] = {
        Kind.INTEGER: editors.NumberEditor,
        Kind.NUMBER: editors.NumberEditor,
        Kind.BOOLEAN: editors.BooleanEditor,
        Kind.ENUM: editors.ChoiceEditor,
        Kind.FILE: editors.PathEditor,
        Kind.FOLDER: editors.PathEditor,
        Kind.DURATION: editors.DurationEditor,
        Kind.LIST: ListEditor,
        Kind.MAPPING: MappingEditor,
        Kind.EXPRESSION: editors.SmartEditor,
    }
    return simple.get(field.kind, TextEditor)(field)
