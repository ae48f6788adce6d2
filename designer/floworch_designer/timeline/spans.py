"""What every node did when, computed from the events of a run: attempts, back-off, waits, queues, the critical path.

Pure, and without Qt: the chart paints what is here. One :class:`Gantt` takes the events of one run in order.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from enum import IntEnum
from itertools import islice

from msgspec import Struct

from floworch.run.events import Event, EventKind
from floworch_designer.runs.sketch import Sketch
from floworch_designer.timeline.pieces import Piece, Pieces

_K = EventKind


class Kind(IntEnum):
    """What a node does in a span."""

    QUEUED = 0  # everything it needs is there, and no slot is free
    RUNNING = 1
    BACKOFF = 2  # between two attempts
    WAITING = 3  # for a timer, a signal or a person
    UNDOING = 4  # an attempt of its compensation


class Span(Struct, gc=False):  # a run has tens of thousands, which the collector passes by
    """A time in which a node did one thing.

    Attributes:
        kind: What it did.
        start, end: Epoch seconds; end is None while it goes on.
        attempt: Number of the attempt, 0 for a queue.
        outcome: Word of the event that ended it, without its ``node_``; empty while it goes on.
        scope: Item indexes of a node in a container's body.
    """

    kind: Kind
    start: float
    end: float | None = None
    attempt: int = 0
    outcome: str = ""
    scope: tuple[int, ...] = ()


class Row(Struct, frozen=True, gc=False):
    """One line of the chart: a node by index, and how many containers it is in."""

    node: int
    depth: int


#: Kind of event -> what the node does from then on.
_OPENS = {
    _K.NODE_STARTED: Kind.RUNNING, _K.NODE_RESUMED: Kind.RUNNING, _K.NODE_RETRYING: Kind.BACKOFF,
    _K.NODE_WAITING: Kind.WAITING, _K.NODE_COMPENSATING: Kind.UNDOING, _K.NODE_COMPENSATION_RETRYING: Kind.BACKOFF,
}  # fmt: skip
_CLOSES = frozenset({
    _K.NODE_COMPLETED, _K.NODE_FAILED, _K.NODE_CANCELLED, _K.NODE_INTERRUPTED, _K.NODE_IN_DOUBT, _K.NODE_SKIPPED,
    _K.NODE_BYPASSED, _K.NODE_REUSED, _K.NODE_COMPENSATED, _K.NODE_COMPENSATION_FAILED,
    _K.NODE_COMPENSATION_INTERRUPTED,
})  # fmt: skip
_ENDS = _CLOSES - {_K.NODE_INTERRUPTED, _K.NODE_IN_DOUBT, _K.NODE_COMPENSATION_INTERRUPTED}
_STANDS = frozenset({_K.RUN_PAUSED, _K.RUN_INTERRUPTED})
_RUN_ENDS = frozenset({_K.RUN_COMPLETED, _K.RUN_FAILED, _K.RUN_CANCELLED})
#: Kind of event -> the word for how a span ended with it.
_OUTCOMES = {int(kind): kind.public.removeprefix("node_") for kind in EventKind}
#: Queues shorter than this are not shown, seconds: the engine's own step from one node to the next.
SHORTEST_QUEUE = 0.005


class Gantt:
    """The chart of one run.

    Args:
        definition: The run's definition; its edges say what a node had to wait for.
        node_ids: Ids in index order.

    Attributes:
        spans: By node index, in the order in which they began.
        pauses: When the whole run stood still: ``[start, end or None]``.
        begin, end: Moments of the first and the last event, epoch seconds.
        attempts: How many attempts there were.
        revision: Grows with every event that changed something.
    """

    def __init__(self, definition: Sketch, node_ids: Sequence[str]) -> None:
        self.spans: dict[int, list[Span]] = {}
        self.pauses: list[list[float | None]] = []
        self.begin = self.end = 0.0
        self.attempts = self.revision = 0
        index = {name: i for i, name in enumerate(node_ids)}
        nodes = definition.nodes
        self.parents = {
            index[name]: index[node.parent] for name, node in nodes.items() if name in index and node.parent in index
        }
        self._first = {index[name] for name, node in nodes.items() if node.join == "first" and name in index}
        self._before: dict[int, list[int]] = {}
        for edge in definition.edges:
            if edge.source in index and edge.target in index:
                self._before.setdefault(index[edge.target], []).append(index[edge.source])
        self._open: dict[tuple[int, tuple[int, ...]], Span] = {}
        self._ended: dict[int, float] = {}
        self._started: float | None = None
        self._rows: list[Row] = []
        self._moments: list[tuple[float, int]] = []  # by which these stand in order, where no node is in a container
        self._pieces: dict[int, Pieces] = {}

    def add(self, event: Event) -> None:
        """Take in the next event."""
        kind, at = event.kind, event.at
        self.begin = self.begin or at
        self.end = max(self.end, at)
        if event.node < 0:
            self._run(kind, at)
            return
        opens = _OPENS.get(kind)  # type: ignore[call-overload]
        if opens is None and kind not in _CLOSES:
            return
        self.revision += 1
        key = (event.node, event.scope)
        self._close(key, event)
        if opens is not None:
            if kind == _K.NODE_STARTED:
                self._queue(event)
            span = Span(opens, at, attempt=event.attempt, scope=event.scope)
            self.attempts += kind in (_K.NODE_STARTED, _K.NODE_COMPENSATING)
            self._open[key] = span
            self.spans.setdefault(event.node, []).append(span)
            if event.node in self.parents:
                self._pieces.setdefault(event.node, Pieces()).begin(span, opens is Kind.RUNNING)
        elif kind in _ENDS and not event.scope:
            self._ended[event.node] = at

    def _run(self, kind: int, at: float) -> None:
        self.revision += 1
        if kind == _K.RUN_STARTED and self._started is None:
            self._started = at
        standing = bool(self.pauses) and self.pauses[-1][1] is None
        if kind in _STANDS and not standing:
            self.pauses.append([at, None])
        elif standing and kind not in _STANDS:
            self.pauses[-1][1] = at
        if kind in _RUN_ENDS:
            for (node, _), span in self._open.items():
                span.end = at
                self._end_piece(node, span)
            self._open.clear()

    def _close(self, key: tuple[int, tuple[int, ...]], event: Event) -> None:
        span = self._open.pop(key, None)
        if span is not None:
            span.end, span.outcome = event.at, _OUTCOMES[event.kind]
            self._end_piece(event.node, span)

    def _end_piece(self, node: int, span: Span) -> None:
        if node in self.parents:
            self._pieces[node].end(span)

    def _queue(self, event: Event) -> None:
        """The time in which a node could have run before it did for the first time."""
        if event.scope or event.node in self.parents or event.node in self.spans:
            return
        ready = self.ready(event.node)
        if ready is not None and event.at - ready > SHORTEST_QUEUE:
            self.spans[event.node] = [Span(Kind.QUEUED, ready, event.at, outcome="started")]

    # -- what is read ------------------------------------------------------------------------------------

    def ready(self, node: int) -> float | None:
        """When everything that a node at top level needs had ended, epoch seconds; None while it has not."""
        blame = self._blame(node)
        return self._ended[blame] if blame is not None else None if self._before.get(node) else self._started

    def rows(self) -> list[Row]:
        """Every node that did something, by its first moment; nodes of a body stand below their container."""
        known = len(self._rows)
        if known != len(self.spans):
            if self.parents:
                self._rows = self._nested()
            else:  # sorting thousands of nodes anew at every look would hold up the window: the new ones are put in
                for node in islice(self.spans, known, None):
                    moment = self.spans[node][0].start, node
                    place = bisect_right(self._moments, moment)
                    self._moments.insert(place, moment)
                    self._rows.insert(place, Row(node, 0))
        return self._rows

    def _nested(self) -> list[Row]:
        order = sorted(self.spans, key=lambda node: (self.spans[node][0].start, node))
        inside: dict[int, list[int]] = {}
        for node in order:
            parent = self.parents.get(node, -1)
            inside.setdefault(parent if parent in self.spans else -1, []).append(node)
        rows: list[Row] = []
        stack = [(node, 0) for node in reversed(inside.get(-1, []))]
        while stack:
            node, depth = stack.pop()
            rows.append(Row(node, depth))
            stack += [(child, depth + 1) for child in reversed(inside.get(node, []))]
        return rows

    def pieces(self, node: int) -> list[Piece]:
        """The attempts of all items of a body node, where they overlap as one."""
        found = self._pieces.get(node)
        return found.made() if found is not None else []

    def critical(self) -> list[int]:
        """Nodes at top level from the one that began first to the one that ended last, each waited for by the next."""
        open_now = [node for (node, scope) in self._open if not scope and node not in self.parents]
        node: int | None
        if open_now:
            node = min(open_now, key=lambda n: (self.spans[n][0].start, n))
        else:
            ended = (node for node in self._ended if node not in self.parents and node in self.spans)
            node = max(ended, key=lambda n: (self._ended[n], self.spans[n][0].start, n), default=None)
        path: dict[int, None] = {}  # in order: a list would be looked through at every node
        while node is not None and node not in path:
            path[node] = None
            node = self._blame(node)
        return [*reversed(path)]

    def _blame(self, node: int) -> int | None:
        """The node before whose end let this one begin."""
        before = [source for source in self._before.get(node, ()) if source in self._ended]
        if not before:
            return None
        return (min if node in self._first else max)(before, key=lambda source: (self._ended[source], source))

    def took(self, node: int, now: float) -> float:
        """Seconds from a node's first span, queues left out, to the end of its last one, or to ``now``."""
        if node in self._pieces:
            return self._pieces[node].took(now)
        spans = [span for span in self.spans.get(node, ()) if span.kind is not Kind.QUEUED]
        if not spans:
            return 0.0
        return (spans[-1].end if spans[-1].end is not None else now) - spans[0].start

    def at(self, node: int, moment: float) -> Span | None:
        """The span of a node at a moment, the last one that began."""
        spans = self.spans.get(node, [])
        place = bisect_right(spans, moment, key=lambda span: span.start) - 1
        while place >= 0 and spans[place].end is not None and (spans[place].end or 0.0) < moment:
            place -= 1
            if node not in self.parents:
                return None
        return spans[place] if place >= 0 else None

    def over(self, node: int, moment: float, near: float) -> list[Span]:
        """All spans of a node at a moment, or before ``near``, in the order in which they began: items overlap."""
        spans = self.spans.get(node, [])
        last = bisect_right(spans, max(moment, near), key=lambda span: span.start)
        return [span for span in islice(spans, last) if span.end is None or span.end >= moment]
