"""What differs between two runs, in words."""

from __future__ import annotations

import pytest
from compare_kit import CHANGE, difference, node

from floworch_designer.history.comparison import change_text, headline, pills, rows_of


@pytest.mark.parametrize(
    ("given", "kind", "pill", "what"),
    [
        (node(), "same", "same|", ""),
        (node(took=(1.0, 1.04)), "same", "same|", ""),
        (node(took=(1.0, 1.5)), "time", "time|+0.50 s", ""),
        (node(took=(0.001, 0.03)), "same", "same|", ""),
        (node(output=[CHANGE]), "differs", "differs|other output", "output.k"),
        (node(output=[CHANGE] * 5), "differs", "differs|other output", "output.k, output.k, output.k and 2 more"),
        (node(status=("completed", "failed"), error=(None, "broken")), "differs", "differs|completed → failed",
         "error: none → broken"),
        (node(status=("completed", None), took=(1.0, None)), "differs", "differs|completed → not there", ""),
        (node(counts=({"completed": 2}, {"failed": 2})), "differs", "differs|other output", "items ended differently"),
    ],
)  # fmt: skip
def test_rows(given, kind, pill, what):
    (row,) = rows_of(difference(given))
    assert (row.kind, row.what) == (kind, what)
    assert pills([row]) == {"n": (pill, what)}


def test_the_first_that_differs_is_marked():
    rows = rows_of(difference(node("a", output=[CHANGE]), node("b", output=[CHANGE]), first="a"))
    assert [row.kind for row in rows] == ["first", "differs"]
    assert pills(rows)["a"][0] == "first|first: other output"


def test_words_of_the_whole():
    found = difference(node("a"), node("b", output=[CHANGE]), first="b", inputs=[CHANGE])
    assert headline(found) == (
        "completed → failed · 3.00 s → 4.50 s (+1.50 s) · 1 input differs · 1 of 2 nodes ended alike"
    )
    assert [change_text(value) for value in (0.001, -2.0)] == ["±0", "−2.00 s"]
