"""db.load: all rows or none."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from floworch.actions.registry import registry


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A database that does not exist yet."""
    return str(tmp_path / "x.db")


def rows_of(path: str, sql: str = "select * from t order by 1") -> list[Any]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


async def test_a_table_is_made_and_ragged_rows_are_filled_with_null(act: Any, path: str) -> None:
    rows = [{"id": 1, "name": "a"}, {"id": 2, "tags": ["x", {"y": 1}]}, {"id": 3, "size": 1.5}]
    assert await act("db.load", connection=path, table="t", rows=rows) == {"inserted": 3, "updated": 0, "table": "t"}
    assert rows_of(path) == [(1, "a", None, None), (2, None, '["x", {"y": 1}]', None), (3, None, None, 1.5)]
    assert "id BIGINT" in rows_of(path, "select sql from sqlite_master")[0][0]


async def test_replace_adds_the_columns_a_table_lacks(act: Any, path: str) -> None:
    """The rows of an earlier version go; its columns stay, null from now on."""
    await act("db.load", connection=path, table="t", rows=[{"id": 1, "old": "x"}])
    rows = [{"id": 2, 'new % "name"': "y", "size": 7}]
    await act("db.load", connection=path, table="t", rows=rows, mode="replace")
    found = await act("db.query", connection=path, sql="select * from t")
    assert found["rows"] == [{"id": 2, "old": None, 'new % "name"': "y", "size": 7}]
    error = await act.error("db.load", connection=path, table="t", rows=[{"id": 3, "more": 1}])
    assert "has no column 'more'" in error.message


async def test_append_upsert_and_replace(act: Any, path: str) -> None:
    load: dict[str, Any] = {"connection": path, "table": "t", "keys": ["id"]}
    first = [{"id": 1, "n": "a"}, {"id": 2, "n": "b"}]
    assert await act("db.load", rows=first, mode="upsert", **load) == {"inserted": 2, "updated": 0, "table": "t"}
    assert await act("db.load", rows=[{"id": 2, "n": "B"}, {"id": 3, "n": "c"}], mode="upsert", **load) == {
        "inserted": 1,
        "updated": 1,
        "table": "t",
    }
    assert rows_of(path) == [(1, "a"), (2, "B"), (3, "c")]
    await act("db.load", rows=[{"id": 3}], mode="upsert", **load)
    assert rows_of(path)[2] == (3, "c")
    assert await act("db.load", rows=[{"id": 9, "n": "z"}], mode="replace", **load) == {
        "inserted": 1,
        "updated": 0,
        "table": "t",
    }
    assert rows_of(path) == [(9, "z")]


async def test_no_rows(act: Any, path: str) -> None:
    nothing = {"inserted": 0, "updated": 0, "table": "t"}
    assert await act("db.load", connection=path, table="t", rows=[]) == nothing
    await act("db.load", connection=path, table="t", rows=[{"a": 1}])
    assert await act("db.load", connection=path, table="t", rows=[], mode="replace") == nothing
    assert rows_of(path) == []


async def test_names_are_quoted_and_values_bound(act: Any, path: str) -> None:
    name = 'robert"); drop table t;--'
    await act("db.load", connection=path, table=name.replace(".", ""), rows=[{'a "b"': "x'); drop table t;--"}])
    assert rows_of(path, "select name from sqlite_master") == [(name,)]


async def test_a_hundred_thousand_rows_with_progress_per_batch(act: Any, path: str) -> None:
    rows = [{"id": number, "name": f"n{number}"} for number in range(100_000)]
    assert (await act("db.load", connection=path, table="t", rows=rows, batch=10_000))["inserted"] == 100_000
    assert [text for _, text in act.progressed] == [f"{n}0000 of 100000 rows" for n in range(1, 11)]
    assert rows_of(path, "select count(*), sum(id) from t") == [(100_000, 4_999_950_000)]


async def test_a_failure_half_way_leaves_the_database_as_it_was(act: Any, path: str) -> None:
    await act("db.load", connection=path, table="t", rows=[{"id": 1}], mode="upsert", keys=["id"])
    rows = [{"id": number} for number in range(50, 0, -1)]
    error = await act.error("db.load", connection=path, table="t", rows=rows, batch=10)
    assert str(error) == "The database refused a row: UNIQUE constraint failed: t.id."
    assert rows_of(path) == [(1,)]
    error = await act.error("db.load", connection=path, table="new", rows=[{"a": 1}, {"a": 1 << 80, "b": 1}, 5])
    assert "rows[2] is 5" in str(error)
    assert rows_of(path, "select name from sqlite_master where type = 'table'") == [("t",)]


async def test_cancelling_rolls_back(act: Any, path: str) -> None:
    await act("db.load", connection=path, table="t", rows=[{"id": 0}])
    rows = [{"id": number} for number in range(1, 200_000)]
    task = asyncio.ensure_future(act("db.load", connection=path, table="t", rows=rows, mode="replace", batch=500))
    before = len(act.progressed)
    while len(act.progressed) < before + 3:  # noqa: ASYNC110
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(act.progressed) < 300
    assert rows_of(path) == [(0,)]


@pytest.mark.parametrize(
    ("params", "kind", "message"),
    [
        ({"rows": [{"idd": 1, "n": 2}]}, "validation_error", "The table 't' has no column 'idd', 'n'."),
        ({"rows": [{"id": "abc"}]}, "validation_error", "rows[0].id is 'abc', but the column takes an integer."),
        ({"rows": ["x"]}, "validation_error", "rows[0] is 'x', not an object."),
        ({"rows": {"id": 1}}, "validation_error", "rows"),
        ({"rows": [{"id": 1}], "mode": "upsert"}, "validation_error", "'keys' is missing"),
        (
            {"rows": [{"id": 1}], "mode": "upsert", "keys": ["k"]},
            "validation_error",
            "The key column 'k' is in none of the rows.",
        ),
        (
            {"rows": [{"id": 1}, {}], "mode": "upsert", "keys": ["id"]},
            "validation_error",
            "rows[1] has no value for the key 'id'.",
        ),
        (
            {"rows": [{"id": 1}], "mode": "upsert", "keys": ["id"]},
            "validation_error",
            "The table 't' has no unique index on id.",
        ),
        ({"rows": [{"id": 1}], "connection": "/no/such/x.db"}, "not_found_error", "The folder '/no/such'"),
        ({"rows": [{"id": 1}], "connection": "/"}, "permission_error", "The database / cannot be opened."),
        ({"rows": [{"id": 1}], "batch": 0}, "validation_error", "batch"),
    ],
)
async def test_bad_input(act: Any, path: str, params: dict[str, Any], kind: str, message: str) -> None:
    await act("db.load", connection=path, table="t", rows=[{"id": 1}])
    error = await act.error("db.load", **{"connection": path, "table": "t", **params})
    assert error.kind == kind
    assert message in str(error)
    assert rows_of(path) == [(1,)]


async def test_a_file_that_is_no_database(act: Any, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database, but long enough to look at" * 50)
    error = await act.error("db.load", connection=str(path), table="t", rows=[{"a": 1}])
    assert str(error) == f"{path} is not a database file."


def test_the_static_check_and_the_spec(act: Any) -> None:
    issues = act.issues("db.load", connection="x.db", table="t", rows=[], mode="upsert")
    assert [issue.path for issue in issues] == ["keys"]
    spec = registry.find_action("db.load")
    assert spec is not None
    assert (spec.effect, spec.icon, spec.subtitle) == ("idempotent", "database-load", "table")
    assert spec.check_params(spec.example) == []
