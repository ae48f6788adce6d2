"""Two versions of a definition as one picture: what is new, gone, changed or moved, in the order one reads it. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final, Literal, TypeVar

from floworch.model.diff import COSMETIC, FieldChange
from floworch.model.diff import diff as compare
from floworch.model.workflow import Edge, Workflow
from floworch_designer.document.decor import Group, Note, groups, notes
from floworch_designer.document.nodes import same
from floworch_designer.document.positions import ROW, Point, as_point, positions, raw_positions, with_positions
from floworch_designer.settings.words import counted, mark, tr

Kind = Literal["added", "removed", "changed", "moved"]
Ends = tuple[str, str, str]
T = TypeVar("T", Note, Group)
#: How a headline counts what differs: one thing, several.
_OF_NODES: Final[Mapping[Kind, tuple[str, str]]] = {
    "added": (mark("1 node added"), mark("{n} nodes added")),
    "removed": (mark("1 node removed"), mark("{n} nodes removed")),
    "changed": (mark("1 node changed"), mark("{n} nodes changed")),
    "moved": (mark("1 node moved"), mark("{n} nodes moved")),
}
_OF_EDGES: Final[Mapping[Kind, tuple[str, str]]] = {
    "added": (mark("1 edge added"), mark("{n} edges added")),
    "removed": (mark("1 edge removed"), mark("{n} edges removed")),
}
_OF_REST: Final = (mark("1 change beside the nodes"), mark("{n} changes beside the nodes"))
#: What a card or a row says of its kind.
KINDS: Final = {
    "added": mark("added"), "removed": mark("removed"), "changed": mark("changed"), "moved": mark("moved"),
}  # fmt: skip
#: Letters of a value in the list; the whole of it is in the tip.
LONGEST: Final = 90
#: Fields of a node that are named on its card.
NAMED: Final = 2
#: How near two cards may stand before one hides the other, scene units.
_NEAR: Final = (160.0, 64.0)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that differs.

    Attributes:
        kind: How it differs.
        where: A node id, or the key of a note or frame; empty for the workflow itself and for edges.
        title: What that is called.
        what: The field as a dotted path, ``edge``, or empty for the whole thing.
        before, after: The values, in words; empty where there is none.
        ends: Of an edge: from, port, to.
        runs: Whether it changes anything that runs.
    """

    kind: Kind
    where: str
    title: str
    what: str = ""
    before: str = ""
    after: str = ""
    ends: Ends | None = None
    runs: bool = True


@dataclass(frozen=True, slots=True)
class Picture:
    """Both versions in one definition, and what to write and draw upon it.

    Attributes:
        workflow: The newer version with the removed nodes and edges of the older one still in it; only to look at.
        items: Everything that differs.
        words: ``{node: (kind|text, reason)}`` for the cards.
        came_from: Where moved nodes stood before, scene units.
        edges: Added and removed edges by their ends.
    """

    workflow: Workflow
    items: tuple[Item, ...] = ()
    words: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    came_from: Mapping[str, Point] = field(default_factory=dict)
    edges: Mapping[Ends, Kind] = field(default_factory=dict)

    @property
    def same(self) -> bool:
        """Whether nothing differs, not even a place."""
        return not self.items

    def headline(self) -> str:
        """How much of each kind there is: ``2 nodes added · 1 changed · 1 edge removed``."""
        if self.same:
            return tr("Both are alike.")
        of_nodes = [word.partition("|")[0] for word, _ in self.words.values()]
        told = [(of_nodes.count(str(kind)), *words) for kind, words in _OF_NODES.items()]
        told += [(list(self.edges.values()).count(kind), *words) for kind, words in _OF_EDGES.items()]
        rest = sum(item.where not in self.words and item.ends is None for item in self.items)
        told.append((rest, *_OF_REST))
        words = " · ".join(counted(n, one, many) for n, one, many in told if n)
        return words if any(item.runs for item in self.items) else tr("{words} · it runs alike", words=words)


def picture(old: Workflow, new: Workflow) -> Picture:
    """Compare two versions and draw them together.

    A node counts as moved only where both versions say where it stands. What a default says counts as written.
    """
    found = compare(old, new).without_view()
    came_from = _moved(old, new)
    gone, cut = set(found.removed), set(found.edges_removed)
    both = new.replace(
        nodes={**new.nodes, **{key: node for key, node in old.nodes.items() if key in gone}},
        edges=(*new.edges, *(edge for edge in old.edges if _ends(edge) in cut)),
    )
    both = with_positions(both, _places_of_removed(old, new, found.removed))
    edges: dict[Ends, Kind] = dict.fromkeys(found.edges_added, "added")
    edges |= dict.fromkeys(found.edges_removed, "removed")
    words: dict[str, tuple[str, str]] = {}
    items: list[Item] = []
    for key in [*old.nodes, *(key for key in new.nodes if key not in old.nodes)]:
        title = (new.nodes.get(key) or old.nodes[key]).title or key
        mine = _items(key, title, found.changed.get(key, ()), key in old.nodes, key in new.nodes)
        if key in came_from:
            mine.append(
                Item("moved", key, title, tr("place"), *_places(came_from[key], positions(new)[key]), runs=False)
            )
        if mine:
            words[key] = _words(mine)
        items += mine
    items += [_edge_item(kind, ends, both) for ends, kind in edges.items()]
    items += _decor(old, new)
    items += [_changed("", tr("Workflow"), leaf) for each in found.fields for leaf in each.leaves()]
    return Picture(both, tuple(items), words, came_from, edges)


def text_of(value: Any, longest: int = LONGEST) -> str:
    """A value in one line, cut where it is too long; empty for a value that is not there."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = " ⏎ ".join(text.splitlines())
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _items(key: str, title: str, changes: tuple[FieldChange, ...], before: bool, after: bool) -> list[Item]:
    if not before or not after:
        return [Item("added" if after else "removed", key, title)]
    return [_changed(key, title, leaf) for each in changes for leaf in each.leaves()]


def _changed(where: str, title: str, leaf: FieldChange) -> Item:
    runs = leaf.field.partition(".")[0] not in COSMETIC
    return Item("changed", where, title, leaf.field, text_of(leaf.old, 4000), text_of(leaf.new, 4000), runs=runs)


def _words(items: list[Item]) -> tuple[str, str]:
    """What the card says, and why."""
    kind = items[0].kind
    if kind != "changed":
        return f"{kind}|{tr(KINDS[kind])}", ""
    fields = [item.what.removeprefix("params.") for item in items if item.kind == "changed"]
    more = f" +{len(fields) - NAMED}" if len(fields) > NAMED else ""
    moved = f" · {tr('moved')}" if items[-1].kind == "moved" else ""
    reason = "\n".join(f"{item.what}: {text_of(item.before)} → {text_of(item.after)}" for item in items)
    return f"changed|{tr('changed: {fields}', fields=', '.join(fields[:NAMED]))}{more}{moved}", reason


def _edge_item(kind: Kind, ends: Ends, both: Workflow) -> Item:
    source, port, target = ends
    names = [both.nodes[key].title or key if key in both.nodes else key for key in (source, target)]
    way = "→" if port == "out" else f"—{port}→"
    return Item(kind, "", f"{names[0]} {way} {names[1]}", tr("edge"), ends=ends)


def _ends(edge: Edge) -> Ends:
    return edge.source, edge.port, edge.target


def _moved(old: Workflow, new: Workflow) -> dict[str, Point]:
    before, after = raw_positions(old), raw_positions(new)
    found: dict[str, Point] = {}
    for key in new.nodes:
        was, now = as_point(before.get(key)), as_point(after.get(key))
        if key in old.nodes and was is not None and now is not None and was != now:
            found[key] = was
    return found


def _places(before: Point, after: Point) -> tuple[str, str]:
    return f"{before[0]:g}, {before[1]:g}", f"{after[0]:g}, {after[1]:g}"


def _places_of_removed(old: Workflow, new: Workflow, removed: tuple[str, ...]) -> dict[str, Point]:
    """Where removed nodes are drawn: where they stood, or below what has taken their place."""
    stored, taken = raw_positions(old), list(positions(new).values())
    found: dict[str, Point] = {}
    for key in removed:
        point = as_point(stored.get(key))
        if point is None:
            continue
        while any(abs(point[0] - x) < _NEAR[0] and abs(point[1] - y) < _NEAR[1] for x, y in taken):
            point = point[0], point[1] + ROW
        found[key] = point
        taken.append(point)
    return found


def _decor(old: Workflow, new: Workflow) -> Iterator[Item]:
    """Notes and frames: they run nothing."""
    yield from _areas(notes(old), notes(new), lambda note: text_of(note.text, 40) or tr("Note"))
    yield from _areas(groups(old), groups(new), lambda group: group.title or tr("Frame"))


def _areas(before: Mapping[str, T], after: Mapping[str, T], title: Callable[[T], str]) -> Iterator[Item]:
    for key in [*before, *(key for key in after if key not in before)]:
        one, two = before.get(key), after.get(key)
        if one is None or two is None:
            there = one if two is None else two
            assert there is not None
            yield Item("removed" if two is None else "added", key, title(there), runs=False)
            continue
        for each in fields(one):
            values = getattr(one, each.name), getattr(two, each.name)
            if not same(*values):
                was, now = (text_of(value, 4000) for value in values)
                yield Item("changed", key, title(two), each.name, was, now, runs=False)
