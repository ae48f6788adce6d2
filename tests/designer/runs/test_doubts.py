"""Which nodes and items are in doubt after a crash (contract C7.8), in words."""

from __future__ import annotations

from floworch.run.events import Event, EventKind
from floworch.run.state import RunState
from floworch_designer.runs.doubts import NAMED, doubt_text, doubts

K = EventKind


def state(*doubtful: tuple[int, tuple[int, ...]]) -> RunState:
    """A run of a node, and of a loop over twenty items with one node in it."""
    made = RunState("r", "demo", ("one", "loop", "send"), parents={2: 1})
    events = [(K.RUN_STARTED, -1, (), None), (K.NODE_STARTED, 0, (), None), (K.NODE_STARTED, 1, (), None),
              (K.ITEMS_LISTED, 1, (), {"items": list(range(20))}),
              *((K.NODE_STARTED, 2, (item,), None) for item in range(20)),
              *((K.NODE_IN_DOUBT, node, scope, None) for node, scope in doubtful)]  # fmt: skip
    for seq, (kind, node, scope, payload) in enumerate(events):
        made.apply(Event(seq, 100.0 + seq, kind, node, 1, scope, payload))
    return made


def test_nodes_and_items_in_the_order_of_the_list() -> None:
    assert doubts(state()) == {}
    assert doubts(state((2, (3,)), (0, ()), (2, (1,)))) == {"one": [], "send": [(1,), (3,)]}


def test_in_words_with_titles_and_not_too_many_items() -> None:
    assert doubt_text(state((0, ())), str.title) == "“One”"
    assert doubt_text(state((2, (3,)), (0, ())), str.title) == "“One”, “Send” (item 3)"
    many = doubt_text(state(*((2, (item,)) for item in range(12))), str.title)
    assert many == "“Send” (12 items: " + ", ".join(map(str, range(NAMED))) + ", …)"
