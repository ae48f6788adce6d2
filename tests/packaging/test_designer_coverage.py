from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest

#: What may be missing; who builds something lowers it here and on the page.
MOST_NOT_BUILT = 0


@pytest.fixture(scope="module")
def coverage(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("designer_coverage")


def page(*rows: str, missing: int = 0) -> str:
    head = [f"Not built: {missing}", "", "| § | Line | Kind | Test |", "|---|---|---|---|"]
    return "\n".join([*head, *rows, "", "- 4.2: zoom"])


def test_every_line_of_the_design_has_its_test_and_what_is_missing_does_not_grow(coverage: ModuleType) -> None:
    text = coverage.PAGE.read_text(encoding="utf-8")
    assert coverage.check(text) == []
    assert sum(row.test == coverage.NOT_BUILT for row in coverage.rows(text)) <= MOST_NOT_BUILT


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("| 4.2 | Zoom | rule | |", "the row is empty"),
        ("| 4.2 | Zoom | rule | app/commands/test_actions.py |", "the row is empty"),
        ("| 4.2 | Zoom | rule | app/commands/test_actions.py::test_no_such |", "there is no test"),
        ("| 4.2 | Zoom | rule | app/test_no_such.py::test_x |", "there is no test"),
        ("| 4.2 | Zoom | | app/commands/test_actions.py::test_ids_are_unique_and_menus_known |", "the kind is none of"),
        (
            "| 4.2 | Zoom | input | app/commands/test_actions.py::test_ids_are_unique_and_menus_known |",
            "sends no mouse or key event",
        ),
        ("| 4.2 | Zoom | input | not built |", "what is not built has no kind"),
    ],
)
def test_a_bad_row_is_found(coverage: ModuleType, row: str, says: str) -> None:
    found = coverage.check(page(row, missing=row.count(coverage.NOT_BUILT)))
    assert len(found) == 1
    assert says in found[0]


def test_the_number_of_what_is_not_built_is_checked(coverage: ModuleType) -> None:
    assert coverage.check(page("| 4.2 | Pins | | not built |", missing=1)) == []
    assert coverage.check(page("| 4.2 | Pins | | not built |")) == ["1 rows are not built, the page says 0"]
    assert "the page has no rows" in coverage.check(page())


def test_a_line_of_the_design_without_a_row_and_a_row_without_a_line_are_found(coverage: ModuleType) -> None:
    test = "app/commands/test_actions.py::test_ids_are_unique_and_menus_known"
    assert coverage.check(page(f"| 4.2 | Zoom | rule | {test} |")) == []
    assert "no row is about line 4.2 of the design" in coverage.check(page(f"| + | Zoom | rule | {test} |"))
    for row in (f"| 9.9 | Zoom | rule | {test} |", f"| Zoom | rule | {test} |"):
        found = coverage.check(page(f"| 4.2 | Zoom | rule | {test} |", row))
        assert len(found) == 1
        assert "is no line of the design" in found[0]


def test_a_picture_is_looked_at(coverage: ModuleType) -> None:
    test = "app/commands/test_actions.py::test_ids_are_unique_and_menus_known"
    (found,) = coverage.check(page(f"| 4.2 | Zoom | picture | {test} |"))
    assert "looks at nothing that is painted" in found


def test_input_is_seen_through_a_helper_of_the_same_file(coverage: ModuleType) -> None:
    known = {"helper": "def helper(qtbot):\n    qtbot.keyClick(1)", "test": "def test(qtbot):\n    helper(qtbot)"}
    assert coverage.uses(coverage.INPUT, "test", known)
    assert not coverage.uses(coverage.INPUT, "test", {**known, "helper": "def helper(): ..."})
