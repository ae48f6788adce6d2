from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from floworch.actions.context import Context
from floworch.actions.library.data_source import Reference, format_of, is_reference, load, source_of, type_named
from floworch.errors import ActionError, ErrorKind
from floworch.testing import FakeHost, run_action


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "größe.csv").write_text("zip,n\n01,1\n02,2\n", encoding="utf-8")
    (tmp_path / "two.tsv").write_text("zip\tn\n01\t1\n02\t2\n")
    (tmp_path / "lines.ndjson").write_text('{"zip": "01", "n": 1}\n{"zip": "02", "n": 2}\n')
    (tmp_path / "list.json").write_text('[{"zip": "01", "n": 1}, {"zip": "02", "n": 2}]')
    (tmp_path / "odd.dat").write_text("zip,n\n01,1\n02,2\n")
    (tmp_path / "empty.csv").touch()
    return tmp_path


def context(folder: Path) -> Context:
    return FakeHost(folder=str(folder)).context()


def rows(folder: Path, table: Any) -> Any:
    return run_action("data.sort_limit", FakeHost(folder=str(folder)), items=table)


ROWS = [{"zip": "01", "n": 1}, {"zip": "02", "n": 2}]


@pytest.mark.parametrize(
    "table",
    [
        {"path": "größe.csv"},
        {"path": "two.tsv"},
        {"path": "lines.ndjson", "bytes": 7},
        {"path": "list.json"},
        {"path": "odd.dat", "format": "csv"},
        {"rows": ROWS, "count": 2, "columns": ["zip", "n"], "truncated": False},
        ROWS,
    ],
)
def test_every_form_of_a_table_gives_its_rows(here: Path, table: Any) -> None:
    """C15: a list, what a query gives, and an object with the path of a file, which is relative to the run's folder."""
    assert rows(here, table) == ROWS


def test_an_excel_sheet_is_a_table_and_what_is_written_can_be_handed_on(here: Path) -> None:
    host = FakeHost(folder=str(here))
    written = run_action("data.write_table", host, rows={"path": "größe.csv"}, path="book.xlsx", sheet="S")
    assert written["path"] == str(here / "book.xlsx")
    assert [row["n"] for row in rows(here, {**written, "sheet": "S"})] == [1, 2]
    made = run_action("data.read_table", host, path="größe.csv", result="table", save_as="t.parquet")
    assert (is_reference(made), rows(here, made)) == (True, ROWS)


def test_types_header_and_parts_count(here: Path) -> None:
    assert rows(here, {"path": "größe.csv", "types": {"n": "text"}})[0] == {"zip": "01", "n": "1"}
    assert rows(here, {"path": "lines.ndjson", "types": {"n": "number"}})[0] == {"zip": "01", "n": 1.0}
    assert len(rows(here, {"path": "größe.csv", "header": False})) == 3
    assert rows(here, {"path": "größe.csv", "offset": 1, "rows": 1}) == ROWS[1:]
    assert rows(here, {"path": "empty.csv"}) == []


@pytest.mark.parametrize(
    ("table", "kind", "message"),
    [
        ({"path": "gone.csv"}, "not_found_error", "The file of the table in 'items', 'gone.csv' does not exist."),
        ({"path": "."}, "validation_error", "'.' is a folder, not a file."),
        ({"path": "odd.dat"}, "validation_error", "The format of 'odd.dat' is not known from its name."),
        ({"path": "odd.dat", "format": "pdf"}, "validation_error", "'items.format' must be one of csv, tsv, json,"),
        ({"path": "größe.csv", "format": ["csv"]}, "validation_error", "'items.format' must be one of"),
        ({"path": "größe.csv", "offset": -1}, "validation_error", "'items.offset' must be a whole number from 0"),
        ({"path": "größe.csv", "types": [1]}, "validation_error", "'items.types' must be an object of texts"),
        (
            {"path": "größe.csv", "types": {"no": "text"}},
            "validation_error",
            "'items', the file 'größe.csv': There is no column 'no'.",
        ),
        (
            {"path": "größe.csv", "types": {"n": "x); DROP"}},
            "validation_error",
            "'items', the file 'größe.csv': 'types.n' is no type",
        ),
        ({"path": "odd.dat", "format": "parquet"}, "validation_error", ""),
        ({"path": "odd.dat", "format": "xlsx"}, "validation_error", "'odd.dat' is not an Excel file"),
        ({"path": 7}, "validation_error", "'items': a reference to a table needs the path"),
        ({"path": ""}, "validation_error", "'items': a reference to a table needs the path"),
        ("x.csv", "validation_error", "'items' must be a list, not 'x.csv'."),
    ],
)
def test_what_is_wrong_with_a_reference_is_said(here: Path, table: Any, kind: str, message: str) -> None:
    with pytest.raises(ActionError) as caught:
        rows(here, table)
    assert caught.value.message.startswith(message)
    assert caught.value.kind == kind


def test_a_reference_is_looked_at(here: Path) -> None:
    found = source_of(context(here), {"path": "größe.csv", "rows": 2, "schema": {"a": "BIGINT"}})
    assert isinstance(found, Reference)
    assert (found.path, found.format, found.rows, found.size) == (str(here / "größe.csv"), "parquet", None, 2)
    assert source_of(context(here), [1]) == [1]


def test_formats_types_and_libraries() -> None:
    assert (format_of("a.JSONL", "auto"), format_of("a", "tsv")) == ("ndjson", "tsv")
    assert (type_named("a", "text"), type_named("a", "DECIMAL(10, 2)")) == ("VARCHAR", "DECIMAL(10, 2)")
    with pytest.raises(ActionError, match="The library no_such_library is not installed") as caught:
        load("no_such_library")
    assert caught.value.hint == "Install it: pip install 'floworch[data]'"
    assert caught.value.kind is ErrorKind.VALIDATION
