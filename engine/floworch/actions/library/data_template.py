"""``data.template``: text, HTML or Markdown from a template."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.widgets import KeyValue, widget
from floworch.errors import ActionError, ErrorKind, ExpressionError


@action(
    "data.template",
    title="Template",
    category="data",
    icon="file-text",
    subtitle="format",
    effect="pure",
    raw_params=("template",),
    names_param="values",
    output_schema={"type": "string", "description": "The finished text."},
    example={
        "template": "<ul>{% for row in rows %}<li>{{ row.name }}: {{ row.size }}</li>{% endfor %}</ul>",
        "values": {"rows": "{{ nodes.group.output }}"},
        "format": "html",
    },
)
async def data_template(
    ctx: Context,
    template: Annotated[str, widget("code", language="jinja")],
    values: Annotated[KeyValue, Field(title="Further names")] = {},  # noqa: B006 - every call gets its own copy
    format: Literal["text", "html", "markdown"] = "text",  # noqa: A002 - the parameter's name in definitions
) -> str:
    """Write text from a template in Jinja syntax.

    Args:
        template: Text with {{ values }}, {% for %} and {% if %}; it sees what every expression sees.
        values: Further names for the template; they hide inputs, data and the like.
        format: What the text is; in html, values are escaped (the filter 'safe' lets markup through).
    """
    try:
        return ctx.render(template, values, format == "html")
    except ExpressionError as error:
        raise ActionError(
            f"{_place(template, error.offset)}{error.message}", ErrorKind.VALIDATION, hint=error.hint
        ) from None


def _place(template: str, offset: int | None) -> str:
    if offset is None or "\n" not in template:
        return ""
    return f"Line {template.count(chr(10), 0, offset) + 1} of the template: "
