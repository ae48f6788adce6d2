"""What file.write puts into a file, besides what test_file_write and test_db_tables show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from floworch.actions.library.file_content import encoded, is_table, write_rows
from floworch.errors import ActionError
from floworch.testing import FakeHost


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        ({"path": "a.parquet", "rows": 1, "schema": {"a": "BIGINT"}}, True),
        ({"path": "a.csv"}, False),
        ({"path": "a.csv", "rows": [1], "schema": {}}, False),
        ({"path": "", "rows": 1, "schema": {}}, False),
        ([{"path": "a.parquet", "rows": 1, "schema": {}}], False),
        ("a.parquet", False),
    ],
)
def test_only_what_an_action_gives_is_a_table(value: Any, is_one: bool) -> None:
    assert is_table(value) is is_one


def test_values_are_encoded_as_they_are() -> None:
    assert encoded(b"\x00", "utf-8") == b"\x00"
    assert encoded("ü", "latin-1") == b"\xfc"
    assert encoded({"a": [1]}, "utf-8") == b'{\n  "a": [\n    1\n  ]\n}\n'
    with pytest.raises(ActionError, match="There is no encoding named 'klingon'"):
        encoded("x", "klingon")


def test_a_stop_ends_it_between_batches(tmp_path: Path) -> None:
    (tmp_path / "t.ndjson").write_text('{"a": 1}\n')
    host = FakeHost(folder=str(tmp_path))
    table = {"path": "t.ndjson", "rows": 1, "schema": {"a": "BIGINT"}, "format": "ndjson"}
    assert write_rows(host.context(), table, "utf-8", b"".join) == b'[\n  {\n    "a": 1\n  }\n]\n'

    class Stopped(FakeHost):
        def cancelled(self, ctx: Any) -> str | None:
            return "it was cancelled"

    with pytest.raises(ActionError, match="Stopped: it was cancelled"):
        write_rows(Stopped(folder=str(tmp_path)).context(), table, "utf-8", b"".join)
