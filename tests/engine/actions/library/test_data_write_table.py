from __future__ import annotations

import asyncio
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from floworch.errors import ActionError, ErrorKind
from floworch.testing import run_action

ROWS = [{"a": 1, "b": "x,y"}, {"a": 2, "b": 'say "hi"'}]


def test_a_csv_file_is_written_and_grows(tmp_path: Path) -> None:
    path = tmp_path / "new" / "t.csv"
    output = run_action("data.write_table", rows=ROWS, path=str(path))
    assert output == {"path": str(path), "rows": 2}
    assert path.read_text() == 'a,b\n1,"x,y"\n2,"say ""hi"""\n'
    path.write_text(path.read_text().rstrip("\n"))  # others leave out the last end of line
    run_action("data.write_table", rows=[{"a": 3, "b": "z"}], path=str(path), mode="append")
    assert path.read_text().splitlines()[-1] == "3,z"
    assert len(path.read_text().splitlines()) == 4
    assert [each.name for each in path.parent.iterdir()] == ["t.csv"]


def test_appending_to_nothing_writes_the_header(tmp_path: Path) -> None:
    run_action("data.write_table", rows=ROWS[:1], path=str(tmp_path / "t.tsv"), mode="append")
    assert (tmp_path / "t.tsv").read_text() == "a\tb\n1\tx,y\n"


def test_no_rows_are_an_empty_file(tmp_path: Path) -> None:
    for ending, text in (("csv", ""), ("json", "[]\n"), ("ndjson", "")):
        run_action("data.write_table", rows=[], path=str(tmp_path / f"t.{ending}"))
        assert (tmp_path / f"t.{ending}").read_text() == text


def test_texts_in_excel_stay_texts(tmp_path: Path) -> None:
    """A cell that begins with = would be a formula: an attack on whoever opens the file."""
    path = str(tmp_path / "t.xlsx")
    rows = [{"a": "=1+1", "b": "http://x", "c": True}]
    run_action("data.write_table", rows=rows, path=path)
    assert run_action("data.read_table", path=path) == rows


def test_a_referenced_table_is_written_without_passing_through_lists(tmp_path: Path) -> None:
    big = run_action("data.sql", query="SELECT i FROM range(100000) t(i)", result="table",
                     save_as=str(tmp_path / "b.parquet"))  # fmt: skip
    output = run_action("data.write_table", rows=big, path=str(tmp_path / "b.csv"))
    assert output["rows"] == 100_000
    assert (tmp_path / "b.csv").read_bytes().count(b"\n") == 100_001


@pytest.mark.parametrize(
    ("params", "kind", "message"),
    [
        ({"path": "{dir}"}, ErrorKind.VALIDATION, "The format of '{dir}' is not known"),
        ({"path": "{dir}", "format": "csv"}, ErrorKind.VALIDATION, "'{dir}' is a folder, not a file."),
        ({"path": "{dir}/old.csv", "mode": "error"}, ErrorKind.VALIDATION, "'{dir}/old.csv' exists already."),
        ({"path": "{dir}/x.parquet", "mode": "append"}, ErrorKind.VALIDATION,
         "Nothing can be appended to a parquet file."),
        ({"path": "{dir}/x.csv", "rows": [1]}, ErrorKind.VALIDATION, "rows[0] must be an object, not int."),
        ({"path": "{dir}/old.csv/x.csv"}, ErrorKind.VALIDATION, "A part of"),
    ],
)  # fmt: skip
def test_wrong_input_is_named_and_changes_nothing(
    tmp_path: Path, params: dict[str, Any], kind: ErrorKind, message: str
) -> None:
    folder = str(tmp_path)
    (tmp_path / "old.csv").write_text("old")
    with pytest.raises(ActionError) as caught:
        run_action("data.write_table", **{"rows": ROWS, **params, "path": params["path"].replace("{dir}", folder)})
    assert caught.value.message.startswith(message.replace("{dir}", folder))
    assert caught.value.kind is kind
    assert [each.name for each in tmp_path.iterdir()] == ["old.csv"]
    assert (tmp_path / "old.csv").read_text() == "old"


async def test_a_cancel_ends_it_and_leaves_what_was_there(tmp_path: Path) -> None:  # (C4.5)
    """The rows are cut off while they are made ready: nothing is written beside the file, and the file is as it was."""
    target = tmp_path / "t.csv"
    target.write_text("old")
    task = asyncio.ensure_future(run_action("data.write_table", rows=[{"a": 1}] * 400_000, path=str(target)))
    while not any(thread.name.startswith("asyncio") for thread in threading.enumerate()):  # noqa: ASYNC110
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (target.read_text(), os.listdir(tmp_path)) == ("old", ["t.csv"])
