"""``floworch connections``: kept, listed, tried and removed; no secret is shown or taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _own_files(cli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path / "config"))


def test_kept_listed_used_tried_and_removed(cli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no connections" in cli("connections", "list").stderr
    database = tmp_path / "shop.db"
    assert "Kept" in cli("connections", "set", "shop", "--type", "sql", f"url={database}").stderr
    said = cli("connections", "set", "api", "--type", "ai", "url=http://127.0.0.1:1/v1", "key=AI_KEY").stderr
    assert "floworch secrets set AI_KEY" in said
    assert [each["name"] for each in cli.json("connections", "list", "--json")] == ["api", "shop"]
    assert "key=AI_KEY" in cli("connections", "list").stdout
    assert "shop works" in cli("connections", "test", "shop").stderr
    assert "the secret 'AI_KEY' is not set" in cli("connections", "test", "api", code=1).stderr
    monkeypatch.setenv("FLOWORCH_SECRET_AI_KEY", "k")
    assert "No connection to 127.0.0.1:1" in cli("connections", "test", "api", code=1).stderr
    flow = cli.file(
        {"id": "f", "nodes": {"q": {"action": "db.query", "params": {"connection": "shop", "sql": "SELECT 7 AS n"}}}}
    )
    assert cli.json("run", flow, "--json")["nodes"]["q"]["output"]["rows"] == [{"n": 7}]
    assert cli.json("inspect", flow, "--json")["connections"] == [{"what": "shop", "node": "q"}]
    cli("connections", "rm", "shop")
    cli("connections", "rm", "shop", code=2)


def test_a_damaged_file_is_told_and_kept(cli: Any, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    kept = tmp_path / "config" / "connections.json"
    kept.write_text("{")
    for words in (["list"], ["test", "x"], ["rm", "x"], ["set", "x", "--type", "sql", "url=x.db"]):
        assert "cannot be read: it is not JSON" in cli("connections", *words, code=2).stderr
    assert kept.read_text() == "{"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["set", "x", "--type", "sql", "url"], "is not a field"),
        (["set", "x", "--type", "sql", "url=postgresql://u:hunter2@h/d"], "password stands"),
        (["test", "nope"], "no connection 'nope'"),
        (["set", "x", "--type", "mail", "host=h", "security=ssl"], "security cannot be 'ssl'"),
        (["set", "x", "--type", "mail", "host=h", "port=0"], "is not a port"),
        (["set", "x", "--type", "chat", "webhook=W", "service=irc"], "service cannot be 'irc'"),
    ],
)
def test_wrong_use(cli: Any, words: list[str], said: str) -> None:
    shown = cli("connections", *words, code=2).stderr
    assert said in shown
    assert "hunter2" not in shown


def test_a_connection_with_a_stored_secret_asks_for_trust(cli: Any, tmp_path: Path) -> None:
    cli("connections", "set", "shop", "--type", "sql", "url=postgresql://u@127.0.0.1:1/d", "password=SHOP_PW")
    (tmp_path / "config" / "secrets.json").write_text('{"keyring": ["SHOP_PW"]}')
    flow = cli.file(
        {"id": "f", "nodes": {"q": {"action": "db.query", "params": {"connection": "shop", "sql": "SELECT 1"}}}}
    )
    assert "log in with your connection shop" in cli("run", flow, code=5).stderr
    assert "may use shop" in cli("trust", flow, "--connection", "shop").stderr
    cli("run", flow, code=1)  # nothing listens there
    assert "shop" in cli("trust", "--list").stdout
