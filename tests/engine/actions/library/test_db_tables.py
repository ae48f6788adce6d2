"""Tables go out of a database and into one, and into a file, some thousand rows at a time."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flat_memory import growth
from postgres_server import postgres

from floworch.testing import FakeHost, run_action

COUNTED = "with recursive c(id) as (select 1 union all select id + 1 from c where id < :n)"
SERIES = f"{COUNTED} select id, 'n' || id as name from c"
TABLE = {"connection": "x.db", "as": "table", "save_as": "out.parquet"}


@pytest.fixture
def act(tmp_path: Path) -> Any:
    host = FakeHost(folder=str(tmp_path))
    return lambda action, **params: run_action(action, host, **params)


async def queried(act: Any, count: int, sql: str = SERIES, **more: Any) -> Any:
    params = {"n": count} if ":n" in sql else {}
    return await act("db.query", sql=sql, params=params, **TABLE, **more)


async def test_all_rows_of_a_query_become_a_table_that_list_actions_take(act: Any, tmp_path: Path) -> None:
    output = await queried(act, 5000, max_rows=3)
    assert output == {
        "rows": {"path": str(tmp_path / "out.parquet"), "rows": 5000, "schema": {"id": "BIGINT", "name": "VARCHAR"}},
        "count": 5000,
        "columns": ["id", "name"],
        "truncated": False,
    }
    for given in (output, output["rows"]):
        found = await act("data.filter", items=given, where="item.id > 4998")
        assert found["kept"] == [{"id": 4999, "name": "n4999"}, {"id": 5000, "name": "n5000"}]


async def test_no_rows_keep_their_columns(act: Any) -> None:
    output = await queried(act, 0, "select 1 as id, 'x' as name where 1 = 0")
    assert (output["rows"]["rows"], list(output["rows"]["schema"])) == (0, ["id", "name"])


async def test_values_of_every_kind_come_through(act: Any) -> None:
    rows = [{"i": 2**60, "f": 0.5, "b": b"\x00\xff", "t": datetime(2026, 1, 2, 3, tzinfo=UTC), "n": None, "s": "ü\n"}]
    await act("db.load", connection="x.db", table="t", rows=rows)
    table = (await queried(act, 0, "select i, f, b, n, s from t"))["rows"]
    await act("db.load", connection="y.db", table="u", rows=table)
    again = await act("db.query", connection="y.db", sql="select * from u")
    assert again["rows"] == [{key: rows[0][key] for key in "ifbns"}]


@pytest.mark.parametrize("batch", [1, 700, 10_000])
async def test_a_table_is_loaded_in_batches_all_or_nothing(act: Any, tmp_path: Path, batch: int) -> None:
    table = (await queried(act, 1500))["rows"]
    load = {"connection": "y.db", "table": "u", "batch": batch}
    assert await act("db.load", rows=table, **load) == {"inserted": 1500, "updated": 0, "table": "u"}
    await act("db.execute", connection="y.db", sql="create unique index one on u (id)")
    upsert = {**load, "mode": "upsert", "keys": ["id"]}
    assert await act("db.load", rows=table, **upsert) == {"inserted": 0, "updated": 1500, "table": "u"}
    (tmp_path / "bad.csv").write_text("id,name\n" + "".join(f"{n},x\n" for n in range(9000, 9900)) + "1,x\n")
    with pytest.raises(Exception, match="refused a row"):
        await act("db.load", rows={"path": "bad.csv"}, **load)
    with closing(sqlite3.connect(tmp_path / "y.db")) as database, database:
        assert database.execute("select count(*) from u").fetchone() == (1500,)


async def test_keys_of_a_table_are_checked_by_row(act: Any, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id,name\n1,a\n,b\n")
    upsert: dict[str, Any] = {"connection": "x.db", "table": "t", "rows": {"path": "t.csv"}, "mode": "upsert"}
    with pytest.raises(Exception, match=r"rows\[1\] has no value for the key 'id'"):
        await act("db.load", keys=["id"], **upsert)
    with pytest.raises(Exception, match="The key column 'nr' is in none of the rows"):
        await act("db.load", keys=["nr"], **upsert)


async def test_a_file_of_a_table_is_byte_by_byte_that_of_its_rows(act: Any, tmp_path: Path) -> None:
    sql = "select id, 'a' || char(10) || 'ü' as name, null as x from (" + SERIES.replace(":n", "3000") + ")"
    table = (await queried(act, 0, sql))["rows"]
    rows = (await act("db.query", connection="x.db", sql=sql))["rows"]
    written = await act("file.write", path="t.json", content=table)
    await act("file.write", path="l.json", content=rows)
    assert (tmp_path / "t.json").read_bytes() == (tmp_path / "l.json").read_bytes()
    assert written["bytes"] == (tmp_path / "t.json").stat().st_size
    empty = (await queried(act, 0, "select 1 as id where 1 = 0"))["rows"]
    await act("file.write", path="e.json", content=empty)
    assert (tmp_path / "e.json").read_text() == "[]\n"


async def test_an_object_with_a_path_is_no_table_to_file_write(act: Any, tmp_path: Path) -> None:
    await act("file.write", path="o.json", content={"path": "nowhere.csv", "size": 3})
    assert json.loads((tmp_path / "o.json").read_text()) == {"path": "nowhere.csv", "size": 3}
    with pytest.raises(Exception, match=r"gone\.parquet"):
        await act("file.write", path="g.json", content={"path": "gone.parquet", "rows": 1, "schema": {"a": "BIGINT"}})
    assert not (tmp_path / "g.json").exists()


async def test_a_cancel_stops_the_query_and_leaves_no_file(act: Any, tmp_path: Path) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1.0):
            await queried(act, 10**12)
    assert not list(tmp_path.glob("*parquet*"))  # noqa: ASYNC240


def test_a_table_needs_a_file() -> None:
    from floworch.actions.registry import registry

    found = registry.resolve("db.query").check_params({"connection": "x.db", "sql": "select 1", "as": "table"})
    assert [issue.path for issue in found] == ["save_as"]


async def test_rows_of_postgresql_come_through_a_cursor_and_go_back(act: Any) -> None:
    async with postgres() as url:
        sql = "select n as id, 'n' || n as name, now() as at, 1.5::numeric as x from generate_series(1, 20000) n"
        output = await act("db.query", **{**TABLE, "connection": url}, sql=sql)
        assert (output["count"], output["rows"]["rows"]) == (20_000, 20_000)
        loaded = await act("db.load", connection=url, table="t", rows=output, batch=5000)
        assert loaded["inserted"] == 20_000
        back = await act("db.query", connection=url, sql="select sum(id) as ids, min(at) = max(at) as same from t")
        assert back["rows"] == [{"ids": 20_000 * 20_001 // 2, "same": True}]


@pytest.mark.parametrize("count", [30_000, pytest.param(1_000_000, marks=pytest.mark.proof)])
async def test_many_rows_go_through_in_flat_memory(act: Any, count: int) -> None:
    await act("db.load", connection="y.db", table="u", rows=(await queried(act, 1000))["rows"])  # libraries are loaded
    with growth() as grown:
        table = (await queried(act, count))["rows"]
        await act("file.write", path="t.json", content=table)
        await act("db.load", connection="y.db", table="u", rows=table, batch=10_000)
    assert table["rows"] == count
    assert grown.bytes < 300 << 20  # as lists a million rows take more than that, each of the three times
