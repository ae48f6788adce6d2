"""What ``view`` says of edges: knots that they bend through, and the portals some are shown as; pure functions.

Both name their edge by ``from``, ``port`` and ``to``, as the definition does. The knots of one edge stand in the order
in which it passes them. Keys of knots begin with ``knot:``, of portals with ``portal:``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from floworch.model.pictures.routes import Ends, ends_of
from floworch.model.workflow import Edge, Workflow
from floworch_designer.document.decor import PREFIX, Kind, fresh, named, whole, write
from floworch_designer.document.positions import Point, as_point

KINDS: Final[tuple[Kind, ...]] = ("knots", "portals")


@dataclass(frozen=True, slots=True)
class Knot:
    """A point that an edge bends through, scene units; ``laid`` when a layout put it there."""

    id: str
    ends: Ends
    at: Point
    laid: bool = False


@dataclass(frozen=True, slots=True)
class Portal:
    """An edge shown as two tags of one name."""

    id: str
    ends: Ends
    name: str = ""


def knots(workflow: Workflow) -> dict[str, Knot]:
    """The knots by key; what names no edge or has no place is left out, and stays in the file."""
    found: dict[str, Knot] = {}
    for name, entry in named(workflow, "knots") if "knots" in workflow.view else ():
        ends = ends_of(entry)
        at = as_point(entry.get("at")) if ends is not None else None
        if ends is not None and at is not None:
            found[PREFIX["knots"] + name] = Knot(name, ends, at, entry.get("laid") is True)
    return found


def portals(workflow: Workflow) -> dict[str, Portal]:
    """The portals by key."""
    found: dict[str, Portal] = {}
    for name, entry in named(workflow, "portals") if "portals" in workflow.view else ():
        ends = ends_of(entry)
        if ends is not None:
            found[PREFIX["portals"] + name] = Portal(name, ends, str(entry.get("name") or ""))
    return found


def ends(edge: Edge) -> Ends:
    """What tells an edge from others."""
    return edge.source, edge.port, edge.target


def add_knot(workflow: Workflow, edge: Ends, at: Point, before: int) -> tuple[Workflow, str]:
    """Have an edge bend through a point, ``before`` the knot with that number along it; return the knot's key."""
    old = named(workflow, "knots")
    mine = [place for place, (_, entry) in enumerate(old) if ends_of(entry) == edge]
    place = mine[before] if before < len(mine) else len(old)
    name = fresh({key for key, _ in old}, f"k{len(old) + 1}", "knots")
    made = [*old[:place], (name, {"id": name, **_spelt(edge), "at": whole(at)}), *old[place:]]
    return write(workflow, "knots", made), PREFIX["knots"] + name


def move_knots(workflow: Workflow, places: Mapping[str, Point]) -> Workflow:
    """Put knots, by key, to other places."""
    made = []
    for name, entry in named(workflow, "knots"):
        at = places.get(PREFIX["knots"] + name)
        made.append((name, entry if at is None else {**entry, "at": whole(at)}))
    return write(workflow, "knots", made)


def moved_by_hand(workflow: Workflow, keys: Collection[str], nodes: Collection[str]) -> Workflow:
    """Have knots of a layout be a person's, whom the next one must not take them from.

    Args:
        workflow: The definition after the move.
        keys: What was moved.
        nodes: The nodes that were moved; a knot whose wire went along as a whole is as the layout laid it.
    """
    old = named(workflow, "knots")
    made = [
        (name, {field: value for field, value in entry.items() if field != "laid"}
         if PREFIX["knots"] + name in keys and isinstance(entry, dict) and not _laid(entry, nodes) else entry)
        for name, entry in old
    ]  # fmt: skip
    return workflow if made == old else write(workflow, "knots", made)


def lay_knots(workflow: Workflow, ways: Mapping[Ends, Sequence[Point]], nodes: Collection[str]) -> Workflow:
    """Have edges take the ways that a layout found for them; ``nodes`` are those it moved.

    Knots that an earlier layout laid between them go. An edge that a person bent, or made portals of, stays as it is.
    """
    old = named(workflow, "knots")
    kept = [(name, entry) for name, entry in old if not _laid(entry, nodes)]
    hands = {ends_of(entry) for _, entry in kept} | {portal.ends for portal in portals(workflow).values()}
    taken = {name for name, _ in kept}
    for edge, stops in ways.items():
        for at in stops if edge not in hands else ():
            name = fresh(taken, f"k{len(kept) + 1}", "knots")
            taken.add(name)
            kept.append((name, {"id": name, **_spelt(edge), "at": whole(at), "laid": True}))
    return workflow if kept == old else write(workflow, "knots", kept)


def _laid(entry: Any, nodes: Collection[str]) -> bool:
    edge = ends_of(entry)
    return edge is not None and entry.get("laid") is True and edge[0] in nodes and edge[2] in nodes


def add_portal(workflow: Workflow, edge: Ends, name: str) -> Workflow:
    """Show an edge as a pair of portals."""
    old = named(workflow, "portals")
    key = fresh({key for key, _ in old}, f"p{len(old) + 1}", "portals")
    return write(workflow, "portals", [*old, (key, {"id": key, **_spelt(edge), "name": name})])


def portal_name(workflow: Workflow, edge: Ends) -> str:
    """A name for the portals of an edge that no other portals have: the title of its source, numbered if need be."""
    source = workflow.nodes[edge[0]]
    title = source.title or edge[0]
    taken = {portal.name for portal in portals(workflow).values()}
    number, found = 1, title
    while found in taken:
        number += 1
        found = f"{title} {number}"
    return found


def _spelt(edge: Ends) -> dict[str, Any]:
    source, port, target = edge
    return {"from": source, "to": target} if port == "out" else {"from": source, "port": port, "to": target}


def held_by(workflow: Workflow, nodes: Collection[str]) -> set[str]:
    """Keys of the knots and portals of the edges among these nodes."""
    found: dict[str, Knot | Portal] = {**knots(workflow), **portals(workflow)}
    return {key for key, item in found.items() if item.ends[0] in nodes and item.ends[2] in nodes}


def renamed(entry: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any] | None:
    """The entry of a knot or portal with the new ids of its ends; None when one of them has none."""
    found = ends_of(entry)
    if found is None or found[0] not in names or found[2] not in names:
        return None
    return {**entry, "from": names[found[0]], "to": names[found[2]]}


def follow_names(workflow: Workflow, names: Mapping[str, str]) -> Workflow:
    """Have knots and portals follow new ids of their nodes."""
    every = {key: names.get(key, key) for kind in KINDS for _, entry in named(workflow, kind)
             if (edge := ends_of(entry)) is not None for key in (edge[0], edge[2])}  # fmt: skip
    for kind in KINDS if not every.keys().isdisjoint(names) else ():
        made = [(name, renamed(entry, every) or entry if isinstance(entry, dict) else entry)
                for name, entry in named(workflow, kind)]  # fmt: skip
        workflow = write(workflow, kind, made)
    return workflow


def tidied(before: Workflow, after: Workflow) -> Workflow:
    """Without the knots and portals of edges that went between two values; what belonged to no edge stays."""
    if before.edges is after.edges or not any(kind in after.view for kind in KINDS):
        return after
    gone = {ends(edge) for edge in before.edges} - {ends(edge) for edge in after.edges}
    return remove_of(after, gone)


def remove_of(workflow: Workflow, edges: Collection[Ends], kinds: Iterable[Kind] = KINDS) -> Workflow:
    """Remove the knots and portals of these edges, or those of some ``kinds``."""
    for kind in kinds:
        old = named(workflow, kind)
        workflow = write(workflow, kind, [(name, entry) for name, entry in old if ends_of(entry) not in edges])
    return workflow


def split(workflow: Workflow, before: Workflow, edge: Ends, node: str, x: float) -> Workflow:
    """Give the knots of an edge, into which ``node`` was put at ``x``, to the two edges that it became."""
    halves = {side: next((ends(made) for made in workflow.edges if (made.source, made.target) == pair), None)
              for side, pair in ((0, (edge[0], node)), (2, (node, edge[2])))}  # fmt: skip
    for knot in knots(before).values():
        half = halves[0 if knot.at[0] < x else 2]
        if knot.ends == edge and half is not None:
            workflow, _ = add_knot(workflow, half, knot.at, 1_000)
    return workflow
