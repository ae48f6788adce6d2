"""The workflow's own page: name, inputs, outputs and settings, shown while no node is selected."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from floworch.model.workflow import Input, Settings
from floworch_designer.document import edits
from floworch_designer.inspector.context import Context
from floworch_designer.inspector.form import Form
from floworch_designer.inspector.schema import MISSING, Field, Kind
from floworch_designer.inspector.structured import ObjectsEditor
from floworch_designer.inspector.widgets import Page, Section, caption, restyle
from floworch_designer.settings.words import mark, tr

_ABOUT = (
    Field("name", mark("Name"), Kind.TEXT, default="", placeholder=mark("What this workflow does")),
    Field("id", mark("Id"), Kind.TEXT, mark("Names the workflow in run ids and on the command line."), required=True),
    Field("description", mark("Description"), Kind.MULTILINE, default=""),
)
_INPUT = (
    Field("name", mark("Name"), Kind.TEXT, required=True, placeholder=mark("Used as inputs.name")),
    Field("type", mark("Type"), Kind.ENUM, default="any",
          choices=("any", "string", "integer", "number", "boolean", "object", "array")),
    Field("title", mark("Title"), Kind.TEXT, default=""),
    Field("default", mark("Default"), Kind.EXPRESSION, default=None, placeholder=mark("Used when no value is given")),
    Field("required", mark("Required"), Kind.BOOLEAN, default=False),
    Field("description", mark("Description"), Kind.TEXT, default=""),
)  # fmt: skip
_OUTPUTS = (
    Field(
        "outputs", mark("Name and value"), Kind.MAPPING, mark("Expressions, evaluated when the run ends."), default={}
    ),
)
_SETTINGS = (
    Field("max_concurrency", mark("Nodes at a time"), Kind.INTEGER, default=16, minimum=1),
    Field("fail_fast", mark("Stop at the first failure"), Kind.BOOLEAN, default=True),
    Field("durability", mark("Durability"), Kind.ENUM,
          mark("power: survives power loss · process: survives a crash of the process · none: fastest, not resumable."),
          default="power", choices=("power", "process", "none")),
)  # fmt: skip


class WorkflowPage(Page):
    """Name, inputs, outputs and settings of the document."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        theme = context.theme
        self.about = Form(_ABOUT, theme, expressions=False)
        self.outputs = Form(_OUTPUTS, theme, expressions=False)
        self.settings = Form(_SETTINGS, theme, expressions=False)
        plain = Form((), theme, self, expressions=False)  # its nested forms are the rows of the inputs
        self.inputs = ObjectsEditor(Field("inputs", tr("Inputs"), Kind.OBJECTS, fields=_INPUT), plain.nested)
        self.about.changed.connect(self._on_about)
        self.outputs.changed.connect(self._on_outputs)
        self.settings.edited.connect(self._on_settings)
        self.inputs.edited.connect(self._on_inputs)
        self.inputs_note = caption("")
        self._fresh = False
        self._build()

    def show_workflow(self) -> None:
        """Show the document as it is now."""
        workflow, fresh = self.context.document.workflow, self._fresh
        self._fresh = False
        about = {"name": workflow.name, "id": workflow.id, "description": workflow.description}
        self.about.set_values({name: text for name, text in about.items() if text}, fresh)
        self.outputs.set_values({"outputs": workflow.outputs} if workflow.outputs else {}, fresh)
        # What is written, not what differs from the defaults: a default typed in is not taken out of the field.
        self.settings.set_values(_written(workflow.settings), fresh)
        if fresh:
            self.inputs.set_value(MISSING)
        rows = self.inputs.value()
        if _named(rows) != workflow.inputs and not _doubled(rows):
            self.inputs.set_value([_row(name, value) for name, value in workflow.inputs.items()])
        self._tell_inputs()
        self.show_problems()

    def forget(self) -> None:
        """Another document was opened: nothing typed so far belongs to it."""
        self._fresh = True

    def show_problems(self) -> None:
        """Show what the validator says at the fields."""
        everything = self.context.document.problems
        problems = [problem for problem in everything if not problem.path.startswith("nodes.")]  # of thousands
        self.settings.set_problems(problems, "settings")
        self.about.set_problems(problems, "")
        self.outputs.set_problems(problems, "")

    def _build(self) -> None:
        inputs = QWidget()
        column = QVBoxLayout(inputs)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.inputs_note)
        column.addWidget(self.inputs)
        self.column.addWidget(self.about)
        self.column.addWidget(Section(tr("Inputs"), inputs))
        self.column.addWidget(Section(tr("Outputs"), self.outputs))
        self.column.addWidget(Section(tr("Run settings"), self.settings))
        filler = QFrame()
        filler.setFixedHeight(1)
        self.column.addWidget(filler, 0, Qt.AlignmentFlag.AlignTop)

    def _set(self, text: str, merge: str, **changes: Any) -> None:
        document = self.context.document
        document.apply(edits.set_meta(document.workflow, **changes), text, merge=merge)

    def _on_about(self, name: str, value: Any) -> None:
        text = value if isinstance(value, str) else ""
        if name == "id" and not text:
            return
        self._set(tr("Edit {name}", name=name), f"workflow:{name}", **{name: text})

    def _on_outputs(self, _name: str, value: Any) -> None:
        self._set(tr("Edit outputs"), "workflow:outputs", outputs=value if isinstance(value, dict) else {})

    def _on_settings(self) -> None:
        settings = Settings.model_validate(self.settings.values())
        document = self.context.document
        document.apply(
            edits.set_meta(document.workflow, settings=settings), tr("Edit settings"), merge="workflow:settings"
        )

    def _on_inputs(self) -> None:
        rows = self.inputs.value()
        inputs = _named(rows)
        if inputs != self.context.document.workflow.inputs and not _doubled(rows):
            self._set(tr("Edit inputs"), "workflow:inputs", inputs=inputs)
        self._tell_inputs()

    def _tell_inputs(self) -> None:
        doubled = _doubled(self.inputs.value())
        if doubled:
            self.inputs_note.setText(
                tr("The name “{doubled}” is used twice; give one of them another name.", doubled=doubled)
            )
        else:
            self.inputs_note.setText(tr("Values the workflow is started with; use them as {{ inputs.name }}."))
        restyle(self.inputs_note, "role", "error" if doubled else "caption")
        self.inputs_note.setVisible(bool(doubled) or not self.context.document.workflow.inputs)


def _written(settings: Settings) -> dict[str, Any]:
    """The settings the author wrote; without a value is the same as not written."""
    written = settings.model_dump(exclude_unset=True)
    return {name: value for name, value in written.items() if value is not None}


def _doubled(rows: Any) -> str:
    """The first name that two inputs share, or an empty text."""
    names = [row["name"].strip() for row in rows if isinstance(row.get("name"), str)] if isinstance(rows, list) else []
    return next((name for name in names if name and names.count(name) > 1), "")


def _row(name: str, value: Input) -> dict[str, Any]:
    return {"name": name, **value.model_dump(exclude_defaults=True)}


def _named(rows: Any) -> dict[str, Input]:
    named = {}
    for row in rows if isinstance(rows, list) else ():
        name = row.get("name")
        if isinstance(name, str) and name.strip():
            named[name.strip()] = Input.model_validate({key: item for key, item in row.items() if key != "name"})
    return named
