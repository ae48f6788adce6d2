"""What an item of a loop is, by its number; pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from floworch.artifact import SHOWN, Parts
from floworch.errors import CorruptArtifact
from floworch.run.items import StoredItems

if TYPE_CHECKING:
    from floworch.run.state import RunState

#: Stands for an item that nobody can tell: a round of a repeat or a try, or of a list that is too large to be read.
UNKNOWN = object()


def item_of(state: RunState, node: int, scope: tuple[int, ...]) -> Any:
    """The item that a node in a loop's body works on, or :data:`UNKNOWN`.

    Args:
        state: The run.
        node: Index of the node.
        scope: Numbers of the items around it, outermost first.
    """
    container = state.parents.get(node)
    return UNKNOWN if container is None else item_at(state, container, scope)


def item_at(state: RunState, container: int, scope: tuple[int, ...]) -> Any:
    """An item of a loop, or :data:`UNKNOWN`. A list in a file is read up to the size at which values are shown."""
    listed = state.items.get((container, scope[:-1])) if scope else None
    if listed is None or listed.rounds is not None:
        return UNKNOWN
    return item_in(listed.items, scope[-1])


def item_in(items: Sequence[Any], number: int) -> Any:
    """An item of a list of items, or :data:`UNKNOWN`."""
    if not 0 <= number < len(items):
        return UNKNOWN
    if isinstance(items, StoredItems) and items.artifact.size > SHOWN:
        return UNKNOWN
    if isinstance(items, Parts) and max(part.size for part in items.parts) > SHOWN:
        return UNKNOWN
    try:
        return items[number]
    except CorruptArtifact:
        return UNKNOWN
