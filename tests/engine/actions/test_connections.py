"""Named connections: kept without secrets, readable by the user alone."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from floworch.actions import connections as kept
from floworch.errors import ActionError, UsageError
from floworch.testing.actions import FakeHost, run_action


@pytest.fixture(autouse=True)
def _own_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path / "config"))


def test_kept_replaced_and_removed() -> None:
    assert kept.connections() == {}
    kept.save_connection(kept.checked("shop", "sql", {"url": "postgresql://u@h/x", "password": "SHOP_PW"}))
    kept.save_connection(kept.checked("api", "http", {"url": "https://h"}))
    assert list(kept.connections()) == ["api", "shop"]
    assert kept.connections()["shop"].secrets == ["SHOP_PW"]
    assert stat.S_IMODE(kept.connections_file().stat().st_mode) == 0o600
    kept.save_connection(kept.checked("shop", "sql", {"url": "x.db"}))
    assert (kept.connections()["shop"].get("url"), kept.connections()["shop"].get("password")) == ("x.db", "")
    assert kept.remove_connection("shop")
    assert not kept.remove_connection("shop")


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000])
def test_a_damaged_file_holds_none_and_is_not_written_over(text: str) -> None:
    kept.save_connection(kept.checked("api", "http", {"url": "https://h"}))
    kept.connections_file().write_text(text)
    assert kept.connections() == {}
    with pytest.raises(UsageError, match="cannot be read"):
        kept.save_connection(kept.checked("api", "http", {"url": "https://h"}))
    with pytest.raises(ActionError, match="cannot be read"):
        kept.connection(None, "api", "http")  # type: ignore[arg-type]
    assert kept.connections_file().read_text() == text


def test_what_this_version_does_not_know_is_kept() -> None:
    strange = {"a": 1, "b": {"type": "of tomorrow"}, "c": {}}
    kept.connections_file().parent.mkdir(parents=True)
    kept.connections_file().write_text(json.dumps(strange))
    assert kept.connections() == {}
    kept.save_connection(kept.checked("api", "http", {"url": "https://h"}))
    assert json.loads(kept.connections_file().read_text()) == {"api": {"type": "http", "url": "https://h"}, **strange}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"type": "mail", "host": "h", "port": "many"}, "is not a port"),
        ({"type": "chat", "webhook": "W", "service": "irc"}, "service cannot be 'irc'"),
        ({"type": "http", "url": "https://u:hunter2@h"}, "A password stands in url"),
    ],
)
def test_one_that_was_edited_by_hand_is_checked_when_it_is_used(written: dict[str, str], said: str) -> None:
    kept._write({"x": written})
    with pytest.raises(ActionError, match=said) as caught:
        kept.connection(None, "x", written["type"])  # type: ignore[arg-type]
    assert caught.value.kind == "validation_error"
    assert "hunter2" not in caught.value.message


@pytest.mark.parametrize(
    ("params", "issues"),
    [
        ({}, ["'url' is missing."]),
        ({"url": "u", "connection": "c"}, ["'url' and 'connection' both say where to."]),
        ({"url": "{{ inputs.u }}", "connection": "{{ inputs.c }}"}, []),
        ({"url": "u", "connection": ""}, []),
        ({"connection": "c"}, []),
    ],
)
def test_an_action_wants_a_place_or_a_connection(params: dict[str, str], issues: list[str]) -> None:
    assert [issue.message for issue in kept.check_place("url", "ai")(params)] == issues


@pytest.mark.parametrize(
    ("name", "kind", "fields", "said"),
    [
        ("1x", "http", {"url": "u"}, "cannot be the name"),
        ("x", "ftp", {}, "no type 'ftp'"),
        ("x", "http", {}, "needs url"),
        ("x", "http", {"url": "u", "auth": "magic"}, "no way 'magic'"),
        ("x", "http", {"url": "u", "auth": "basic", "user": "u"}, "needs password"),
        ("x", "http", {"url": "u", "color": "red"}, "has no 'color'"),
        ("x", "sql", {"url": "postgresql://u:hunter2@h/x"}, "A password stands in url"),
        ("x", "mail", {"host": "h", "password": "hunter 2!"}, "cannot be the name of a secret"),
    ],
)
def test_what_makes_no_sense_is_said(name: str, kind: str, fields: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        kept.checked(name, kind, fields)
    assert "hunter2" not in str(caught.value)


async def test_an_action_asks_for_one_of_its_type() -> None:
    kept.save_connection(kept.checked("api", "http", {"url": "https://h", "auth": "bearer", "token": "T"}))

    async def ask(ctx: Any, name: str) -> Any:
        found = kept.connection(ctx, name, "http")
        return [found.secret(ctx, "token"), found.secret(ctx, "key")]

    assert await run_action(ask, FakeHost(secrets={"T": "value"}), name="api") == ["value", None]
    with pytest.raises(ActionError, match="no connection 'nope'"):
        kept.connection(None, "nope", "http")  # type: ignore[arg-type]
    with pytest.raises(ActionError, match="of the type http, not ssh"):
        kept.connection(None, "api", "ssh")  # type: ignore[arg-type]
