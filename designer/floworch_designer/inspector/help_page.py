"""The documentation of a node's action, made from its specification: nothing is fetched."""

from __future__ import annotations

import json
import re
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QTextBrowser, QVBoxLayout, QWidget

from floworch.actions.describe import (
    PLACES,
    Parameter,
    about,
    effect_text,
    example,
    output_fields,
    output_text,
    parameters,
    ports_text,
)
from floworch_designer.inspector.context import Context
from floworch_designer.inspector.schema import fields_of
from floworch_designer.settings.words import foreign, tr

if TYPE_CHECKING:
    from floworch.actions.spec import ActionSpec

_CODE = re.compile(r"(`+)(.+?)\1")


class HelpPage(QWidget):
    """What the action of a node does, takes and gives, with an example; read from top to bottom by keys."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self._shown = ""
        self.text = QTextBrowser()
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setProperty("role", "page")
        self.text.setOpenLinks(False)  # words of a foreign action open nothing
        self.text.document().setDocumentMargin(14)
        self.text.document().setDefaultStyleSheet("h3, h4, b, strong { font-weight: 600 }")  # the boldest there is
        self.text.setAccessibleName(tr("Documentation of the action"))
        self.setFocusProxy(self.text)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.text)

    def show_node(self, node: str) -> None:
        """Show the documentation of a node's action; where one has read stays while it is the same action."""
        action = self.context.document.workflow.nodes[node].action
        spec = self.context.registry.find_action(action)
        quiet = self.context.theme.tokens["text_secondary"]
        text = documentation(spec, quiet) if spec is not None else f"<p>{escape(self.context.missing(action))}</p>"
        if text != self._shown:
            self._shown = text
            self.text.setHtml(text)


def documentation(spec: ActionSpec, quiet: str) -> str:
    """The documentation of an action as HTML.

    Args:
        spec: The action.
        quiet: The colour of what is beside the point, such as types and defaults.
    """
    parts = [f"<h3>{escape(tr(spec.title))}</h3>"]
    parts += [f"<p>{_words(each)}</p>" for each in _told(spec)]
    parts += [
        f"<p><span style='color:{quiet}'>{escape(name)}</span><br>{_words(value)}</p>" for name, value in _facts(spec)
    ]
    parts.append(_heading(tr("Parameters")))
    labels = {field.name: field.title for field in fields_of(spec.params.model_json_schema())}
    parts += [_parameter(each, quiet, labels.get(each.name, "")) for each in parameters(spec.params)] or [
        f"<p>{escape(tr('None.'))}</p>"
    ]
    parts += [_heading(tr("Output")), f"<p>{_words(output_text(spec.output_schema))}</p>"]
    parts += [_parameter(each, quiet) for each in output_fields(spec.output_schema)]
    written = json.dumps(example(spec), indent=2, ensure_ascii=False)
    parts += [_heading(tr("Example")), f"<pre style='white-space:pre-wrap'>{escape(written)}</pre>"]
    return "".join(parts)


def _told(spec: ActionSpec) -> list[str]:
    """What the action does, by paragraphs; in another language the summary stands for the first one."""
    first, *more = about(spec).split("\n\n")
    return [tr(spec.summary) if foreign() else first, *more]


def _facts(spec: ActionSpec) -> list[tuple[str, str]]:
    facts = [
        (tr("Ports"), ports_text(spec, "`")),
        (tr("Safe to repeat"), effect_text(spec)),
        (tr("Runs on"), PLACES[spec.run_on]),
    ]
    if spec.capabilities:
        facts.append((tr("May use"), ", ".join(sorted(spec.capabilities))))
    return facts


def _parameter(each: Parameter, quiet: str, label: str = "") -> str:
    """A parameter by its name in files, with the label of its field in the form."""
    state = tr("required") if each.required else tr("default {value}", value=each.default) if each.default else ""
    kind = _words(each.type) + (f" · {escape(state)}" if state else "")
    told = f"<br>{_words(tr(each.about))}" if each.about else ""
    fields = "".join(
        f"<p style='margin-left:16px'><code>{escape(field.name)}</code> {_words(tr(field.about))}</p>"
        for field in each.fields
    )
    called = f" {escape(tr(label))}" if label else ""
    head = f"<b><code>{escape(each.name)}</code>{called}</b> <span style='color:{quiet}'>{kind}</span>"
    return f"<p>{head}{told}</p>{fields}"


def _heading(text: str) -> str:
    return f"<h4>{escape(text)}</h4>"


def _words(text: str) -> str:
    """Text of a person as HTML: what stands between backticks as code, nothing as markup."""
    return _CODE.sub(r"<code>\2</code>", escape(text, quote=False))
