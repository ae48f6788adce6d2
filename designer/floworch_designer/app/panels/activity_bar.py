"""The bar at the left edge: one button for each panel that one looks things up in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QToolBar, QToolButton

from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

    from floworch_designer.app.commands.commands import Commands
    from floworch_designer.app.panels.docking import Docking
    from floworch_designer.theme.theme import Theme

#: Panels from top to bottom, with the action that shows each, and its icon.
PANELS: Final = (
    ("palette", "view.palette", "grid"),
    ("outline", "view.outline", "list"),
    ("runs", "view.runs", "history"),
    ("versions", "view.versions", "versions"),
    ("variables", "view.variables", "variable"),
)


class PanelButton(QToolButton):
    """Shows one panel, or puts it away while it is in view."""

    def __init__(self, docking: Docking, name: str, action: QAction) -> None:
        super().__init__()
        self._docking, self._name, self._action = docking, name, action
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(docking.docks[name].windowTitle())
        self.clicked.connect(self._on_click)
        docking.docks[name].visibilityChanged.connect(self.setChecked)
        action.changed.connect(self.say)
        self.say()

    def say(self) -> None:
        """Name the panel and the key that goes to it."""
        keys = self._action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        self.setToolTip(f"{self.accessibleName()} ({keys})" if keys else self.accessibleName())

    def _on_click(self, shown: bool) -> None:
        if shown:
            self._action.trigger()
        elif self._docking.docks[self._name] in self._docking.bottom:
            self._docking.show_bottom(False)
        else:
            self._docking.docks[self._name].hide()


class ActivityBar(QToolBar):
    """A click shows a panel, one on the panel in view puts it away; the keys stay with the canvas.

    Attributes:
        buttons: By the name of the panel.
    """

    def __init__(self, commands: Commands, docking: Docking, theme: Theme) -> None:
        super().__init__(tr("Panels"))
        self._theme = theme
        self.setObjectName("bar.activity")
        self.setProperty("role", "activity")
        self.setMovable(False)
        self.setOrientation(Qt.Orientation.Vertical)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setIconSize(QSize(18, 18))
        self.toggleViewAction().setVisible(False)
        self.buttons: dict[str, PanelButton] = {}
        for name, action, _ in PANELS:
            self.buttons[name] = PanelButton(docking, name, commands[action])
            self.addWidget(self.buttons[name])
        self.retheme()

    def retheme(self) -> None:
        """Draw the icons in the colours the theme has now."""
        for name, _, icon in PANELS:
            self.buttons[name].setIcon(self._theme.icon(icon, "text_secondary", 18))
