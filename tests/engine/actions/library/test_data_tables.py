from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from floworch.actions.library.data_source import is_reference
from floworch.actions.library.data_tables import Tables, opened_tables, put, with_tables
from floworch.actions.library.data_values import named, quoted
from floworch.errors import ActionError, ErrorKind
from floworch.testing import FakeHost, run_action

BIG = 2**100 + 1


@pytest.fixture
def tables(tmp_path: Path) -> Any:
    opened = Tables([str(tmp_path / "allowed.csv")])
    yield opened
    opened.close()
    assert not os.path.exists(opened.folder)


def test_nothing_but_the_listed_files_can_be_reached(tables: Tables, tmp_path: Path) -> None:
    (tmp_path / "allowed.csv").write_text("a\n1\n")
    (tmp_path / "other.csv").write_text("a\n1\n")
    run = tables.connection.execute
    assert run(f"SELECT a FROM read_csv({quoted(str(tmp_path / 'allowed.csv'))})").fetchall() == [(1,)]
    for statement in (
        f"SELECT * FROM read_csv({quoted(str(tmp_path / 'other.csv'))})",
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM read_csv('http://127.0.0.1:9/x.csv')",
        f"COPY (SELECT 1) TO {quoted(str(tmp_path / 'out.csv'))}",
        f"ATTACH {quoted(str(tmp_path / 'x.db'))}",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "SET allowed_paths = ['/etc/hostname']",
    ):
        with pytest.raises(tables.error):
            run(statement).fetchall()
    assert {path.name for path in tmp_path.iterdir()} == {"allowed.csv", "other.csv"}


def test_rows_keep_their_types_and_texts_that_look_like_dates_stay_texts(tables: Tables) -> None:
    rows = [
        {"n": 1, "f": 1.5, "t": "2026-01-01", "b": True, "d": Decimal("1.25"), "o": {"x": [1]}, "m": 1},
        {
            "n": None,
            "f": 2,
            "t": "x'",
            "b": None,
            "d": None,
            "o": None,
            "m": "a",
            "when": datetime(2026, 1, 1, tzinfo=UTC),
        },
    ]
    name = 'a "b'
    tables.view(name, rows)
    found = tables.fetch(f"SELECT * FROM {named(name)}", 10)
    assert [row["n"] for row in found] == [1, None]
    assert [row["f"] for row in found] == [1.5, 2.0]
    assert [row["t"] for row in found] == ["2026-01-01", "x'"]
    assert [row["b"] for row in found] == [True, None]
    assert found[0]["d"] == Decimal("1.25")
    assert found[0]["o"] == '{"x":[1]}'.replace(" ", "") or found[0]["o"] == '{"x": [1]}'
    assert [row["m"] for row in found] == ["1", "a"]
    assert found[1]["when"] == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_row_that_is_none_is_named(tables: Tables) -> None:
    with pytest.raises(ActionError, match=r"left\[1\] must be an object, not int\."):
        tables.view("left", [{}, 7])


def test_a_table_goes_to_a_file_and_comes_back(tables: Tables, tmp_path: Path) -> None:
    target = str(tmp_path / "deep" / "t.parquet")
    reference = tables.save("SELECT i, i % 2 = 0 AS even FROM range(5000) t(i)", target)
    assert reference == {"path": target, "rows": 5000, "schema": {"i": "BIGINT", "even": "BOOLEAN"}}
    assert is_reference(reference)
    assert os.listdir(tmp_path / "deep") == ["t.parquet"]


async def test_a_table_whose_file_is_gone_is_named(tmp_path: Path) -> None:
    gone = {"path": str(tmp_path / "gone.parquet"), "rows": 1, "schema": {"a": "BIGINT"}}
    with pytest.raises(ActionError, match=r"gone\.parquet' does not exist") as caught:
        await run_action("data.sql", query="SELECT * FROM t", tables={"t": gone})
    assert caught.value.kind is ErrorKind.NOT_FOUND


async def test_a_cancel_interrupts_the_statement() -> None:  # (C4.5)
    began = asyncio.Event()
    loop = asyncio.get_running_loop()
    opened: list[Tables] = []

    def endless(tables: Tables) -> Any:
        opened.append(tables)
        loop.call_soon_threadsafe(began.set)
        return tables.fetch("SELECT count(*) FROM range(10000000000000) t(x) WHERE x * x % 7 = 3", 1)

    task = asyncio.create_task(with_tables(FakeHost().context(), [], endless))
    await began.wait()
    asked = loop.time()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert loop.time() - asked < 5.0  # the statement alone would take hours
    assert not os.path.exists(opened[0].folder)  # noqa: ASYNC240 - the test waits for nothing else


async def test_several_bodies_use_the_same_tables() -> None:
    async with opened_tables(FakeHost().context(), []) as ask:
        await ask(lambda tables: tables.view("t", [{"a": 1, "b": b"\x00x"}, {"a": 1 << 70}]))
        assert await ask(lambda tables: (tables.count("t"), tables.columns("t"))) == (2, ["a", "b"])
        assert await ask(lambda tables: tables.fetch("SELECT * FROM t", 2)) == [
            {"a": 1, "b": b"\x00x"}, {"a": 1 << 70, "b": None},
        ]  # fmt: skip
        with pytest.raises(ActionError, match="does not exist"):
            await ask(lambda tables: tables.count("gone"))


def test_a_file_that_cannot_be_put_is_named(tmp_path: Path) -> None:
    (tmp_path / "made").write_text("x")
    (tmp_path / "file").write_text("x")
    with pytest.raises(ActionError):
        put(str(tmp_path / "made"), str(tmp_path / "file" / "t.parquet"))


@pytest.mark.parametrize("number", [2**53 + 1, 2**80, -(10**37)])
def test_whole_numbers_of_any_size_keep_every_digit_in_a_table(tmp_path: Path, number: int) -> None:  # (C6.2)
    rows, path = [{"n": number}, {"n": 2**70}, {"n": None}], str(tmp_path / "t.parquet")
    run_action("data.write_table", rows=rows, path=path)
    assert run_action("data.read_table", path=path) == rows
    tables = {"t": rows[:1]}
    found = run_action("data.sql", query="SELECT sum(n) n FROM t", tables=tables, result="table", save_as=path)
    assert found["schema"] == {"n": "DECIMAL(38,0)"}
    assert run_action("data.read_table", path=path) == [{"n": number}]


@pytest.mark.parametrize(
    ("made", "value"),
    [
        ("[{big}::HUGEINT, NULL, 3]", [BIG, None, 3]),
        ("{{'x': {big}::HUGEINT, 'HUGEINT': [{big}::UHUGEINT], 'a, HUGEINT)': 1.50}}",
         {"x": BIG, "HUGEINT": [BIG], "a, HUGEINT)": Decimal("1.50")}),
        ("MAP {{'k': {big}::HUGEINT}}", {"k": BIG}),
        ("[{{'y': [{big}::HUGEINT]}}]", [{"y": [BIG]}]),
        ("NULL::HUGEINT[]", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kept", [True, False])
def test_large_whole_numbers_within_lists_and_objects_keep_every_digit(
    tmp_path: Path, made: str, value: Any, kept: bool
) -> None:
    """C6.2: also on their way through a Parquet file"""
    query = f"SELECT {made.format(big=BIG)} AS a"
    if not kept:
        assert run_action("data.sql", query=query) == [{"a": value}]
        return
    found = run_action("data.sql", query=query, result="table", save_as=str(tmp_path / "t.parquet"))
    assert run_action("data.sql", query="SELECT * FROM t", tables={"t": found}) == [{"a": value}]
    assert run_action("data.read_table", path=found["path"]) == [{"a": value}]
