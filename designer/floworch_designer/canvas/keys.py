"""The canvas's own keys as data: they work only while the canvas has the focus."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

if TYPE_CHECKING:
    from floworch_designer.canvas.view import CanvasView

_C, _S, _N = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier
_K = Qt.Key

#: Scene units of a nudge and of a big one.
NUDGE, BIG_NUDGE = 12.0, 96.0

_Action = Callable[["CanvasView"], object]
_ARROWS = {_K.Key_Left: ("left", -1, 0), _K.Key_Right: ("right", 1, 0), _K.Key_Up: ("up", 0, -1),
           _K.Key_Down: ("down", 0, 1)}  # fmt: skip

BINDINGS: Final[dict[tuple[Qt.KeyboardModifier, Qt.Key], _Action]] = {
    (_N, _K.Key_Delete): lambda view: view.commands.delete(),
    (_N, _K.Key_Backspace): lambda view: view.commands.delete(),
    (_C, _K.Key_Delete): lambda view: view.commands.delete(reconnect=True),
    (_C, _K.Key_Backspace): lambda view: view.commands.delete(reconnect=True),
    (_N, _K.Key_F): lambda view: view.glide.to(view.frame_selection),
    (_N, _K.Key_1): lambda view: view.glide.to(view.fit),
    (_N, _K.Key_0): lambda view: view.zoom_to(1.0),
    (_N, _K.Key_Home): lambda view: view.glide.to(view.fit),
    (_N, _K.Key_Plus): lambda view: view.zoom_to(view.zoom * 1.2),
    (_S, _K.Key_Plus): lambda view: view.zoom_to(view.zoom * 1.2),
    (_N, _K.Key_Equal): lambda view: view.zoom_to(view.zoom * 1.2),
    (_N, _K.Key_Minus): lambda view: view.zoom_to(view.zoom / 1.2),
    (_N, _K.Key_D): lambda view: view.commands.toggle_disabled(),
    (_N, _K.Key_L): lambda view: view.commands.arrange(),
    (_N, _K.Key_N): lambda view: view.request_quick_add(),
    (_N, _K.Key_Tab): lambda view: view.request_quick_add(),
    (_N, _K.Key_Return): lambda view: view.activate_primary(),
    (_N, _K.Key_Enter): lambda view: view.activate_primary(),
    (_C, _K.Key_A): lambda view: view.commands.select_all(),
    (_C, _K.Key_C): lambda view: view.commands.copy(),
    (_C, _K.Key_X): lambda view: view.commands.cut(),
    (_C, _K.Key_V): lambda view: view.commands.paste(),
    (_C | _S, _K.Key_V): lambda view: view.commands.paste(linked=True),
    (_C, _K.Key_D): lambda view: view.commands.duplicate(),
    (_C | _S, _K.Key_D): lambda view: view.commands.duplicate(inputs=True),
    (_S, _K.Key_Right): lambda view: view.commands.select_along(downstream=True),
    (_S, _K.Key_Left): lambda view: view.commands.select_along(downstream=False),
}

#: Keys that the canvas keeps whatever the keymap says: walking, nudging, the hand, breaking off, zooming.
RESERVED: Final = frozenset(
    (*(f"{held}{arrow}" for held in ("", "Ctrl+", "Ctrl+Shift+") for arrow in ("Left", "Right", "Up", "Down")),
     "Space", "Esc", "+", "-")
)  # fmt: skip


def press(view: CanvasView, event: QKeyEvent) -> bool:
    """Carry out what a key stands for; returns False when the canvas has no use for it."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    key = Qt.Key(event.key())
    arrow = _ARROWS.get(key)
    if arrow is not None and modifiers in (_N, _C, _C | _S):
        direction, dx, dy = arrow
        if modifiers == _N:
            view.commands.walk(direction)
        else:
            by = BIG_NUDGE if modifiers & _S else NUDGE
            view.commands.nudge(dx * by, dy * by)
        return True
    action = BINDINGS.get((modifiers, key))
    if action is None or given_up(view, event):
        return False
    action(view)
    return True


def given_up(view: CanvasView, event: QKeyEvent) -> bool:
    """Whether the keymap gave this key to something else, or to nothing."""
    return bool(view.given_up) and QKeySequence(event.keyCombination()).toString() in view.given_up
