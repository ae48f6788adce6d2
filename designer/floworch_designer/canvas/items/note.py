"""Notes on the canvas: Markdown on a tinted sheet."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt, QUrl
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QPainter,
    QPalette,
    QPen,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)

from floworch_designer.canvas.decor import NoteBox
from floworch_designer.document.decor import Note
from floworch_designer.settings.words import mark, tr
from floworch_designer.theme import Theme, ui_font
from floworch_designer.theme.tokens import AREA_HUES, mix

#: Room between a note's border and its text, and the radius of its corners, scene units.
PADDING, CORNER = 14.0, 6.0
#: What an empty note says.
EMPTY = mark("Double-click to write")
#: Size of headings by level, and space below a paragraph, scene units.
HEADINGS = {1: 18, 2: 16, 3: 14}
SPACE = 6.0
#: The boldest weight that is bundled: a bolder one is smeared from it.
BOLD = 600
#: How far left of a task's text the middle of its box is, and half the side of a ticked one, scene units.
BOX_AWAY, BOX = 8.5, 5.75


def hue_of(color: str) -> str:
    """The hue of a note's or frame's colour by its name, as ``#RRGGBB``."""
    return AREA_HUES.get(color, AREA_HUES["grey"])


class NoteText(QTextDocument):
    """Markdown as a note shows it: no HTML, and no pictures, which would read files of the one who opens it."""

    def __init__(self, text: str, width: float, link: str) -> None:
        super().__init__()
        self.setDocumentMargin(0)
        self.setIndentWidth(18)
        self.setDefaultFont(ui_font(13))
        self.setMarkdown(text, QTextDocument.MarkdownFeature.MarkdownDialectGitHub
                         | QTextDocument.MarkdownFeature.MarkdownNoHTML)  # fmt: skip
        self._style(link)
        self.setTextWidth(width)

    def _style(self, link: str) -> None:
        """Sizes of headings, space between paragraphs, the colour of links: Markdown brings its own, for paper."""
        cursor = QTextCursor(self)
        block = self.firstBlock()
        while block.isValid():
            form, level = block.blockFormat(), block.blockFormat().headingLevel()
            form.setTopMargin(0)
            listed = block.textList() is not None and block.next().textList() is not None
            form.setBottomMargin(2 if listed else SPACE)
            cursor.setPosition(block.position())
            cursor.setBlockFormat(form)
            cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
            if level:
                wanted = QTextCharFormat()
                wanted.setFont(ui_font(HEADINGS.get(level, 13), 600))
                wanted.setProperty(QTextFormat.Property.FontSizeAdjustment, 0)
                cursor.mergeCharFormat(wanted)
            for part in block.textFormats():
                if part.format.isAnchor():
                    cursor.setPosition(block.position() + part.start)
                    cursor.setPosition(block.position() + part.start + part.length, QTextCursor.MoveMode.KeepAnchor)
                    wanted = QTextCharFormat()
                    wanted.setForeground(QColor(link))
                    cursor.mergeCharFormat(wanted)
                if part.format.fontWeight() > BOLD:
                    cursor.setPosition(block.position() + part.start)
                    cursor.setPosition(block.position() + part.start + part.length, QTextCursor.MoveMode.KeepAnchor)
                    wanted = QTextCharFormat()
                    wanted.setFontWeight(BOLD)
                    cursor.mergeCharFormat(wanted)
            block = block.next()

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Nothing, whatever it is."""
        return None

    def fitting(self, height: float) -> float:
        """The height of all whole lines that fit into ``height``."""
        found, layout = 0.0, self.documentLayout()
        block = self.firstBlock()
        while block.isValid():
            top = layout.blockBoundingRect(block).top()
            lines = block.layout()
            for number in range(lines.lineCount()):
                low = top + lines.lineAt(number).rect().bottom()
                if low > height:
                    return found
                found = low
            block = block.next()
        return found

    @cached_property
    def done(self) -> list[QPointF]:
        """The middle of the box of every task that is done: Qt paints it as it paints an open one."""
        found, layout = [], self.documentLayout()
        block = self.firstBlock()
        while block.isValid():
            if block.blockFormat().marker() is QTextBlockFormat.MarkerType.Checked and block.layout().lineCount():
                corner = layout.blockBoundingRect(block).topLeft()
                line = block.layout().lineAt(0).naturalTextRect()
                found.append(QPointF(corner.x() + line.left() - BOX_AWAY, corner.y() + line.center().y()))
            block = block.next()
        return found


@lru_cache(maxsize=256)
def text_of(text: str, width: float, link: str = "#000000") -> NoteText:
    """The laid-out text of a note that is so many scene units wide inside."""
    return NoteText(text, width, link)


def height_for(note: Note) -> float:
    """The height at which all of a note's text is in view, scene units."""
    return text_of(note.text, note.size[0] - 2 * PADDING).size().height() + 2 * PADDING


def paint_note(painter: QPainter, theme: Theme, box: NoteBox, detailed: bool = True) -> None:
    """Paint a note at its place (scene units); without details only its sheet."""
    note, (left, top, right, bottom) = box.note, box.rect
    hue, canvas = hue_of(note.color), theme.tokens["canvas"]
    painter.setPen(QPen(QColor(mix(hue, canvas, 0.4)), 1))
    painter.setBrush(QColor(mix(hue, canvas, 0.08)))
    painter.drawRoundedRect(QRectF(left + 0.5, top + 0.5, right - left - 1, bottom - top - 1), CORNER, CORNER)
    if not detailed:
        return
    room = QRectF(0, 0, right - left - 2 * PADDING, bottom - top - 2 * PADDING)
    painter.save()
    painter.translate(QPointF(left + PADDING, top + PADDING))
    if not note.text.strip():
        font = QFont(ui_font(13))
        font.setItalic(True)
        painter.setFont(font)
        painter.setPen(theme.color("text_secondary"))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, tr(EMPTY))
    else:
        _write(painter, theme, text_of(note.text, room.width(), theme.tokens["accent"]), room)
    painter.restore()


def _write(painter: QPainter, theme: Theme, text: NoteText, room: QRectF) -> None:
    """Write as much as there is room for; a mark says that there is more."""
    context = QAbstractTextDocumentLayout.PaintContext()
    context.clip = room
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Text, theme.color("text"))
    palette.setColor(QPalette.ColorRole.Link, theme.color("accent"))
    context.palette = palette
    more = text.size().height() > room.height() + SPACE + 1
    if more:
        context.clip = QRectF(0, 0, room.width(), text.fitting(room.height() - 2) + 1)
    painter.setClipRect(context.clip, Qt.ClipOperation.IntersectClip)
    text.documentLayout().draw(painter, context)
    for spot in text.done:
        _tick(painter, theme, spot)
    if more:
        painter.setClipping(False)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("text_secondary"))
        for number in range(3):
            painter.drawEllipse(QPointF(room.width() / 2 + (number - 1) * 6, room.height() + 5), 1.5, 1.5)


def _tick(painter: QPainter, theme: Theme, at: QPointF) -> None:
    """A filled box with a tick over the box of a task that is done."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("success"))
    painter.drawRoundedRect(QRectF(at.x() - BOX, at.y() - BOX, 2 * BOX, 2 * BOX), 2, 2)
    painter.setPen(QPen(theme.color("pill_text"), 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawPolyline([at + QPointF(-3, 0), at + QPointF(-1, 2.2), at + QPointF(3, -2.4)])
    painter.restore()
