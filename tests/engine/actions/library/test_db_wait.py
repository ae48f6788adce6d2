"""db.wait asks until the row fits, and a cancel ends it at once (C4.5)."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from floworch import Engine, MemoryStore, Workflow
from floworch.errors import ActionError, ErrorKind
from floworch.testing import FakeHost, run_action

FOREVER = "with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c"


@pytest.fixture
def path(tmp_path: Path) -> str:
    path = str(tmp_path / "x.db")
    change(path, "create table t (id integer, state text)")
    return path


def change(path: str, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


class Watching(FakeHost):
    """Changes the database when it is told that it was asked and did not fit."""

    def __init__(self, path: str, *changes: str) -> None:
        super().__init__()
        self.path, self.changes = path, list(changes)

    def progress(self, ctx: Any, fraction: float | None, message: str) -> None:
        super().progress(ctx, fraction, message)
        change(self.path, self.changes.pop(0))


async def test_it_asks_until_the_first_row_fits(path: str) -> None:
    host = Watching(path, "insert into t values (7, 'open')", "update t set state = 'paid'")
    output = await run_action(
        "db.wait",
        host,
        connection=path,
        sql="select * from t where id = :id",
        params={"id": 7},
        until="{{ item.state == 'paid' }}",
        every=0.001,
    )
    assert output == {"row": {"id": 7, "state": "paid"}, "asked": 3}
    assert [message for _, message in host.progressed] == ["asked 1×: no row", "asked 2×: the row does not fit"]
    assert host.logs == [("info", "The row was there when asked 3 times.")]


async def test_any_row_will_do_without_a_condition(path: str) -> None:
    change(path, "insert into t values (1, 'x')")
    output = await run_action("db.wait", connection=path, sql="select id from t")
    assert output == {"row": {"id": 1}, "asked": 1}


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"sql": "select 1 as n", "until": "item.n"}, "'until' gave 1 instead of true or false."),
        ({"sql": "select 1", "every": 0}, "'every' must be longer than nothing."),
        ({"sql": "delete from t"}, "The statement writes, and db.query only reads."),
        ({"sql": "select * from nope"}, "The database refused the statement: no such table: nope."),
    ],
)
async def test_what_can_never_fit_ends_the_wait(path: str, params: dict[str, Any], message: str) -> None:
    with pytest.raises(ActionError) as caught:
        await run_action("db.wait", connection=path, **params)
    assert (caught.value.kind, caught.value.message) == (ErrorKind.VALIDATION, message)


@pytest.mark.parametrize("sql", ["select 1 where 0", FOREVER])
async def test_a_cancel_ends_the_wait_and_a_running_statement(path: str, sql: str) -> None:
    task = asyncio.ensure_future(run_action("db.wait", connection=path, sql=sql, every="1h"))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(task, 0.3)
    assert task.cancelled()


async def test_the_timeout_of_a_node_bounds_it(path: str) -> None:
    params = {"connection": path, "sql": "select id from t", "every": "1h"}
    node = {"action": "db.wait", "params": params, "timeout": 0.3}
    flow = Workflow.model_validate({"id": "w", "nodes": {"n": node | {"retry": {"max_attempts": 1}}}})
    async with Engine(store=MemoryStore()) as engine:
        result = await (await engine.start(flow)).result()
    assert (str(result.status), result.nodes["n"].error["kind"]) == ("failed", "timeout_error")
