"""Workflows of many shapes, and what a person sees of a layout: crossings, level wires, wires under cards."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from math import hypot
from pathlib import Path
from typing import TypeVar

from floworch.actions.registry import registry
from floworch.model import codec
from floworch.model.pictures.lengths import flatten
from floworch.model.workflow import Node, Workflow
from floworch_designer.canvas.geometry import Point, Rect, bounds, overlaps, union
from floworch_designer.canvas.graph import Box, CanvasGraph, Wire
from floworch_designer.document import edits
from floworch_designer.document.nodes import make_edge
from floworch_designer.document.packing import Piece
from floworch_designer.document.wires import lay_knots

T = TypeVar("T")
Pair = tuple[int, int] | tuple[int, int, str]


def flow(count: int, pairs: Sequence[Pair], parents: Mapping[int, int] | None = None) -> Workflow:
    """A workflow of nodes n0 …; a pair may name the port it leaves by."""
    inside = parents or {}
    kinds = dict.fromkeys(inside.values(), "flow.foreach")
    nodes = {
        f"n{at}": Node(action=kinds.get(at, "data.set"), parent=f"n{inside[at]}" if at in inside else None)
        for at in range(count)
    }
    made = dict.fromkeys((f"n{a}", port[0] if port else "out", f"n{b}") for a, b, *port in pairs)
    return Workflow(id="w", nodes=nodes, edges=tuple(make_edge(*ends) for ends in made))


def examples() -> dict[str, Workflow]:
    """The definitions that the product ships."""
    folder = Path(str(files("floworch_resources"))) / "examples"
    return {path.name.partition(".")[0]: codec.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))}


def diamonds(many: int = 6) -> Workflow:
    """Diamonds one behind the other: a condition, two branches, and where they meet."""
    pairs: list[Pair] = []
    for at in range(0, 3 * many, 3):
        pairs += [(at, at + 1, "true"), (at, at + 2, "false"), (at + 1, at + 3), (at + 2, at + 3)]
    return flow(3 * many + 1, pairs)


def fan(wide: int, deep: int = 2) -> Workflow:
    """One node that many chains leave and one where they meet."""
    pairs: list[Pair] = []
    last = wide * deep + 1
    for at in range(wide):
        chain = [0, *(1 + at * deep + step for step in range(deep)), last]
        pairs += pairwise(chain)
    return flow(last + 1, pairs)


def skips(long: int = 12) -> Workflow:
    """A chain with wires that jump over many of its nodes, and one handler of all errors."""
    pairs: list[Pair] = list(pairwise(range(long)))
    pairs += [(0, long - 1), (1, long // 2), (2, long - 2), (long // 2, long - 1)]
    pairs += [(at, long, "error") for at in range(0, long - 1, 2)]
    return flow(long + 1, pairs)


def errors(many: int = 5) -> Workflow:
    """Every step has a handler of its own errors, and all handlers lead to one report."""
    pairs: list[Pair] = list(pairwise(range(many)))
    pairs += [(at, many + at, "error") for at in range(many)] + [(many + at, 2 * many) for at in range(many)]
    return flow(2 * many + 1, pairs)


def cases(many: int = 5) -> Workflow:
    """A node with many ports whose wires are written down from the last port to the first."""
    pairs: list[Pair] = [(0, at, f"case_{many - at}") for at in range(1, many + 1)]
    pairs += [(at, many + 1) for at in range(1, many + 1)]
    return flow(many + 2, pairs)


def nested() -> Workflow:
    """Containers inside containers, with branches in each body."""
    pairs: list[Pair] = [
        (0, 1),
        (1, 2),
        (0, 3),
        (3, 2),
        (4, 5),
        (5, 6),
        (4, 7, "error"),
        (8, 9),
        (8, 10),
        (9, 11),
        (10, 11),
    ]
    pairs += [(12, 13), (12, 14), (13, 15), (14, 15)]
    return flow(16, pairs, {4: 1, 5: 1, 6: 1, 7: 1, 8: 5, 9: 5, 10: 5, 11: 5, 12: 3, 13: 3, 14: 3, 15: 3})


def pieces() -> Workflow:
    """Several workflows on one canvas, and nodes that nothing leads to."""
    pairs: list[Pair] = [(0, 1), (1, 2), (0, 3), (3, 2), (4, 5), (6, 7), (6, 8), (6, 9), (7, 10), (8, 10), (9, 10)]
    return flow(16, pairs)


def layered(seed: int, layers: int, wide: int, extra: float = 0.5, jump: float = 0.1) -> Workflow:
    """Layers of up to ``wide`` nodes with wires to the next layer; some jump, some are added."""
    chance = random.Random(seed)
    rows, count = [], 0
    for _ in range(layers):
        size = chance.randint(max(1, wide // 2), wide)
        rows.append(list(range(count, count + size)))
        count += size
    pairs: dict[tuple[int, int], None] = {}
    for at, row in enumerate(rows[1:], 1):
        for node in row:
            for _ in range(1 + (chance.random() < extra)):
                back = chance.randint(1, min(4, at)) if chance.random() < jump else 1
                pairs[(chance.choice(rows[at - back]), node)] = None
    names = list(range(count))
    chance.shuffle(names)  # the order of a definition says little about the order of its steps
    return flow(count, [(names[a], names[b]) for a, b in pairs])


def tree(seed: int, count: int = 40) -> Workflow:
    """A tree, which can be drawn without any crossing; the order of its nodes says nothing."""
    chance = random.Random(seed)
    names = list(range(count))
    chance.shuffle(names)
    return flow(count, [(names[chance.randrange(max(0, at - 6), at)], names[at]) for at in range(1, count)])


def pipelines(lanes: int = 10, long: int = 100) -> Workflow:
    """Long pipelines side by side that exchange something now and then, between one start and one end."""
    chance = random.Random(7)
    pairs: list[Pair] = []
    total = lanes * long
    for lane in range(lanes):
        row = range(lane * long, (lane + 1) * long)
        pairs += [(total, row[0]), *pairwise(row), (row[-1], total + 1)]
        for at in range(5, long - 5, 20):
            other = lane + 1 if lane + 1 < lanes else lane - 1
            pairs.append((lane * long + at, other * long + at + chance.randint(1, 3)))
    return flow(total + 2, pairs)


#: What is measured, by name; examples come in addition.
SHAPES: dict[str, Callable[[], Workflow]] = {
    "diamonds": diamonds,
    "fan-8": lambda: fan(8),
    "fan-60": lambda: fan(60),
    "skips": skips,
    "errors": errors,
    "cases": cases,
    "nested": nested,
    "pieces": pieces,
    "tree": lambda: tree(3),
    "layered-30": lambda: layered(1, 6, 6),
    "layered-60": lambda: layered(2, 10, 8, 0.6, 0.2),
    "layered-200": lambda: layered(3, 20, 14, 0.4, 0.1),
    "wide-60": lambda: layered(4, 5, 60, 0.3, 0.05),
    "pipelines-1000": pipelines,
    "layered-1000": lambda: layered(5, 60, 22, 0.4, 0.05),
}


@dataclass(frozen=True, slots=True)
class Look:
    """What a person sees of a layout.

    Attributes:
        crossings: Places where two wires cross.
        length: Of all wires together.
        straight: Wires that are level from end to end.
        under: Pairs of a wire and a card that it runs under.
        overlaps: Pairs of cards that touch.
        width, height: Of the whole.
    """

    crossings: int
    length: float
    straight: int
    under: int
    overlaps: int
    width: float
    height: float


def drawn(workflow: Workflow, laid: Piece | None = None) -> CanvasGraph:
    """The canvas of a workflow that is laid out like this."""
    graph = CanvasGraph(registry)
    if laid is not None:
        workflow = lay_knots(edits.move(workflow, laid.places), laid.ways, laid.places)
    graph.build(workflow)
    return graph


def look(graph: CanvasGraph) -> Look:
    """Count what a person sees."""
    lines = {id(wire): flatten(wire.points, 12) for wire in graph.wires}
    spread = union(box.rect for box in graph.boxes.values()) or (0.0, 0.0, 0.0, 0.0)
    cards = [box for box in graph.boxes.values() if not box.container]
    return Look(
        crossings=_crossings(graph.wires, lines),
        length=sum(hypot(b[0] - a[0], b[1] - a[1]) for line in lines.values() for a, b in pairwise(line)),
        straight=sum(max(y for _, y in line) - min(y for _, y in line) < 1.0 for line in lines.values()),
        under=sum(len(passed(graph, wire, lines[id(wire)])) for wire in graph.wires),
        overlaps=sum(_touch(a.rect, b.rect) for a, b in _near([(box.rect, box) for box in cards])),
        width=spread[2] - spread[0],
        height=spread[3] - spread[1],
    )


def passed(graph: CanvasGraph, wire: Wire, line: Sequence[Point]) -> list[Box]:
    """The cards and frames that a wire runs under, without those at its ends and the frames it lies in."""
    around = {wire.source.id, wire.target.id}
    outside = _enclosing(graph, wire.source)
    return [
        box
        for box in (graph.boxes[key] for key in graph.box_grid.near(bounds(wire.points)))
        if box.id not in around
        and box.id not in outside
        and _enclosing(graph, box) <= outside  # what is inside a frame counts as the frame
        and any(box.rect[0] < x < box.rect[2] and box.rect[1] < y < box.rect[3] for x, y in line)
    ]


def _enclosing(graph: CanvasGraph, box: Box) -> set[str]:
    found: set[str] = set()
    while box.node.parent in graph.boxes and box.node.parent not in found:
        found.add(str(box.node.parent))
        box = graph.boxes[str(box.node.parent)]
    return found


def _touch(a: Rect, b: Rect) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _near(items: list[tuple[Rect, T]]) -> list[tuple[T, T]]:
    """Pairs whose rectangles have a point in common, by a sweep from left to right."""
    found: list[tuple[T, T]] = []
    open_ones: list[tuple[Rect, T]] = []
    for rect, item in sorted(items, key=lambda each: each[0][0]):
        open_ones = [(other, one) for other, one in open_ones if other[2] >= rect[0]]
        found += [(one, item) for other, one in open_ones if overlaps(other, rect)]
        open_ones.append((rect, item))
    return found


def _crossings(wires: Sequence[Wire], lines: Mapping[int, list[Point]]) -> int:
    return sum(_meet(lines[id(a)], lines[id(b)]) for a, b in _near([(bounds(wire.points), wire) for wire in wires]))


def _meet(first: list[Point], second: list[Point]) -> int:
    """How often two lines cross; where they only touch at a common end is none."""
    found = 0
    for a, b in pairwise(first):
        low, high = (a[1], b[1]) if a[1] < b[1] else (b[1], a[1])
        left, right = (a[0], b[0]) if a[0] < b[0] else (b[0], a[0])
        for c, d in pairwise(second):
            if max(c[0], d[0]) < left or min(c[0], d[0]) > right or max(c[1], d[1]) < low or min(c[1], d[1]) > high:
                continue
            one, two, three, four = _side(a, b, c), _side(a, b, d), _side(c, d, a), _side(c, d, b)
            # Half-open, so that a crossing at a joint of two pieces counts once.
            found += (one > 0) != (two > 0) and (three > 0) != (four > 0) and one != 0 != three
    return found


def _side(a: Point, b: Point, at: Point) -> float:
    made = (b[0] - a[0]) * (at[1] - a[1]) - (b[1] - a[1]) * (at[0] - a[0])
    return 0.0 if abs(made) < 1e-6 else made


def with_step(workflow: Workflow, after: str) -> Workflow:
    """The workflow with one more node behind a node."""
    nodes = {**workflow.nodes, "added": Node(action="data.set", parent=workflow.nodes[after].parent)}
    return workflow.replace(nodes=nodes, edges=(*workflow.edges, make_edge(after, "out", "added")))
