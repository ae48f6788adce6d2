"""Items along wires: which number, and how thick the wire is."""

from __future__ import annotations

from typing import Any

import pytest

from floworch.run.status import NodeStatus
from floworch_designer.canvas.items.counts import fitting, items_on, thicker
from floworch_designer.canvas.items.wires import WIDTH
from floworch_designer.canvas.live import RunInfo
from floworch_designer.document.nodes import make_edge, replace_node
from floworch_designer.runs.passing import Passed

DONE, SKIPPED, RUNNING = NodeStatus.COMPLETED, NodeStatus.SKIPPED, NodeStatus.RUNNING


def wire(view: Any, source: str, target: str) -> Any:
    return next(each for each in view.graph.leaving[source] if each.target.id == target)


def count(view: Any, source: str, target: str) -> int | None:
    return items_on(wire(view, source, target), view.graph.arriving)


def test_a_wire_has_what_its_source_handed_on_once_it_ended(view: Any) -> None:
    assert count(view, "a", "b") is None
    view.set_run_info({"a": RunInfo(passed=Passed(1234))})
    view.set_statuses({"a": RUNNING, "b": NodeStatus.PENDING})
    assert count(view, "a", "b") is None
    view.set_statuses({"a": DONE, "b": NodeStatus.PENDING})
    assert count(view, "a", "b") == 1234
    view.set_statuses({"a": DONE, "b": SKIPPED})
    assert count(view, "a", "b") is None


def test_in_a_body_it_has_the_rounds_that_went_on(view: Any) -> None:
    view.set_statuses({"x": RUNNING, "y": RUNNING})
    view.set_run_info({"x": RunInfo(passed=Passed(40), reached=42), "y": RunInfo(passed=Passed(39), reached=40)})
    assert count(view, "x", "y") == 40


def test_a_port_among_several_has_the_rounds_its_target_had(view: Any) -> None:
    drawn = view.document.workflow
    view.document.reset(drawn.replace(edges=(*drawn.edges, make_edge("d", "true", "u"))))
    (branch,) = view.graph.leaving["d"]
    view.set_run_info({"d": RunInfo(passed=Passed(10), reached=10), "u": RunInfo(passed=Passed(3), reached=4)})
    assert items_on(branch, view.graph.arriving) == 4
    assert items_on(branch, {"u": [branch, branch]}) is None  # others lead there, too


def deciding(view: Any) -> tuple[Any, Any]:
    """The wires of ``true`` and ``false``, which meet again in c."""
    drawn = view.document.workflow
    ends = [("d", "true", "u"), ("d", "false", "n"), ("u", "out", "n")]
    view.document.reset(drawn.replace(edges=(*drawn.edges, *(make_edge(*each) for each in ends))))
    true, false = view.graph.leaving["d"]
    return true, false


@pytest.mark.parametrize(
    ("of_if", "of_true", "counts"),
    [
        # Six rounds, four of which came to u; two took the other port, beside which other wires lead to n.
        (RunInfo(passed=Passed(6), reached=6), RunInfo(passed=Passed(4), reached=4, bypassed=2), (4, 2)),
        (RunInfo(passed=Passed(6), reached=6), RunInfo(passed=Passed(0), bypassed=6, reached=0), (0, 6)),
        (RunInfo(passed=Passed(5), reached=5, skipped=1), RunInfo(reached=4, bypassed=1, skipped=1), (4, 1)),
        # Of one round it is not known yet, or no more, which way it took.
        (RunInfo(passed=Passed(6), reached=6), RunInfo(reached=3, bypassed=2), (3, None)),
        (RunInfo(passed=Passed(6), reached=6), RunInfo(reached=3, bypassed=2, skipped=1), (3, None)),
    ],
)  # fmt: skip
def test_both_ports_of_a_decision_have_the_rounds_that_took_them(
    view: Any, of_if: RunInfo, of_true: RunInfo, counts: tuple[int, int | None]
) -> None:
    """(designer.md section 3: item count pill)"""
    true, false = deciding(view)
    view.set_run_info({"d": of_if, "u": of_true, "n": RunInfo(passed=Passed(6), reached=6)})
    graph = view.graph
    assert tuple(items_on(each, graph.arriving, graph.leaving) for each in (true, false)) == counts


def test_a_target_that_is_disabled_says_nothing_of_the_port(view: Any) -> None:
    """Its rounds are all bypassed, by whichever way they came (contract C2.6)."""
    deciding(view)
    drawn = view.document.workflow
    view.document.reset(replace_node(drawn, "u", drawn.nodes["u"].replace(disabled=True)))
    view.set_run_info({"d": RunInfo(passed=Passed(6), reached=6), "u": RunInfo(reached=0, bypassed=6)})
    true, false = view.graph.leaving["d"]
    assert [items_on(each, view.graph.arriving, view.graph.leaving) for each in (true, false)] == [None, None]


@pytest.mark.parametrize(
    ("items", "room", "text"),
    [(5, 60, "5"), (29_777, 90, "29,777"), (29_777, 35, "30k"), (29_777, 20, ""), (4_200_000, 40, "4M"), (999, 10, "")],
)
def test_the_number_fits_the_wire_or_is_left_out(qapp: Any, items: int, room: float, text: str) -> None:
    assert fitting(items, room) == text


def test_more_items_make_a_thicker_wire(view: Any) -> None:
    """(designer.md section 3: 2-5 px by log10 of the items)"""
    view.set_statuses({"a": DONE, "b": DONE})
    widths = []
    for items in (0, 1, 100, 10_000, 10**9):
        view.set_run_info({"a": RunInfo(passed=Passed(items))})
        widths.append(thicker(wire(view, "a", "b"), WIDTH, view.graph.arriving))
    assert widths == [2.0, 2.0, 3.0, 4.0, 5.0]
