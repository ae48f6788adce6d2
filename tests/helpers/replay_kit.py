"""A run that went through everything a replay shows, as events made by hand."""

from __future__ import annotations

from floworch.run.events import Event, EventKind
from floworch.store.protocol import RunHeader

K = EventKind
DEFINITION = b"""{"format": 1, "id": "w", "nodes": {
"a": {"action": "data.set", "title": "First"}, "b": {"action": "util.log", "retry": {"max_attempts": 3}},
"c": {"action": "util.log"}, "d": {"action": "util.log"}},
"edges": [{"from": "a", "to": "b"}, {"from": "a", "to": "c"}, {"from": "b", "to": "d"}, {"from": "c", "to": "d"}]}"""
#: (seconds since the start, kind, node, attempt, payload)
STORY = (
    (0.0, K.RUN_CREATED, -1, 0, None),
    (0.0, K.RUN_STARTED, -1, 0, None),
    (0.1, K.NODE_STARTED, 0, 1, None),
    (0.2, K.NODE_LOGGED, 0, 1, {"level": "info", "message": "hello"}),
    (1.0, K.NODE_COMPLETED, 0, 1, {"output": 1}),
    (1.0, K.NODE_STARTED, 1, 1, None),
    (1.5, K.NODE_STARTED, 2, 1, None),
    (2.0, K.NODE_RETRYING, 1, 1, {"error": {"kind": "timeout_error", "message": "late"}, "due": 104.0, "delay": 2.0}),
    (2.5, K.NODE_COMPLETED, 2, 1, {"output": 2}),
    (2.6, K.RUN_PAUSING, -1, 0, None),
    (2.7, K.RUN_PAUSED, -1, 0, None),
    (3.5, K.RUN_RESUMED, -1, 0, None),
    (4.0, K.NODE_STARTED, 1, 2, None),
    (4.2, K.NODE_PROGRESSED, 1, 2, {"fraction": 0.5, "message": "half"}),
    (5.0, K.NODE_COMPLETED, 1, 2, {"output": 3}),
    (5.1, K.NODE_STARTED, 3, 1, None),
    (6.0, K.NODE_FAILED, 3, 1, {"error": {"kind": "processing_error", "message": "broken"}}),
    (6.0, K.RUN_FAILED, -1, 0, {"error": {"kind": "processing_error", "message": "broken", "node": "d"}}),
)


def events(story=STORY, begin: float = 100.0) -> list[Event]:
    return [
        Event(seq, begin + at, kind, node, attempt, (), payload)
        for seq, (at, kind, node, attempt, payload) in enumerate(story)
    ]


def header(nodes: int = 4, definition: bytes = DEFINITION) -> RunHeader:
    names = tuple("abcd"[:nodes]) if nodes <= 4 else tuple(f"n{i}" for i in range(nodes))
    return RunHeader("r", "w", definition, "", {}, names, 100.0)


def long_story(count: int, nodes: int) -> list[Event]:
    """A run in which nodes start, are tried again and complete, of at least ``count`` events."""
    made = [Event(0, 0.0, K.RUN_CREATED), Event(1, 0.0, K.RUN_STARTED)]
    tries = count // (2 * nodes)
    for node in range(nodes):
        for attempt in range(1, tries + 1):
            last = attempt == tries
            for kind, payload in ((K.NODE_STARTED, None), (K.NODE_COMPLETED if last else K.NODE_RETRYING, {})):
                made.append(Event(len(made), len(made) / 1000, kind, node, attempt, (), payload))
    return made


def waiting_story() -> list[Event]:
    """The same run with an hour in which its last node waits for a timer."""
    wait = {"wait": {"kind": "timer", "name": "", "due": 3705.0, "details": {}}}
    hour = ((5.2, K.NODE_WAITING, 3, 1, wait), (3605.0, K.NODE_RESUMED, 3, 1, None))
    return events((*STORY[:-2], *hour, *((at + 3600.0, *rest) for at, *rest in STORY[-2:])))
