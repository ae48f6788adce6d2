"""How long the nodes in the bodies of loops worked, all items together: read from the events, since a state that held
the times of a hundred thousand items would be as large as its journal. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from floworch.run.events import Event, EventKind

_K = EventKind
_ENDS = frozenset({_K.NODE_COMPLETED, _K.NODE_FAILED, _K.NODE_CANCELLED})
#: An attempt that is lost: what it took does not count (C15).
_LOST = frozenset({_K.NODE_INTERRUPTED, _K.NODE_IN_DOUBT})
_STANDS = frozenset({_K.RUN_PAUSED, _K.RUN_INTERRUPTED})


def body_times(events: Iterable[Event], parents: Mapping[int, int]) -> dict[int, float]:
    """Seconds by body node from the start to the end of its attempts, added up over all items.

    Waits and retries of an item are included as in the duration of any node; times in which the run stood still, and
    attempts that were lost or that a retry of the run starts anew, are not.

    Args:
        events: All events of a run, in order.
        parents: The container of each body node.
    """
    took: dict[tuple[int, tuple[int, ...]], float] = {}
    begun: dict[tuple[int, tuple[int, ...]], tuple[float, float]] = {}  # when, and how long the run had rested then
    rested, since, seen = 0.0, None, 0.0
    for event in events:
        kind, at = event.kind, event.at
        if event.node < 0:
            if kind in _STANDS and since is None:
                since = at if kind == _K.RUN_PAUSED else seen  # it died some time after what is known last
            elif since is not None and kind not in _STANDS:
                rested += at - since
                since = None
        elif event.node in parents:
            key = (event.node, event.scope)
            if kind == _K.NODE_STARTED:
                begun.setdefault(key, (at, rested))
            elif kind in _LOST:
                begun.pop(key, None)
            elif kind in _ENDS and key in begun:
                start, before = begun.pop(key)
                took[key] = max(0.0, at - start - (rested - before))
        seen = at
    found: dict[int, float] = {}
    for (node, _), seconds in took.items():
        found[node] = found.get(node, 0.0) + seconds
    return {node: round(seconds, 6) for node, seconds in found.items()}
