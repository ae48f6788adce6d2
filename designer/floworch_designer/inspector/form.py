"""A form over one JSON object: a row per field, each a literal or an expression."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from floworch_designer.inspector.field_row import FieldRow
from floworch_designer.inspector.labels import problem_text
from floworch_designer.inspector.schema import MISSING, Field, in_language, is_expression
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch.model.problem import Problem
    from floworch_designer.inspector.completing import NodeHelp
    from floworch_designer.theme.theme import Theme


class Form(QWidget):
    """Rows for the fields of one object. ``changed(name, value)`` follows every edit; value may be MISSING.

    With ``expressions`` every field can be turned into an expression; without, values are literal. ``repair_asked``
    carries a problem whose repair was chosen; such buttons are there where ``mends`` is set. With ``as_json``, which is
    for literal values, lists and objects can be turned into JSON, which can be pasted.
    """

    changed = Signal(str, object)
    edited = Signal()
    repair_asked = Signal(object)

    def __init__(
        self,
        fields: tuple[Field, ...],
        theme: Theme,
        parent: QWidget | None = None,
        expressions: bool = True,
        help_: NodeHelp | None = None,
        as_json: bool = False,
    ) -> None:
        super().__init__(parent)
        self.as_json = as_json
        self.help = help_
        self.theme = theme
        self.expressions = expressions
        self.mends = False
        self.rows: dict[str, FieldRow] = {}
        self.labels = {field.name: in_language(field).title for field in fields}
        self._extra: dict[str, Any] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(14)
        for field in fields:
            row = FieldRow(field, theme, self)
            row.edited.connect(partial(self._on_edited, field.name))
            row.repair_asked.connect(self.repair_asked)
            self.rows[field.name] = row
            layout.addWidget(row)

    def nested(self, fields: tuple[Field, ...], expressions: bool = True) -> Form:
        """A form for an object inside this one; its values are literal where those of this one are."""
        form = Form(fields, self.theme, expressions=self.expressions and expressions,
                    help_=self.help if expressions else None)  # fmt: skip
        form.layout().setSpacing(8)  # type: ignore[union-attr]
        return form

    def values(self) -> dict[str, Any]:
        """The object: every set field plus the keys this form does not know."""
        known = {name: row.value() for name, row in self.rows.items()}
        return {**{name: value for name, value in known.items() if value is not MISSING}, **self._extra}

    def set_values(self, values: Mapping[str, Any], fresh: bool = False) -> None:
        """Show an object; keys without a field are kept. ``fresh`` drops what is half typed: it is another object."""
        self._extra = {name: value for name, value in values.items() if name not in self.rows}
        for name, row in self.rows.items():
            row.set_value(values.get(name, MISSING), fresh)
        self._show_rows()

    def set_problems(self, problems: list[Problem], prefix: str) -> None:
        """Show each problem whose path lies at or below ``prefix.<name>`` at its field."""
        near = [problem for problem in problems if problem.path.startswith(prefix)]  # of thousands elsewhere
        for name, row in self.rows.items():
            path = f"{prefix}.{name}" if prefix else name
            mine = [problem for problem in near if _below(problem.path, path)]
            row.set_problem(
                problem_text(mine[0], self.labels) if mine else "", mine[0] if mine and self.mends else None
            )

    def refresh_help(self) -> None:
        """Show the values of all expressions again."""
        for row in self.rows.values():
            row.refresh_help()

    def ask_for(self, missing: Iterable[str]) -> None:
        """Mark the fields that still need a value, and put the cursor into the first that needs one or is wrong."""
        left = set(missing)
        wrong = [row for name, row in self.rows.items() if name in left or row.editor.problem()]
        for name, row in self.rows.items():
            row.set_problem(tr("A value is needed.") if name in left else "")
        if wrong:
            wrong[0].editor.setFocus()

    def focus_first(self) -> None:
        """Put the cursor in the first field."""
        for row in self.rows.values():
            row.editor.setFocus()
            return

    def _on_edited(self, name: str) -> None:
        self._show_rows()
        self.changed.emit(name, self.rows[name].value())
        self.edited.emit()

    def _show_rows(self) -> None:
        for row in self.rows.values():
            if row.field.show_if:
                fits = all(self._fits(name, wanted) for name, wanted in row.field.show_if)
                row.setVisible(fits or row.value() is not MISSING)

    def _fits(self, name: str, wanted: tuple[Any, ...]) -> bool:
        row = self.rows.get(name)
        if row is None:
            return False
        value = row.field.default if row.value() is MISSING else row.value()
        return value in wanted or is_expression(value)


def _below(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith((prefix + ".", prefix + "["))
