"""The magnifier in a line to search by."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit

from floworch_designer.settings.words import tr
from floworch_designer.theme.theme import Theme

#: How much nearer the text stands to it than Qt has it, px: a field has room at its sides of its own.
CLOSER = 8


def magnify(line: QLineEdit, theme: Theme) -> None:
    """Put a magnifier before what is typed."""
    icon = theme.icon("search", "text_secondary", 14)
    line.addAction(icon, QLineEdit.ActionPosition.LeadingPosition).setText(tr("Search"))
    line.setTextMargins(-CLOSER, 0, 0, 0)
