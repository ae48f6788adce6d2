"""Names of connections are held against those of the user before anything runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from floworch.actions import connections as kept
from floworch.actions.connection_names import connection_issues, wanted
from floworch.actions.registry import registry


@pytest.fixture(autouse=True)
def _own_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path / "config"))
    kept.save_connection(kept.checked("shop", "sql", {"url": "postgresql://u@h/x"}))
    kept.save_connection(kept.checked("api", "http", {"url": "https://h"}))


def issues(action: str, **params: Any) -> list[tuple[str, str, str | None]]:
    spec = registry.resolve(action)
    return [(each.path, each.code, each.close) for each in spec.connection_issues(params)]


@pytest.mark.parametrize(
    "name", ["shop", " shop ", "x.db", "./shp", "postgresql://u@h/y", "{{ inputs.c }}", "", None, 3]
)
def test_what_may_stand_for_a_database(name: Any) -> None:
    assert issues("db.query", connection=name, sql="SELECT 1") == []


def test_a_name_nobody_has_offers_the_one_that_was_meant() -> None:
    assert issues("db.query", connection="shp") == [("connection", "unknown_connection", "shop")]
    (issue,) = registry.resolve("db.query").connection_issues({"connection": "elsewhere"})
    assert issue.message == "There is no connection 'elsewhere' on this machine."
    assert issue.fix == (
        "Connections of the type sql: shop. Make one: floworch connections set NAME --type sql ... "
        "For a database in a file write its path: ./elsewhere"
    )


def test_where_there_is_none_of_the_type_the_line_that_makes_it_is_said() -> None:
    (issue,) = registry.resolve("mail.send").connection_issues({"connection": "post"})
    assert issue.fix == "Make one: floworch connections set post --type mail ..."


def test_one_of_another_type_is_told() -> None:
    (issue,) = registry.resolve("http.request").connection_issues({"connection": "shop"})
    assert (issue.code, issue.close) == ("wrong_connection", None)
    assert issue.message == "The connection 'shop' is of the type sql, not http."
    assert "Connections of the type http: api." in issue.fix


def test_a_bare_word_is_a_file_where_the_run_has_one(tmp_path: Path) -> None:
    (tmp_path / "books").touch()
    model = registry.resolve("db.query").params
    assert connection_issues(model, {"connection": "books"}, lambda name: str(tmp_path / name)) == []
    assert [each.code for each in connection_issues(model, {"connection": "books"})] == ["unknown_connection"]


@pytest.mark.parametrize(
    ("text", "code"),
    [("{", "unknown_connection"), ('{"shop": {"type": "sql", "url": "", "x": "y"}}', "wrong_connection")],
)
def test_a_file_somebody_edited_is_told_and_never_raises(text: str, code: str) -> None:
    kept.connections_file().write_text(text)
    assert issues("db.query", connection="shop") == [("connection", code, None)]


def test_every_parameter_of_the_form_field_is_known() -> None:
    named = {spec.id for spec in registry.all_actions() if spec.connection_params}
    assert {"db.query", "db.load", "http.request", "mail.read", "ssh.run", "ai.chat", "mqtt.wait"} <= named
    assert dict(wanted(registry.resolve("db.query").params)) == {"connection": (("sql",), True)}
    assert not registry.resolve("util.log").connection_params
