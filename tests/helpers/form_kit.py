"""A form with a field of each common kind."""

from __future__ import annotations

from typing import Any

from floworch_designer.inspector.form import Form
from floworch_designer.inspector.schema import Field, Kind

FIELDS = (
    Field("url", "Url", Kind.TEXT, "Where to.", required=True),
    Field("count", "Count", Kind.INTEGER, default=3, minimum=1),
    Field("mode", "Mode", Kind.ENUM, default="a", choices=("a", "b")),
    Field("only_b", "Only b", Kind.TEXT, show_if=(("mode", ("b",)),)),
    Field("where", "Where", Kind.TEXT, raw=True),
)


def shown_form(theme: Any, qtbot: Any) -> Form:
    """The form of these fields, on screen."""
    form = Form(FIELDS, theme)
    qtbot.addWidget(form)
    form.show()
    return form
