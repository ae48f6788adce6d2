"""How many items went along a wire in the run that is shown: the number for it, and how thick it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import log10

from PySide6.QtGui import QFont, QFontMetricsF

from floworch.model.pictures.labels import SIDES
from floworch_designer.canvas.graph import Wire
from floworch_designer.canvas.items.wires import state_of
from floworch_designer.settings.words import local_number
from floworch_designer.theme import ui_font


def items_on(wire: Wire, arriving: Mapping[str, Sequence[Wire]]) -> int | None:
    """How many items went along a wire; None where that is not known, or it is no wire for items.

    ``arriving``: all wires by their target.
    """
    info = wire.source.live.info
    if info is None or info.passed is None or wire.port == "error":
        return None
    if info.reached is None:
        return info.passed.through(wire.port) if state_of(wire) in ("done", "live") else None
    # In a body there is one item a round: what completed went on, unless its node chose between ports.
    ports = [port.name for port in wire.source.shape.ports if port.name not in ("error", "done")]
    target = wire.target.live.info
    if len(ports) == 1 and wire.port == ports[0]:
        return info.passed.total
    return target.reached if target is not None and len(arriving.get(wire.target.id, ())) == 1 else None


def thicker(wire: Wire, width: float, arriving: Mapping[str, Sequence[Wire]]) -> float:
    """The width of a wire by the items that went along it: a pixel more for every hundred times as many."""
    items = items_on(wire, arriving)
    return width if not items else width + min(round(log10(items)), 6) / 2


def fitting(items: int, room: float) -> str:
    """A number in the room of a wire: in full, else rounded to thousands; nothing where not even that fits."""
    short = f"{items / 1e6:.0f}M" if items >= 999_500 else f"{items / 1000:.0f}k"
    for text in (local_number(f"{items:,}"), short if items >= 1000 else ""):
        if text and label_width(text) <= room:
            return text
    return ""


@lru_cache(maxsize=1024)
def label_width(text: str) -> float:
    """Width of a label with this text on a wire, scene units."""
    return QFontMetricsF(label_font()).horizontalAdvance(text) + 2 * SIDES


def label_font() -> QFont:
    """The font of what stands on wires."""
    return ui_font(11, 500, tabular=True)
