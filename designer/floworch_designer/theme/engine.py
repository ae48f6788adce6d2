"""Icons that take their colour from the theme whenever they are painted: no theme change has to replace them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from shiboken6 import isValid

from floworch_designer.theme.icons import icon_pixmap

if TYPE_CHECKING:
    from floworch_designer.theme.theme import Theme


class LiveIcon(QIconEngine):
    """Paints one icon in the present colour of a token; a disabled widget's in the theme's grey.

    A selected row shows it as it is: Qt would dim it otherwise.

    Args:
        theme: Where the colour comes from.
        name: Icon, or a name that falls back to the icon of ``category``.
        token: Colour token.
        size: Largest side in logical px; it is painted smaller where there is less room.
    """

    def __init__(self, theme: Theme, name: str, token: str, size: int, category: str = "") -> None:
        super().__init__()
        self._theme, self._name, self._token, self._size, self._category = theme, name, token, size, category

    def icon(self) -> QIcon:
        """The icon this engine paints, which owns it from now on.

        A copy: the first is the engine's parent for PySide, and if it were kept in a cycle, Python's collector would
        delete the engine under the copies that buttons and actions of Qt hold.
        """
        return QIcon(QIcon(self))

    def clone(self) -> QIconEngine:
        """Another engine that paints the same: Qt asks for it before it changes a copy of an icon."""
        made = LiveIcon(self._theme, self._name, self._token, self._size, self._category)
        # PySide ends what is returned to C++ here unless Python keeps it; Qt would paint with what is gone.
        _clones[:] = [*(each for each in _clones if isValid(each)), made]
        return made

    def isNull(self) -> bool:
        """Never: an unknown name has an icon too."""
        return False

    def actualSize(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QSize:
        """The size it is painted in where ``size`` is free."""
        return size.boundedTo(QSize(self._size, self._size))

    def availableSizes(self, mode: QIcon.Mode = QIcon.Mode.Normal, state: QIcon.State = QIcon.State.Off) -> list[QSize]:
        """Its own size; smaller ones are made as they are asked for."""
        return [QSize(self._size, self._size)]

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """The icon for a room of logical px, on a screen of one device px for each."""
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        """The icon for a room of logical px on a screen with ``scale`` device px per logical px.

        It is as large as the room: Qt would stretch a smaller one on such a screen.
        """
        side = min(self._size, size.width(), size.height())
        token = "disabled" if mode is QIcon.Mode.Disabled else self._token
        found = icon_pixmap(self._name, self._theme.color(token), max(side, 1), scale, self._category)
        return found if scale == 1.0 or size == QSize(side, side) else _in_the_middle(found, size)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Paint it into the middle of ``rect``."""
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        found = self.scaledPixmap(rect.size(), mode, state, ratio)
        side = found.width() / found.devicePixelRatio()
        middle = QPointF(rect.center()) + QPointF(0.5, 0.5)
        painter.drawPixmap(middle - QPointF(side / 2, side / 2), found)


#: The clones that Qt holds.
_clones: list[LiveIcon] = []


def _in_the_middle(icon: QPixmap, room: QSize) -> QPixmap:
    """A picture of the size of the room with the icon in its middle."""
    ratio = icon.devicePixelRatio()
    made = QPixmap(room * ratio)
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    free = (room - icon.deviceIndependentSize().toSize()) / 2
    painter.drawPixmap(free.width(), free.height(), icon)
    painter.end()
    return made
