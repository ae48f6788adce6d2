"""What a layout must know of a card: its size, and where its wires arrive and leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Outline:
    """A card or frame.

    Attributes:
        width, height: In scene units; of a container with a body they follow from the body.
        enters: How far below its upper edge wires arrive.
        leaves: By port how far below it they leave.
        stands: Where a folded container stands: it counts as this card, and its body moves along as it is.
    """

    width: float = 216.0
    height: float = 72.0
    enters: float = 36.0
    leaves: Mapping[str, float] = field(default_factory=dict)
    stands: tuple[float, float] | None = None

    def leave(self, port: str) -> float:
        """How far below the upper edge wires of this port leave; as they arrive for one that is not known."""
        return self.leaves.get(port, self.leaves.get("out", self.enters))


#: A card of one success port.
CARD = Outline(leaves={"done": 14.0, "out": 36.0, "error": 58.0})
#: A container without a body: its least size, and its ports beside the title.
FRAME = Outline(264.0, 144.0, 18.0, {"out": 18.0, "error": 40.0, "done": 62.0})
