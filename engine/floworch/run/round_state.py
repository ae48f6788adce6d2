"""What a container that runs its body in rounds keeps beside its items (contract C10.2, C15)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from floworch.run.items import ItemsState


class RoundsState:
    """How the rounds of one container go; each is an item, and there is one item more than have ended while it goes on.

    Attributes:
        kind: ``repeat`` or ``try``. most, until, on_max, delay, catch: as in ``floworch.actions.outcome.Rounds``.
        ended_at: When the last round ended, epoch seconds, or None.
        met: Whether ``until`` held after the last round.
    """

    __slots__ = ("catch", "delay", "ended_at", "kind", "met", "most", "on_max", "until")

    def __init__(self, fields: dict[str, Any]) -> None:
        self.kind: str = fields["kind"]
        self.most = int(fields.get("most", 1))
        self.until: str | None = fields.get("until")
        self.on_max: str = fields.get("on_max", "complete")
        self.delay = float(fields.get("delay", 0.0))
        self.catch: list[str] = list(fields.get("catch", ()))
        self.ended_at: float | None = fields.get("ended_at")
        self.met = bool(fields.get("met", False))

    def to_json(self) -> dict[str, Any]:
        """The fields that make an equal one."""
        return {name: getattr(self, name) for name in self.__slots__}

    def completed(self, items: ItemsState, at: float, payload: dict[str, Any]) -> None:
        """Note what a completed round means: another one follows with its result as item, or it was the last."""
        self.ended_at = at
        self.met = bool(payload.get("met"))
        if payload.get("last"):
            return
        output = items.results[-1]
        items.items[-1] = items.results[-1] = None  # only the newest is ever read again
        _add(items, output)

    def failed(self, items: ItemsState, at: float, payload: dict[str, Any]) -> None:
        """Note what a failed round means: another try, or the end."""
        self.ended_at = at
        if payload.get("again"):
            _add(items, None)


def _add(items: ItemsState, item: Any) -> None:
    items.items.append(item)
    items.done.append(0)
    items.results.append(None)
