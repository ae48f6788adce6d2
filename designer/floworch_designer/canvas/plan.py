"""What is going to happen to each node, as a word at its card: before a run, and before a run goes over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from floworch_designer.canvas.geometry import RADIUS, Rect, overlaps
from floworch_designer.canvas.graph import Box
from floworch_designer.canvas.painting import NEAR, Camera
from floworch_designer.settings.words import mark, tr
from floworch_designer.theme import Theme, ui_font

#: ``{node: (word, reason)}``. A word may be followed by ``|`` and the text that is written in its place.
Plan = Mapping[str, tuple[str, str]]
#: Colour token by word; a word that is not named is told in grey.
COLORS = {
    "runs": "running",
    "new": "running",
    "reused": "cached",
    "kept": "cached",
    "pinned": "paused",
    "stale": "retrying",
    "refused": "failed",
    "removed": "failed",
    "first": "failed",
    "first output": "retrying",
    "differs": "retrying",
    "added": "success",
    "changed": "retrying",
    "moved": "pending",
}
#: Words of nodes that take no part: their cards step back.
OUT = frozenset({"out", "same"})
_NAMES = {
    "runs": mark("runs"),
    "new": mark("new"),
    "reused": mark("reused"),
    "kept": mark("kept"),
    "pinned": mark("pinned"),
    "stale": mark("stale"),
    "refused": mark("refused"),
    "removed": mark("removed"),
    "out": mark("takes no part"),
}


#: Reasons of one word.
_REASONS = (mark("changed"), mark("moved"))


def told(word: str, reason: str) -> tuple[str, str]:
    """The word that stands at a card, and the reason for it, in the language of the window; sentences are already."""
    word, _, written = word.partition("|")
    return written or tr(_NAMES.get(word, word)), tr(reason) if reason in _REASONS else reason


def paint_plan(
    painter: QPainter, theme: Theme, camera: Camera, rect: Rect, boxes: Iterable[Box], plan: Plan
) -> None:  # fmt: skip
    """Paint the words of these boxes; the painter is in logical px, ``rect`` in scene units."""
    font = ui_font(11, 600)
    metrics = QFontMetricsF(font)
    for box in boxes:
        whole = plan.get(box.id, ("", ""))[0]
        word = whole.partition("|")[0]
        if not word or not overlaps(rect, box.painted):
            continue
        if word in OUT and not box.container:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("canvas", 0.65))
            painter.drawRoundedRect(camera.rect(box.rect), RADIUS * camera.zoom, RADIUS * camera.zoom)
        if camera.zoom < NEAR or word == "same":
            continue
        text = told(whole, "")[0]
        at = camera.point(box.x, box.y)
        pill = QRectF(at.x() + 8, at.y() - 16, metrics.horizontalAdvance(text) + 16, 19)
        color = theme.color(COLORS.get(word, "pending"))
        painter.setPen(QPen(theme.color("canvas"), 2))
        painter.setBrush(color)
        painter.drawRoundedRect(pill, 9, 9)
        painter.setFont(font)
        painter.setPen(theme.color("pill_text"))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
