"""``human.form`` and ``human.choose``: ask a person for values, or to choose (contract C8.1)."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.forms import FormField, as_fields
from floworch.actions.library.util_log import as_text
from floworch.actions.outcome import Wait
from floworch.actions.widgets import Duration, Items, Multiline, widget
from floworch.errors import ActionError, ErrorKind


@action(
    "human.form",
    title="Ask for values",
    category="human",
    icon="form",
    subtitle="message",
    effect="pure",
    output_schema={
        "type": "object",
        "properties": {
            "values": {"type": "object", "description": "What was filled in, by field; null where nothing was."},
            "by": {"type": "string", "description": "Who answered."},
        },
        "required": ["values", "by"],
    },
    example={
        "message": "Where does the order go?",
        "schema": {"city": {"type": "string", "required": True}, "express": {"type": "boolean", "default": False}},
        "timeout": "2d",
    },
)
async def human_form(
    ctx: Context,
    schema: Annotated[
        dict[str, FormField], BeforeValidator(as_fields), Field(min_length=1, title="Fields"), widget("keyvalue")
    ],
    message: Multiline = "",
    assignees: Annotated[list[str], Field(title="Who is asked")] = [],  # noqa: B006 - every call gets its own copy
    timeout: Annotated[Duration | None, Field(title="Wait at most")] = None,
) -> Wait:
    """Ask a person to fill in a form; the run waits, also across restarts.

    Answer it with 'floworch submit RUN NODE --set FIELD=VALUE' or in Python with run.submit(node, values).

    Args:
        schema: The fields by name: {"amount": {"type": "number", "title": "Amount", "required": true}}. A field has
            'type' (string integer number boolean object array any), 'title', 'description', 'required', 'default'
            and 'choices', the only values it takes. The JSON Schema of an object stands for its properties.
        message: What one must know to fill it in, in Markdown.
        assignees: Who is asked; everybody when empty.
        timeout: How long to wait before failing with timeout_error; without it, for ever.
    """
    fields = {name: field.model_dump() for name, field in schema.items()}
    due = None if timeout is None else ctx.now() + timeout
    return Wait("form", due=due, details={"message": message, "assignees": assignees, "fields": fields})


@action(
    "human.choose",
    title="Choose",
    category="human",
    icon="list",
    subtitle="message",
    effect="pure",
    raw_params=("label",),
    output_schema={
        "type": "object",
        "properties": {
            "chosen": {"description": "The chosen item, or the list of them with 'multiple'."},
            "by": {"type": "string", "description": "Who answered."},
        },
        "required": ["chosen", "by"],
    },
    example={"items": "{{ nodes.search.output }}", "label": "{{ item.name }}", "message": "Which one?"},
)
async def human_choose(
    ctx: Context,
    items: Annotated[Items, Field(title="Items")],
    label: Annotated[str, Field(title="Text of an item"), widget("expression")] = "{{ item }}",
    multiple: Annotated[bool, Field(title="Several may be chosen")] = False,
    message: Multiline = "",
    timeout: Annotated[Duration | None, Field(title="Wait at most")] = None,
) -> Wait:
    """Ask a person to choose from a list; the run waits, also across restarts.

    Answer it with 'floworch submit RUN NODE LABEL' or in Python with run.submit(node, choice): the label of an item or
    the item itself, and several of them with 'multiple'.

    Args:
        items: What there is to choose from.
        label: Expression that gives the text of an 'item'.
        multiple: Whether several may be chosen, or none.
        message: What one must know to choose, in Markdown.
        timeout: How long to wait before failing with timeout_error; without it, for ever.
    """
    if not items and not multiple:
        raise ActionError("'items' is empty: there is nothing to choose from.", ErrorKind.VALIDATION)
    labels = [as_text(ctx.evaluate(label, item)) for item in items]
    details = {"message": message, "items": items, "labels": labels, "multiple": multiple}
    return Wait("form", due=None if timeout is None else ctx.now() + timeout, details=details)
