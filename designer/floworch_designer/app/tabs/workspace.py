"""A document on screen: its canvas, its inspector, and the stack that holds the canvases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QMoveEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from floworch_designer.app.tabs.empty_hint import EmptyHint
from floworch_designer.canvas.bar import CanvasBar
from floworch_designer.canvas.graphics import use_graphics_card
from floworch_designer.canvas.minimap import Minimap
from floworch_designer.inspector.context import Context
from floworch_designer.inspector.panel import InspectorPanel

if TYPE_CHECKING:
    from floworch_designer.app.session import Session, Sheet
    from floworch_designer.settings.settings import Settings
    from floworch_designer.theme.theme import Theme


class Workspace:
    """A document on screen: canvas, selection and inspector of one definition."""

    #: Why the canvas is not painted as the settings say; empty when it is.
    refused = ""

    def __init__(self, session: Session, theme: Theme, sheet: Sheet) -> None:
        document, selection = self.document, self.selection = sheet.document, sheet.selection
        self.canvas: Any = cast("Any", session.make_canvas(document, selection, theme, sheet.actions))
        self.hint = EmptyHint(self.canvas, theme)
        self.minimap = Minimap(self.canvas, session.settings.get("canvas/minimap"))
        self.bar = CanvasBar(self.canvas)
        self.bar.minimap_asked.connect(lambda on: session.settings.set("canvas/minimap", on))
        context = Context(document, selection, theme, sheet.actions, sheet.controller.feed)
        self.canvas.graph.given = context.given
        self.inspector = InspectorPanel(context, later=True)
        self.follow(session.settings)

    def retheme(self, theme: Theme) -> None:
        """Show canvas and inspector in the colours the theme has now."""
        self.canvas.set_theme(theme)
        self.bar.retheme()
        self.inspector.retheme()

    def follow(self, settings: Settings) -> None:
        """Show the canvas as its settings say; ``refused`` says where it cannot."""
        self.canvas.wheel_zooms = settings.get("canvas/wheel_zooms")
        self.canvas.wires.set_square(settings.get("canvas/square"))
        self.bar.set_shown(settings.get("canvas/bar"))
        self.bar.minimap.setChecked(settings.get("canvas/minimap"))
        self.refused = use_graphics_card(self.canvas, settings.get("canvas/graphics_card"))

    def remove(self) -> None:
        """Take canvas and inspector out of the window for good."""
        for widget in (self.canvas, self.inspector):
            widget.setParent(None)
            widget.deleteLater()


class CanvasStack(QStackedWidget):
    """The canvases; when strips above them come or go, what each of them shows stays where it is on the screen."""

    def bring(self, canvas: QWidget) -> None:
        """Show another canvas; strips have come or gone while it was behind."""
        self._hold(canvas)  # before it gets the room that is left to it now
        self.setCurrentWidget(canvas)

    def moveEvent(self, event: QMoveEvent) -> None:
        """Scroll the canvas in front against the move."""
        super().moveEvent(event)
        canvas = self.currentWidget()
        self._hold(canvas, canvas is not None and _in_hand(canvas))

    def _hold(self, canvas: Any, held: bool = False) -> None:
        if canvas is not None:
            canvas.fitting.lies_at(self.y(), held, self.isVisible())


def _in_hand(canvas: Any) -> bool:
    """Whether something is held with the mouse, by a button or after a click: nothing may move away below it."""
    return QApplication.mouseButtons() != Qt.MouseButton.NoButton or canvas.holds_wire
