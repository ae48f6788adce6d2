from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch.actions.library.state_shelf import FILE, StateShelf
from floworch.errors import ActionError
from floworch.testing import FakeHost, run_action
from floworch.testing.actions import call_action

ROWS = [{"id": 1, "v": "a"}, {"id": 2, "v": "b"}, {"id": 1, "v": "c"}]


def test_the_first_or_the_last_of_equal_items_stays() -> None:
    assert run_action("data.dedupe", items=ROWS, keys=["id"]) == {"items": ROWS[:2], "duplicates": ROWS[2:]}
    assert run_action("data.dedupe", items=ROWS, keys="id", keep="last") == {"items": ROWS[1:], "duplicates": ROWS[:1]}
    assert run_action("data.dedupe", items=ROWS) == {"items": ROWS, "duplicates": []}
    assert run_action("data.dedupe", items=ROWS, keys=["{{ item.id % 1 }}"])["items"] == ROWS[:1]


def test_types_count_and_objects_are_compared_by_content() -> None:
    items: list[Any] = [1, True, "1", 1.0, None, {"a": 1, "b": 2}, {"b": 2, "a": 1}, [1], [True], None]
    output = run_action("data.dedupe", items=items)
    assert [repr(item) for item in output["items"]] == [repr(items[i]) for i in (0, 1, 2, 4, 5, 7, 8)]
    assert [repr(item) for item in output["duplicates"]] == [repr(items[i]) for i in (3, 6, 9)]


@given(st.lists(st.integers(0, 5)))
def test_nothing_is_lost(items: list[int]) -> None:
    output = run_action("data.dedupe", items=items)
    assert output["items"] == list(dict.fromkeys(items))
    assert sorted(output["items"] + output["duplicates"]) == sorted(items)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"items": ROWS, "keys": ["idd"]}, "No item has a field 'idd'."),
        ({"items": [1], "keys": ["id"]}, "items[0] must be an object to have a field 'id', not 1."),
        ({"items": ROWS, "keep": "all"}, "'keep' must be one of 'first' or 'last', not 'all'."),
    ],
)
def test_wrong_input_is_named(params: dict[str, Any], message: str) -> None:
    with pytest.raises(ActionError) as caught:
        run_action("data.dedupe", **params)
    assert caught.value.message == message


async def test_a_cancel_ends_it_between_slices() -> None:  # (C4.5)
    host = FakeHost()
    task = asyncio.create_task(call_action("data.dedupe", {"items": list(range(300_000))}, host))
    while not host.progressed:  # noqa: ASYNC110 - the host is a plain recorder
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert host.logs == []


async def let_through(host: FakeHost, run_id: str, *ids: int, node: str = "n", **params: Any) -> list[int]:
    """The ids that a step of a run lets through; every run has the same store."""
    given = {"items": [{"id": number} for number in ids], "across_runs": True, **params}
    output = await call_action("data.dedupe", given, host, run_id=run_id, node=node, workflow_id="w")
    assert len(output["items"]) + len(output["duplicates"]) == len(ids)
    return [item["id"] for item in output["items"]]


async def test_across_runs_what_came_before_is_a_duplicate(tmp_path: Path) -> None:
    for host in (FakeHost(), FakeHost(path=tmp_path)):
        assert await let_through(host, "a", 1, 2, 1) == [1, 2]
        assert await let_through(host, "b", 2, 3) == [3]
        assert await let_through(host, "a", 1, 2, 1, 4) == [1, 2, 4]  # repeated after a crash, or retried (C7.8)
        assert await let_through(host, "c", 1, 4, 5, keep="last") == [5]
        assert await let_through(host, "d", 5, node="other") == [5]
        assert await let_through(host, "e", 5, 6, memory="ours") == [5, 6]
        assert await let_through(host, "f", 6, 7, memory="ours", node="other") == [7]


async def test_what_no_longer_comes_is_forgotten() -> None:
    host = FakeHost()
    assert await let_through(host, "a", 1, 2, remember="7d") == [1, 2]
    host.time = 5 * 86400.0
    assert await let_through(host, "b", 1, remember="7d") == []  # it still comes
    host.time = 10 * 86400.0
    assert await let_through(host, "c", 1, 2, remember="7d") == [2]


async def test_a_step_that_is_stopped_remembers_nothing(tmp_path: Path) -> None:
    """(C4.5, C7.3)"""
    shelf, stopped = StateShelf(tmp_path / FILE), threading.Event()
    stopped.set()
    with pytest.raises(InterruptedError):
        shelf.see("s", [b"1", b"2"], "a", 0.0, 0.0, stopped)
    stopped.clear()
    assert shelf.see("s", [b"1", b"2"], "b", 0.0, 0.0, stopped) == [True, True]


async def test_a_memory_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database" * 100)
    with pytest.raises(ActionError, match="What earlier runs have seen cannot be used") as caught:
        await let_through(FakeHost(path=tmp_path), "a", 1)
    assert "folder can be written" in caught.value.hint
