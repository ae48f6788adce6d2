"""Editors of single values: one small widget per kind of field.

An editor holds one JSON value or MISSING. ``edited`` is emitted for changes a person made, never for
``set_value``. ``problem()`` says in a few words why the text typed so far is no value.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from floworch.model.durations import seconds
from floworch_designer.document.edits import same
from floworch_designer.inspector.choice_words import choice_word
from floworch_designer.inspector.dropping import TakesPaths
from floworch_designer.inspector.line import Line
from floworch_designer.inspector.schema import MISSING, Field, Kind, is_expression
from floworch_designer.settings.words import tr

_TIP = Qt.ItemDataRole.ToolTipRole


class ValueEditor(QWidget):
    """Base of every editor; see the module's docstring for the protocol."""

    edited = Signal()
    #: Where there is help with expressions: gives a line choices and the value of what is written on it.
    assist: Callable[[Line], None] | None = None

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field

    def set_assist(self, assist: Callable[[Line], None]) -> None:
        """Help with expressions on the lines of this editor, those to come included."""
        self.assist = assist

    def value(self) -> Any:
        """The JSON value, or MISSING while nothing is set."""
        raise TypeError(f"{type(self).__name__} has no value")  # abstract: every subclass overrides

    def set_value(self, value: Any) -> None:
        """Show a value that this editor accepts, or MISSING."""
        raise TypeError(f"{type(self).__name__} cannot show a value")

    def accepts(self, value: Any) -> bool:
        """Whether the value can be shown and edited here without loss."""
        return True

    def problem(self) -> str:
        """Why the present text is no value, or an empty string."""
        return ""

    def _wrap(self, *widgets: QWidget) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for number, widget in enumerate(widgets):
            layout.addWidget(widget, 0 if number else 1)
        self.setFocusProxy(widgets[0])


class TextEditor(ValueEditor):
    """One line of text. An empty line is MISSING: the default, which it shows as its placeholder, holds again."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.line = Line()
        self.line.setPlaceholderText(placeholder(field))
        self.line.setAccessibleName(field.title)
        self.line.textEdited.connect(self.edited)
        self._wrap(self.line)

    def set_assist(self, assist: Callable[[Line], None]) -> None:
        """Help on the line."""
        super().set_assist(assist)
        assist(self.line)

    def value(self) -> Any:
        """The text, or MISSING."""
        return self.line.text() or MISSING

    def set_value(self, value: Any) -> None:
        """Show a text."""
        show_text(self.line, "" if value is MISSING or value is None else str(value))

    def accepts(self, value: Any) -> bool:
        """Texts only."""
        return value is MISSING or isinstance(value, str)


class DurationEditor(TextEditor):
    """Seconds, or a number with ``ms s m h d``."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        if field.default in (MISSING, None, ""):
            self.line.setPlaceholderText("30s, 5m, 2h …")
        elif isinstance(field.default, int | float):
            self.line.setPlaceholderText(spell_duration(field.default))

    def value(self) -> Any:
        """The author's spelling; a bare number becomes seconds."""
        text = self.line.text().strip()
        if not text:
            return MISSING
        number = _parse_number(text)
        return text if number is None else number

    def accepts(self, value: Any) -> bool:
        """Texts and numbers."""
        return (
            value is MISSING or value is None or (isinstance(value, str | int | float) and not isinstance(value, bool))
        )

    def problem(self) -> str:
        """What is wrong with the spelling."""
        value = self.value()
        if value is MISSING:
            return ""
        try:
            seconds(value)
        except ValueError:
            return tr("Write seconds, or a number with ms, s, m, h or d.")
        return ""


class NumberEditor(TextEditor):
    """An integer of any size or a finite number; Up and Down step it."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.line.installEventFilter(self)

    def value(self) -> Any:
        """The number, or MISSING for an empty line or a text that is none."""
        number = _parse_number(self.line.text().strip())
        return MISSING if number is None else number

    def set_value(self, value: Any) -> None:
        """Show a number."""
        if value is not MISSING and self.value() == value and not isinstance(value, bool):
            return  # keep the spelling ("1.0", "1e3") that is being typed
        show_text(self.line, "" if value is MISSING or value is None else json.dumps(value))

    def accepts(self, value: Any) -> bool:
        """Numbers only."""
        return value is MISSING or value is None or (isinstance(value, int | float) and not isinstance(value, bool))

    def problem(self) -> str:
        """Not a number, not whole, or out of bounds."""
        text = self.line.text().strip()
        if not text:
            return ""
        number = _parse_number(text)
        if number is None:
            return tr("“{text}” is not a number.", text=text[:20])
        if self.field.kind is Kind.INTEGER and not isinstance(number, int):
            return tr("Write a whole number.")
        low, high = self.field.minimum, self.field.maximum
        if low is not None and number < low:
            return tr("The least is {low:g}.", low=low)
        return tr("The most is {high:g}.", high=high) if high is not None and number > high else ""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Step by one with Up and Down."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
            if step is not None:
                self._step(step)
                return True
        return super().eventFilter(watched, event)

    def _step(self, step: int) -> None:
        if self.line.isReadOnly():
            return
        now = self.value()
        if now is MISSING:
            now = self.field.default if isinstance(self.field.default, int | float) else 0
        low, high = self.field.minimum, self.field.maximum
        stepped = now + step
        stepped = stepped if low is None or stepped >= low else type(stepped)(low)
        stepped = stepped if high is None or stepped <= high else type(stepped)(high)
        self.line.setText(json.dumps(stepped))
        self.edited.emit()


class BooleanEditor(ValueEditor):
    """A check box; the value is MISSING while it equals the default."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.box = QCheckBox()
        self.box.setAccessibleName(field.title)
        self.box.toggled.connect(self._on_toggled)
        self._wrap(self.box)
        self.set_value(MISSING)

    def value(self) -> Any:
        """Whether it is checked."""
        checked = self.box.isChecked()
        return MISSING if self.field.default is checked else checked

    def set_value(self, value: Any) -> None:
        """Show a boolean."""
        checked = self.field.default is True if value is MISSING else bool(value)
        self.box.blockSignals(True)
        self.box.setChecked(checked)
        self.box.blockSignals(False)
        self._name(checked)

    def accepts(self, value: Any) -> bool:
        """Booleans only."""
        return value is MISSING or isinstance(value, bool)

    def _on_toggled(self, checked: bool) -> None:
        self._name(checked)
        self.edited.emit()

    def _name(self, checked: bool) -> None:
        self.box.setText(tr("Yes") if checked else "")  # an empty box says no by itself


class ChoiceEditor(ValueEditor):
    """A drop-down of the allowed values; not being required adds an entry for the default."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.box = QComboBox()
        self.box.setAccessibleName(field.title)
        self.box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.box.installEventFilter(self)
        self._values: list[Any] = []
        if field.default is not MISSING or not field.required:
            named = field.default not in (MISSING, None)
            text = tr("{default} (default)", default=_word(field, field.default)) if named else tr("Default")
            self._add(text, MISSING, field.default if named else None)
        for choice in field.choices:
            if choice != field.default:
                self._add(_word(field, choice), choice, choice)
        self.box.activated.connect(self.edited)
        self.box.currentIndexChanged.connect(self._tell)
        self._tell()
        self._wrap(self.box)

    def value(self) -> Any:
        """The chosen value."""
        index = self.box.currentIndex()
        return self._values[index] if index >= 0 else MISSING

    def set_value(self, value: Any) -> None:
        """Show a choice."""
        if value is not MISSING and value == self.field.default:
            value = MISSING if MISSING in self._values else value
        self.box.setCurrentIndex(self._values.index(value) if value in self._values else -1)

    def say_default(self, text: str) -> None:
        """Say in other words what leaving the value out means here."""
        if MISSING in self._values:
            self.box.setItemText(self._values.index(MISSING), text)

    def accepts(self, value: Any) -> bool:
        """The listed values only."""
        return value is MISSING or value in self.field.choices

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave the wheel to the scroll area unless the box has the focus."""
        if event.type() is QEvent.Type.Wheel and not self.box.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _add(self, text: str, value: Any, word: Any) -> None:
        self.box.addItem(text)
        self._values.append(value)
        if isinstance(word, str) and _word(self.field, word) != word:
            self.box.setItemData(len(self._values) - 1, tr("In the file: {name}", name=word), _TIP)

    def _tell(self, _index: int = 0) -> None:
        """Tell what the file says of what is chosen."""
        self.box.setToolTip(self.box.currentData(_TIP) or "")


class PathEditor(TextEditor):
    """A path with a button that browses for it."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.button = QToolButton()
        self.button.setProperty("role", "browse")
        self.button.setText("…")
        self.button.setToolTip(tr("Browse for a folder") if field.kind is Kind.FOLDER else tr("Browse for a file"))
        self.button.setAccessibleName(self.button.toolTip())
        self.button.clicked.connect(self.browse)
        layout = self.layout()
        if layout is not None:
            layout.addWidget(self.button)

    def browse(self) -> None:
        """Open a file dialog without blocking the loop; choosing sets the text."""
        dialog = QFileDialog(self.window(), self.field.title, self.line.text())
        folder = self.field.kind is Kind.FOLDER
        dialog.setFileMode(QFileDialog.FileMode.Directory if folder else QFileDialog.FileMode.AnyFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._chosen)
        dialog.open()

    def _chosen(self, path: str) -> None:
        self.line.setText(path)
        self.edited.emit()


class SmartEditor(TakesPaths, ValueEditor):
    """Any JSON value on one line, with a badge that names its type.

    Text that reads as JSON (a number, true, false, null, a list, an object, a quoted text) is that value;
    everything else is text. ``"42"`` in quotes is the text 42.
    """

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.line = Line()
        self.line.setAccessibleName(field.title)
        self.line.setPlaceholderText(placeholder(field) or tr("Value or {{ expression }}"))
        self.badge = QToolButton()
        self.badge.setProperty("role", "badge")
        self.badge.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.badge.setEnabled(False)
        self.line.textEdited.connect(self._on_edited)
        self._wrap(self.line, self.badge)
        self.layout().setSpacing(1)  # type: ignore[union-attr]
        self._badge()

    def set_assist(self, assist: Callable[[Line], None]) -> None:
        """Help on the line."""
        super().set_assist(assist)
        assist(self.line)

    def put_path(self, path: str) -> None:
        """Write the expression that stands for a value."""
        self.line.setText("{{ " + path + " }}")
        self._on_edited()

    def value(self) -> Any:
        """The value the text stands for, or MISSING."""
        return parse_smart(self.line.text())

    def set_value(self, value: Any) -> None:
        """Show any JSON value."""
        if value is MISSING or not same(self.value(), value):
            show_text(self.line, spell_smart(value))
        self._badge()

    def _on_edited(self) -> None:
        self._badge()
        self.edited.emit()

    def _badge(self) -> None:
        self.badge.setText(type_word(self.value()))


class Stacked(ValueEditor):
    """Base of editors that stack their parts; gives them a margin-free vertical layout."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(4)


def show_text(line: QLineEdit, text: str) -> None:
    """Set the text of a line and keep the cursor where it was."""
    if line.text() != text:
        cursor = line.cursorPosition()
        line.setText(text)
        line.setCursorPosition(min(cursor, len(text)) if line.hasFocus() else 0)


def placeholder(field: Field) -> str:
    """What an empty editor shows: the default, or nothing."""
    if field.default is MISSING or field.default is None or field.default in ("", [], {}):
        return field.placeholder
    if isinstance(field.default, float) and field.default.is_integer():
        return str(int(field.default))
    return field.default if isinstance(field.default, str) else json.dumps(field.default)


def spell_duration(length: float) -> str:
    """Seconds as a person would write them: in the largest unit of which they are a whole number."""
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        if length and length % size == 0:
            return f"{int(length // size)}{unit}"
    return f"{length:g}s" if length >= 1 or not length else f"{length * 1000:g}ms"


def parse_smart(text: str) -> Any:
    """The value a line stands for: JSON where it reads as JSON, else the text; MISSING when empty."""
    stripped = text.strip()
    if not stripped:
        return MISSING
    if is_expression(stripped):
        return text
    try:
        return read_json(stripped)
    except ValueError:
        return text


def read_json(text: str) -> Any:
    """The value of a JSON text. Raises ValueError for anything a definition cannot hold, such as NaN or 1e999."""
    try:
        return json.loads(text, parse_constant=_no_constant, parse_float=_finite)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def spell_smart(value: Any) -> str:
    """The line that ``parse_smart`` reads back as ``value``."""
    if value is MISSING:
        return ""
    if isinstance(value, str) and parse_smart(value) == value:
        return value
    return json.dumps(value, ensure_ascii=False)


def type_word(value: Any) -> str:
    """The type of a value in one word for people."""
    if value is MISSING:
        return "–"
    if is_expression(value):
        return "fx"
    if isinstance(value, bool):
        return "yes/no"
    words = {str: "text", int: "number", float: "number", list: "list", dict: "object", type(None): "null"}
    return words.get(type(value), "value")


def _no_constant(word: str) -> Any:
    raise ValueError(tr("{word} is not JSON", word=word))


def _finite(word: str) -> float:
    number = float(word)
    if number - number != 0:
        raise ValueError(tr("{word} is too large", word=word))
    return number


def _parse_number(text: str) -> int | float | None:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        return None
    return number if number - number == 0 else None


def _word(field: Field, choice: Any) -> str:
    """What a choice is called."""
    if isinstance(choice, str):
        return choice if field.verbatim else choice_word(choice, field.name)
    return json.dumps(choice) if choice is not MISSING else tr("Default")
