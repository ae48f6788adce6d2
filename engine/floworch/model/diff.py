"""What changed between two definitions, by node, edge and field: for ``diff`` and for resuming with an edited one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from floworch.model.codec import to_data
from floworch.model.workflow import Edge, Value, Workflow

#: Fields that do not change what runs (contract C15).
COSMETIC = frozenset({"$schema", "name", "title", "description", "notes", "view"})
_PARTS = frozenset({"nodes", "edges"})
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs: ``old`` or ``new`` is None where the field is not written."""

    field: str
    old: Any
    new: Any

    @property
    def cosmetic(self) -> bool:
        """Whether it changes nothing that runs."""
        return self.field in COSMETIC

    def leaves(self) -> tuple[FieldChange, ...]:
        """The same change taken apart: where both values are objects, one change per key that differs.

        Fields are then dotted paths, such as ``params.url``.
        """
        old, new = self.old, self.new
        if not isinstance(old, dict) or not isinstance(new, dict):
            return (self,)
        found: list[FieldChange] = []
        for key in [*old, *(key for key in new if key not in old)]:
            if key not in old or key not in new or not _same(old[key], new[key]):
                found += FieldChange(f"{self.field}.{key}", old.get(key), new.get(key)).leaves()
        return tuple(found) or (self,)


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that differs between two definitions.

    Attributes:
        added, removed: Node ids, sorted.
        changed: Changed fields by node id; only nodes that are in both.
        edges_added, edges_removed: Edges as ``(from, port, to)``, sorted.
        fields: Changed fields of the workflow itself.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: dict[str, tuple[FieldChange, ...]] = field(default_factory=dict)
    edges_added: tuple[tuple[str, str, str], ...] = ()
    edges_removed: tuple[tuple[str, str, str], ...] = ()
    fields: tuple[FieldChange, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing differs."""
        return not (self.added or self.removed or self.changed or self.edges_added or self.edges_removed or self.fields)

    @property
    def stale(self) -> tuple[str, ...]:
        """Nodes in both whose logic changed, sorted: more than title and notes."""
        return tuple(
            sorted(name for name, changes in self.changed.items() if any(not change.cosmetic for change in changes))
        )

    @property
    def logic(self) -> bool:
        """Whether anything that runs differs."""
        edges_or_nodes = self.added or self.removed or self.edges_added or self.edges_removed or self.stale
        return bool(edges_or_nodes) or any(not change.cosmetic for change in self.fields)

    def without_view(self) -> Difference:
        """The same without the layout of the canvas."""
        return replace(self, fields=tuple(change for change in self.fields if change.field != "view"))

    def to_json(self) -> dict[str, Any]:
        """The object that ``floworch diff --json`` prints."""
        return {
            "added": list(self.added),
            "removed": list(self.removed),
            "changed": {name: _changes_json(changes) for name, changes in sorted(self.changed.items())},
            "edges_added": [list(edge) for edge in self.edges_added],
            "edges_removed": [list(edge) for edge in self.edges_removed],
            "fields": _changes_json(self.fields),
        }


def _changes_json(changes: tuple[FieldChange, ...]) -> list[dict[str, Any]]:
    return [{"field": leaf.field, "old": leaf.old, "new": leaf.new} for each in changes for leaf in each.leaves()]


def diff(old: Workflow, new: Workflow) -> Difference:
    """Compare two definitions; a default that is written out counts as equal to one that is not."""
    before, after = old.nodes, new.nodes
    changed = {}
    for name in sorted(before.keys() & after.keys()):
        if before[name] is not after[name] and (changes := _compare(before[name], after[name])):
            changed[name] = changes
    old_edges, new_edges = _edges(old.edges), _edges(new.edges)
    return Difference(
        added=tuple(sorted(after.keys() - before.keys())),
        removed=tuple(sorted(before.keys() - after.keys())),
        changed=changed,
        edges_added=tuple(sorted(new_edges - old_edges)),
        edges_removed=tuple(sorted(old_edges - new_edges)),
        fields=_compare(old, new, _PARTS),
    )


def changes_in(old: Any, new: Any, path: str = "") -> tuple[FieldChange, ...]:
    """What differs between two JSON values, by dotted path: down to the keys of objects and the places of lists.

    Lists of different lengths differ as wholes. ``old`` or ``new`` is None where a key is missing.
    """
    if old is _ABSENT or new is _ABSENT:
        return (FieldChange(path, None if old is _ABSENT else old, None if new is _ABSENT else new),)
    if isinstance(old, dict) and isinstance(new, dict):
        keys = [*old, *(key for key in new if key not in old)]
        pairs = [(str(key), old.get(key, _ABSENT), new.get(key, _ABSENT)) for key in keys]
    elif isinstance(old, (list, tuple)) and isinstance(new, (list, tuple)) and len(old) == len(new):
        pairs = [(str(i), a, b) for i, (a, b) in enumerate(zip(old, new, strict=True))]
    else:
        return () if _same(old, new) else (FieldChange(path, old, new),)
    found: list[FieldChange] = []
    for key, a, b in pairs:
        found += changes_in(a, b, f"{path}.{key}" if path else key)
    return tuple(found)


def _edges(edges: tuple[Edge, ...]) -> set[tuple[str, str, str]]:
    return {(edge.source, edge.port, edge.target) for edge in edges}


def _compare(old: Value, new: Value, leave: frozenset[str] = frozenset()) -> tuple[FieldChange, ...]:
    changes = []
    for name, info in type(old).model_fields.items():
        key = info.alias or name
        a, b = getattr(old, name), getattr(new, name)
        if key not in leave and not _same(a, b):
            changes.append(FieldChange(key, _plain(a), _plain(b)))
    a_extra, b_extra = old.model_extra or {}, new.model_extra or {}
    extra = [key for key in sorted(a_extra.keys() | b_extra.keys()) if not _same(a_extra.get(key), b_extra.get(key))]
    changes += [FieldChange(key, a_extra.get(key), b_extra.get(key)) for key in extra]
    return tuple(changes)


def _same(a: Any, b: Any) -> bool:
    """Equal as JSON: true is not 1, and a written default equals an absent one."""
    if isinstance(a, Value) and isinstance(b, Value):
        return not _compare(a, b)
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_same(item, b[key]) for key, item in a.items())
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(_same(x, y) for x, y in zip(a, b, strict=True))
    return bool(a == b) and isinstance(a, bool) == isinstance(b, bool)


def _plain(value: Any) -> Any:
    if isinstance(value, Value):
        return to_data(value) if isinstance(value, Workflow) else value.model_dump(by_alias=True, exclude_unset=True)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value
