from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from floworch_invoices.actions import due, total

from floworch import ActionError
from floworch.testing import FakeHost, call_action, run_action

LINES = [{"amount": 2, "price": "9.95"}, {"amount": 1, "price": 100}]


def test_the_total_is_exact() -> None:
    host = FakeHost(inputs={"lines": LINES})
    assert run_action(total, host, lines="{{ inputs.lines }}", rate=10) == {
        "net": Decimal("119.90"), "tax": Decimal("11.99"), "gross": Decimal("131.89"), "lines": 2,
    }  # fmt: skip
    assert host.logs == [("info", "2 lines, 119.90 net")]


@pytest.mark.parametrize("line", [{"amount": 1}, {"amount": "many", "price": 1}, 7])
def test_a_line_that_is_none_is_named(line: Any) -> None:
    with pytest.raises(ActionError, match=r"lines\[1\] has no amount and price"):
        run_action(total, lines=[LINES[0], line])


@pytest.mark.parametrize(
    ("params", "port", "day"),
    [
        ({"days": 14}, "out", "2026-02-14"),
        ({"days": 0}, "overdue", "2026-01-31"),
        ({"terms": "end_of_month"}, "out", "2026-02-28"),
    ],
)
def test_the_port_says_whether_it_is_late(params: dict[str, Any], port: str, day: str) -> None:
    outcome = asyncio.run(call_action(due, {"issued": "2026-01-31", "today": "2026-02-03", **params}))
    assert (outcome.port, outcome.output["due"]) == (port, day)


def test_a_day_that_is_none_is_said() -> None:
    with pytest.raises(ActionError, match="'issued' is no day: 'soon'"):
        run_action(due, issued="soon", today="2026-02-03")


@pytest.mark.parametrize(
    ("old", "new"), [({"weeks": 3}, 21), ({}, 14), ({"weeks": "{{ inputs.weeks }}"}, "{{ (inputs.weeks) * 7 }}")]
)
def test_parameters_of_version_1_go_on_working(old: dict[str, Any], new: Any) -> None:
    assert due.spec.migrate[1](old) == {"days": new}
