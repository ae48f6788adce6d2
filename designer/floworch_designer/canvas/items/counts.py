"""How many items went along a wire in the run that is shown: the number for it, and how thick it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import log10

from PySide6.QtGui import QFont, QFontMetricsF

from floworch.model.pictures.labels import SIDES
from floworch_designer.canvas.graph import Wire
from floworch_designer.canvas.items.wires import state_of
from floworch_designer.canvas.live import RunInfo
from floworch_designer.settings.words import local_number
from floworch_designer.theme import ui_font

#: Actions of which one port fires each time, and no other (contract C2.7).
_ONE_PORT = frozenset({"flow.if", "flow.switch"})
_NONE: Mapping[str, Sequence[Wire]] = {}


def items_on(
    wire: Wire, arriving: Mapping[str, Sequence[Wire]], leaving: Mapping[str, Sequence[Wire]] = _NONE
) -> int | None:
    """How many items went along a wire; None where that is not known, or it is no wire for items.

    Args:
        wire: Any wire.
        arriving: All wires by their target.
        leaving: All wires by their source; without them nothing is told from what went through the other ports.
    """
    info = wire.source.live.info
    if info is None or info.passed is None or wire.port == "error":
        return None
    if info.reached is None:
        return info.passed.through(wire.port) if state_of(wire) in ("done", "live") else None
    # In a body there is one item a round: what completed went on, unless its node chose between ports.
    ports = [port.name for port in wire.source.shape.ports if port.name not in ("error", "done")]
    if len(ports) == 1 and wire.port == ports[0]:
        return info.passed.total
    beside = leaving.get(wire.source.id, (wire,))
    told = _told(wire.port, beside, arriving)
    if told is not None or wire.port not in ports or wire.source.node.action not in _ONE_PORT:
        return None if told is None else told.reached
    others = [_told(port, beside, arriving) for port in ports if port != wire.port]
    if info.passed.total is None or not all(_settled(info, other) for other in others):
        return None
    return info.passed.total - sum(other.reached or 0 for other in others if other is not None)


def _told(port: str, beside: Sequence[Wire], arriving: Mapping[str, Sequence[Wire]]) -> RunInfo | None:
    """The figures of a node that has its turn exactly when this port fires: no other wire leads to it."""
    for each in beside:
        target = each.target
        if each.port == port and len(arriving.get(target.id, ())) == 1 and not target.node.disabled:
            info = target.live.info
            if info is not None and info.reached is not None:
                return info
    return None


def _settled(source: RunInfo, target: RunInfo | None) -> bool:
    """Whether of every round of the source it is known if it went on to the target."""
    if target is None or source.skipped != target.skipped:
        return False
    return _rounds(source) == _rounds(target)


def _rounds(info: RunInfo) -> int:
    return (info.reached or 0) + info.bypassed + info.skipped


def thicker(
    wire: Wire, width: float, arriving: Mapping[str, Sequence[Wire]], leaving: Mapping[str, Sequence[Wire]] = _NONE
) -> float:
    """The width of a wire by the items that went along it: a pixel more for every hundred times as many."""
    items = items_on(wire, arriving, leaving)
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
