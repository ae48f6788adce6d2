"""Of which nodes and items of a run nobody knows whether they took effect before a crash (contract C7.8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from floworch.run.status import NodeStatus
from floworch_designer.settings.words import local_number, tr

if TYPE_CHECKING:
    from floworch.run.state import RunState

#: So many items are named at most.
NAMED = 8


def doubts(state: RunState) -> dict[str, list[tuple[int, ...]]]:
    """Ids of the nodes in doubt, each with the items of its loops that are; none for a node outside of loops."""
    code, ids = NodeStatus.IN_DOUBT.code, state.node_ids
    found: dict[str, list[tuple[int, ...]]] = {
        name: [] for name, at in state.index.items() if state.node_status[at] == code
    }
    for scope, bodies in sorted(state.bodies.items()):
        for at, body in bodies.items():
            if body.status == code and ids[at] in state.index:
                found.setdefault(ids[at], []).append(scope)
    return found


def doubt_text(state: RunState, title: Callable[[str], str]) -> str:
    """The nodes in doubt, and of each how many and which items; ``title`` says what a node is called."""
    return ", ".join(_named(title(node), items) for node, items in doubts(state).items())


def _named(title: str, items: list[tuple[int, ...]]) -> str:
    if not items:
        return tr("“{label}”", label=title)
    which = ", ".join(".".join(map(str, item)) for item in items[:NAMED])
    if len(items) == 1:
        return tr("“{title}” (item {item})", title=title, item=which)
    which = which if len(items) <= NAMED else f"{which}, …"
    return tr("“{title}” ({n} items: {items})", title=title, n=local_number(f"{len(items):,}"), items=which)
