"""A row below something that is shown in parts: which part it is, and the ways to the one before and the one after."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from floworch_designer.inspector.context import Context
from floworch_designer.settings.words import tr


class Pager(QWidget):
    """``turned(-1 or 1)`` follows the buttons; hidden while there is one part only."""

    turned = Signal(int)

    def __init__(self, context: Context) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.before = small_button(context, "chevron-left", tr("The part before"))
        self.before.clicked.connect(lambda: self.turned.emit(-1))
        self.after = small_button(context, "chevron-right", tr("The part after"))
        self.after.clicked.connect(lambda: self.turned.emit(1))
        self.where = QLabel()
        self.where.setProperty("role", "secondary")
        for widget in (self.before, self.where, self.after):
            row.addWidget(widget)
        row.addStretch(1)
        self.hide()

    def show_place(self, where: str, before: bool, after: bool) -> None:
        """Say which part is shown, and whether there are others."""
        self.setVisible(before or after)
        self.before.setEnabled(before)
        self.after.setEnabled(after)
        self.where.setText(where)


def small_button(context: Context, icon: str, tip: str, name: str = "") -> QToolButton:
    """A button of an icon alone; a screen reader says ``name``, or what its tool tip says."""
    button = QToolButton()
    button.setProperty("role", "row")
    button.setIcon(context.theme.icon(icon, "text_secondary", 14))
    button.setToolTip(tip)
    button.setAccessibleName(name or tip)
    return button
