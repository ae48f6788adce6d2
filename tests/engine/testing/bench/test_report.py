"""A report for machines and for people."""

from __future__ import annotations

import json

import pytest

from floworch.testing.bench.measure import Row, machine
from floworch.testing.bench.peers.compare import PeerRow
from floworch.testing.bench.report import HEADS, Report, cells, figure, machine_line, markdown, peer_cells, summary


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (0.12345, "0.123"), (4.567, "4.57"), (123.4, "123"), (12_345.6, "12 300"), (0, "0")],
)
def test_figures_have_three_digits(value: float | None, text: str) -> None:
    assert figure(value) == text


def test_a_row_for_people() -> None:
    row = Row("chain", 5.04, "µs/node", 4.0, "1.2 × floor")
    assert cells(row) == ("chain", "5.04 µs/node (1.2 × floor)", "≤ 4 µs/node", "**short**")
    assert cells(Row("events", 2e5, "per s", 1e5, least=True)) == ("events", "200 000 per s", "≥ 100 000 per s", "met")
    assert cells(Row("x", 1, "s"))[2:] == ("", "")
    scaled = Row("loop", 46.0, "µs/item", 30.0, scales=True, floor=34.0)
    assert cells(scaled)[2:] == ("≤ 30 µs/item (here 60)", "met")


def test_a_report_is_kept_as_json_and_read_again() -> None:
    peer = PeerRow("Luigi", "no", 300, 3110, None, None, "cited")
    report = Report(machine(), True, [Row("a", 1, "s", suite="data"), Row("b", 1, "s", suite="data")], [peer], ["no c"])
    assert Report.from_json(json.loads(json.dumps(report.to_json()))) == report
    assert [row.work for row in report.suites()["data"]] == ["a", "b"]
    assert peer_cells(peer) == ("Luigi", "no", "300", "3 110", "–", "–", "cited")


def test_tables_are_markdown() -> None:
    table = markdown(HEADS, [("a", "1 s", "", "")])
    assert table.splitlines() == ["| work | measured | bar |  |", "|---|---|---|---|", "| a | 1 s |  |  |"]


def test_the_machine_is_one_line() -> None:
    assert "Python 3." in machine_line(machine())


def test_the_last_line_counts_the_bars_and_names_those_that_are_short() -> None:
    good, bad = Row("a", 1.0, "s", 2.0, suite="one"), Row("b", 3.0, "s", 2.0, suite="one")
    assert summary([good, Row("c", 1.0, "s")]) == "1 of 1 bars met."
    assert summary([good, bad]) == "1 of 2 bars met, 1 short:\n  one: b 3 s (≤ 2 s)"
    assert summary([Row("c", 1.0, "s")]) == ""
