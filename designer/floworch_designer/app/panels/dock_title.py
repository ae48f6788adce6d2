"""The heading of a side panel: its title and a button that hides it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QToolButton, QWidget

from floworch_designer.settings.words import tr
from floworch_designer.theme.theme import Theme


class DockTitle(QWidget):
    """Can be dragged like the ordinary title bar, because it leaves mouse events to the dock.

    Args:
        dock: What it is the heading of.
        unpin: Called when a pinned panel shall be a tab again; None gives no button for it.
    """

    def __init__(self, dock: QDockWidget, theme: Theme, unpin: Callable[[], None] | None = None) -> None:
        super().__init__(dock)
        self.setProperty("role", "dock-title")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = QLabel(dock.windowTitle())
        self.title.setProperty("role", "heading")
        self.close_button = self._button(dock, theme, "close", tr("Hide (the View menu shows it again)"))
        self.close_button.setAccessibleName(tr("Hide {windowtitle}", windowtitle=dock.windowTitle()))
        self.close_button.clicked.connect(dock.hide)
        dock.windowTitleChanged.connect(self.title.setText)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 6, 8, 6)
        layout.addWidget(self.title, 1)
        if unpin is not None:
            self.pin_button = self._button(dock, theme, "pin", tr("Back among the other tabs"))
            self.pin_button.clicked.connect(lambda _checked=False: unpin())
            layout.addWidget(self.pin_button)
        layout.addWidget(self.close_button)

    def _button(self, dock: QDockWidget, theme: Theme, icon: str, words: str) -> QToolButton:
        button = QToolButton()
        button.setProperty("role", "row")
        button.setIcon(theme.icon(icon, "text_secondary", 14))
        button.setToolTip(words)
        button.setAccessibleName(f"{words}: {dock.windowTitle()}")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button
