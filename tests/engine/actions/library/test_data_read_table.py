from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from floworch.actions.library.data_source import format_of
from floworch.errors import ActionError, ErrorKind
from floworch.testing import run_action

CSV = 'id,zip,name,day\n1,01234,"Ada, L.",2026-01-02\n2,99999,Ünal,2026-01-03\n'


@pytest.fixture
def csv(tmp_path: Path) -> str:
    (tmp_path / "a.csv").write_text(CSV, encoding="utf-8")
    return str(tmp_path / "a.csv")


def test_types_are_found_and_can_be_given(csv: str) -> None:
    output = run_action("data.read_table", path=csv, types={"zip": "text"})
    assert output == [
        {"id": 1, "zip": "01234", "name": "Ada, L.", "day": "2026-01-02"},
        {"id": 2, "zip": "99999", "name": "Ünal", "day": "2026-01-03"},
    ]
    assert run_action("data.read_table", path=csv, columns=["name", "id"])[1] == {"name": "Ünal", "id": 2}
    assert run_action("data.read_table", path=csv, header=False)[0]["column0"] == "id"


def test_every_format_gives_what_was_written(tmp_path: Path) -> None:
    rows = [{"a": 1, "b": "x", "c": 1.5}, {"a": 2, "b": None, "c": 2.5}]
    for ending in ("csv", "tsv", "json", "ndjson", "parquet", "xlsx"):
        path = str(tmp_path / f"t.{ending}")
        run_action("data.write_table", rows=rows, path=path)
        assert run_action("data.read_table", path=path) == rows, ending


def test_a_json_list_of_objects_is_a_table(tmp_path: Path) -> None:
    (tmp_path / "x").write_text(json.dumps([{"a": {"b": [1, 2]}}, {"a": {"b": []}}]))
    output = run_action("data.read_table", path=str(tmp_path / "x"), format="json")
    assert output == [{"a": {"b": [1, 2]}}, {"a": {"b": []}}]


def test_an_empty_file_has_no_rows(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text("")
    assert run_action("data.read_table", path=str(tmp_path / "e.csv")) == []


@pytest.mark.parametrize(
    ("params", "kind", "message"),
    [
        ({"path": "gone.csv"}, ErrorKind.NOT_FOUND, "The file 'gone.csv' does not exist."),
        ({"columns": ["nme"]}, ErrorKind.VALIDATION, "There is no column 'nme'."),
        ({"types": {"id": "numbr"}}, ErrorKind.VALIDATION, "Catalog Error: Type with name numbr does not exist!"),
        ({"types": {"id": "INT); --"}}, ErrorKind.VALIDATION, "'types.id' is no type: 'INT); --'."),
        ({"types": {"name": "integer"}}, ErrorKind.VALIDATION, "Conversion Error: "),
        ({"max_rows": 1}, ErrorKind.VALIDATION, "The result has more than 1 rows."),
        ({"result": "table"}, ErrorKind.VALIDATION, "'save_as' is missing: a table needs a file."),
        ({"format": "parquet"}, ErrorKind.VALIDATION, "Invalid Input Error: "),
        ({"format": "xlsx"}, ErrorKind.VALIDATION, "'{csv}' is not an Excel file: "),
    ],
)
def test_wrong_input_is_named(csv: str, params: dict[str, Any], kind: ErrorKind, message: str) -> None:
    with pytest.raises(ActionError) as caught:
        run_action("data.read_table", **{"path": csv, **params})
    assert caught.value.message.startswith(message.replace("{csv}", csv))
    assert caught.value.kind is kind


def test_a_sheet_is_chosen_by_name(tmp_path: Path) -> None:
    path = str(tmp_path / "b.xlsx")
    run_action("data.write_table", rows=[{"a": 1}], path=path, sheet="March")
    assert run_action("data.read_table", path=path, sheet="March") == [{"a": 1}]
    with pytest.raises(ActionError, match="There is no sheet 'Marhc'") as caught:
        run_action("data.read_table", path=path, sheet="Marhc")
    assert caught.value.hint == "Did you mean 'March'?"


def test_formats_come_from_endings() -> None:
    assert [format_of(name, "auto") for name in ("a.CSV", "a.jsonl", "a.xlsm", "a.pq")] == [
        "csv", "ndjson", "xlsx", "parquet",
    ]  # fmt: skip
    with pytest.raises(ActionError, match=r"The format of 'a\.doc' is not known from its name"):
        format_of("a.doc", "auto")


def _peak() -> int:
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


def filtered_and_grouped(folder: Path, rows: int) -> tuple[list[dict[str, Any]], int]:
    """A CSV file of so many rows, read as a table, filtered by SQL and grouped in batches; and the memory it took."""
    path = folder / "big.csv"
    with path.open("w", encoding="ascii") as file:
        file.write("id,kind,amount\n")
        file.writelines(f"{i},k{i % 7},{(i * 7919) % 1000}\n" for i in range(rows))
    with open("/proc/self/clear_refs", "w", encoding="ascii") as marks:
        marks.write("5")  # the highest mark starts anew
    before = _peak()
    table = run_action("data.read_table", path=str(path), result="table", save_as=str(folder / "all.parquet"))
    assert table["rows"] == rows
    kept = run_action("data.sql", query="SELECT * FROM t WHERE amount >= 500", tables={"t": table},
                      result="table", save_as=str(folder / "kept.parquet"))  # fmt: skip
    aggregates = [{"fn": "count", "as": "n"}, {"fn": "sum", "key": "amount", "as": "total"}]
    return run_action("data.group", items=kept, by=["kind"], aggregates=aggregates), _peak() - before


def expected(rows: int) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for i in range(rows):
        amount = (i * 7919) % 1000
        if amount >= 500:
            count, total = found.get(f"k{i % 7}", (0, 0))
            found[f"k{i % 7}"] = (count + 1, total + amount)
    return found


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="reads the memory of the process from /proc")
@pytest.mark.parametrize("rows", [30_000, pytest.param(1_000_000, marks=pytest.mark.proof)])
@pytest.mark.timeout(600)
def test_many_rows_are_filtered_and_grouped_in_flat_memory(tmp_path: Path, rows: int) -> None:
    output, kilobytes = filtered_and_grouped(tmp_path, rows)
    assert {row["kind"]: (row["n"], row["total"]) for row in output} == expected(rows)
    assert kilobytes < 400_000  # as Python objects a million rows take more than that
