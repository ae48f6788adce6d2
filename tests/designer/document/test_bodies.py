"""One body: columns, and wires that lead out of it or into it on ways of their own."""

from __future__ import annotations

from itertools import pairwise

from floworch_designer.document.bodies import COLUMN_GAP, LANES_GAP, Run, body
from floworch_designer.document.outlines import Outline

CHAIN = [Run((a, "out", b), a, b) for a, b in pairwise("abc")]


def test_a_wire_out_of_the_first_column_passes_the_others_beside_their_cards() -> None:
    ends = ("a", "out", "elsewhere")
    made = body("abc", [*CHAIN, Run(ends, "a", None)], {})
    way = made.ways[ends]
    assert way[-1][0] == made.places["c"][0] + 216.0, "to the right border"
    for card in "bc":
        top = made.places[card][1]
        assert all(y >= top + 72.0 + LANES_GAP or y <= top - LANES_GAP for _, y in way)


def test_a_wire_into_the_last_column_begins_at_the_left_border() -> None:
    ends = ("elsewhere", "out", "c")
    made = body("abc", [*CHAIN, Run(ends, None, "c")], {})
    assert made.ways[ends][0][0] == 0.0
    assert {x for x, _ in made.ways[ends]} <= {0.0, 216.0, 216.0 + COLUMN_GAP, 2 * 216.0 + COLUMN_GAP}


def test_wires_of_the_columns_at_the_border_need_no_way() -> None:
    made = body("abc", [*CHAIN, Run(("x", "out", "a"), None, "a"), Run(("c", "out", "y"), "c", None)], {})
    assert made.ways == {}
    assert made.width == 3 * 216.0 + 2 * COLUMN_GAP


def test_what_leads_out_is_one_part_so_that_its_wires_run_over_no_other() -> None:
    made = body("abcd", [Run((each, "out", "x"), each, None) for each in "abcd"], {})
    assert len({x for x, _ in made.places.values()}) == 1
    assert body("abcd", [], {}).places["b"][0] > 216.0, "without, they stand as words in a line"


def test_wires_of_frames_are_level_at_their_own_heights() -> None:
    known = {"f": Outline(400.0, 300.0, 150.0), "g": Outline(400.0, 300.0, 150.0)}
    runs = [Run(("a", "out", "b"), "f", "g", 60.0, 200.0)]
    made = body("fg", runs, known)
    assert made.places["f"][1] + 60.0 == made.places["g"][1] + 200.0
    assert made.height == 300.0 + 140.0


def test_two_wires_of_frames_do_not_share_a_way() -> None:
    known = {"f": Outline(400.0, 300.0, 150.0), "g": Outline(400.0, 300.0, 150.0)}
    between = [Run((a, "out", b), a, b) for a, b in (("f", "m"), ("m", "g"))]
    runs = [Run((str(at), "out", "x"), "f", "g", height, height) for at, height in enumerate((20.0, 280.0))]
    made = body("fmg", [*between, *runs], known)
    ways = [made.ways.get(run.ends, []) for run in runs]
    assert ways[0] != ways[1] or not ways[0]
