"""A picture of a run, as large as there is room; and a page of HTML, of which nothing runs and nothing is fetched."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt, QUrl
from PySide6.QtGui import QImage, QImageReader, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from floworch_designer.settings.words import tr

#: The longer side of a decoded picture, px: larger ones are decoded smaller.
SIDE: Final = 2048
#: Points of a picture that is decoded at all.
MOST_POINTS: Final = 200_000_000


def decoded(content: bytes) -> tuple[QImage, str]:
    """The picture, and its kind and size in words; a null picture with the reason when it cannot be shown.

    May be called on any thread.
    """
    data = QByteArray(content)
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid() or size.isEmpty():
        return QImage(), tr("This is no picture that can be shown: it is damaged, or of a kind that is not known here.")
    words = f"{bytes(reader.format().data()).decode().upper()} · {size.width()} × {size.height()}"
    if size.width() * size.height() > MOST_POINTS:
        return QImage(), tr("This picture is too large to be shown: {what}", what=words)
    if max(size.width(), size.height()) > SIDE:
        reader.setScaledSize(size.scaled(QSize(SIDE, SIDE), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        return image, tr("This is no picture that can be shown: it is damaged, or of a kind that is not known here.")
    return image, words


class Picture(QWidget):
    """Shows a picture in its proportions, never larger than it is."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumHeight(180)
        self.setAccessibleName(tr("Value as a picture"))
        self._picture = QPixmap()

    def show_picture(self, image: QImage, words: str) -> None:
        """Show a decoded picture."""
        self._picture = QPixmap.fromImage(image)
        self.setAccessibleDescription(words)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Fit the picture into the room there is."""
        if self._picture.isNull():
            return
        ratio = self.devicePixelRatioF()
        room = self.size()
        natural = self._picture.size() / ratio
        size = natural if natural.width() <= room.width() and natural.height() <= room.height() else (
            natural.scaled(room, Qt.AspectRatioMode.KeepAspectRatio))  # fmt: skip
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap((room.width() - size.width()) // 2, 0, size.width(), size.height(), self._picture)
        painter.end()


class HtmlPage(QTextBrowser):
    """A page of HTML as words, lists and tables. Qt's text knows no scripts; pictures and styles are not loaded."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setOpenLinks(False)
        self.setMinimumHeight(180)
        self.setStyleSheet("background: #ffffff; color: #1a1e26")  # whoever wrote a page took white paper for granted
        self.setAccessibleName(tr("Value as a page"))

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Nothing: a value of a run must not reach the network, nor a file of this machine."""
        return None
