"""``data.sql``: a query over rows of other nodes."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.data_source import Reference, Rows, TableRef, source_of
from floworch.actions.library.data_tables import Tables, with_tables
from floworch.actions.widgets import FilePath, show_if, widget
from floworch.errors import ActionError, ErrorKind
from floworch.model.catalog import ParamIssue

_RESULT = "floworch_result"
#: The output of actions that give rows or a reference.
ROWS_SCHEMA: dict[str, Any] = {
    "type": ["array", "object"],
    "items": {"type": "object"},
    "properties": {
        "path": {"type": "string", "description": "The Parquet file, when result is table."},
        "rows": {"type": "integer", "description": "How many rows it has."},
        "schema": {"type": "object", "description": "The type of each column."},
    },
    "description": "A list of objects, or with result: table a reference to the Parquet file that holds them.",
}

#: One list among the outputs of an action, or a reference to the Parquet file that holds it.
PART_SCHEMA: dict[str, Any] = {"type": ["array", "object"], "properties": ROWS_SCHEMA["properties"]}


def check_target(params: Mapping[str, Any]) -> list[ParamIssue]:
    """What is wrong with ``result`` and ``save_as`` together."""
    if params.get("result") == "table" and not params.get("save_as"):
        return [
            ParamIssue("save_as", "'save_as' is missing: a table needs a file.", "Name a file such as big.parquet.")
        ]
    return []


def target_of(ctx: Context, result: str, save_as: str | None) -> str:
    """The absolute path of the Parquet file to write, or nothing. Raises ActionError when it is missing."""
    if result == "rows":
        return ""
    if not save_as:
        raise ActionError(
            "'save_as' is missing: a table needs a file.", ErrorKind.VALIDATION, hint="Name a file such as big.parquet."
        )
    return os.path.realpath(ctx.path(save_as))


def count_of(found: list[dict[str, Any]] | TableRef) -> int:
    """How many rows a result has."""
    return found["rows"] if isinstance(found, dict) else len(found)


def _check(params: Mapping[str, Any]) -> list[ParamIssue]:
    tables = params.get("tables")
    bad = [name for name in tables if not re.fullmatch(r"[A-Za-z_]\w*", str(name))] if isinstance(tables, dict) else []
    issues = [
        ParamIssue(f"tables.{name}", f"'{name}' cannot be the name of a table.", "Use letters, digits and _.")
        for name in bad
    ]
    return [*issues, *check_target(params)]


@action(
    "data.sql",
    title="SQL over rows",
    category="data",
    icon="query",
    subtitle="query",
    effect="idempotent",
    capabilities=("files",),
    check=_check,
    output_schema=ROWS_SCHEMA,
    example={
        "query": "SELECT customer, sum(amount) AS total FROM orders WHERE amount >= $least GROUP BY customer",
        "tables": {"orders": "{{ nodes.orders.output }}"},
        "params": {"least": 10},
    },
)
async def data_sql(
    ctx: Context,
    query: Annotated[str, Field(min_length=1), widget("code", language="sql")],
    tables: Annotated[dict[str, Rows], Field(default_factory=dict), widget("keyvalue")] = {},  # noqa: B006 - copied
    params: Annotated[
        dict[str, Any], Field(title="Values for the query", default_factory=dict), widget("keyvalue")
    ] = {},  # noqa: B006 - copied
    result: Annotated[Literal["rows", "table"], Field(title="Result as")] = "rows",
    save_as: Annotated[FilePath | None, Field(title="Save as (Parquet file)"), show_if(result="table")] = None,
    max_rows: Annotated[int, Field(title="Row limit", ge=1), show_if(result="rows")] = 100_000,
) -> list[dict[str, Any]] | TableRef:
    """Ask rows of other nodes with SQL, in memory.

    The dialect is DuckDB's. The query reads the tables that are listed and nothing else: no files, no network. Results
    larger than memory are written to a file with result: table; other data actions take the reference as their items.

    Args:
        query: One SELECT statement.
        tables: Name of each table and its rows: a list of objects, or a reference to a table.
        params: Values for $name in the query; they are bound, never pasted into it.
        result: rows gives the rows themselves, table a reference to a Parquet file.
        save_as: The Parquet file that result: table writes.
        max_rows: More rows are an error with result: rows.
    """
    target = target_of(ctx, result, save_as)
    sources = {name: source_of(ctx, table, f"tables.{name}") for name, table in tables.items()}
    files = [table.path for table in sources.values() if isinstance(table, Reference)]

    def body(opened: Tables) -> list[dict[str, Any]] | TableRef:
        statements = opened.connection.extract_statements(query)
        if len(statements) != 1 or statements[0].type.name != "SELECT":
            raise ActionError(
                "'query' must be one SELECT statement.", ErrorKind.VALIDATION, hint="Use WITH for several steps."
            )
        for name, table in sources.items():
            opened.view(name, table)
        if params:  # a view takes no parameters
            opened.connection.execute(f"CREATE TEMP TABLE {_RESULT} AS {query}", dict(params))
        else:
            opened.connection.execute(f"CREATE TEMP VIEW {_RESULT} AS {query}")
        text = f"SELECT * FROM {_RESULT}"
        return opened.save(text, target) if target else opened.fetch(text, max_rows)

    found = await with_tables(ctx, files, body)
    ctx.log(f"{count_of(found)} rows.")
    return found
