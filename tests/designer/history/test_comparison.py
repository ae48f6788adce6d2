"""What differs between two runs, in words."""

from __future__ import annotations

import time

import pytest
from compare_kit import CHANGE, difference, node

from floworch.model.diff import FieldChange
from floworch_designer.history.comparison import change_text, headline, pills, rows_of


@pytest.mark.parametrize(
    ("given", "kind", "pill", "what"),
    [
        (node(), "same", "same|", ""),
        (node(took=(1.0, 1.04)), "same", "same|", ""),
        (node(took=(1.0, 1.5)), "time", "time|+0.50 s", ""),
        (node(took=(0.001, 0.03)), "same", "same|", ""),
        (node(output=[CHANGE]), "differs", "differs|other output", "k: 1 → 2"),
        (node(output=[CHANGE] * 5), "differs", "differs|other output", "k: 1 → 2, k: 1 → 2, k: 1 → 2 and 2 more"),
        (node(status=("completed", "failed"), error=(None, "broken")), "differs", "differs|completed → failed",
         "error: none → broken"),
        (node(status=("completed", None), took=(1.0, None)), "differs", "differs|completed → not there", ""),
        (node(counts=({"completed": 2}, {"failed": 2})), "differs", "differs|other output",
         "items: 2 completed → 2 failed"),
    ],
)  # fmt: skip
def test_rows(given, kind, pill, what):
    (row,) = rows_of(difference(given))
    assert (row.kind, row.what) == (kind, what)
    assert pills([row]) == {"n": (pill, what)}


def test_the_first_that_differs_is_marked():
    rows = rows_of(difference(node("a", output=[CHANGE]), node("b", output=[CHANGE]), first="a"))
    assert [row.kind for row in rows] == ["first output", "differs"]
    assert pills(rows)["a"][0] == "first output|first difference: other output"


def test_a_result_that_was_taken_over_is_no_other_end():
    """What differs is its value alone, which is no failure; whichever run took it over (contract C7.6)."""
    reused, back = ("completed", "reused"), ("reused", "completed")
    nodes = node("a", reused, output=[CHANGE]), node("b", back, output=[CHANGE]), node("c", reused)
    rows = rows_of(difference(*nodes, first="a"))
    assert [word for word, _ in pills(rows).values()] == [
        "first output|first difference: other output", "differs|other output", "same|",
    ]  # fmt: skip
    assert rows[0].status == ("completed", "reused"), "the list tells it nevertheless"


@pytest.mark.parametrize(
    "given",
    [
        {"status": ("completed", "failed")},
        {"status": ("reused", "failed")},
        {"status": ("failed", "failed"), "error": ("a", "b")},
        {"counts": ({"completed": 2}, {"failed": 2})},
        {"status": ("completed", None)},
    ],
)
def test_the_first_that_ended_otherwise_stands_out(given):
    (row,) = rows_of(difference(node("a", **given), first="a"))
    assert row.kind == "first"
    assert pills([row])["a"][0].startswith("first|first difference: ")


@pytest.mark.parametrize(
    ("field", "old", "new", "words"),
    [
        ("output", "a", None, "a → none"),
        ("output.rows.3", {"a": 1}, [True], 'rows.3: {"a": 1} → [true]'),
        ("output.text", "x" * 10**8, "y", f"text: {'x' * 39}… → y"),
        ("output.rows", list(range(10**7)), [], "rows: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, … → []"),
    ],
)
def test_the_output_difference_has_the_values_of_both_runs(field, old, new, words):
    """designer.md 1.4 and 6: per node what differs in its output; a large output is never written out."""
    begin = time.process_time()
    (row,) = rows_of(difference(node(output=[FieldChange(field, old, new)])))
    assert row.what == words
    assert time.process_time() - begin < 1.0


def test_details_have_a_line_for_each_field_up_to_a_dozen():
    (row,) = rows_of(difference(node(output=[FieldChange(f"output.{i}", i, -i) for i in range(14)])))
    lines = row.details.splitlines()
    assert (lines[0], lines[11], lines[12:]) == ("0: 0 → 0", "11: 11 → -11", ["… and 2 more"])


def test_words_of_the_whole():
    found = difference(node("a"), node("b", output=[CHANGE]), first="b", inputs=[CHANGE])
    assert headline(found) == (
        "completed → failed · 3.00 s → 4.50 s (+1.50 s) · 1 input differs · 1 of 2 nodes ended alike"
    )
    assert [change_text(value) for value in (0.001, -2.0)] == ["±0", "−2.00 s"]
