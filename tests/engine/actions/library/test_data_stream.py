"""Actions on items that come from a table and go to one (C4.5)."""

from __future__ import annotations

import asyncio
import csv
import os
from pathlib import Path
from typing import Any

import pytest
from flat_memory import growth

from floworch.actions.context import Context
from floworch.actions.library.data_stream import Parts, beside, streams
from floworch.errors import ActionError
from floworch.testing import FakeHost, run_action

COUNT = 2100


def write(path: Path, count: int) -> None:
    with path.open("w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["id", "kind", "amount"])
        lines.writerows([i, f"k{i % 7}", i % 1000] for i in range(count))


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    write(folder / "big.csv", COUNT)
    return folder


@pytest.fixture
def act(here: Path) -> Any:
    host = FakeHost(folder=str(here))
    return lambda action, **params: run_action(action, host, **params)


BIG = {"path": "big.csv"}
ALL = [{"id": i, "kind": f"k{i % 7}", "amount": i % 1000} for i in range(COUNT)]


def read(act: Any, table: Any) -> Any:
    """The rows of a table that was written."""
    assert set(table) == {"path", "rows", "schema"}
    found = act("data.read_table", path=table["path"])
    assert len(found) == table["rows"]
    return found


def same(act: Any, action: str, name: str, **params: Any) -> Any:
    """What an action gives for rows; from a table to rows and to a table it must give the same."""
    wanted = act(action, **{name: ALL}, **params)
    assert act(action, **{name: BIG}, **params) == wanted
    return wanted, act(action, **{name: BIG}, result="table", save_as=f"{action}.parquet", **params)


def test_filter_gives_the_same_for_tables(act: Any, here: Path) -> None:
    wanted, tables = same(act, "data.filter", "items", where="item.amount > 600 and item.kind != 'k3'")
    assert {name: read(act, table) for name, table in tables.items()} == wanted
    assert tables["dropped"]["path"] == str(here / "data.filter-dropped.parquet")
    assert act("data.filter", items=BIG, where="item.id < 3", keep_dropped=False, max_rows=3)["dropped"] == []


def test_dedupe_gives_the_same_for_tables(act: Any) -> None:
    for keep in ("first", "last"):
        wanted, tables = same(act, "data.dedupe", "items", keys=["kind", "{{ item.amount // 100 }}"], keep=keep)
        assert {name: read(act, table) for name, table in tables.items()} == wanted
        assert len(wanted["items"]) == 70


@pytest.mark.parametrize(
    ("by", "more"),
    [
        ([{"key": "amount", "desc": True}, "kind"], {}),
        (["{{ item.amount // 10 }}"], {"limit": 20, "skip": 5}),
        ([{"key": "{{ none if item.amount > 500 else item.kind }}", "desc": True}], {"limit": 2090}),
        ([], {"skip": 2000}),
    ],
)
def test_sorting_gives_the_same_for_tables(act: Any, by: Any, more: dict[str, Any]) -> None:
    wanted, table = same(act, "data.sort_limit", "items", by=by, **more)
    assert read(act, table) == wanted


def test_validate_gives_the_same_for_tables(act: Any) -> None:
    wanted, tables = same(act, "data.validate", "items", rules=[{"field": "amount", "max": 900}], on_bad="route")
    assert (read(act, tables["valid"]), tables["invalid"]) == (wanted["valid"], wanted["invalid"])
    assert len(wanted["invalid"]) == 198


def test_group_gives_the_same_for_tables(act: Any) -> None:
    how = {"by": ["kind"], "aggregates": [{"fn": "sum", "key": "amount"}, {"fn": "count"}]}
    assert act("data.group", items=BIG, **how) == act("data.group", items=ALL, **how)


def test_a_list_can_become_a_table_and_nothing_an_empty_one(act: Any) -> None:
    tables = act("data.filter", items=ALL[:3], where="item.id > 5", result="table", save_as="none.parquet")
    assert (tables["kept"]["rows"], read(act, tables["dropped"])) == (0, ALL[:3])
    assert act("data.sort_limit", items=[], by=["a"], result="table", save_as="empty.parquet")["rows"] == 0
    assert act("data.group", items=tables["kept"], by=["id"]) == []


@pytest.mark.parametrize(
    ("action", "params", "message"),
    [
        ("data.filter", {"where": "item.id >= 0"}, "'kept' has more than 10 rows."),
        ("data.filter", {"where": "item.id < 0"}, "'dropped' has more than 10 rows."),
        ("data.sort_limit", {"by": ["id"]}, "The result has more than 10 rows."),
        ("data.validate", {"rules": [{"field": "id", "max": -1}], "on_bad": "route"}, "More than 10 rows are invalid."),
        ("data.validate", {"rules": [{"field": "id", "max": -1}]}, "Not as wanted: items[0]: 'id' must be at most -1"),
        ("data.filter", {"where": "item.no > 1"}, "'where' cannot be evaluated for items[0]: "),
        ("data.sort_limit", {"by": ["no"]}, "No item has a field 'no'."),
        ("data.filter", {"where": "true", "result": "table"}, "'save_as' is missing"),
        ("data.filter", {"where": "true", "result": "table", "save_as": "big.csv/x.parquet"}, "A part of "),
    ],
)
def test_what_is_too_many_or_wrong_is_said(act: Any, action: str, params: dict[str, Any], message: str) -> None:
    with pytest.raises(ActionError) as caught:
        act(action, items=BIG, max_rows=10, **params)
    assert caught.value.message.startswith(message)


def test_a_line_that_breaks_the_table_is_named(act: Any, here: Path) -> None:
    (here / "broken.csv").write_text("a,b\n" + "1,2\n" * 30_000 + "x,y,z\n")
    with pytest.raises(ActionError, match=r"^'items', the file 'broken\.csv': .*30002") as caught:
        act("data.group", items={"path": "broken.csv"}, by=["a"])
    assert caught.value.kind == "validation_error"


class Stopping(FakeHost):
    """Stops the action at the first sign of progress."""

    task: asyncio.Future[Any] | None = None

    def progress(self, ctx: Context, fraction: float | None, message: str) -> None:
        super().progress(ctx, fraction, message)
        if self.task is not None:
            self.task.cancel()


@pytest.mark.parametrize(
    ("action", "params"),
    [
        ("data.filter", {"where": "item.amount > 5"}),
        ("data.dedupe", {"keys": ["id"], "across_runs": True}),
        ("data.sort_limit", {"by": ["amount"]}),
        ("data.validate", {"rules": [{"field": "id", "min": 0}]}),
    ],
)
async def test_a_cancel_ends_it_between_batches_and_leaves_nothing(
    here: Path, tmp_path: Path, action: str, params: dict[str, Any]
) -> None:
    write(here / "long.csv", 20_000)
    host = Stopping(folder=str(tmp_path))
    task = asyncio.ensure_future(run_action(
        action, host, items={"path": str(here / "long.csv")}, result="table", save_as="t.parquet", **params
    ))  # fmt: skip
    host.task = task
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(os.listdir, tmp_path) == []


async def test_a_list_beside_a_table_must_hold_objects(here: Path) -> None:
    with pytest.raises(ActionError, match=r"^left\[0\] must be an object, not int\."):
        await run_action("data.join", FakeHost(folder=str(here)), left=[1, 2], right=BIG, on="id")


async def test_streams_and_parts_are_what_actions_are_made_of(here: Path) -> None:
    ctx = FakeHost(folder=str(here)).context()
    async with streams(ctx, left=[{"a": 1}], right=BIG) as (left, right):
        assert (left.rows, right.rows, [*right.sample[0]]) == ([{"a": 1}], None, ["id", "kind", "amount"])
        assert [first async for first, _ in right.batches()] == [*range(0, COUNT, 512)]
        assert right.total == COUNT
        async with Parts(left, ("a", "b"), "rows", "", 1) as parts:
            for part in (1, -1):
                parts.add(part, "x")
            assert (await parts.results(), parts.counts) == ([[], ["x"]], [0, 1])
    assert (beside("/a/b.parquet", "c"), beside("/a/b", "")) == ("/a/b-c.parquet", "/a/b")


@pytest.mark.proof
def test_a_million_rows_are_filtered_and_grouped_in_flat_memory(tmp_path: Path) -> None:
    write(tmp_path / "million.csv", 1_000_000)
    host = FakeHost(folder=str(tmp_path))
    with growth() as grown:
        tables = run_action("data.filter", host, items={"path": "million.csv"}, where="item.amount >= 500",
                            result="table", save_as="kept.parquet")  # fmt: skip
        groups = run_action("data.group", host, items=tables["kept"], by=["kind"], aggregates=[{"fn": "count"}])
    assert (tables["kept"]["rows"], sum(group["count"] for group in groups)) == (500_000, 500_000)
    assert grown.bytes < 300 << 20  # as lists the rows alone take more than 500 MiB
