"""What became of each item in a loop: one record for every instance of a node, from the events of its run; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from floworch.run.events import Event, EventKind
from floworch.run.items import item_list
from floworch.run.status import NodeStatus
from floworch_designer.runs.item_values import UNKNOWN, item_in

if TYPE_CHECKING:
    from floworch.run.state import RunState

_K, _S = EventKind, NodeStatus
_STATUS: dict[int, NodeStatus] = {
    _K.NODE_STARTED: _S.RUNNING,
    _K.NODE_COMPLETED: _S.COMPLETED,
    _K.NODE_FAILED: _S.FAILED,
    _K.NODE_RETRYING: _S.RETRYING,
    _K.NODE_WAITING: _S.WAITING,
    _K.NODE_RESUMED: _S.RUNNING,
    _K.NODE_SKIPPED: _S.SKIPPED,
    _K.NODE_BYPASSED: _S.BYPASSED,
    _K.NODE_CANCELLED: _S.CANCELLED,
    _K.NODE_INTERRUPTED: _S.PENDING,
    _K.NODE_IN_DOUBT: _S.IN_DOUBT,
    _K.NODE_REUSED: _S.REUSED,
    _K.NODE_RESET: _S.PENDING,
    _K.NODE_COMPENSATING: _S.COMPENSATING,
    _K.NODE_COMPENSATED: _S.COMPENSATED,
    _K.NODE_COMPENSATION_FAILED: _S.COMPENSATION_FAILED,
}
#: What the events of a loop itself say of one of its items.
_ITEMS: dict[int, NodeStatus] = {
    _K.ITEM_COMPLETED: _S.COMPLETED,
    _K.ITEM_FAILED: _S.FAILED,
    _K.ITEM_REOPENED: _S.RUNNING,
}
#: Statuses after which something may still happen without anybody asking for it.
GOING = frozenset({_S.PENDING, _S.RUNNING, _S.RETRYING, _S.WAITING, _S.COMPENSATING})


@dataclass(slots=True)
class Instance:
    """A node in one item of a loop, or one item of a loop as a whole.

    Attributes:
        scope: Numbers of the items around it, outermost first.
        status: What it is.
        attempts: Number of its last attempt; 0 for an item as a whole.
        started, ended: Epoch seconds of its first attempt and of its end, or None.
        output: What it gave, as its event holds it.
        error: Why it failed, else None.
        wait: What it waits for, else None.
        spoken: Places of the events with which it wrote into the log.
    """

    scope: tuple[int, ...]
    status: NodeStatus = NodeStatus.PENDING
    attempts: int = 0
    started: float | None = None
    ended: float | None = None
    output: Any = None
    error: dict[str, Any] | None = None
    wait: dict[str, Any] | None = None
    spoken: list[int] = field(default_factory=list)

    @property
    def duration(self) -> float | None:
        """Seconds from its start to its end, or None while one is missing."""
        return None if self.started is None or self.ended is None else max(0.0, self.ended - self.started)


class Instances:
    """The instances of one node by scope, folded a piece at a time.

    Args:
        node: Index of the node.
        name: Its id.
        container: Index of the loop it is in; its own for a loop at top level, whose items are then what is recorded.
        body: Indexes of the nodes in the body of such a loop.

    Attributes:
        found: The instances by scope.
        count: How many events have been folded.
    """

    def __init__(self, node: int, name: str, container: int, body: Iterable[int] = ()) -> None:
        self.node, self.name, self._container = node, name, container
        self.body = frozenset(body)
        self.found: dict[tuple[int, ...], Instance] = {}
        self.count = 0
        self._listed: dict[tuple[int, ...], Any] = {}
        self._results: dict[tuple[int, ...], list[Any]] = {}  # of a loop within a loop, by its own scope

    @classmethod
    def of(cls, state: RunState, name: str) -> Instances:
        """Those of a node of a run, before the first event."""
        node = state.index[name]
        if node in state.parents:
            return cls(node, name, state.parents[node])
        return cls(node, name, node, (child for child, parent in state.parents.items() if parent == node))

    def value(self, scope: tuple[int, ...]) -> Any:
        """The item of an instance, or ``item_values.UNKNOWN``."""
        listed = self._listed.get(scope[:-1])
        return UNKNOWN if listed is None else item_in(listed, scope[-1])

    def take(self, events: Sequence[Event], upto: int, most: int) -> int:
        """Fold the next events up to the place ``upto``, at most ``most`` of them; returns how many there were."""
        end = min(upto, self.count + most)
        begin, self.count = self.count, max(self.count, end)
        for place in range(begin, end):
            event = events[place]
            if event.kind == _K.ITEMS_LISTED:
                self._list(event)
            elif event.scope:
                self._fold(event, place)
        return max(0, end - begin)

    def _list(self, event: Event) -> None:
        """Keep what the items are; a list is the event's own, and only read."""
        payload = event.payload or {}
        listed, total = payload.get("items"), int(payload.get("total", 0))
        items = listed if isinstance(listed, list) else item_list(listed, total)
        if event.node == self._container and "rounds" not in payload:
            self._listed[event.scope] = items
        if event.node == self.node and event.scope:
            self._results[event.scope] = [None] * len(items)

    def _fold(self, event: Event, place: int) -> None:
        kind = event.kind
        if self.body:
            if event.node == self.node and kind in _ITEMS:
                self._end(event, _ITEMS[kind])
            elif event.node in self.body:
                self._inside(event, place)
        elif event.node == self.node and kind in _STATUS:
            self._end(event, _STATUS[kind])
        elif event.node == self.node and kind == _K.ITEM_COMPLETED:
            results = self._results.setdefault(event.scope[:-1], [])
            results += [None] * (event.scope[-1] + 1 - len(results))
            results[event.scope[-1]] = (event.payload or {}).get("output")
        elif event.node == self.node and kind == _K.NODE_LOGGED:
            self._of(event).spoken.append(place)
        elif kind == _K.ITEM_REOPENED and self.name in (event.payload or {}).get("reset", ()):
            found = self.found.get(event.scope)
            if found is not None:
                _again(found, NodeStatus.PENDING)

    def _inside(self, event: Event, place: int) -> None:
        """What a node of the body does in an item tells of the item as a whole."""
        if event.kind == _K.NODE_LOGGED:
            self._of(event).spoken.append(place)
            return
        if event.kind not in (_K.NODE_STARTED, _K.NODE_WAITING, _K.NODE_RESUMED, _K.NODE_RETRYING):
            return
        found = self._of(event)
        if event.kind == _K.NODE_STARTED and found.status.final:
            _again(found, NodeStatus.RUNNING)
        found.status = _STATUS[event.kind]
        found.wait = (event.payload or {}).get("wait")
        if found.started is None:
            found.started = event.at

    def _end(self, event: Event, status: NodeStatus) -> None:
        found, payload = self._of(event), event.payload or {}
        if event.kind in (_K.NODE_STARTED, _K.ITEM_REOPENED) and found.status.final:
            _again(found, status)
        found.status = status
        found.wait = payload.get("wait")
        found.attempts = max(found.attempts, event.attempt)
        if event.kind == _K.NODE_STARTED and found.started is None:
            found.started = event.at
        if "error" in payload:
            found.error = payload["error"]
        if status.final:
            found.ended = event.at
            found.output = payload["output"] if "output" in payload else self._results.get(event.scope)
            if status is NodeStatus.COMPLETED:
                found.error = None

    def _of(self, event: Event) -> Instance:
        found = self.found.get(event.scope)
        if found is None:
            found = self.found[event.scope] = Instance(event.scope)
        return found


def _again(found: Instance, status: NodeStatus) -> None:
    """It goes once more: its start, end and result are of the new time."""
    found.status = status
    found.started = found.ended = found.output = found.error = None
