from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from floworch.errors import ActionError
from floworch.testing import FakeHost, run_action

LEFT = [{"id": 1, "n": "a"}, {"id": 2, "n": "b"}, {"id": None, "n": "c"}, {"id": 2, "n": "d"}, {"id": 9, "n": "e"}]
RIGHT = [{"id": 2, "n": "x", "m": 1.5}, {"id": None, "n": "y", "m": None}, {"id": 1, "n": "z", "m": 3.0}]
RIGHT += [{"id": 2, "n": "w", "m": 4.0}, {"id": 7, "n": "v", "m": 5.0}]


@pytest.fixture
def act(tmp_path: Path) -> Any:
    for name, rows in (("left", LEFT), ("right", RIGHT)):
        (tmp_path / f"{name}.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))
    host = FakeHost(folder=str(tmp_path))
    return lambda **params: run_action("data.join", host, **params)


@pytest.mark.parametrize("how", ["inner", "left", "outer", "append"])
@pytest.mark.parametrize("on", ["id", [{"left": "{{ item.id }}", "right": "id"}], ["id", "{{ item.n is string }}"]])
def test_tables_are_joined_as_lists_are(act: Any, how: str, on: Any) -> None:
    left, right = {"path": "left.ndjson"}, {"path": "right.ndjson"}
    wanted = act(left=LEFT, right=RIGHT, on=on, how=how)
    columns = dict.fromkeys(name for row in wanted for name in row)
    wanted = [{name: row.get(name) for name in columns} for row in wanted]  # a table has every column in every row
    assert act(left=left, right=right, on=on, how=how) == wanted
    assert act(left=LEFT, right=right, on=on, how=how) == wanted
    made = act(left=left, right=RIGHT, on=on, how=how, result="table", save_as="j.parquet")
    assert (made["rows"], act(left=made, right=[], how="append")) == (len(wanted), wanted)


def test_a_text_is_no_number_and_an_empty_side_gives_nothing(act: Any) -> None:
    texts = [{"id": "2", "k": 1}]
    assert act(left={"path": "left.ndjson"}, right=texts, on="id") == []
    assert act(left={"path": "left.ndjson"}, right=[], on=[{"left": "id", "right": "{{ item.id }}"}], how="inner") == []


@pytest.mark.parametrize("result", [{}, {"result": "table", "save_as": "j.parquet"}])
def test_too_many_rows_are_an_error(act: Any, result: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(ActionError, match="more than 4 rows") as caught:
        act(left={"path": "left.ndjson"}, right=RIGHT, on="id", max_rows=4, **result)
    assert "raise max_rows" in caught.value.hint
    assert not (tmp_path / "j.parquet").exists()
    with pytest.raises(ActionError, match="No row of 'right' has a field 'no'"):
        act(left={"path": "left.ndjson"}, right=RIGHT, on=[{"left": "id", "right": "no"}])
