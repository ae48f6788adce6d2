"""``floworch serve`` as a verb; what it does at work is tested in tests/engine/serve and tests/end_to_end."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from floworch.serve import service as served_by

SERVED: dict[str, Any] = {
    "id": "served",
    "nodes": {
        "nightly": {"action": "trigger.schedule", "params": {"cron": "0 2 * * *", "tz": "UTC"}},
        "hook": {"action": "trigger.webhook", "params": {"path": "/x"}},
    },
}


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Services stop at once; gives what they were told, and takes how many runs they leave as ``left``."""
    told: dict[str, Any] = {"left": 0}

    async def run(self: served_by.Service, stop: asyncio.Event, drain: float, opened: Callable[[], None]) -> int:
        opened()
        told.update(drain=drain, full=self.runs.full, token=self.hooks._token)
        return int(told["left"])

    monkeypatch.setattr(served_by.Service, "run", run)
    return told


def test_explain_says_what_would_be_served_and_writes_nothing(cli: Any) -> None:
    found = cli("serve", cli.file(SERVED), "--explain", "--json", "--port", 8000)
    lines = [json.loads(line) for line in found.stdout.splitlines()]
    assert [(line["event"], line["trigger"]) for line in lines] == [("serving", "nightly"), ("serving", "hook")]
    assert lines[0]["what"].startswith("0 2 * * * UTC: At 02:00")
    assert lines[0]["next"].endswith("T02:00:00Z")
    assert lines[1]["url"] == "http://127.0.0.1:8000/x"
    assert not (cli.store / "triggers.sqlite").exists()
    assert "served.nightly: serving 0 2 * * * UTC" in cli("serve", cli.file(SERVED), "--explain").stderr


def test_runs_that_are_left_paused_are_exit_code_3(cli: Any, stopped: dict[str, Any]) -> None:
    cli("serve", cli.file(SERVED), "--drain", "5s", "--port", 0)
    assert stopped["drain"] == 5.0
    assert stopped["token"] == (cli.store / "webhook.token").read_text().strip()
    stopped["left"] = 1
    cli("serve", cli.file(SERVED), "--port", 0, code=3)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing.flow.json"], "There is no file"),
        (["hello.flow.json"], "needs the input 'name'"),
        (["served.flow.json", "--drain", "soon"], "--drain soon is no span of time"),
        (["served.flow.json", "twin.flow.json"], "Two workflows have the id 'served'"),
        (["empty"], "There is no .flow.json file with a trigger in"),
        ([], "Name the definitions to serve"),
        (["served.flow.json", "--activated"], "Name the definitions to serve"),
    ],
)
def test_what_cannot_be_served_is_bad_usage(
    cli: Any, hello: Path, stopped: dict[str, Any], arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(cli.folder)
    cli.file(SERVED)
    (cli.folder / "empty").mkdir()
    (cli.folder / "twin.flow.json").write_bytes((cli.folder / "served.flow.json").read_bytes())
    assert said in cli("serve", *arguments, code=2).stderr


def test_a_file_that_was_found_in_a_folder_and_is_not_trusted_serves_nothing(
    cli: Any, stopped: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """(interfaces.md section 3: exit 5)"""
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(cli.folder / "config"))
    (cli.folder / "flows").mkdir()
    cli.file(SERVED, "flows/served.flow.json")
    assert "is not trusted" in cli("serve", cli.folder / "flows", code=5).stderr
    assert stopped == {"left": 0}
    cli("serve", cli.folder / "flows", "--trust")
    cli("trust", cli.folder / "flows" / "served.flow.json")
    cli("serve", cli.folder / "flows")
    assert "drain" in stopped


def test_a_port_in_use_is_one_error(cli: Any) -> None:
    """(interfaces.md section 3: one message and one hint, exit 2)"""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = cli("serve", cli.file(SERVED), "--port", port, code=2)
    assert result.stderr.splitlines() == [
        f"Error: 127.0.0.1:{port} cannot be listened at: another program does, perhaps another 'floworch serve'.",
        "Hint: Stop that one, or choose another port with --port.",
    ]
    assert result.stdout == ""
