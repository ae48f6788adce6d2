"""What editors over the canvas share: they follow the view, keep their keys to themselves, and give the focus back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from floworch_designer.canvas.view import CanvasView

    _Widget = QWidget
else:
    _Widget = object


class InlineEditor(_Widget):
    """Stands before a text widget in a class's bases. One real widget over the canvas, made when it is needed."""

    _view: CanvasView

    def attach(self, view: CanvasView) -> None:
        """Keep what is written when the view moves below, give up when the document changes; hidden at first."""
        self._view = view
        view.zoom_changed.connect(self.keep)
        view.document.changed.connect(self.give_up)
        for bar in (view.horizontalScrollBar(), view.verticalScrollBar()):
            bar.valueChanged.connect(self.keep)
        self.hide()

    def keep(self) -> None:
        """Write what was typed and close."""
        raise TypeError(f"{type(self).__name__} keeps nothing")  # abstract: every subclass overrides

    def give_up(self) -> None:
        """Close without writing."""
        raise TypeError(f"{type(self).__name__} does not give up")

    def appear(self) -> None:
        """Come to the front with the focus."""
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def disappear(self) -> None:
        """Hide, and give the focus back to the canvas when it was here."""
        if self.isVisible():
            had_focus = self.hasFocus()
            self.hide()
            if had_focus:
                self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def event(self, event: QEvent) -> bool:
        """Keep every key from the shortcuts of the canvas below."""
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A click elsewhere keeps what was typed."""
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.keep()
