from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from floworch.actions.library.data_sql import target_of
from floworch.errors import ActionError, ErrorKind
from floworch.testing import run_action

ORDERS = [{"id": 1, "who": "ada", "sum": 5}, {"id": 2, "who": "bob", "sum": 7}, {"id": 3, "who": "ada", "sum": 1}]


def test_rows_of_several_nodes_are_asked_together() -> None:
    output = run_action(
        "data.sql",
        query="SELECT p.city, sum(o.sum)::BIGINT AS total FROM orders o JOIN people p ON p.name = o.who "
        "GROUP BY 1 ORDER BY 1;  -- done",
        tables={"orders": ORDERS, "people": [{"name": "ada", "city": "Bern"}, {"name": "bob", "city": "Ulm"}]},
    )
    assert output == [{"city": "Bern", "total": 6}, {"city": "Ulm", "total": 7}]


def test_values_are_bound_and_never_pasted() -> None:
    query = "SELECT id FROM orders WHERE who = $who"
    for who, found in (("bob", [{"id": 2}]), ("' OR true --", [])):
        assert run_action("data.sql", query=query, tables={"orders": ORDERS}, params={"who": who}) == found


def test_a_table_is_handed_on_as_a_reference(tmp_path: Path) -> None:
    big = run_action(
        "data.sql", query="SELECT i, i % 10 AS k FROM range(200000) t(i)", result="table",
        save_as=str(tmp_path / "big.parquet"),
    )  # fmt: skip
    assert big["rows"] == 200_000
    query = "SELECT k, count(*) AS n FROM big GROUP BY k ORDER BY k"
    assert run_action("data.sql", query=query, tables={"big": big}) == [{"k": k, "n": 20_000} for k in range(10)]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"query": "SELEC 1"}, "Parser Error: syntax error at or near"),
        ({"query": "SELECT * FROM nothing"}, "Catalog Error: Table with name nothing does not exist!"),
        ({"query": "SELECT * FROM read_text('/etc/hostname')"}, "Permission Error: "),
        ({"query": "SELECT 1; SELECT 2"}, "'query' must be one SELECT statement."),
        ({"query": "CREATE TABLE t (a INT)"}, "'query' must be one SELECT statement."),
        ({"query": "SELECT 1", "tables": {"a-b": []}}, "'a-b' cannot be the name of a table."),
        ({"query": "SELECT 1", "result": "table"}, "'save_as' is missing: a table needs a file."),
        ({"query": "SELECT * FROM t", "tables": {"t": [1]}}, "t[0] must be an object, not int."),
        ({"query": "SELECT * FROM range(11)", "max_rows": 10}, "The result has more than 10 rows."),
        ({"query": ""}, "'query' must be text that is not empty"),
    ],
)
def test_wrong_input_is_named(params: dict[str, Any], message: str) -> None:
    with pytest.raises(ActionError) as caught:
        run_action("data.sql", **params)
    assert caught.value.message.startswith(message)
    assert caught.value.kind is ErrorKind.VALIDATION


def test_a_missing_target_is_found_at_run_time_too() -> None:
    ctx: Any = SimpleNamespace(path=Path)
    assert target_of(ctx, "rows", None) == ""
    with pytest.raises(ActionError, match="'save_as' is missing"):
        target_of(ctx, "table", None)
