"""Automatic layout: layers from left to right, bodies laid out inside their containers first.

What does not hang together is laid out by itself and packed. The steps are modules of their own: ``layering`` (which
column), ``ordering`` (which order in it), ``levelling`` (which height), ``sight`` (ways around cards) and ``packing``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from itertools import pairwise

from floworch.model.pictures.routes import Ends
from floworch.model.workflow import Edge, Workflow
from floworch_designer.document import outlines as outlined
from floworch_designer.document.layering import acyclic, layers_of, parts_of
from floworch_designer.document.levelling import Standing
from floworch_designer.document.ordering import Layered, order
from floworch_designer.document.outlines import Outline
from floworch_designer.document.packing import Piece, Strip, banded, packed
from floworch_designer.document.positions import Point, positions
from floworch_designer.document.settling import candidates
from floworch_designer.document.sight import Link, Sight

PADDING = 24.0
TITLE = 36.0
#: Between two columns, and behind a card that chooses: its wires carry their conditions.
COLUMN_GAP, CHOICE_GAP = 96.0, 156.0
#: A card with more ports than these chooses.
PORTS = 3
ROW_GAP = 48.0
#: Distance of a long wire from a card that it passes, and from another wire.
LANE_GAP, LANES_GAP = 28.0, 16.0
#: Stand-ins for long wires there may be for each node, and beyond; with more of them wires go straight.
LANES, MORE_LANES = 6, 200


def arrange(
    workflow: Workflow, outlines: Mapping[str, Outline] | None = None, only: Iterable[str] | None = None
) -> dict[str, Point]:
    """The places of ``lay_out``."""
    return lay_out(workflow, outlines, only).places


def lay_out(
    workflow: Workflow, outlines: Mapping[str, Outline] | None = None, only: Iterable[str] | None = None
) -> Piece:
    """Positions (top left corners, scene units) for all nodes, or for ``only`` these, and knots of wires between them.

    Args:
        workflow: The definition.
        outlines: Cards that differ from 216 x 72, and frames.
        only: Nodes to lay out among themselves, those of each body apart; their common top left corner stays where
            it was. None means all, with the top left corner at the origin.
    """
    wanted = workflow.nodes.keys() if only is None else set(only) & workflow.nodes.keys()
    bodies, edges = _shared_out(workflow, wanted)
    known = dict(outlines or {})
    inside: dict[str, Piece] = {}
    for container in _deepest_first(workflow, bodies):
        if container not in wanted:
            continue
        body = inside[container] = _body(bodies[container], edges.get(container, []), known)
        known[container] = replace(
            known.get(container, outlined.FRAME),
            width=max(body.width + 2 * PADDING, outlined.FRAME.width),
            height=max(body.height + 2 * PADDING + TITLE, outlined.FRAME.height),
        )
    places: dict[str, Point] = {}
    ways: dict[Ends, list[Point]] = {}
    made = Piece(places, 0.0, 0.0, ways)
    for home in [home for home in bodies if home not in wanted]:
        top = _body(bodies[home], edges.get(home, []), known)
        if only is not None:
            top = _anchored(workflow, top)
        made = Piece(places, top.width, top.height, ways)
        pieces = [top]
        while pieces:
            piece = pieces.pop()
            places.update(piece.places)
            ways.update(piece.ways)
            for container in [key for key in piece.places if key in inside]:
                left, up = places[container]
                pieces.append(inside[container].moved(left + PADDING, up + TITLE + PADDING))
    return made


def _shared_out(
    workflow: Workflow, wanted: Collection[str]
) -> tuple[dict[str | None, list[str]], dict[str | None, list[Edge]]]:
    """The wanted nodes by the containers that hold them, wanted or not, and the edges among them."""
    homes = {key: parent if parent in workflow.nodes else None for key in wanted
             for parent in (workflow.nodes[key].parent,)}  # fmt: skip
    bodies: dict[str | None, list[str]] = {}
    for node_id in workflow.nodes:
        if node_id in wanted:
            bodies.setdefault(homes[node_id], []).append(node_id)
    edges: dict[str | None, list[Edge]] = {}
    for edge in workflow.edges:
        if edge.source in wanted and edge.target in wanted:
            edges.setdefault(homes[edge.source], []).append(edge)
    return bodies, edges


def _anchored(workflow: Workflow, made: Piece) -> Piece:
    old = positions(workflow)
    x, y = (
        min(old[key][axis] for key in made.places) - min(at[axis] for at in made.places.values()) for axis in (0, 1)
    )
    return made.moved(x, y)


def _deepest_first(workflow: Workflow, bodies: Mapping[str | None, list[str]]) -> list[str]:
    depths: dict[str, int] = {}
    for container in bodies:
        if container is None:
            continue
        depth, at, seen = 0, container, set()
        while (parent := workflow.nodes[at].parent) in workflow.nodes and parent not in seen:
            seen.add(parent)
            depth, at = depth + 1, str(parent)
        depths[container] = depth
    return sorted(depths, key=lambda key: -depths[key])


def _body(members: list[str], edges: list[Edge], known: Mapping[str, Outline]) -> Piece:
    """Lay out one body, its top left corner at (0, 0)."""
    index = {node_id: number for number, node_id in enumerate(members)}
    inner = [edge for edge in edges if edge.source in index and edge.target in index]
    parts = parts_of(len(members), [(index[edge.source], index[edge.target]) for edge in inner])
    part_of = {vertex: number for number, part in enumerate(parts) for vertex in part}
    shared: list[list[Edge]] = [[] for _ in parts]
    for edge in inner:
        shared[part_of[index[edge.source]]].append(edge)
    return packed([_part([members[at] for at in part], own, known) for part, own in zip(parts, shared, strict=True)])


def _part(members: list[str], edges: list[Edge], known: Mapping[str, Outline]) -> Piece:
    """Lay out nodes that hang together."""
    cards = [known.get(node_id, outlined.CARD) for node_id in members]
    if len(members) == 1:
        return Piece({members[0]: (0.0, 0.0)}, cards[0].width, cards[0].height)
    index = {node_id: number for number, node_id in enumerate(members)}
    wires: dict[tuple[int, int], list[Edge]] = {}
    for edge in edges:
        wires.setdefault((index[edge.source], index[edge.target]), []).append(edge)
    pairs = acyclic(len(members), list(wires))
    layer = layers_of(len(members), pairs)
    leaves = {pair: cards[pair[0]].leave(mine[0].port) for pair, mine in wires.items()}
    links, chain = _with_lanes([(*pair, leaves.get(pair, cards[pair[0]].enters)) for pair in pairs], cards, layer)
    rows: list[list[int]] = [[] for _ in range(max(layer) + 1)]
    for vertex, at in enumerate(layer):
        rows[at].append(vertex)
    graph = Layered.of(rows, chain)
    order(graph)
    sight = _stood(graph, cards, links, layer)
    high = min(sight.tops[: len(members)])
    made = {node_id: (sight.lefts[layer[at]], sight.tops[at] - high) for node_id, at in index.items()}
    ways: dict[Ends, list[Point]] = {}
    passed: dict[Ends, list[float]] = {}
    for link in links:
        stops = sight.around(link)
        for edge in wires.get((link.source, link.target), ()):
            ends = (edge.source, edge.port, edge.target)
            passed[ends] = [sight.tops[lane] - high for lane in link.lanes]
            if stops:
                ways[ends] = [(x, y - high) for x, y in stops]
    columns = [[members[at] for at in row if at < len(members)] for row in graph.rows]
    sizes = {node_id: (cards[at].width, cards[at].height) for node_id, at in index.items()}
    return banded(Strip(Piece(made, 0.0, 0.0, ways), columns, sizes, passed))


def _with_lanes(
    ends: list[tuple[int, int, float]], cards: list[Outline], layer: list[int]
) -> tuple[list[Link], list[tuple[int, int, float]]]:
    """Wires with their stand-ins in the columns they pass, whose layers are appended to the list given; the pieces."""
    count = len(layer)
    spans = sum(layer[target] - layer[source] - 1 for source, target, _ in ends)
    whole = spans <= LANES * count + MORE_LANES
    links: list[Link] = []
    chain: list[tuple[int, int, float]] = []
    for source, target, leaves in ends:
        between = range(layer[source] + 1, layer[target])
        lanes = tuple(range(len(layer), len(layer) + len(between))) if whole else ()
        links.append(Link(source, target, leaves, cards[target].enters, lanes))
        if whole:
            layer.extend(between)
        if whole or not between:
            stops = [source, *lanes, target]
            chain += [(a, b, 0.0 if at else leaves) for at, (a, b) in enumerate(pairwise(stops))]
    return links, chain


def _stood(graph: Layered, cards: list[Outline], links: list[Link], layer: list[int]) -> Sight:
    """Columns and heights: of several ways to stand the one that looks best."""
    count, lanes = len(cards), len(layer) - len(cards)
    standing = Standing(
        graph,
        [*(card.height for card in cards), *[0.0] * lanes],
        [*(card.enters for card in cards), *[0.0] * lanes],
        lambda a, b: ROW_GAP if max(a, b) < count else LANE_GAP if min(a, b) < count else LANES_GAP,
        count,
    )
    lefts, left = [], 0.0
    for row in graph.rows:
        lefts.append(left)
        mine = [cards[at] for at in row if at < count]
        left += max((card.width for card in mine), default=0.0)
        left += CHOICE_GAP if any(len(card.leaves) > PORTS for card in mine) else COLUMN_GAP
    # Whole units, as they are stored: what is level then is level on the canvas. A hair more, as halves may be either.
    whole = ([float(round(top + 1e-6)) for top in tops] for tops in candidates(standing))
    found = [Sight(cards, layer, lefts, tops) for tops in whole]
    return min(found, key=lambda sight: sight.cost(links)) if len(found) > 1 else found[0]
