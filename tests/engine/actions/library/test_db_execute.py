"""db.execute changes a database, wholly or not at all (C4.5, C7.8)."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from postgres_server import postgres

from floworch import Engine, MemoryStore, Workflow
from floworch.actions.registry import registry
from floworch.errors import ErrorKind
from floworch.testing import run_action

FOREVER = (
    "insert into t select x, 'x' from (with recursive c(x) as (select 1 union all select x + 1 from c) select x from c)"
)
MAKE = "create table t (id integer primary key, name text)"


@pytest.fixture
async def path(act: Any, tmp_path: Path) -> str:
    """A database with three rows in ``t``."""
    path = str(tmp_path / "x.db")
    await act("db.execute", connection=path, sql=[MAKE, "insert into t values (1, 'a'), (2, 'b'), (3, 'c')"])
    return path


def rows(path: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection, connection:
        found = connection.execute("select id, name from t order by id").fetchall()
    connection.close()
    return found


async def test_rows_are_changed_with_bound_values(act: Any, path: str) -> None:
    output = await act(
        "db.execute", connection=path, sql="update t set name = :name where id >= :n", params={"name": "' --", "n": 2}
    )
    assert output == {"affected": 2, "statements": 1, "rows": []}
    assert rows(path) == [(1, "a"), (2, "' --"), (3, "' --")]
    assert act.logs[-1] == ("info", "Rows affected by 1 statement: 2.")


async def test_statements_share_their_values_and_add_up(act: Any, path: str) -> None:
    statements = ["delete from t where id = :id", "insert into t values (:id, :name)", "update t set name = :name"]
    output = await act("db.execute", connection=path, sql=statements, params={"id": 1, "name": "n", "unused": 2})
    assert (output["affected"], output["statements"]) == (5, 3)
    assert (0.0, "statement 1 of 3") in act.progressed


async def test_returning_gives_rows(act: Any, path: str) -> None:
    sql = "insert into t (name) values ('d'), ('e') returning id, name"
    output = await act("db.execute", connection=path, sql=sql)
    assert output == {
        "affected": 2,
        "statements": 1,
        "rows": [{"id": 4, "name": "d"}, {"id": 5, "name": "e"}],
    }


async def test_a_failing_statement_undoes_the_ones_before_it(act: Any, path: str) -> None:
    before = rows(path)
    statements = ["update t set name = 'gone'", "create table u (a)", "insert into t values (1, 'twice')"]
    error = await act.error("db.execute", connection=path, sql=statements)
    assert error.kind is ErrorKind.PROCESSING
    assert "UNIQUE constraint failed: t.id" in error.message
    assert rows(path) == before
    assert (await act("db.query", connection=path, sql="select name from sqlite_master"))["count"] == 1


async def test_without_a_transaction_each_statement_stands_for_itself(act: Any, path: str) -> None:
    statements = ["update t set name = 'kept' where id = 1", "vacuum", "insert into t values (1, 'twice')"]
    await act.error("db.execute", connection=path, sql=statements, transaction=False)
    assert rows(path)[0] == (1, "kept")
    error = await act.error("db.execute", connection=path, sql="vacuum")
    assert "VACUUM" in error.message


async def test_too_many_returned_rows_are_refused_and_undone(act: Any, path: str) -> None:
    many = "with recursive c(x) as (select 10 union all select x + 1 from c limit 10001)"
    error = await act.error(
        "db.execute", connection=path, sql=f"{many} insert into t select x, 'x' from c returning id"
    )
    assert error.message == "Statement 1 gives more than 10000 rows."
    assert len(rows(path)) == 3


async def test_a_hundred_thousand_rows_change_without_being_read(act: Any, path: str) -> None:
    many = "with recursive c(x) as (select 10 union all select x + 1 from c limit 100000)"
    output = await act("db.execute", connection=path, sql=f"{many} insert into t select x, 'x' from c")
    assert output["affected"] == 100_000


async def test_a_cancel_interrupts_the_statement_and_undoes_it(act: Any, path: str) -> None:
    before = rows(path)
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await act("db.execute", connection=path, sql=["delete from t", FOREVER])
    assert time.monotonic() - started < 10  # the statement itself would fill the disk first
    assert rows(path) == before


@pytest.mark.parametrize("sql", ["", " ;", [], ["", ";"]])
def test_no_statement_is_a_problem_before_the_run(act: Any, sql: Any) -> None:
    (issue,) = act.issues("db.execute", connection="x.db", sql=sql)
    assert (issue.path, issue.message) == ("sql", "There is no statement.")


async def test_a_node_of_a_run_is_not_tried_again(tmp_path: Path) -> None:
    """(C7.8) Its effect is unsafe: a failure that may pass is not repeated."""
    assert registry.resolve("db.execute").effect == "unsafe"
    path = str(tmp_path / "x.db")
    params = {"connection": path, "sql": "insert into t values (1)"}
    flow = Workflow.model_validate({"id": "w", "nodes": {"n": {"action": "db.execute", "params": params}}})
    async with Engine(store=MemoryStore()) as engine:
        result = await (await engine.start(flow)).result()
    assert (str(result.status), result.nodes["n"].attempts) == ("failed", 1)


async def test_postgresql_changes_interrupts_and_rolls_back(act: Any) -> None:
    async with postgres() as url:
        await act("db.execute", connection=url, sql=["create table t (id int primary key, tags int[], doc jsonb)"])
        output = await act(
            "db.execute",
            connection=url,
            sql="insert into t values (:id, :tags, cast(:doc as jsonb)) returning tags, doc ->> 'a' as a",
            params={"id": 1, "tags": [1, 2], "doc": '{"a": "x"}'},
        )
        assert output["rows"] == [{"tags": [1, 2], "a": "x"}]
        task = asyncio.create_task(
            act("db.execute", connection=url, sql=["delete from t", "select pg_sleep(600), 'mine'"])
        )
        busy = "select count(*) as n from pg_stat_activity where state = 'active' and query like '%''mine''%'"
        busy += " and pid <> pg_backend_pid()"
        await run_action("db.wait", connection=url, sql=busy, until="item.n == 1", every=0.02)
        started = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert time.monotonic() - started < 10
        await run_action("db.wait", connection=url, sql=busy, until="item.n == 0", every=0.02)
        assert (await act("db.execute", connection=url, sql="update t set id = 2"))["affected"] == 1
        await act("db.execute", connection=url, sql="vacuum t", transaction=False)
        error = await act.error("db.execute", connection=url, sql="insert into t values (2)")
        assert error.kind is ErrorKind.PROCESSING
        assert "duplicate key" in error.message
