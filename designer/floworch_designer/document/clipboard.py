"""Copied nodes, notes and frames as JSON text, so that they travel between windows, chats and files."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from floworch.errors import FlowError
from floworch.exchange.curl import from_curl, looks_like_curl
from floworch.model.workflow import Edge, Node, Workflow
from floworch_designer.document import decor
from floworch_designer.document.nodes import connect, descendants, fresh_id, may_connect
from floworch_designer.document.positions import Point, as_point, positions, with_positions
from floworch_designer.document.rename import rewrite_edge, rewrite_node
from floworch_designer.document.wires import KINDS, held_by

_MARK = "floworch:nodes/1"


@dataclass(frozen=True)
class Fragment:
    """A piece of a workflow.

    Attributes:
        nodes: By id.
        edges: Those among the nodes.
        places: Where the nodes stood, scene units.
        said: What a person must know of them.
        areas: Notes, frames, knots and portals as the file holds them, by key.
        links: Edges that led into the nodes from others, which a paste "with links" makes again.
        folded: Ids and keys of the containers and frames that were folded to cards, as the copies are shown then.
    """

    nodes: Mapping[str, Node]
    edges: tuple[Edge, ...] = ()
    places: Mapping[str, Point] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    areas: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    links: tuple[Edge, ...] = ()
    folded: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, workflow: Workflow, nodes: Iterable[str], areas: Collection[str] = (), folded: Collection[str] = ()
    ) -> Fragment:
        """Cut out nodes, with the bodies of the containers among them, and notes and frames by key, with what the
        frames hold; the workflow stays as it is. ``folded`` names what is folded in it."""
        held = {name for key, group in decor.groups(workflow).items() if key in areas for name in group.nodes}
        wanted = descendants(workflow, {*nodes, *held})
        places = positions(workflow)
        kept = _areas(workflow, wanted, areas)
        return cls(
            {key: node for key, node in workflow.nodes.items() if key in wanted},
            tuple(edge for edge in workflow.edges if edge.source in wanted and edge.target in wanted),
            {key: places[key] for key in wanted},
            areas=kept,
            folded=tuple(sorted(key for key in folded if key in wanted or key in kept)),
            links=tuple(edge for edge in workflow.edges if edge.source not in wanted and edge.target in wanted),
        )

    def __bool__(self) -> bool:
        """Whether there is anything in it."""
        return bool(self.nodes or self.areas)

    @property
    def corner(self) -> Point | None:
        """The top left corner of everything that has a place; None when nothing has."""
        points = [*self.places.values(), *(at for entry in self.areas.values() if (at := as_point(entry.get("at"))))]
        return (min(x for x, _ in points), min(y for _, y in points)) if points else None

    def to_text(self) -> str:
        """The fragment as JSON text."""
        view: dict[str, Any] = {"nodes": {key: [x, y] for key, (x, y) in self.places.items()}}
        for key, entry in self.areas.items():
            view.setdefault(decor.kind_of(key), []).append(entry)
        data = {
            "$schema": _MARK,
            "nodes": {
                key: node.model_dump(mode="json", by_alias=True, exclude_defaults=True)
                for key, node in self.nodes.items()
            },
            "edges": [edge.model_dump(mode="json", by_alias=True, exclude_defaults=True) for edge in self.edges],
            "view": view,
        }
        if self.links:
            data["links"] = [edge.model_dump(mode="json", by_alias=True, exclude_defaults=True) for edge in self.links]
        if self.folded:
            data["folded"] = list(self.folded)
        return json.dumps(data, indent=2, ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> Fragment | None:
        """Read what was copied; None when the text is something else.

        A whole definition file is accepted too, so that a workflow from a chat can be pasted, and a cURL command,
        which becomes an ``http.request``.
        """
        if looks_like_curl(text):
            return cls._of_curl(text)
        if len(text) > 50_000_000 or '"nodes"' not in text:
            return None
        try:
            data = json.loads(text)
            nodes = {str(key): Node.model_validate(value) for key, value in data["nodes"].items()}
            edges = tuple(Edge.model_validate(value) for value in data.get("edges", ()))
            links = tuple(Edge.model_validate(value) for value in data.get("links", ()))
        except (ValueError, ValidationError, KeyError, TypeError, AttributeError, RecursionError):
            return None
        view = data.get("view")
        stored = view.get("nodes") if isinstance(view, dict) else None
        spots = stored.items() if isinstance(stored, dict) else ()
        places = {key: point for key, value in spots if (point := as_point(value)) is not None}
        inside = tuple(edge for edge in edges if edge.source in nodes and edge.target in nodes)
        into = tuple(edge for edge in links if edge.source not in nodes and edge.target in nodes)
        areas = decor.entries_of(view) if isinstance(view, dict) else {}
        listed = data.get("folded")
        folded = tuple(key for key in listed if isinstance(key, str)) if isinstance(listed, list) else ()
        return cls(nodes, inside, places, areas=areas, links=into, folded=folded) if nodes or areas else None

    @classmethod
    def _of_curl(cls, text: str) -> Fragment | None:
        """The requests of a cURL command; None when it cannot be read."""
        try:
            found = from_curl(text)
        except FlowError:
            return None
        cut = cls.of(found.workflow, found.workflow.nodes)
        return cls(cut.nodes, cut.edges, cut.places, tuple(finding.message for finding in found.findings))


def _areas(workflow: Workflow, nodes: Collection[str], keys: Collection[str]) -> dict[str, dict[str, Any]]:
    """Notes and frames by key, and the knots and portals of the edges among nodes, as the file holds them."""
    chosen = {key for key in keys if decor.kind_of(key) not in KINDS} | held_by(workflow, nodes)
    return decor.entries(workflow, chosen) if chosen else {}


def insert(
    workflow: Workflow,
    fragment: Fragment,
    offset: Point = (0.0, 0.0),
    at: Point | None = None,
    parent: str | None = None,
    linked: bool = False,
) -> tuple[Workflow, dict[str, str]]:
    """Add a fragment, under fresh ids where its own are taken; expressions inside it follow its new ids.

    Args:
        workflow: Where it goes.
        fragment: What goes in.
        offset: Added to the fragment's positions, scene units.
        at: Instead of ``offset``: where the top left corner of the whole fragment goes.
        parent: Container for nodes whose own container is not in the fragment; None keeps theirs if it exists.
        linked: Make the edges again that led into the nodes from others, where those exist here.

    Returns:
        The workflow and the new id of every node of the fragment, and the new key of every note and frame.
    """
    names: dict[str, str] = {}
    nodes = dict(workflow.nodes)
    made = workflow
    for old, node in fragment.nodes.items():
        names[old] = fresh_id(made, old) if old in nodes or not old else old
        nodes = {**nodes, names[old]: node}
        made = made.replace(nodes=nodes)
    changed = {old: new for old, new in names.items() if old != new}
    for new in names.values():
        node = rewrite_node(nodes[new], changed)
        if node.parent is not None and node.parent not in names.values():
            owner = parent if parent is not None or node.parent not in workflow.nodes else node.parent
            node = node.without("parent") if owner is None else node.replace(parent=owner)
        elif node.parent is None and parent is not None:
            node = node.replace(parent=parent)
        nodes[new] = node
    edges = tuple(rewrite_edge(edge, changed) for edge in fragment.edges)
    made = made.replace(nodes=nodes, edges=workflow.edges + edges)
    corner = fragment.corner
    if at is not None and corner is not None:
        offset = (at[0] - corner[0], at[1] - corner[1])
    points = {names[key]: (x + offset[0], y + offset[1]) for key, (x, y) in fragment.places.items() if key in names}
    made = with_positions(made, points)
    for edge in fragment.links if linked else ():
        if not may_connect(made, edge.source, names[edge.target], edge.port):
            made = connect(made, edge.source, edge.port, names[edge.target])
    made, keys = decor.insert_entries(made, fragment.areas, names, offset)
    return made, {**names, **keys}


def duplicate(
    workflow: Workflow,
    nodes: Iterable[str],
    offset: Point = (36.0, 36.0),
    inputs: bool = False,
    areas: Collection[str] = (),
) -> tuple[Workflow, dict[str, str]]:
    """Copy nodes with their bodies and the edges among them, and notes and frames by key with what the frames hold;
    ``inputs`` also copies the edges that lead into them.

    Returns the workflow, and what became of each original by its id or key.
    """
    fragment = Fragment.of(workflow, nodes, areas)
    if not fragment:
        return workflow, {}
    return insert(workflow, fragment, offset, linked=inputs)
