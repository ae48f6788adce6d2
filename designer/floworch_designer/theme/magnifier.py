"""The magnifier in a line to search by."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit

from floworch_designer.theme.theme import Theme

#: How much nearer the text stands to it than Qt has it, px: a field has room at its sides of its own.
CLOSER = 8


def magnify(line: QLineEdit, theme: Theme) -> None:
    """Put a magnifier before what is typed; a screen reader says of it what the line is for."""
    icon = theme.icon("search", "text_secondary", 14)
    glass = line.addAction(icon, QLineEdit.ActionPosition.LeadingPosition)
    glass.setText(line.accessibleName() or line.placeholderText())
    line.setTextMargins(-CLOSER, 0, 0, 0)
