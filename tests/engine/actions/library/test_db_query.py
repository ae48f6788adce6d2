"""db.query reads, and only reads."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
async def path(act: Any, tmp_path: Path) -> str:
    """A database with ten rows in ``t``."""
    path = str(tmp_path / "x.db")
    await act("db.load", connection=path, table="t", rows=[{"id": n, "name": f"n{n}"} for n in range(10)])
    return path


async def test_rows_come_as_objects_with_bound_parameters(act: Any, path: str) -> None:
    output = await act(
        "db.query",
        connection=path,
        sql="select * from t where id < :n and name != :x order by id",
        params={"n": 2, "x": "' or 1=1"},
    )
    assert output == {
        "rows": [{"id": 0, "name": "n0"}, {"id": 1, "name": "n1"}],
        "count": 2,
        "columns": ["id", "name"],
        "truncated": False,
    }


async def test_more_rows_than_allowed_are_not_read(act: Any, path: str) -> None:
    output = await act("db.query", connection=path, sql="select id from t", max_rows=3)
    assert (output["count"], output["truncated"]) == (3, True)


@pytest.mark.parametrize(
    ("sql", "params", "message"),
    [
        ("select * from nope", {}, "The database refused the statement: no such table: nope."),
        ("selec 1", {}, 'The database refused the statement: near "selec": syntax error.'),
        ("select :a", {}, "The statement and 'params' do not fit: A value is required for bind parameter 'a'."),
        ("delete from t", {}, "The statement writes, and db.query only reads."),
        ("drop table t", {}, "The statement writes, and db.query only reads."),
    ],
)
async def test_bad_statements(act: Any, path: str, sql: str, params: dict[str, Any], message: str) -> None:
    error = await act.error("db.query", connection=path, sql=sql, params=params)
    assert (error.kind, str(error)) == ("validation_error", message)
    assert (await act("db.query", connection=path, sql="select count(*) as n from t"))["rows"] == [{"n": 10}]


async def test_cancelling_interrupts_the_statement(act: Any, path: str) -> None:
    sql = "with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c"
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await act("db.query", connection=path, sql=sql)
