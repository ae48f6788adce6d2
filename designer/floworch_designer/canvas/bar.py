"""The floating bar at the lower edge of the canvas: add, note, align, zoom, fit, minimap; it gives way to gestures."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QPropertyAnimation, QRectF, Qt, Signal
from PySide6.QtWidgets import QFrame, QGraphicsOpacityEffect, QHBoxLayout, QToolButton

from floworch_designer.canvas.areas import note_place
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch_designer.canvas.view import CanvasView

#: Distance from the lower edge, px; milliseconds of a fade.
AWAY, FADE = 12, 120
#: So many rows of cards it goes up at most to cover none, and so far above a row, px.
ROWS, BETWEEN = 2, 6
ZOOM_STEP = 1.2


class CanvasBar(QFrame):
    """The bar of one canvas. ``minimap_asked`` carries whether the minimap shall be shown.

    ``align_asked`` carries where on the screen the ways to align are to be listed.
    """

    minimap_asked = Signal(bool)
    align_asked = Signal(QPoint)

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self._shown = False
        self.setProperty("role", "toolbar")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setAccessibleName(tr("Canvas bar"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 3, 4, 3)
        layout.setSpacing(2)
        self.buttons: dict[str, QToolButton] = {}
        self._add("add", "plus", tr("Add a node (Tab)"), view.request_quick_add)
        self._add("note", "note", tr("Add a note (Shift+S)"), lambda: view.areas.add_note(note_place(view)))
        self._add("align", "align", tr("Align and distribute (Alt+A)"), self._ask_to_align)
        self._add("out", "zoom-out", tr("Zoom out (-)"), lambda: view.zoom_to(view.zoom / ZOOM_STEP))
        self._add("percent", "", tr("Zoom to 100 % (0)"), lambda: view.zoom_to(1.0))
        self._add("in", "zoom-in", tr("Zoom in (+)"), lambda: view.zoom_to(view.zoom * ZOOM_STEP))
        self._add("fit", "fit", tr("Fit everything (1)"), lambda: view.glide.to(view.fit))
        self._add("minimap", "minimap", tr("Minimap (Alt+M)"), lambda: None)
        self.minimap = self.buttons["minimap"]
        self.minimap.setCheckable(True)
        self.minimap.clicked.connect(self.minimap_asked)
        self.buttons["percent"].setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._tell_zoom(view.zoom)
        self._follow_selection()
        self._effect = QGraphicsOpacityEffect(self)
        self._effect.setEnabled(False)
        self.setGraphicsEffect(self._effect)
        self._fade = QPropertyAnimation(self._effect, b"opacity", self)
        self._fade.setDuration(FADE)
        self._fade.finished.connect(self._faded)
        view.zoom_changed.connect(self._tell_zoom)
        view.selection.changed.connect(self._follow_selection)
        view.gesture_changed.connect(self._make_room)
        view.still_changed.connect(self._finish_fade)
        view.installEventFilter(self)
        self.hide()

    def set_shown(self, shown: bool) -> None:
        """Show or hide it; ``Fit`` leaves its place free while it is shown."""
        self._shown = shown
        self.setVisible(shown)
        self._view.bottom_room = self.sizeHint().height() + AWAY / 2 if shown else 0.0
        self._place()
        self.raise_()

    def retheme(self) -> None:
        """Draw the icons in the colours the theme has now."""
        for button in self.buttons.values():
            if name := str(button.property("icon_name") or ""):
                button.setIcon(self._view.theme.icon(name))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle of the lower edge."""
        if event.type() is QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _add(self, name: str, icon: str, words: str, slot: Callable[[], object]) -> None:
        button = QToolButton(self)
        button.setAutoRaise(True)
        button.setToolTip(words)
        button.setAccessibleName(words.partition(" (")[0])
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # keys stay with the canvas
        button.setProperty("icon_name", icon)
        if icon:
            button.setIcon(self._view.theme.icon(icon))
        button.clicked.connect(lambda _checked=False: slot())
        self.layout().addWidget(button)  # type: ignore[union-attr]
        self.buttons[name] = button

    def _ask_to_align(self) -> None:
        button = self.buttons["align"]
        self.align_asked.emit(button.mapToGlobal(button.rect().topLeft()))

    def _follow_selection(self) -> None:
        """Offer to align where there is more than one thing to align."""
        chosen, button = self._view.selection, self.buttons["align"]
        several = len(chosen.nodes) + len(chosen.decor) > 1
        if button.isHidden() is several:
            button.setVisible(several)
            self._place()

    def _place(self) -> None:
        """In the middle below; at a side or above a row while a strip has moved cards down to where it is otherwise."""
        self.adjustSize()
        room, corner = self._view.size(), self._view.corner
        taken = corner.width() + AWAY if corner is not None and not corner.isHidden() else 0
        middle, right = (room.width() - self.width()) // 2, room.width() - self.width() - AWAY - taken
        top = room.height() - self.height() - AWAY
        self.move(*(self._free((middle, AWAY, right), top) if self._view.fitting.lowered else (middle, top)))

    def _free(self, ways: tuple[int, ...], lowest: int) -> tuple[int, int]:
        """The place at the lowest that covers no card, above few rows of them; the first one where there is none."""
        top = lowest
        for _ in range(ROWS + 1):
            covered = {x: self._covered(x, top) for x in ways}
            for x, cards in covered.items():
                if not cards:
                    return x, top
            top = int(max(min(cards) for cards in covered.values())) - self.height() - BETWEEN
        return ways[0], lowest

    def _covered(self, left: int, top: int) -> list[float]:
        """The upper edges of the cards that it would lie upon there."""
        place, camera, graph = QRectF(left, top, self.width(), self.height()), self._view.camera(), self._view.graph
        boxes = (graph.boxes[key] for key in graph.box_grid.near(camera.scene(place)))
        rects = [camera.rect(box.rect) for box in boxes if box.proxy is None and not box.container]
        return [rect.top() for rect in rects if rect.intersects(place)]

    def _tell_zoom(self, factor: float) -> None:
        button = self.buttons["percent"]
        button.setText(f"{factor * 100:.0f} %")
        button.setFixedWidth(max(button.fontMetrics().horizontalAdvance("400 %") + 16, 52))

    def _make_room(self, moving: bool) -> None:
        """Fade out while something is moved; at once where motion is reduced."""
        if not self._shown:
            return
        self._fade.stop()
        if self._view.overlay.still:
            self._effect.setEnabled(False)
            self._effect.setOpacity(0.0 if moving else 1.0)  # where a fade begins once motion is allowed again
            self.setVisible(not moving)
            return
        self.show()
        self._effect.setEnabled(True)
        self._fade.setStartValue(self._effect.opacity())
        self._fade.setEndValue(0.0 if moving else 1.0)
        self._fade.start()

    def _finish_fade(self) -> None:
        """Motion is reduced, or no longer: a fade that is under way is over, so that nothing stays half there."""
        if self._fade.state() is QPropertyAnimation.State.Running:
            self._fade.setCurrentTime(FADE)

    def _faded(self) -> None:
        gone = self._effect.opacity() < 0.5
        self.setVisible(self._shown and not gone)
        self._effect.setEnabled(gone)  # an effect costs a picture for every frame
