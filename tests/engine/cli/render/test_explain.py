"""An explanation as a table, and the line about a part (C7.6)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from floworch.cli.render.explain import SIGNS, part_text, print_explanation
from floworch.run.explanation import Choice, Explanation, Form, Plan


def test_every_plan_has_a_sign() -> None:
    assert set(SIGNS) == set(Plan)


def test_a_table_says_what_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    choices = {"fetch": Choice(Plan.RUNS, "parameter url changed"), "x": Choice(Plan.PINNED, "its pin")}
    print_explanation(Explanation("w", Form(only_changed=True), "one", choices))
    print_explanation(Explanation("w", Form(), None, {"fetch": Choice(Plan.OUT, "no")}))
    assert capsys.readouterr().out.splitlines() == [
        "node   plan      why",
        "fetch  ▶ runs    parameter url changed",
        "x      = pinned  its pin",
        "1 runs, 1 pinned. Results come from one. Nothing was run.",
        "node   plan   why",
        "fetch  - out  no",
        "1 out. Nothing was run.",
    ]


@pytest.mark.parametrize(
    ("part", "reused", "text"),
    [
        (None, {}, ""),
        ({"reuse": None, "out": []}, {}, ""),
        ({"reuse": "one", "out": ["a"]}, {0: "one", 1: None}, " (a part: 1 taken over from one, 1 pinned, 1 left out)"),
    ],
)
def test_a_part_is_told_in_one_line(part: Any, reused: dict[int, Any], text: str) -> None:
    header = SimpleNamespace(options={"part": part} if part else {})
    assert part_text(SimpleNamespace(reused=reused), header) == text  # type: ignore[arg-type]
