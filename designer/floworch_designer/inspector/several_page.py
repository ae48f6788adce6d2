"""Several selected nodes edited together: what they have in common is shown, an edit goes to all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout

from floworch.model.workflow import Workflow
from floworch_designer.document import edits
from floworch_designer.inspector.context import Context
from floworch_designer.inspector.form import Form
from floworch_designer.inspector.layer_search import LayerSearch
from floworch_designer.inspector.node_page import EXECUTION, FLOW, GENERAL
from floworch_designer.inspector.schema import MISSING, fields_of
from floworch_designer.inspector.widgets import Page, Section, caption, clear
from floworch_designer.settings.words import tr

_SWITCHES = tuple(field for field in GENERAL if field.name == "disabled")


class SeveralPage(Page):
    """The settings that all selected nodes have, and the parameters of nodes with one action."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.nodes: tuple[str, ...] = ()
        self._action: str | None = None
        self.parameters: Form | None = None
        intro = caption(tr("What you change here is changed in all of them. “differs” marks what they do not share."))
        self.forms = [Form(fields, context.theme, expressions=False) for fields in (_SWITCHES, FLOW, EXECUTION)]
        for form in self.forms:
            form.changed.connect(self._on_field)
        self.add_button = QPushButton(tr("Add middleware to all"))
        self.add_button.setIcon(context.theme.icon("plus", "text_secondary", 14))
        self.search = LayerSearch(context, self.add_button)
        self.search.chosen.connect(self.add_layer)
        self.holder = QVBoxLayout()
        self.column.addWidget(intro)
        self.column.addLayout(self.holder)
        self.column.addWidget(self.forms[0])
        self.column.addWidget(Section(tr("Flow"), self.forms[1]))
        self.column.addWidget(Section(tr("Execution"), self.forms[2]))
        self.column.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)

    def show_nodes(self, nodes: Iterable[str]) -> None:
        """Show what these nodes have in common."""
        workflow = self.context.document.workflow
        wanted = tuple(sorted(key for key in nodes if key in workflow.nodes))
        fresh, self.nodes = wanted != self.nodes, wanted
        actions = {workflow.nodes[key].action for key in wanted}
        self._build(actions.pop() if len(actions) == 1 else None)
        for form in self.forms:
            _fill(form, [_written(workflow, key) for key in wanted], fresh)
        if self.parameters is not None:
            _fill(self.parameters, [workflow.nodes[key].params for key in wanted], fresh)

    def forget(self) -> None:
        """Another document was opened: nothing typed so far belongs to it."""
        self.nodes = ()

    def _build(self, action: str | None) -> None:
        if action == self._action:
            return
        self._action = action
        clear(self.holder)
        self.parameters = None
        spec = self.context.registry.find_action(action) if action is not None else None
        fields = fields_of(spec.params.model_json_schema(), spec.raw_params) if spec is not None else ()
        if fields and spec is not None:
            self.parameters = Form(fields, self.context.theme)
            self.parameters.changed.connect(self._on_parameter)
            self.holder.addWidget(Section(tr("Parameters of {value}", value=spec.title or action), self.parameters))

    def _on_parameter(self, name: str, value: Any) -> None:
        self._apply(lambda workflow, key: edits.set_param(workflow, key, name, value), name)

    def _on_field(self, name: str, value: Any) -> None:
        self._apply(lambda workflow, key: edits.set_field(workflow, key, name, value), name)

    def add_layer(self, use: str) -> None:
        """Add a layer to every one of the nodes, innermost."""
        self._apply(lambda workflow, key: edits.add_layer(workflow, key, use), use, merge=False)

    def _apply(self, edit: Callable[[Workflow, str], Workflow], what: str, merge: bool = True) -> None:
        document = self.context.document
        made = document.workflow
        for key in self.nodes:
            if key in made.nodes:
                made = edit(made, key)
        steps = f"several:{what}:{','.join(self.nodes)}" if merge else None
        document.apply(made, tr("Set {what} of {n} nodes", what=what, n=len(self.nodes)), merge=steps)


def _written(workflow: Workflow, key: str) -> dict[str, Any]:
    """The fields of a node that its author wrote."""
    values = workflow.nodes[key].model_dump(exclude_defaults=True, by_alias=True)
    return {name: value for name, value in values.items() if value is not None}


def _fill(form: Form, objects: list[dict[str, Any]], fresh: bool) -> None:
    """Show what the objects share in a form, and mark where they differ."""
    shared: dict[str, Any] = {}
    for name, row in form.rows.items():
        values = [found.get(name, MISSING) for found in objects]
        same = all(_alike(value, values[0]) for value in values)
        if same and values and values[0] is not MISSING:
            shared[name] = values[0]
        row.set_differs(not same)
    form.set_values(shared, fresh)


def _alike(first: Any, second: Any) -> bool:
    return first is second or (first is not MISSING and second is not MISSING and edits.same(first, second))
