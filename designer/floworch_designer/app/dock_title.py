"""The heading of a side panel: its title and a button that hides it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QToolButton, QWidget

from floworch_designer.settings.words import tr
from floworch_designer.theme.theme import Theme


class DockTitle(QWidget):
    """Can be dragged like the ordinary title bar, because it leaves mouse events to the dock."""

    def __init__(self, dock: QDockWidget, theme: Theme) -> None:
        super().__init__(dock)
        self.setProperty("role", "dock-title")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = QLabel(dock.windowTitle())
        self.title.setProperty("role", "heading")
        self.close_button = QToolButton()
        self.close_button.setProperty("role", "row")
        self.close_button.setIcon(theme.icon("close", "text_secondary", 14))
        self.close_button.setToolTip(tr("Hide (the View menu shows it again)"))
        self.close_button.setAccessibleName(tr("Hide {windowtitle}", windowtitle=dock.windowTitle()))
        self.close_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.close_button.clicked.connect(dock.hide)
        dock.windowTitleChanged.connect(self.title.setText)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 6, 8, 6)
        layout.addWidget(self.title, 1)
        layout.addWidget(self.close_button)
