"""Two pages of a node: its parameters, and its settings (name, join, errors, time, retries)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QVBoxLayout, QWidget

from floworch.model.workflow import Node, RetryPolicy
from floworch_designer.document import edits
from floworch_designer.document.rename import rename
from floworch_designer.document.repairs import repair
from floworch_designer.inspector.choice_words import choice_word
from floworch_designer.inspector.completing import NodeHelp
from floworch_designer.inspector.context import Context
from floworch_designer.inspector.editors import ChoiceEditor
from floworch_designer.inspector.field_row import FieldRow
from floworch_designer.inspector.form import Form
from floworch_designer.inspector.retry_preview import planned
from floworch_designer.inspector.schema import MISSING, Field, Kind, fields_of
from floworch_designer.inspector.sources import Sources
from floworch_designer.inspector.widgets import Page, Section, caption, clear
from floworch_designer.settings.words import mark, tr

if TYPE_CHECKING:
    from floworch.model.problem import Problem


class ParametersPage(Page):
    """The form of a node's action."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.node: str | None = None
        self._action: str | None = None
        self._spec: object = None
        self.form: Form | None = None
        self.sources: Sources | None = None
        self.sources_section: Section | None = None
        self._target = ""
        QApplication.instance().focusChanged.connect(self._on_focus)  # type: ignore[union-attr]

    def open_sources(self) -> None:
        """Show what the steps before gave, with the cursor in the tree."""
        if self.sources is not None and self.sources_section is not None:
            self.sources_section.header.setChecked(True)
            self.sources.tree.setFocus()
            self.ensureWidgetVisible(self.sources)

    def put_path(self, path: str) -> None:
        """Write the expression for a value into the field that had the cursor last, or into the first one."""
        if self.form is not None and self.form.rows and not self.context.document.read_only:
            row = self.form.rows.get(self._target) or next(iter(self.form.rows.values()))
            row.put_path(path)

    def _on_focus(self, _old: object, now: QWidget | None) -> None:
        if now is None or self.form is None:
            return
        for name, row in self.form.rows.items():
            if row.isAncestorOf(now):
                self._target = name

    def show_node(self, node: str) -> None:
        """Show a node's parameters; nodes with the same action share the form."""
        definition = self.context.document.workflow.nodes[node]
        action, other = definition.action, node != self.node
        if other or action != self._action:
            self.node = node
            spec = self.context.registry.find_action(action)
            if self.form is None or self.form.help is None or (action, spec) != (self._action, self._spec):
                self._action, self._spec = action, spec
                self._build(action)
            else:
                self._target, self.form.help.node = "", node
                self.verticalScrollBar().setValue(0)
        if self.form is not None:
            self.form.set_values(definition.params, fresh=other)
            self.form.refresh_help()
        if self.sources is not None:
            self.sources.show_node(node)
        self.show_problems()

    def forget(self) -> None:
        """Another document was opened: nothing typed so far belongs to it."""
        self.node = self._action = None

    def show_problems(self) -> None:
        """Show what the validator says at the fields."""
        if self.form is not None and self.node is not None:
            self.form.set_problems(self.context.document.problems, f"nodes.{self.node}.params")

    def _build(self, action: str) -> None:
        clear(self.column)
        self.form = self.sources = self.sources_section = None
        self._target = ""
        spec = self.context.registry.find_action(action)
        if spec is None:
            self.column.addWidget(caption(self.context.missing(action), "heading"))
            self.column.addWidget(
                caption(tr("Its parameters, ports and links are kept as they are and saved unchanged."), "secondary")
            )
            return
        fields = fields_of(spec.params.model_json_schema(), spec.raw_params)
        if not fields:
            self.column.addWidget(caption(tr("This action has no parameters."), "secondary"))
            return
        help_ = NodeHelp(self.context, self.node) if self.node is not None else None
        self.form = Form(fields, self.context.theme, self.inner, help_=help_)
        self.form.changed.connect(self._on_changed)
        self.form.repair_asked.connect(self._mend)
        self.form.mends = not self.context.document.read_only
        self.column.addWidget(self.form)
        self.sources = Sources(self.context)
        self.sources.chosen.connect(self.put_path)
        self.sources_section = Section(tr("Values from before"), self.sources, open_=False)
        self.column.addWidget(self.sources_section)

    def _mend(self, problem: Problem) -> None:
        """Carry out a repair; why that failed stands below the field until the problems are found anew."""
        failed = repair(self.context.document, problem)
        if failed and self.form is not None:
            self.form.set_problems([replace(problem, message=failed, fix="")], f"nodes.{self.node}.params")

    def _on_changed(self, name: str, value: Any) -> None:
        document, node = self.context.document, self.node
        if node is None or node not in document.workflow.nodes:
            return
        workflow = edits.set_param(document.workflow, node, name, value)
        document.apply(workflow, tr("Edit {name} of {node}", name=name, node=node), merge=f"param:{node}:{name}")


#: Fields of a node beside its parameters, by the group in which they are shown.
GENERAL = (
    Field("title", mark("Title"), Kind.TEXT, mark("Shown on the card; the id is shown when it is empty."), default=""),
    Field(
        "disabled",
        mark("Disabled"),
        Kind.BOOLEAN,
        mark("The run passes through this node without running it."),
        default=False,
    ),
)
FLOW = (
    Field(
        "join",
        mark("Runs when"),
        Kind.ENUM,
        mark("all: every link into it was taken · any: at least one was · first: at the first one, without waiting."),
        default="all",
        choices=("all", "any", "first"),
    ),
    Field(
        "on_error",
        mark("When it fails"),
        Kind.ENUM,
        mark(
            "fail: the run fails unless its error port leads somewhere · continue: the run goes on without its output."
        ),
        default="fail",
        choices=("fail", "continue"),
    ),
)
EXECUTION = (
    Field("timeout", mark("Timeout of one attempt"), Kind.DURATION, default=None),
    Field(
        "run_on",
        mark("Runs on"),
        Kind.ENUM,
        mark("A process can be stopped at any time; a thread finishes what it does. A cluster is one of Dask."),
        default=None,
        choices=("loop", "thread", "process", "cluster"),
    ),
    Field(
        "tags",
        mark("Tags of its worker"),
        Kind.LIST,
        mark("What a worker of the cluster must offer, such as gpu."),
        default=[],
        item=Field("value", mark("Tag"), Kind.TEXT),
    ),
    Field(
        "effect",
        mark("Safe to repeat"),
        Kind.ENUM,
        mark("pure and idempotent actions run again after a crash; unsafe ones wait for your decision."),
        default=None,
        choices=("pure", "idempotent", "unsafe"),
    ),
)
_RETRY = (
    Field("max_attempts", mark("Attempts"), Kind.INTEGER, default=3, minimum=1),
    Field("delay", mark("First delay"), Kind.DURATION, default=1.0),
    Field("backoff", mark("Factor between delays"), Kind.NUMBER, default=2.0, minimum=1),
    Field("max_delay", mark("Longest delay"), Kind.DURATION, default=60.0),
    Field("jitter", mark("Random spread (0 to 1)"), Kind.NUMBER, default=0.1, minimum=0, maximum=1),
    Field("on", mark("Kinds of error"), Kind.LIST,
          mark("all: every kind · transient: connection, timeout, rate limit, external service."),
          default=["all"], item=Field("value", mark("Kind"), Kind.TEXT)),
    Field("give_up_on", mark("Never on"), Kind.LIST, default=[], item=Field("value", mark("Kind"), Kind.TEXT)),
)  # fmt: skip
_NOTES = (Field("notes", mark("Notes"), Kind.MULTILINE, mark("For people; the engine ignores them."), default=""),)


class SettingsPage(Page):
    """Every field of a node that is not a parameter."""

    renamed = Signal(str)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.node: str | None = None
        self.id_line = QLineEdit()
        self.id_line.setAccessibleName(tr("Node id"))
        self.id_line.editingFinished.connect(self._rename)
        self.id_message = caption("", "error")
        self.custom_retry = QCheckBox(tr("Own retry policy"))
        self.custom_retry.toggled.connect(self._on_custom_retry)
        self._retry: Form | None = None
        self.planned = caption("", "secondary")
        groups = (GENERAL, FLOW, EXECUTION, _NOTES)
        self.forms = [Form(fields, context.theme, expressions=False) for fields in groups]
        self._execution = self.forms[2]
        for form in self.forms:
            form.changed.connect(self._on_changed)
        self._build()

    def show_node(self, node: str) -> None:
        """Show a node's settings."""
        fresh = node != self.node
        self.node = node
        definition = self.context.document.workflow.nodes[node]
        if fresh or not self.id_line.hasFocus():
            self.id_line.setText(node)
            self.id_message.hide()
        dumped = definition.model_dump(exclude_defaults=True, by_alias=True)
        values = {name: list(value) if isinstance(value, tuple) else value for name, value in dumped.items()}
        for form in self.forms:
            form.set_values({name: values[name] for name in form.rows if values.get(name) is not None}, fresh)
        self._say_effect(definition)
        policy = definition.retry
        self.custom_retry.blockSignals(True)
        self.custom_retry.setChecked(policy is not None)
        self.custom_retry.blockSignals(False)
        if self._retry is not None:
            self._retry.setVisible(policy is not None)
        self.planned.setText(planned(policy) if policy is not None else "")
        self.planned.setVisible(policy is not None)
        if policy is not None:
            self.retry.show()
            self.retry.set_values(_plain(policy), fresh)
        self.show_problems()

    def _say_effect(self, definition: Node) -> None:
        """Name the effect that the action has by itself, with its parameters as they are written now."""
        spec = self.context.registry.find_action(definition.action)
        words = (
            tr("Default")
            if spec is None
            else tr("Default: {effect}", effect=choice_word(spec.effect_for(definition.params), "effect"))
        )
        literal = self._execution.rows["effect"].literal
        if isinstance(literal, ChoiceEditor):
            literal.say_default(words)

    def forget(self) -> None:
        """Another document was opened: nothing typed so far belongs to it."""
        self.node = None

    def show_problems(self) -> None:
        """Show what the validator says at the fields."""
        problems = self.context.document.problems
        for form in self.forms:
            form.set_problems(problems, f"nodes.{self.node}")
        if self._retry is not None:
            self._retry.set_problems(problems, f"nodes.{self.node}.retry")

    @property
    def retry(self) -> Form:
        """The form of a retry policy of the node's own; made when one is first shown, for few nodes have one."""
        if self._retry is None:
            self._retry = Form(_RETRY, self.context.theme, expressions=False)
            self._retry.edited.connect(self._on_retry)
            self._retry_column.addWidget(self._retry)
        return self._retry

    def _build(self) -> None:
        general, flow, execution, notes = self.forms
        row = FieldRow(Field("id", tr("Id"), Kind.TEXT, mark("Names the node in expressions: nodes.<id>.output")),
                       self.context.theme, general)  # fmt: skip
        layout = row.layout()
        if layout is not None:
            row.stack.hide()
            layout.replaceWidget(row.stack, self.id_line)
            layout.addWidget(self.id_message)
        retry = QWidget()
        note = caption(tr("Without one, actions that are safe to repeat get three attempts on transient errors."))
        self._retry_column = _column(self.custom_retry, note, self.planned)
        retry.setLayout(self._retry_column)
        self.column.addWidget(row)
        self.column.addWidget(general)
        self.column.addWidget(Section(tr("Flow"), flow))
        self.column.addWidget(Section(tr("Execution"), execution))
        self.column.addWidget(Section(tr("Retries"), retry))
        self.column.addWidget(Section(tr("Notes"), notes))

    def _apply(self, field: str, value: Any) -> None:
        document = self.context.document
        if self.node is not None and self.node in document.workflow.nodes:
            workflow = edits.set_field(document.workflow, self.node, field, value)
            document.apply(
                workflow, tr("Set {field} of {node}", field=field, node=self.node), merge=f"field:{self.node}:{field}"
            )

    def _on_changed(self, name: str, value: Any) -> None:
        self._apply(name, tuple(value) if isinstance(value, list) else value)  # lists of a definition are frozen

    def _on_custom_retry(self, on: bool) -> None:
        self.retry.setVisible(on)
        if on:
            self.retry.set_values({}, fresh=True)
        self._apply("retry", RetryPolicy() if on else MISSING)

    def _on_retry(self) -> None:
        values = self.retry.values()
        for name in ("on", "give_up_on"):
            if name in values:
                values[name] = tuple(values[name])
        self._apply("retry", RetryPolicy.model_validate(values))

    def _rename(self) -> None:
        document, old, new = self.context.document, self.node, self.id_line.text().strip()
        if old is None or new == old or old not in document.workflow.nodes:
            return
        try:
            if not _is_id(new):
                raise ValueError(tr("Use lower-case letters, digits, _ and -, beginning with a letter or digit."))
            workflow = rename(document.workflow, old, new)
        except ValueError as error:
            self.id_message.setText(str(error))
            self.id_message.show()
            return
        self.id_message.hide()
        self.node = new
        document.apply(workflow, tr("Rename {old} to {new}", old=old, new=new))
        self.renamed.emit(new)
        self.context.selection.set([new])


def _is_id(text: str) -> bool:
    return re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", text) is not None


def _plain(policy: RetryPolicy) -> dict[str, Any]:
    """The fields the author wrote: a default would come back into a field that is being emptied."""
    return dict(policy.model_dump(mode="json", exclude_unset=True))


def _column(*widgets: QWidget) -> Any:
    column = QVBoxLayout()
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(10)
    column.setAlignment(Qt.AlignmentFlag.AlignTop)
    for widget in widgets:
        column.addWidget(widget)
    return column
