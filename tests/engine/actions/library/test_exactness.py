"""Values that other programs round, cut or misread on their way through commands and databases (C6.2)."""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from floworch.actions.library.db_columns import converter
from floworch.errors import ActionError, ErrorKind
from floworch.testing import FakeHost, run_action

COLUMNS = st.sampled_from(["a", "b", "Group", "sp ace", 'qu"ote', "select", "ä", "x.y", ":p", "%s"])
TEXT = st.text(st.characters(exclude_characters="{", codec="utf-8"), max_size=6)  # a brace may begin an expression
WHOLE = st.integers(-(2**63), 2**63 - 1)
CELLS = st.none() | WHOLE | TEXT | st.floats(allow_nan=False, allow_infinity=False)


def rows_of(path: str, table: str = "t") -> list[dict[str, Any]]:
    """What the standard library reads."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(f'SELECT * FROM "{table}"')]


def load(path: str, rows: list[Any], **more: Any) -> Any:
    return run_action("db.load", connection=path, table="t", rows=rows, **more)


@pytest.fixture
def db(tmp_path: Path) -> str:
    path = str(tmp_path / "x.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "CREATE TABLE typed (i INTEGER, r REAL, s TEXT, b BOOLEAN, d DATE, m DATETIME, c TIME, x BLOB, j JSON);"
            "CREATE TABLE keyed (k TEXT PRIMARY KEY, v TEXT NOT NULL);"
        )
    return path


@settings(max_examples=40)
@given(
    rows=st.lists(st.dictionaries(COLUMNS, CELLS, min_size=1, max_size=4), min_size=1, max_size=8),
    batch=st.integers(1, 5),
)
def test_rows_of_one_type_come_back_as_they_were(
    rows: list[dict[str, Any]], batch: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = str(tmp_path_factory.mktemp("db") / "x.db")
    names = list(dict.fromkeys(name for row in rows for name in row))
    result = load(path, rows, batch=batch)
    assert result == {"inserted": len(rows), "updated": 0, "table": "t"}
    found = rows_of(path)
    assert list(found[0]) == names
    for name in names:
        given_values = [row.get(name) for row in rows]
        kinds = {type(value) for value in given_values} - {type(None)}
        read = [row[name] for row in found]
        if kinds <= {int} or kinds <= {str}:
            assert read == given_values
        elif kinds <= {int, float}:
            assert read == [None if value is None else float(value) for value in given_values]
        else:  # mixed types are text; text stays what it was
            assert [r for r, g in zip(read, given_values, strict=True) if isinstance(g, str)] == [
                g for g in given_values if isinstance(g, str)
            ]
            assert [r is None for r in read] == [g is None for g in given_values]


@settings(max_examples=40)
@given(
    before=st.dictionaries(st.text("abc", min_size=1, max_size=2), TEXT, max_size=5),
    change=st.dictionaries(st.text("abc", min_size=1, max_size=2), TEXT, min_size=1, max_size=5),
)
def test_upsert_is_what_a_dictionary_does(
    before: dict[str, str], change: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = str(tmp_path_factory.mktemp("db") / "x.db")

    def upsert(values: dict[str, str]) -> Any:
        return load(path, [{"k": key, "v": value} for key, value in values.items()], mode="upsert", keys=["k"])

    upsert(before)
    result = upsert(change)
    new = len(change.keys() - before.keys())
    assert result == {"inserted": new, "updated": len(change) - new, "table": "t"}
    assert {row["k"]: row["v"] for row in rows_of(path)} == {**before, **change}
    assert upsert(change) == {"inserted": 0, "updated": len(change), "table": "t"}  # safe to repeat


@settings(max_examples=30)
@given(first=st.lists(st.integers(0, 9), max_size=5), second=st.lists(st.integers(0, 9), min_size=1, max_size=5))
def test_replace_and_append(first: list[int], second: list[int], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = str(tmp_path_factory.mktemp("db") / "x.db")
    load(path, [{"n": 0}])
    load(path, [{"n": n} for n in first], mode="replace")
    assert [row["n"] for row in rows_of(path)] == first
    load(path, [{"n": n} for n in second])
    assert [row["n"] for row in rows_of(path)] == [*first, *second]


@pytest.mark.parametrize(
    ("column", "value", "stored"),
    [
        ("i", 5, 5),
        ("i", 5.0, 5),
        ("i", True, 1),
        ("i", -(2**63), -(2**63)),
        ("r", 5, 5.0),
        ("r", Decimal("1.5"), 1.5),
        ("r", True, 1.0),
        ("s", 5, "5"),
        ("s", [1, {"ä": None}], '[1, {"ä": null}]'),
        ("s", Decimal("1.50"), "1.50"),
        ("s", True, "true"),
        ("s", 10**30, str(10**30)),
        ("b", True, 1),
        ("b", 0, 0),
        ("d", "2026-01-31", "2026-01-31"),
        ("d", datetime(2026, 1, 31, 23, tzinfo=UTC), "2026-01-31"),
        ("m", "2026-01-31T12:00:00Z", "2026-01-31 12:00:00.000000"),
        ("m", "2026-01-31T12:00:00+02:00", "2026-01-31 10:00:00.000000"),
        ("m", datetime(2026, 1, 31, 12, tzinfo=timezone(timedelta(hours=-5))), "2026-01-31 17:00:00.000000"),
        ("m", "2026-01-31T12:00:00", "2026-01-31 12:00:00.000000"),
        ("c", "12:30:00", "12:30:00.000000"),
        ("x", b"\x00\xff", b"\x00\xff"),
        ("j", {"a": [1, "é"]}, '{"a": [1, "\\u00e9"]}'),
        ("i", None, None),
        ("c", None, None),
    ],
)
def test_what_each_type_of_column_stores(db: str, column: str, value: Any, stored: Any) -> None:
    run_action("db.load", connection=db, table="typed", rows=[{column: value}])
    assert rows_of(db, "typed")[0][column] == stored


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("i", "5", "an integer"),
        ("i", 5.5, "an integer"),
        ("i", 2**63, "an integer of at most 64 bits"),
        ("i", [5], "an integer"),
        ("r", "1.5", "a number"),
        ("b", 2, "true or false"),
        ("b", "true", "true or false"),
        ("d", "31.1.2026", "a date such as"),
        ("d", 5, "a date such as"),
        ("m", "noon", "a date and time such as"),
        ("m", 5, "a date and time such as"),
        ("c", "noon", "a time such as"),
        ("c", 12, "a time such as"),
        ("x", "text", "bytes"),
    ],
)
def test_what_a_column_cannot_hold_names_row_and_column(db: str, column: str, value: Any, words: str) -> None:
    with pytest.raises(ActionError, match=rf"rows\[1\]\.{column} is .*, but the column takes {words}") as caught:
        run_action("db.load", connection=db, table="typed", rows=[{column: None}, {column: value}])
    assert caught.value.kind is ErrorKind.VALIDATION
    assert rows_of(db, "typed") == []  # all or nothing


def test_moments_are_the_same_instant_whatever_their_zone(tmp_path: Path) -> None:
    path = str(tmp_path / "x.db")
    moment = datetime(2026, 1, 1, 12, tzinfo=UTC)
    zones = [timezone(timedelta(hours=hours)) for hours in (-11, -5, 0, 2, 14)]
    load(path, [{"at": moment.astimezone(zone)} for zone in zones])
    assert {row["at"] for row in rows_of(path)} == {"2026-01-01 12:00:00.000000"}


def test_moments_at_the_end_of_the_calendar_are_refused_in_words() -> None:
    import sqlalchemy as sa

    convert = converter(sa.DateTime())
    with pytest.raises(ValueError, match="a date and time such as"):
        convert(datetime.max.replace(tzinfo=timezone(timedelta(hours=-5))))
    assert converter(sa.Date())(datetime(2026, 1, 1, tzinfo=UTC)) == date(2026, 1, 1)


@pytest.mark.parametrize("rows", [[{"k": "a", "v": None}], [{"k": "b", "v": "1"}, {"k": "b", "v": "2"}]])
def test_a_row_that_the_database_refuses_leaves_nothing(db: str, rows: list[Any]) -> None:
    with pytest.raises(ActionError, match="The database refused a row"):
        run_action("db.load", connection=db, table="keyed", rows=[{"k": "z", "v": "z"}, *rows])
    assert rows_of(db, "keyed") == []


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (5, 5), ("x", "x"), (None, None), (1.5, 1.5), (b"\x00", b"\x00"), (True, 1),
        ("'; DROP TABLE t", "'; DROP TABLE t"), (2**63 - 1, 2**63 - 1), (":a", ":a"), ("", ""), ("\u0000x", "\u0000x"),
    ],
)  # fmt: skip
def test_parameters_are_bound_and_never_pasted(value: Any, read: Any) -> None:
    output = run_action("db.query", connection=":memory:", sql="SELECT :a AS a", params={"a": value})
    assert output == {"rows": [{"a": read}], "count": 1, "columns": ["a"], "truncated": False}


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**400])
def test_an_integer_no_database_holds_is_the_authors_mistake(number: int) -> None:
    with pytest.raises(ActionError, match="an integer that the database cannot hold") as caught:
        run_action("db.query", connection=":memory:", sql="SELECT :a AS a", params={"a": number})
    assert caught.value.kind is ErrorKind.VALIDATION


@pytest.mark.parametrize("limit", [1, 2, 5, 6, 7])
def test_the_limit_of_rows_is_exact(tmp_path: Path, limit: int) -> None:
    path = str(tmp_path / "x.db")
    load(path, [{"n": n} for n in range(6)])
    output = run_action("db.query", connection=path, sql="SELECT n FROM t ORDER BY n", max_rows=limit)
    assert [row["n"] for row in output["rows"]] == list(range(min(limit, 6)))
    assert (output["count"], output["truncated"]) == (min(limit, 6), limit < 6)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM t",
        "INSERT INTO t VALUES (9)",
        "UPDATE t SET n = 9",
        "CREATE TABLE u (a)",
        "DROP TABLE t",
        "INSERT INTO t VALUES (9) RETURNING n",
        "WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x",
    ],
)
def test_a_query_writes_nothing_however_it_is_put(tmp_path: Path, sql: str) -> None:
    path = str(tmp_path / "x.db")
    load(path, [{"n": 1}])
    with pytest.raises(ActionError):
        run_action("db.query", connection=path, sql=sql)
    assert rows_of(path) == [{"n": 1}]


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("1", 1), ("[1, 2.5]", [1, 2.5]), ('{"a": null}', {"a": None}), ('"é"', "é"), (" true\n", True),
        ("1" + "0" * 5000, 10**5000), ("[-" + "9" * 4400 + "]", [-(10**4400) + 1]),
    ],
    ids=["int", "list", "object", "text", "space", "long", "negative"],
)  # fmt: skip
def test_json_that_a_command_prints_keeps_every_digit(printed: str, value: Any) -> None:
    output = run_action(
        "shell.run", command=python(f"print({printed!r})"), parse="json", env={"PYTHONIOENCODING": "utf-8"}
    )
    assert output["value"] == value


@pytest.mark.parametrize("printed", ["", "x", "[1", "NaN", "[Infinity]", "{'a': 1}", "[" * 50_000], ids=len)
def test_what_is_no_json_fails_in_words_and_shows_its_beginning(printed: str) -> None:
    with pytest.raises(ActionError, match="The output is not JSON") as caught:
        run_action("shell.run", command=python(f"print({printed!r})"), parse="json")
    assert caught.value.kind is ErrorKind.PROCESSING
    assert printed[:50] in caught.value.message
    assert len(caught.value.message) < 500


@pytest.mark.parametrize(
    ("stdin", "read"),
    [
        ("é", "é"), (b"\xc3\xa9", "é"), ({"a": 1}, '{"a": 1}'), ([None], "[null]"), (0, "0"), (False, "false"),
        ("", ""), (10**5000, "1" + "0" * 5000), (Decimal("1.50"), '{"$type": "decimal", "value": "1.50"}'),
    ],
    ids=["text", "bytes", "object", "list", "zero", "false", "empty", "long", "decimal"],
)  # fmt: skip
def test_what_a_command_reads(stdin: Any, read: str) -> None:
    code = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())"
    assert run_action("shell.run", command=python(code), stdin=stdin)["stdout"] == read


@pytest.mark.parametrize(
    ("changes", "seen"),
    [({"A": "1"}, "1"), ({"A": 1}, "1"), ({"A": 1.5}, "1.5"), ({"A": ""}, ""), ({"A": None}, "unset"), ({}, "before")],
)
def test_the_environment_of_a_command(monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], seen: str) -> None:
    monkeypatch.setenv("A", "before")
    code = "import os; print(os.environ.get('A', 'unset'), end='')"
    assert run_action("shell.run", command=python(code), env=changes)["stdout"] == seen
    assert os.environ["A"] == "before"


HOSTILE = [
    "<script>alert(1)</script>", "\" onmouseover='x'", "&amp;", "a\u2028b", "{{ 7 * 7 }}", "{% raw %}",
    "\\", "`", "<!--",
]  # fmt: skip
PLACES = ["{{ v }}", "<p title='{{ v }}'>", "{{ o.k }}", "{% for x in l %}{{ x }}{% endfor %}", "{{ l }}"]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("where", PLACES)
def test_no_value_gets_out_of_its_place_in_html(text: str, where: str) -> None:
    host = FakeHost(inputs={"x": text})
    values = {"v": "{{ inputs.x }}", "o": {"k": "{{ inputs.x }}"}, "l": ["{{ inputs.x }}"]}
    made = run_action("data.template", host, template=where, values=values, format="html")
    for sign in ("<script", "<!--", '" on', "' on"):
        assert sign not in made
    assert "49" not in made  # a value is never a template
    plain = run_action("data.template", host, template=where, values=values, format="text")
    assert (text in plain) or "{{ l }}" in where


@pytest.mark.parametrize(
    ("template", "made"),
    [
        ("{{ v | safe }}", "<b>&</b>"), ("{{ v | e }}", "&lt;b&gt;&amp;&lt;/b&gt;"), ("{{ n }}", "null"),
        ("{{ t }}", "true"),
        ("{{ v | upper }}", "&lt;B&gt;&amp;&lt;/B&gt;"), ("{{ '<i>' }}", "&lt;i&gt;"), ("<u>{{ 1 }}</u>", "<u>1</u>"),
        ("{{ d }}", "1.50"), ("{{ v ~ '<' }}", "&lt;b&gt;&amp;&lt;/b&gt;&lt;"),
    ],
)  # fmt: skip
def test_what_html_templates_escape(template: str, made: str) -> None:
    values = {"v": "<b>&</b>", "n": None, "t": True, "d": Decimal("1.50")}
    found = run_action("data.template", template=template, values=values, format="html").replace("&#x2f;", "/")
    assert found == made


@pytest.mark.parametrize("format", ["text", "html", "markdown"])
def test_a_template_cannot_change_the_run(format: str) -> None:  # noqa: A002
    host = FakeHost(inputs={"list": [1], "object": {"a": 1}})
    for attack in ("{{ inputs.list.append(2) }}", "{{ inputs.object.clear() }}", "{{ inputs.object.update(a=2) }}",
                   "{{ inputs.__class__ }}", "{{ ''.__class__.__mro__ }}"):  # fmt: skip
        with pytest.raises(ActionError):
            run_action("data.template", host, template=attack, format=format)
    assert host.inputs == {"list": [1], "object": {"a": 1}}
