"""Forms and choices that a run waits for: told in a strip above the canvas, filled in in a dialog."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from floworch_designer.app.widgets.dialogs import finished, scrolling
from floworch_designer.inspector.form import Form
from floworch_designer.inspector.input_fields import KINDS
from floworch_designer.inspector.schema import MISSING, Field, Kind, title_of
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow
    from floworch_designer.app.tabs.tab import Tab
    from floworch_designer.runs.questions import Question
    from floworch_designer.theme.theme import Theme

#: The one field of a choice.
CHOICE = "choice"


def fields_of_form(details: Mapping[str, Any]) -> tuple[Field, ...]:
    """The fields of a form, or of a choice: one with all labels, or a check box each where several may be chosen."""
    labels = [str(label) for label in details.get("labels") or ()]
    if details.get("multiple"):
        return tuple(Field(label, label, Kind.BOOLEAN) for label in labels)
    if labels:
        return (Field(CHOICE, tr("Choice"), Kind.ENUM, required=True, choices=tuple(labels), verbatim=True),)
    return tuple(
        Field(
            name,
            field.get("title") or title_of(name),
            Kind.ENUM if field.get("choices") else KINDS[field.get("type") or "string"],
            field.get("description") or "",
            bool(field.get("required")),
            MISSING if field.get("default") is None else field["default"],
            tuple(field.get("choices") or ()),
            verbatim=True,
        )
        for name, field in (details.get("fields") or {}).items()
    )


class AnswerDialog(QDialog):
    """A form or a choice. ``answer()`` after it was accepted is what ``submit`` takes."""

    def __init__(self, title: str, details: Mapping[str, Any], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._details = details
        self.setWindowTitle(title)
        self.setMinimumWidth(460)
        self.fields = fields_of_form(details)
        self.form = Form(self.fields, theme, expressions=False)
        self.form.set_values({field.name: field.default for field in self.fields if field.default is not MISSING})
        words = QLabel(str(details.get("message") or ""))
        words.setTextFormat(Qt.TextFormat.MarkdownText)
        words.setWordWrap(True)
        words.setContentsMargins(20, 16, 20, 0)
        words.setVisible(bool(words.text()))
        self.message = QLabel()
        self.message.setProperty("role", "error")
        self.message.setWordWrap(True)
        self.message.hide()
        self.send = QPushButton(tr("Send"))
        self.send.setProperty("kind", "primary")
        self.send.setDefault(True)
        self.send.clicked.connect(self.accept)
        cancel = QPushButton(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(20, 8, 20, 16)
        buttons.setSpacing(8)
        buttons.addWidget(self.message, 1)
        buttons.addStretch(0)
        buttons.addWidget(cancel)
        buttons.addWidget(self.send)
        area, height = scrolling(self.form)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(words)
        layout.addWidget(area, 1)
        layout.addLayout(buttons)
        self.resize(480, min(680, height + 84 + words.sizeHint().height()))
        self.form.focus_first()

    def answer(self) -> Any:
        """The values by field; of a choice the label, or all of them."""
        given = self.form.values()
        if self._details.get("multiple"):
            return [field.name for field in self.fields if given.get(field.name)]
        if self._details.get("labels"):
            return given.get(CHOICE)
        boxes = {field.name: False for field in self.fields if field.required and field.kind is Kind.BOOLEAN}
        return {**boxes, **given}

    def accept(self) -> None:
        """Close with Send, unless something required is missing or half-typed."""
        given = self.form.values()
        missing = [field for field in self.fields
                   if field.required and field.kind is not Kind.BOOLEAN and given.get(field.name) is None]  # fmt: skip
        wrong = [row.field.title for row in self.form.rows.values() if row.editor.problem()]
        if missing or wrong:
            names = ", ".join([field.title for field in missing] or wrong)
            self.message.setText(
                tr("Still needed: {names}", names=names) if missing else tr("Please correct: {names}", names=names)
            )
            self.message.show()
            self.form.ask_for(field.name for field in missing)
            return
        super().accept()


async def fill_in(window: MainWindow, tab: Tab, question: Question, title: str) -> None:
    """Ask a person for what a node of a tab's run waits for, and hand it to the run.

    Raises:
        FlowError: The run does not take the answer.
    """
    dialog = AnswerDialog(title, question.details, window.theme, window)
    code = await finished(dialog)
    answer = dialog.answer()
    dialog.deleteLater()
    if code:
        await tab.controller.answer(question, None, values=answer)
