"""One field of a form: label, the value as a literal or as an expression, and what is to be said about it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from floworch_designer.document.edits import same
from floworch_designer.inspector.choice_words import in_choices
from floworch_designer.inspector.code import CodeEditor, JsonEditor
from floworch_designer.inspector.completing import Completing, LineHelp
from floworch_designer.inspector.dropping import TakesPaths
from floworch_designer.inspector.editors import ValueEditor, placeholder, read_json
from floworch_designer.inspector.labels import in_labels
from floworch_designer.inspector.line import Line
from floworch_designer.inspector.schema import MISSING, Field, Kind, in_language, is_expression
from floworch_designer.inspector.structured import make_editor
from floworch_designer.inspector.told import LINE, Folding, Told
from floworch_designer.inspector.widgets import restyle
from floworch_designer.settings.words import mark, tr

if TYPE_CHECKING:
    from floworch.model.problem import Problem
    from floworch_designer.inspector.form import Form
    from floworch_designer.theme.theme import Theme

#: What an empty expression editor begins with; it stands for no value.
BRACES = "{{  }}"
#: What an empty field that is always an expression shows, by its language.
_RAW_HINTS = {"jinja": mark("Dear {{ inputs.name }}, …")}
#: Kinds of fields whose literal editors have lines on which an expression may be written.
_HELPED = frozenset({Kind.TEXT, Kind.FILE, Kind.FOLDER, Kind.LIST, Kind.MAPPING, Kind.EXPRESSION})
#: Kinds of fields whose literal values can be written as JSON, too.
_STRUCTURED = frozenset({Kind.LIST, Kind.MAPPING, Kind.OBJECTS})
_WHOLE = re.compile(r"\{\{((?:(?!\{\{|\}\}).)*)\}\}", re.DOTALL)


class FieldRow(TakesPaths, QWidget):
    """Label, fx toggle, editor, and what is said about the value.

    The row shows a value in its literal editor when that accepts it; text with ``{{`` is shown in the
    expression editor, anything else as JSON, so that no value is ever lost by looking at it.
    """

    edited = Signal()
    repair_asked = Signal(object)

    def __init__(self, field: Field, theme: Theme, form: Form) -> None:
        super().__init__(form)
        field = in_language(field)
        told = "" if field.help.rstrip(".") == field.title else in_labels(field.help, form.labels, field.name)
        told = told if field.verbatim else in_choices(told, field.choices, field.name)
        field = self.field = replace(field, help=told)
        self._value: Any = MISSING
        self._left = ""  # the expression that "fx" put aside because no literal says the same
        self._mistaken = False
        self._theme = theme
        self._form = form
        self.label = QLabel(field.title + (" *" if field.required else ""))
        self.label.setProperty("role", "field")
        self.label.setWordWrap(True)  # a long one must not widen the form beyond its panel
        self.label.setToolTip(tr("In the file: {name}", name=field.name))
        self.toggle = _toggle(field, form)
        self.toggle.clicked.connect(self._on_toggled)
        self.literal = make_editor(field, theme, form.nested)
        self.preview = Folding("secondary", folded=True)
        self.preview.hide()
        self.completing: Completing | None = None
        self._lines: list[LineHelp] = []
        self._stand_in = self._as_json = False
        self._expression: CodeEditor | None = None
        self.stack = _Pages(self.literal)
        self.told = Told(field.help, self.stack)
        self.told.repair_asked.connect(self.repair_asked)
        self._build()
        self.literal.edited.connect(self._on_edited)
        self._assist(self.literal)
        self.setAcceptDrops(form.expressions)
        self.set_value(MISSING, fresh=True)

    @property
    def editor(self) -> ValueEditor:
        """The editor that is shown."""
        return self.stack.current

    @property
    def message(self) -> QLabel:
        """What is said below the editor: help, or a mistake."""
        return self.told.message

    @property
    def expression(self) -> CodeEditor:
        """The editor of expressions, made when it is first wanted: most fields never hold one, and it is heavy."""
        if self._expression is None:
            field = self.field
            made = self._expression = CodeEditor(Field(field.name, field.title, Kind.CODE, language=""), self._theme)
            made.text._least = 1
            made.text._resize()
            made.text.setProperty("mode", "expression")
            made.text.setLineWrapMode(made.text.LineWrapMode.WidgetWidth)
            made.text.setPlaceholderText(
                (placeholder(field) if field.raw else field.placeholder)
                or (_RAW_HINTS.get(field.language, "item.size > 100") if field.raw else _hint(self._form))
            )
            made.text.braces = True
            self.stack.add_page(made)
            made.edited.connect(self._on_edited)
            if self._form.help is not None:
                self.completing = Completing(
                    made.text, field.name, self._form.help, self._theme, self.preview, self._said_until
                )
        return self._expression

    def _keep_room(self) -> None:
        """Leave the line of the value free while an expression is written: what is below must not jump when it comes.

        What the field says about a mistake takes the place of the line.
        """
        written = self.completing is not None if self.editor is self._expression else any(
            line.writes for line in self._lines if isValid(line)
        )  # fmt: skip
        wanted = written and not self._mistaken
        policy = self.preview.sizePolicy()
        if policy.retainSizeWhenHidden() != wanted:
            policy.setRetainSizeWhenHidden(wanted)
            self.preview.setSizePolicy(policy)

    def value(self) -> Any:
        """The value, or MISSING."""
        return self._value

    def put_path(self, path: str) -> None:
        """Write the expression that stands for a value: into an expression at its cursor, else as the whole field."""
        editor = self.expression
        text = editor.text.toPlainText()
        if self.editor is editor and text.strip() not in {"", BRACES}:
            cursor = editor.text.textCursor()
            before = text[: cursor.position()]
            inside = self.field.raw or before.rfind("{{") > before.rfind("}}")
            cursor.insertText(path if inside else "{{ " + path + " }}")
        else:
            editor.set_value(path if self.field.raw and self.field.language != "jinja" else "{{ " + path + " }}")
            self.toggle.setChecked(True)
            self.stack.show_page(editor)
            self._on_edited()
        editor.setFocus()
        self.refresh_help()

    def set_differs(self, differs: bool) -> None:
        """Say that what is shown stands for several objects that differ here."""
        title = self.field.title + (" *" if self.field.required else "")
        self.label.setText(tr("{title}  ·  differs", title=title) if differs else title)

    def _assist(self, editor: ValueEditor) -> None:
        """Help on the lines of a literal editor whose values may be expressions."""
        if self._form.help is not None and self.field.kind in _HELPED:
            editor.set_assist(lambda line: self._lines.append(LineHelp(line, self._complete)))
        if isinstance(editor, CodeEditor) and self._form.expressions:
            editor.text.braces = self.field.kind is Kind.MULTILINE or self.field.language == "jinja"

    def _complete(self, line: Line) -> Completing:
        assert self._form.help is not None
        return Completing(line, self.field.name, self._form.help, self._theme, self.preview, self._said_until)

    def _said_until(self) -> int:
        """Where on the screen the line ends in which the value or a mistake is told."""
        return self.stack.mapToGlobal(QPoint(0, self.stack.height())).y() + 3 + LINE

    def set_value(self, value: Any, fresh: bool = False) -> None:
        """Show a value without emitting ``edited``.

        What a person is typing is left alone while the value stays the same, unless ``fresh``: then the row turns to
        another object, to which nothing typed so far belongs.
        """
        if fresh:
            self.literal.set_value(MISSING)
            if self._expression is not None:
                self._expression.set_value(MISSING)
        elif same(value, self._value):
            return
        self._value, self._left = value, ""
        self._show(value)
        self._tell("")

    def refresh_help(self) -> None:
        """Show the value of the expression again: the text, the run or the definition is another one."""
        if self.completing is None:
            return
        if self.editor is self._expression:
            self.completing.timer.start()
        else:
            self.completing.timer.stop()
            self.preview.hide()

    def set_problem(self, message: str, problem: Problem | None = None) -> None:
        """Show what the validator says about the field; an empty text clears it.

        A ``problem`` that can be repaired gets the button that does it.
        """
        self.told.offer(problem if problem is not None and problem.repair is not None else None)
        self._tell(self.editor.problem() or message)
        if self.completing is not None:
            self.completing.tell(message)

    def _show(self, value: Any) -> None:
        raw = self.field.raw and (value is MISSING or isinstance(value, str))
        expression = self._form.expressions and (is_expression(value) or raw)
        if self.field.kind is Kind.EXPRESSION and value is MISSING and self.field.default in (MISSING, None):
            expression = self._form.expressions
        if not expression:
            self._choose_literal(value)
        self.toggle.setChecked(expression or (self._form.as_json and self._stand_in))
        editor = self.expression if expression else self.literal
        editor.set_value(value)
        self.stack.show_page(editor)
        self.refresh_help()

    def _choose_literal(self, value: Any) -> None:
        """Let a JSON editor stand in while the value is one the field's own editor cannot show."""
        if self._stand_in and self._as_json:
            return
        if self._stand_in:
            own = make_editor(self.field, self._theme, self._form.nested)
            if own.accepts(value):
                self._assist(own)
                self._replace_literal(own, False)
            else:
                own.deleteLater()
        elif not self.literal.accepts(value):
            self._replace_literal(JsonEditor(Field(self.field.name, self.field.title, Kind.JSON), self._theme), True)

    def _replace_literal(self, literal: ValueEditor, stand_in: bool) -> None:
        self._stand_in = stand_in
        literal.edited.connect(self._on_edited)
        self.stack.swap(self.literal, literal)
        self.literal.deleteLater()
        self.literal = literal
        self.label.setBuddy(literal)

    def _on_toggled(self) -> None:
        if self._form.as_json:
            self._turn_json(self.toggle.isChecked())
        elif self.toggle.isChecked():
            self._turn_to_expression()
        else:
            self._turn_to_literal()

    def _turn_json(self, on: bool) -> None:
        """Show the value as JSON, or in the field's own editor where that can show what is written."""
        own = make_editor(self.field, self._theme, self._form.nested)
        if not on and (self.editor.problem() or not own.accepts(self._value)):
            own.deleteLater()
            self.toggle.setChecked(True)
            return
        self._as_json = on
        shown = JsonEditor(Field(self.field.name, self.field.title, Kind.JSON), self._theme) if on else own
        shown.set_value(self._value)
        self._replace_literal(shown, on)
        if on:
            own.deleteLater()
        shown.setFocus()
        self._tell("")

    def _turn_to_expression(self) -> None:
        text = self._as_expression()
        self.expression.set_value(text)
        self.stack.show_page(self.expression)
        self.expression.setFocus()
        if text == BRACES:
            cursor = self.expression.text.textCursor()
            cursor.setPosition(3)
            self.expression.text.setTextCursor(cursor)
            self._tell("")
            return  # nothing is written before there is something between the braces
        self._on_edited()

    def _turn_to_literal(self) -> None:
        written = self.expression.value()
        untouched = written is MISSING or written.strip() == BRACES
        value = self._value if untouched and not is_expression(self._value) else self._as_literal()
        if not self.literal.accepts(value):
            value = MISSING
        self._left = str(written) if value is MISSING and not untouched else ""
        self.literal.set_value(value)
        self.stack.show_page(self.literal)
        self.refresh_help()
        self.literal.setFocus()
        self._value = value  # not what an empty editor stands for: an empty list would be a value of its own
        self._tell("")
        self.edited.emit()

    def _as_expression(self) -> str:
        value = self.literal.value()
        if self._value is MISSING and self._left:
            return self._left
        if value is MISSING or value == "" or isinstance(value, list | dict):
            return BRACES
        return "{{ " + _expression_literal(value) + " }}"

    def _as_literal(self) -> Any:
        """The literal that says the same as the expression, or MISSING when there is none."""
        text = self.expression.value()
        if not is_expression(text):
            return text
        whole = _WHOLE.fullmatch(text.strip())
        try:
            return MISSING if whole is None else read_json(whole[1].strip())
        except ValueError:
            return MISSING

    def _on_edited(self) -> None:
        problem = self.editor.problem()
        if not problem:
            self._value = self.editor.value()
            if self.editor is self._expression and isinstance(self._value, str) and self._value.strip() == BRACES:
                self._value = MISSING
        self._tell(problem)
        if not problem:
            self.edited.emit()

    def _tell(self, problem: str) -> None:
        self._mistaken = bool(problem)
        self.told.tell(problem)
        self._keep_room()
        target = self.editor.focusProxy() or self.editor
        restyle(target, "invalid", "true" if problem else "false")

    def _build(self) -> None:
        header = QHBoxLayout()
        header.setContentsMargins(0, 0, 0, 0)
        header.setSpacing(4)
        header.addWidget(self.label, 1)
        header.addWidget(self.toggle)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addLayout(header)
        layout.addWidget(self.stack)
        layout.addWidget(self.preview)
        layout.addWidget(self.told)
        self.label.setBuddy(self.literal)


class _Pages(QWidget):
    """Two editors of which one is shown; unlike QStackedWidget the hidden one takes no room."""

    def __init__(self, first: ValueEditor) -> None:
        super().__init__()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.current = first
        self.add_page(first)

    def add_page(self, editor: ValueEditor) -> None:
        """Add an editor, hidden unless it is the current one."""
        self._layout.addWidget(editor)
        editor.setVisible(editor is self.current)

    def show_page(self, editor: ValueEditor) -> None:
        """Show this editor and hide the other."""
        if editor is not self.current:
            self.current.hide()
            self.current = editor
            editor.show()

    def swap(self, old: ValueEditor, new: ValueEditor) -> None:
        """Put a new editor in the place of an old one."""
        self._layout.replaceWidget(old, new)
        old.hide()
        new.setVisible(self.current is old)
        self.current = new if self.current is old else self.current


def _toggle(field: Field, form: Form) -> QToolButton:
    """The button that turns the value into an expression, or a list or object into JSON, where there is either."""
    toggle = QToolButton()
    toggle.setProperty("role", "fx")
    toggle.setCheckable(True)
    if form.as_json and field.kind in _STRUCTURED:
        toggle.setText("{ }")
        toggle.setAccessibleName(tr("{title}: write JSON", title=field.title))
        toggle.setToolTip(tr("Write it as JSON"))
        return toggle
    toggle.setText("fx")
    toggle.setAccessibleName(tr("{title}: write an expression", title=field.title))
    toggle.setToolTip(tr("Write an expression such as {{ inputs.name }}"))
    if field.raw or not form.expressions:
        toggle.hide()  # what is shown before it has a parent is a window of its own for a moment
    return toggle


def _hint(form: Form) -> str:
    """An example of an expression; none where only literal values are taken."""
    return "{{ nodes.name.output }}" if form.expressions else ""


def _expression_literal(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
