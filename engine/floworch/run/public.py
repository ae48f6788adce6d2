"""Events as scripts see them: one flattened JSON object per line (interfaces.md section 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from floworch.artifact import shown
from floworch.model.own import own
from floworch.run.events import Event, EventKind
from floworch.run.view import iso

_RESERVED = frozenset({"run_id", "seq", "at", "kind", "node", "attempt", "item"})


class PublicEvents:
    """Turns the events of one run, in order, into what scripts see; follows the run to a longer node table (C7.5).

    Args:
        run_id: The run.
        node_ids: Its node table: that of its header when the first event comes first, else a later one.
    """

    def __init__(self, run_id: str, node_ids: Sequence[str]) -> None:
        self._run_id = run_id
        self._node_ids = node_ids

    def __call__(self, event: Event) -> dict[str, Any]:
        """One event, as ``public_event`` gives it."""
        if event.kind == EventKind.RUN_MIGRATED:
            self._node_ids = (event.payload or {}).get("nodes", self._node_ids)
        return public_event(event, self._run_id, self._node_ids)


@dataclass(frozen=True, slots=True)
class RunEvent:
    """One event of a run in the words of its definition: what ``RunHandle.events`` gives.

    Attributes:
        run_id: The run.
        seq: Gapless number within the run, from 0.
        at: Wall-clock seconds since the Unix epoch.
        kind: What happened, a word such as ``node_completed`` (docs/reference/events.md).
        node: Id of the node, or None for facts of the whole run.
        attempt: Attempt number from 1, or None where it does not apply.
        item: Index of the container's item, a tuple of indexes (outermost first) in nested containers, or None.
        payload: What the kind tells besides, such as ``output`` or ``error``; empty where it tells nothing.
        record: The Event as the journal holds it; nothing of it may be changed.
    """

    run_id: str
    seq: int
    at: float
    kind: str
    node: str | None
    attempt: int | None
    item: int | tuple[int, ...] | None
    payload: dict[str, Any] = field(repr=False)
    record: Event = field(repr=False, compare=False)

    @classmethod
    def of(cls, event: Event, run_id: str, node_ids: Sequence[str]) -> RunEvent:
        """Return the view of an event."""
        scope = event.scope
        return cls(
            run_id, event.seq, event.at, event.word, node_ids[event.node] if event.node >= 0 else None,
            event.attempt or None, None if not scope else scope[0] if len(scope) == 1 else scope,
            own(event.payload) if event.payload else {}, event,
        )  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """Return the flat object that ``floworch events`` prints for it."""
        names = {self.record.node: self.node} if self.node is not None else {}
        return public_event(self.record, self.run_id, names)

    def __str__(self) -> str:
        place = "" if self.node is None else f" {self.node}"
        place += "".join(f"[{index}]" for index in self.record.scope)
        return f"{self.seq} {self.kind}{place}"


def public_event(event: Event, run_id: str, node_ids: Sequence[str] | Mapping[int, str]) -> dict[str, Any]:
    """Return ``{run_id, seq, at, kind, node, attempt, item}`` and the payload's own keys.

    ``node`` is the node's id or None, ``attempt`` None where it does not apply, ``item`` the item index inside a
    container (a list of indexes, outermost first, inside nested ones) or None. A payload key that would hide one of
    these is written with a trailing underscore.
    """
    scope = event.scope
    line: dict[str, Any] = {
        "run_id": run_id,
        "seq": event.seq,
        "at": iso(event.at),
        "kind": EventKind(event.kind).public,
        "node": node_ids[event.node] if event.node >= 0 else None,
        "attempt": event.attempt or None,
        "item": None if not scope else scope[0] if len(scope) == 1 else list(scope),
    }
    for key, value in (event.payload or {}).items():
        line[public_key(key)] = _named(value) if key == "items" and type(value) is dict and value else shown(value)
    return line


def _named(items: dict[str, Any]) -> list[dict[str, Any]]:
    """The parts of a long item list, by name."""
    return [{"$artifact": part.sha256, "size": part.size} for part in items["parts"]]


def public_key(key: str) -> str:
    """How a key of a payload is written: with an underscore at its end when it would hide one of the line's own."""
    return f"{key}_" if key in _RESERVED else key
