"""What differs between two definitions, by node id: what a view needs to follow the document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from floworch.model.workflow import Workflow
from floworch_designer.document.decor import Kind, raw
from floworch_designer.document.nodes import same
from floworch_designer.document.positions import raw_positions

_DECOR: tuple[Kind, ...] = ("notes", "frames", "knots", "portals")
_META = ("id", "name", "description", "inputs", "outputs", "settings", "middleware")


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """The difference of two workflows.

    Attributes:
        nodes: Ids that are new or whose node value differs.
        removed: Ids that are gone.
        edges: Whether the edges differ.
        moved: Ids whose stored position differs, new ones included.
        decor: Whether notes, frames, knots or portals differ.
        meta: Whether anything else differs (name, inputs, outputs, settings, workflow middleware).
        everything: A different document was loaded: follow nothing, build anew.
        refused: Nothing differs: an edit was refused, and what was typed or dragged goes back.
    """

    nodes: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    edges: bool = False
    moved: frozenset[str] = frozenset()
    decor: bool = False
    meta: bool = False
    everything: bool = False
    refused: bool = False

    def __bool__(self) -> bool:
        """Whether anything differs at all."""
        parts = (self.nodes, self.removed, self.edges, self.moved, self.decor, self.meta, self.everything)
        return any(parts)


EVERYTHING = ChangeSet(edges=True, meta=True, everything=True)
REFUSED = ChangeSet(edges=True, meta=True, everything=True, refused=True)


def diff(before: Workflow, after: Workflow) -> ChangeSet:
    """Compare two workflows that share structure; cost grows with the number of nodes, not with their content."""
    if before is after:
        return ChangeSet()
    nodes, removed = _differences(before.nodes, after.nodes)
    moved, _ = _differences(raw_positions(before), raw_positions(after))
    return ChangeSet(
        nodes=nodes,
        removed=removed,
        edges=before.edges is not after.edges and before.edges != after.edges,
        moved=moved,
        decor=before.view is not after.view and any(not same(raw(before, kind), raw(after, kind)) for kind in _DECOR),
        meta=any(not same(getattr(before, name), getattr(after, name)) for name in _META),
    )


def _differences(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[frozenset[str], frozenset[str]]:
    if before is after:
        return frozenset(), frozenset()
    get = before.get
    changed = [key for key, value in after.items() if get(key) is not value]
    kept = frozenset(key for key in changed if key not in before or not same(before[key], after[key]))
    return kept, frozenset(before.keys() - after.keys())
