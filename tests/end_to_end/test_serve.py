"""A service is killed at work and started again: what had fired does not fire twice, and nothing is lost."""

from __future__ import annotations

import os
import signal
import urllib.request
from pathlib import Path
from typing import Any

import pytest

LINE = "echo {{ run.trigger.event.path | default(run.trigger.event.body) | default('tick') }} >> effects.txt"


def flow(go: Path) -> dict[str, Any]:
    """Files and requests append a line to a file, as slowly as the file ``go`` is away."""
    work = {"action": "shell.run", "join": "any", "effect": "idempotent",
            "params": {"command": f"while [ ! -e '{go}' ]; do sleep 0.05; done; {LINE}"}}  # fmt: skip
    return {
        "id": "served",
        "nodes": {
            "arrives": {"action": "trigger.file", "params": {"path": "inbox", "settle": "100ms"}},
            "hook": {"action": "trigger.webhook", "params": {"path": "/x"}},
            "often": {"action": "trigger.schedule", "params": {"cron": "0 0 1 1 *", "tz": "UTC"}},
            "work": work,
        },
        "edges": [{"from": name, "to": "work"} for name in ("arrives", "hook", "often")],
    }


@pytest.mark.proof
@pytest.mark.skipif(os.name == "nt", reason="signals and the shell of POSIX")
def test_a_kill_loses_nothing_and_nothing_fires_twice(cli: Any) -> None:
    """(C7.4) Runs that were begun are ended by the next service; what arrives meanwhile gets its run then."""
    inbox, go, effects = cli.folder / "inbox", cli.folder / "go", cli.folder / "effects.txt"
    inbox.mkdir()
    (inbox / "old").touch()
    arguments = ("serve", cli.file(flow(go)), "--port", 0, "--json")

    def ask(url: str) -> None:
        headers = {"Authorization": f"Bearer {(cli.store / 'webhook.token').read_text().strip()}"}
        request = urllib.request.Request(
            url, b"asked", {**headers, "Content-Type": "text/plain", "Idempotency-Key": "one"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            assert answer.status == 202

    def arrive(name: str) -> None:
        """A whole file at once: on a busy machine, one that is being written may rest until it counts as settled."""
        draft = cli.folder / name
        draft.write_text("x")
        draft.rename(inbox / name)

    first = cli.start(*arguments)
    url = first.until(lambda line: line.get("trigger") == "hook")["url"]
    first.until(lambda line: line.get("trigger") == "often")
    arrive("new")
    first.until(lambda line: line["event"] == "started" and line["trigger"] == "arrives")
    ask(url)
    first.until(lambda line: line["event"] == "started" and line["trigger"] == "hook")
    first.kill()
    arrive("meanwhile")

    second = cli.start(*arguments)
    url = second.until(lambda line: line.get("url"))["url"]
    ask(url)  # again, after a failure as the caller sees it
    go.touch()
    ended: set[str] = set()
    second.until(lambda line: line["event"] == "ended" and (ended.add(line["run_id"]) or len(ended) == 3))
    second.send(signal.SIGTERM)
    second.wait(0)
    assert sorted(effects.read_text().split()) == sorted([str(inbox / "new"), str(inbox / "meanwhile"), "asked"])
    assert {run["status"] for run in cli.json("runs", "--json")} == {"completed"}
    assert len(cli.json("runs", "--json")) == 3
