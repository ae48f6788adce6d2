"""Parts that do not hang together, and strips that are broken into lines."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from floworch_designer.document.packing import BELOW, BESIDE, Piece, Strip, banded, packed

SIZES = st.lists(st.tuples(st.floats(100, 3000), st.floats(72, 2000)), min_size=1, max_size=12)


def piece(name: str, width: float, height: float) -> Piece:
    return Piece({name: (0.0, 0.0)}, width, height)


@given(SIZES)
def test_packed_pieces_keep_their_distance_and_their_order(sizes: list[tuple[float, float]]) -> None:
    made = packed([piece(str(at), *size) for at, size in enumerate(sizes)])
    places = [made.places[str(at)] for at in range(len(sizes))]
    assert sorted(places, key=lambda at: (at[1], at[0])) == places
    for (a, (w1, h1)), (b, (w2, h2)) in combinations(zip(places, sizes, strict=True), 2):
        beside = b[0] >= a[0] + w1 + BESIDE - 1e-6 or a[0] >= b[0] + w2 + BESIDE - 1e-6
        assert beside or b[1] >= a[1] + h1 + BELOW - 1e-6 or a[1] >= b[1] + h2 + BELOW - 1e-6
    assert all(x + w <= made.width + 1e-6 for (x, _), (w, _) in zip(places, sizes, strict=True))
    assert all(y + h <= made.height + 1e-6 for (_, y), (_, h) in zip(places, sizes, strict=True))


def test_long_pieces_stand_below_one_another_and_single_cards_in_lines() -> None:
    long = packed([piece("a", 2000.0, 72.0), piece("b", 2000.0, 72.0)])
    assert long.places["b"] == (0.0, 72.0 + BELOW)
    many = packed([piece(str(at), 216.0, 72.0) for at in range(12)])
    assert 1.0 < many.width / many.height < 4.0


def test_ways_go_with_their_piece() -> None:
    ends = ("b", "out", "c")
    made = packed([piece("a", 2000.0, 72.0), Piece({"b": (0.0, 0.0)}, 2000.0, 72.0, {ends: [(10.0, 5.0)]})])
    assert made.ways == {ends: [(10.0, 5.0 + 72.0 + BELOW)]}


def strip(columns: int, beside: int = 1) -> Piece:
    """A strip of equal columns, each node followed by those of the next column in its row."""
    rows = [[f"{at}.{row}" for row in range(beside)] for at in range(columns)]
    places = {name: (312.0 * at, 120.0 * row) for at, names in enumerate(rows) for row, name in enumerate(names)}
    lanes = {(f"{at}.{row}", "out", f"{at + 1}.{row}"): () for at in range(columns - 1) for row in range(beside)}
    return banded(Strip(Piece(places, 0.0, 0.0), rows, dict.fromkeys(places, (216.0, 72.0)), lanes))


def test_a_strip_is_broken_and_the_wire_to_the_next_line_runs_between_them() -> None:
    made = strip(6)
    lines = sorted({y for _, y in made.places.values()})
    assert len(lines) == 2
    ((_, stops),) = made.ways.items()
    assert all(lines[0] + 72.0 < y < lines[1] for _, y in stops)
    assert made.width / made.height < 6


def test_two_wires_to_the_next_line_do_not_run_on_one_another() -> None:
    made = strip(9, beside=2)
    first, second = (stops[0][1] for stops in made.ways.values())
    assert abs(first - second) >= 16.0


def test_what_many_wires_hold_together_is_not_broken() -> None:
    made = strip(20, beside=3)
    assert not made.ways
    assert len({y for _, y in made.places.values()}) == 3
