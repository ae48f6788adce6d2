"""Curves, shapes, grids and hits against brute force: every point of a plane, every card, every zoom."""

from __future__ import annotations

import random
from itertools import combinations, pairwise
from math import hypot, inf

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF

from floworch.model.workflow import Node, Workflow
from floworch_designer.canvas import geometry as g
from floworch_designer.canvas.graph import CanvasGraph
from floworch_designer.canvas.hits import EDGE_REACH, Hit, frame_at, free_spot, hit, hit_edge, inside
from floworch_designer.canvas.items.wires import path_of
from floworch_designer.canvas.space import CELL, SpatialGrid
from floworch_designer.document.nodes import make_edge
from floworch_designer.document.positions import with_positions

COORD = st.integers(-3000, 3000).map(float)
POINT = st.tuples(COORD, COORD)


@st.composite
def rects(draw: st.DrawFn, most: float = 3000.0) -> g.Rect:
    x, y = draw(COORD), draw(COORD)
    return x, y, x + draw(st.floats(0, most)), y + draw(st.floats(0, most))


# curves


@example((0.0, 0.0), (1.0, 120.0))
@example((0.0, 0.0), (23.0, -120.0))
@given(POINT, POINT)
@settings(max_examples=80)
def test_a_curve_is_smooth_where_its_parts_meet(start: g.Point, end: g.Point) -> None:
    points = g.curve(start, end)
    for index in range(3, len(points) - 3, 3):
        (ax, ay), (bx, by), (cx, cy) = points[index - 1], points[index], points[index + 1]
        assert (bx - ax) * (cy - by) == pytest.approx((by - ay) * (cx - bx), abs=1e-6)
        assert (bx - ax) * (cx - bx) + (by - ay) * (cy - by) >= 0


@given(POINT, st.floats(24, 4000), COORD)
@settings(max_examples=60)
def test_forward_handles_are_half_the_distance_between_40_and_180_and_never_cross_over(
    start: g.Point, dx: float, dy: float
) -> None:
    end = (start[0] + dx, start[1] + dy)
    points = g.curve(start, end)
    assert len(points) == 4
    dx = end[0] - start[0]
    assert points[1][0] - start[0] == pytest.approx(min(max(0.5 * dx, min(40.0, dx)), 180.0))
    assert end[0] - points[2][0] == pytest.approx(points[1][0] - start[0])
    xs = [x for x, _ in g.flatten(points, 32)]
    assert min(xs) >= start[0] - 1e-6
    assert max(xs) <= end[0] + 1e-6


@given(POINT, st.floats(0, 2000), st.floats(0, 119))
@settings(max_examples=60)
def test_a_loop_between_cards_side_by_side_passes_clear_below_both(start: g.Point, back: float, dy: float) -> None:
    end = (start[0] - back, start[1] + dy)
    points = g.curve(start, end)
    assert len(points) == 7
    lowest_card = max(start[1], end[1]) + g.CARD_HEIGHT / 2
    assert points[3][1] >= lowest_card + 24.0
    assert g.bounds(points)[0] < end[0]
    assert g.bounds(points)[2] > start[0]


@given(POINT, st.floats(0, 2000), st.floats(120, 2000), st.booleans())
@settings(max_examples=60)
def test_a_loop_between_rows_passes_half_way_between_them(start: g.Point, back: float, dy: float, up: bool) -> None:
    end = (start[0] - back, start[1] + (-dy if up else dy))
    points = g.curve(start, end)
    middle = (start[1] + end[1]) / 2
    assert ((start[0] + end[0]) / 2, middle) in points[::3]
    left, _, right, _ = g.bounds(points)
    assert (left, right) == pytest.approx((min(end[0], start[0]) - 24.0, start[0] + 24.0)), (
        "it keeps clear of the cards"
    )
    inner = [y for x, y in g.flatten(points, 16) if end[0] < x < start[0]]
    assert all(abs(y - middle) < 1e-6 for y in inner), "level between them"


@given(POINT, POINT, st.integers(1, 24))
@settings(max_examples=60)
def test_the_points_along_a_curve_are_those_that_qt_paints(start: g.Point, end: g.Point, steps: int) -> None:
    points = g.curve(start, end)
    line = g.flatten(points, steps)
    assert len(line) == 1 + steps * (len(points) // 3)
    path = path_of(points)
    assert path.currentPosition() == QPointF(*end)
    rect = path.controlPointRect()
    left, top, right, bottom = g.bounds(points)
    assert (rect.left(), rect.top(), rect.right(), rect.bottom()) == pytest.approx((left, top, right, bottom))
    if len(points) == 4:
        middle = path.pointAtPercent(0.0)
        assert (middle.x(), middle.y()) == start


@given(POINT, POINT, POINT)
@settings(max_examples=60)
def test_the_distance_from_a_curve_is_that_of_its_nearest_point(start: g.Point, end: g.Point, at: g.Point) -> None:
    points = g.curve(start, end)
    found = g.distance(at, points)
    dense = min(hypot(at[0] - x, at[1] - y) for x, y in g.flatten(points, 400))
    size = max(1.0, hypot(end[0] - start[0], end[1] - start[1]))
    assert abs(found - dense) <= 0.02 * size + 2.0


@given(POINT, POINT)
@settings(max_examples=40)
def test_points_of_the_curve_itself_have_no_distance(start: g.Point, end: g.Point) -> None:
    points = g.curve(start, end)
    assert all(g.distance(point, points) < 1e-6 for point in g.flatten(points, 20))
    assert g.distance(start, points) == 0


@given(POINT, POINT, rects(800.0))
@settings(max_examples=80)
def test_a_rectangle_that_holds_a_point_of_the_curve_is_crossed(start: g.Point, end: g.Point, rect: g.Rect) -> None:
    points = g.curve(start, end)
    held = any(g.contains(rect, point) for point in g.flatten(points))
    assert g.crosses(rect, points) is held
    if not g.overlaps(rect, g.bounds(points)):
        assert not held


# rectangles


@given(rects(), rects())
@settings(max_examples=100)
def test_rectangles_overlap_exactly_when_no_side_lies_between_them(a: g.Rect, b: g.Rect) -> None:
    apart = a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1]
    assert g.overlaps(a, b) is not apart
    assert g.overlaps(a, b) is g.overlaps(b, a)
    joined = g.union([a, b])
    assert joined is not None
    for x, y in ((a[0], a[1]), (a[2], a[3]), (b[0], b[1]), (b[2], b[3])):
        assert g.contains(joined, (x, y))


@given(st.lists(rects(), min_size=1, max_size=5), st.floats(0, 50))
@settings(max_examples=60)
def test_a_union_is_the_smallest_rectangle_around_all(some: list[g.Rect], by: float) -> None:
    joined = g.union(some)
    assert joined is not None
    for side in range(4):
        assert any(rect[side] == joined[side] for rect in some)
    bigger = g.grown(joined, by)
    assert (bigger[2] - bigger[0]) == pytest.approx(joined[2] - joined[0] + 2 * by)


@given(st.lists(rects(900.0), min_size=1, max_size=5))
@settings(max_examples=60)
def test_a_frame_keeps_its_padding_around_every_child(children: list[g.Rect]) -> None:
    left, top, right, bottom = g.frame_around(children, (0, 0))
    for child in children:
        assert left + g.FRAME_PADDING <= child[0] + 1e-6
        assert top + g.FRAME_PADDING + g.FRAME_TITLE <= child[1] + 1e-6
        assert child[2] + g.FRAME_PADDING <= right + 1e-6
        assert child[3] + g.FRAME_PADDING <= bottom + 1e-6
    assert right - left >= g.FRAME_WIDTH - 1e-6
    assert bottom - top >= g.FRAME_HEIGHT - 1e-6


# shapes

NAMES = st.lists(st.sampled_from(["out", "true", "false", "a", "b", "error", "done"]), max_size=6).map(tuple)


@given(NAMES, NAMES, st.booleans())
@settings(max_examples=120)
def test_ports_of_any_card_are_apart_inside_it_and_complete(
    success: tuple[str, ...], extra: tuple[str, ...], chips: bool
) -> None:
    shape = g.card_shape(success, extra, chips)
    names = [port.name for port in shape.ports]
    assert len(set(names)) == len(names)
    assert set(names) == {*success, *extra, "error", "done"}
    assert all(0 < port.y < shape.height for port in shape.ports)
    assert 0 < shape.input_y < shape.height
    heights = sorted(port.y for port in shape.ports)
    assert all(b - a >= 20.0 for a, b in pairwise(heights))
    assert all(shape.port(name) is not None for name in names)
    assert shape.port("nothing of the kind") is None
    assert shape.height == g.CARD_HEIGHT or shape.rows == len(set(names) - {"done"})


@given(st.floats(264, 2000), st.floats(144, 2000), st.sampled_from([(), ("out",), ("true", "false")]))
@settings(max_examples=40)
def test_ports_of_a_frame_stand_beside_its_title(width: float, height: float, success: tuple[str, ...]) -> None:
    shape = g.frame_shape(width, height, success)
    assert shape.input_y == g.FRAME_TITLE / 2
    assert [port.name for port in shape.ports] == [*(success or ("out",)), "error", "done"]
    assert all(b.y - a.y == g.ROW for a, b in pairwise(shape.ports))
    assert shape.ports[-1].y < height


@given(st.text(max_size=200))
@settings(max_examples=60)
def test_cards_are_never_narrower_or_wider_than_allowed(title: str) -> None:
    assert 216.0 <= g.card_width(title) <= 312.0
    assert g.card_width(title) <= g.card_width(title + "x")


# the grid of places


class Slow:
    """What the grid does, by looking at everything."""

    def __init__(self) -> None:
        self.rects: dict[int, g.Rect] = {}

    def near(self, rect: g.Rect) -> set[int]:
        return {key for key, one in self.rects.items() if g.overlaps(one, rect)}


STEP = st.tuples(st.sampled_from(["put", "put", "put", "remove"]), st.integers(0, 12), rects(20_000.0))


@given(st.lists(STEP, max_size=30), st.lists(rects(6000.0), min_size=1, max_size=5))
@settings(max_examples=120)
def test_the_grid_misses_nothing_whatever_was_moved_and_removed(
    steps: list[tuple[str, int, g.Rect]], questions: list[g.Rect]
) -> None:
    grid: SpatialGrid[int] = SpatialGrid()
    slow = Slow()
    for kind, key, rect in steps:
        if kind == "put":
            grid.put(key, rect)
            slow.rects[key] = rect
        else:
            grid.remove(key)
            slow.rects.pop(key, None)
    assert len(grid) == len(slow.rects)
    for rect in questions:
        found = set(grid.near(rect))
        assert slow.near(rect) <= found <= set(slow.rects)
    assert set(grid.near((-1e9, -1e9, 1e9, 1e9))) == set(slow.rects)


@given(st.lists(rects(600.0), min_size=1, max_size=20), rects(600.0))
@settings(max_examples=60)
def test_small_things_far_away_are_not_looked_at(some: list[g.Rect], question: g.Rect) -> None:
    grid: SpatialGrid[int] = SpatialGrid()
    for key, rect in enumerate(some):
        grid.put(key, rect)
    around = g.grown(question, CELL)
    assert all(g.overlaps(around, some[key]) for key in grid.near(question))


def test_a_grid_that_was_emptied_keeps_no_cells() -> None:
    grid: SpatialGrid[str] = SpatialGrid()
    for step in range(50):
        grid.put("a", (step * 900.0, 0, step * 900.0 + 10, 10))
    grid.put("wide", (-1e6, -1e6, 1e6, 1e6))
    grid.remove("a")
    grid.remove("wide")
    grid.remove("never there")
    assert len(grid) == 0
    assert not grid._cells
    assert not grid._large
    assert grid.near((-1e6, -1e6, 1e6, 1e6)) == {}


@pytest.mark.parametrize("x", [0.0, CELL - 1, CELL, -1.0, -CELL, -CELL - 1])
def test_borders_of_cells_belong_to_one_cell(x: float) -> None:
    grid: SpatialGrid[str] = SpatialGrid()
    grid.put("a", (x, x, x, x))
    assert "a" in grid.near((x, x, x, x))
    assert "a" in grid.near((x - 5, x - 5, x + 5, x + 5))


# hits


def scene(count: int, chance: random.Random, apart: bool = True) -> CanvasGraph:
    """Cards on a loose raster with random edges; some inside a container at the bottom."""
    nodes = {f"n{i}": Node(action="x", title="t" * chance.randrange(30)) for i in range(count)}
    nodes["box"] = Node(action="x")
    nodes["in"] = Node(action="x", parent="box")
    pairs = {(chance.randrange(count), chance.randrange(count)) for _ in range(count)}
    edges = tuple(make_edge(f"n{a}", "out", f"n{b}") for a, b in sorted(pairs) if a != b)
    step = (360, 150) if apart else (90, 40)
    places = {f"n{i}": (i % 4 * step[0] + chance.randrange(30), i // 4 * step[1] + chance.randrange(30))
              for i in range(count)}  # fmt: skip
    places |= {"box": (0, 1500), "in": (60, 1600)}
    graph = CanvasGraph()
    graph.build(with_positions(Workflow(id="w", nodes=nodes, edges=edges), {k: (float(x), float(y)) for k, (x, y) in
                                                                           places.items()}))  # fmt: skip
    return graph


@given(st.integers(2, 14), st.randoms(use_true_random=False), st.floats(0.3, 3.0))
@settings(max_examples=60)
def test_a_point_well_inside_a_card_hits_it_at_every_zoom(count: int, chance: random.Random, zoom: float) -> None:
    graph = scene(count, chance)
    for key, box in graph.boxes.items():
        if not box.container:
            middle = (box.x + box.shape.width / 2, box.y + box.shape.height / 2)
            assert hit(graph, middle, zoom) == Hit("node", key)


@given(st.integers(2, 14), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_every_port_is_hit_at_its_own_place(count: int, chance: random.Random) -> None:
    graph = scene(count, chance)
    for key, box in graph.boxes.items():
        assert hit(graph, box.input_point, 1.0) == Hit("input", key)
        for port in box.shape.ports:
            assert hit(graph, (box.x + box.shape.width, box.y + port.y), 1.0) == Hit("port", key, port.name)


@given(st.integers(2, 14), st.randoms(use_true_random=False), st.lists(POINT, min_size=1, max_size=8))
@settings(max_examples=40)
def test_the_nearest_edge_within_reach_is_hit_and_no_other(
    count: int, chance: random.Random, points: list[g.Point]
) -> None:
    graph = scene(count, chance)
    for at in points:
        away = {wire.index: g.distance(at, wire.points) for wire in graph.wires}
        nearest = min(away.values(), default=inf)
        found = hit_edge(graph, at, EDGE_REACH)
        assert (found is not None) is (nearest <= EDGE_REACH)
        if found is not None:
            assert away[found] == nearest


@given(st.integers(2, 14), st.randoms(use_true_random=False), rects(1500.0))
@settings(max_examples=60)
def test_a_band_selects_what_a_look_at_everything_selects(count: int, chance: random.Random, band: g.Rect) -> None:
    graph = scene(count, chance)
    nodes, edges = inside(graph, band)
    expected = set()
    for key, box in graph.boxes.items():
        left, top, right, bottom = box.rect
        whole = band[0] <= left and band[1] <= top and right <= band[2] and bottom <= band[3]
        if whole or (not box.container and g.overlaps(band, box.rect)):
            expected.add(key)
    assert set(nodes) == expected
    assert len(nodes) == len(expected)
    assert set(edges) == (set() if expected else {w.index for w in graph.wires if g.crosses(band, w.points)})


@given(st.integers(2, 14), st.randoms(use_true_random=False), POINT)
@settings(max_examples=60)
def test_a_free_spot_is_free(count: int, chance: random.Random, wanted: g.Point) -> None:
    graph = scene(count, chance, apart=False)
    x, y = free_spot(graph, wanted)
    assert x == round(wanted[0])
    assert y >= round(wanted[1])
    spot = (x, y, x + g.CARD_WIDTH, y + g.CARD_HEIGHT)
    assert not any(not box.container and g.overlaps(spot, box.rect) for box in graph.boxes.values())


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_the_innermost_of_nested_frames_is_found(depth: int) -> None:
    nodes = {"f0": Node(action="x")}
    for level in range(1, depth + 1):
        nodes[f"f{level}"] = Node(action="x", parent=f"f{level - 1}")
    graph = CanvasGraph()
    graph.build(with_positions(Workflow(id="w", nodes=nodes), dict.fromkeys(nodes, (100.0, 100.0))))
    leaf = graph.boxes[f"f{depth}"]
    at = (leaf.x + 100, leaf.y + 40)
    assert frame_at(graph, at) == f"f{depth - 1}"
    gone = set()
    for level in reversed(range(depth)):
        assert frame_at(graph, at, gone) == f"f{level}"
        gone.add(f"f{level}")
    assert frame_at(graph, at, gone) is None


def test_the_card_that_is_painted_on_top_is_the_one_that_is_hit() -> None:
    # Both lie in the same place; they reach over a border of the grid by different widths.
    nodes = {"b": Node(action="x"), "a": Node(action="x", title="t" * 60)}
    places = {"b": (CELL + 20.0, 100.0), "a": (CELL - 60.0, 90.0)}
    for index in range(20):
        nodes[f"far{index}"], places[f"far{index}"] = Node(action="x"), (0.0, 9 * CELL + index * CELL)
    graph = CanvasGraph()
    graph.build(with_positions(Workflow(id="w", nodes=nodes), places))
    at = (CELL + 100.0, 130.0)
    from floworch_designer.canvas.painting import GraphPainter
    from floworch_designer.theme import Theme

    painter = GraphPainter(graph, Theme("dark"))
    for left in (0.0, CELL + 30.0):
        _, cards, _ = painter.visible((left, 0.0, CELL * 2, CELL))
        assert [box.id for box in cards] == ["b", "a"]
        assert hit(graph, at, 1.0) == Hit("node", "a")


def test_no_two_kinds_of_hit_are_equal() -> None:
    hits = [Hit("port", "a", "out"), Hit("input", "a"), Hit("node", "a"), Hit("badge", "a"), Hit("frame", "a"),
            Hit("edge", edge=0), Hit("void")]  # fmt: skip
    assert all(one != other for one, other in combinations(hits, 2))
