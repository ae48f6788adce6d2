"""How many items a node handed on: lists, tables, objects that hold one, and outputs beside the journal."""

from __future__ import annotations

from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from floworch.artifact import Artifact
from floworch.model.values import encode
from floworch_designer.runs.passing import MOST, Counter, Passed, passed

TABLE = {"path": "/t.parquet", "rows": 12, "schema": {"a": "int"}}


@pytest.mark.parametrize(
    ("output", "total"),
    [
        ([], 0), ([1, 2], 2), (TABLE, 12), ({"files": [1, 2, 3], "count": 3, "errors": [1]}, 3),
        ({"rows": TABLE, "count": 12}, 12), ({"items": [1, 2], "title": "x"}, 2),
        ({"kept": [1, 2], "dropped": [3]}, 2), ({"valid": [], "invalid": [1]}, 0),
        ({"path": "/t.parquet", "rows": 5}, 5), ({"a": 1, "count": 4}, 4),
    ],
)  # fmt: skip
def test_lists_tables_and_objects_that_hold_one_are_counted(output: Any, total: int) -> None:
    found = passed(output)
    assert found is not None
    assert found.through("out") == total


@pytest.mark.parametrize("output", [None, 5, "text", b"bytes", {}, {"a": 1}, {"count": True}, {"rows": 3}])
def test_what_holds_no_items_is_not_counted(output: Any) -> None:
    assert passed(output) is None


def test_a_port_of_the_name_of_a_list_hands_on_that_list() -> None:
    found = passed({"kept": [1, 2], "dropped": [3]})
    assert found is not None
    assert (found.through("kept"), found.through("dropped"), found.through("out")) == (2, 1, 2)
    two = passed({"left": [1], "right": [1, 2]})
    assert two == Passed(None, (("left", 1), ("right", 2)))  # nobody says which of them goes on
    assert two.through("out") is None


def test_what_is_kept_beside_the_journal_is_counted_on_a_thread(qtbot: QtBot) -> None:
    counter, large = Counter(), Artifact.of(encode(list(range(500))))
    with qtbot.waitSignal(counter.counted):
        assert counter.count(large) is None
    assert counter.count(large) == Passed(500)
    assert counter.count([1]) == Passed(1)


def test_what_is_too_large_or_lost_is_not_counted(qtbot: QtBot) -> None:
    counter, huge, lost = Counter(), Artifact("a" * 64, MOST + 1), Artifact("b" * 64, 9)
    assert counter.count(huge) is None
    assert counter.count(lost) is None
    with qtbot.waitSignal(counter.counted):  # it goes on after the one that is lost
        counter.count(Artifact.of(encode([1])))
    assert counter.count(lost) is None
