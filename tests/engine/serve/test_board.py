"""What a service shows of itself to windows."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from serve_kit import ServeKit

from floworch.host.activation import read_board
from floworch.serve.board import KEPT, Board
from floworch.serve.served import Served

NODES: dict[str, Any] = {
    "nightly": {"action": "trigger.schedule", "title": "At two", "params": {"cron": "0 2 * * *", "tz": "UTC"}},
    "hook": {"action": "trigger.webhook", "params": {"path": "/x"}},
}


def make(kit: ServeKit, folder: Path) -> tuple[Board, Served]:
    served = kit.plan(NODES, folder=folder)
    board = Board(folder, kit.say, kit.clock)
    board.service = kit.service(kit.engine(), served)
    return board, served


def test_it_tells_what_is_served_when_it_fires_next_and_where(tmp_path: Path) -> None:
    board, served = make(kit := ServeKit(), tmp_path)
    board("serving", workflow="w", trigger="nightly")
    board.write()
    (told,) = read_board(tmp_path).workflows
    assert told["file"] == str(served.workflow.source)
    nightly, hook = told["triggers"]
    assert (nightly["title"], nightly["kind"], nightly["next"]) == ("At two", "schedule", "2026-01-02T02:00:00Z")
    assert (hook["title"], hook["kind"], hook["auth"]) == ("hook", "hook", "token")
    assert hook["url"].endswith("/x")
    assert kit.said == [("serving", {"workflow": "w", "trigger": "nightly"})], "everything is passed on"


def test_begun_runs_are_kept_with_what_became_of_them_also_by_the_next_service(tmp_path: Path) -> None:
    board, served = make(ServeKit(), tmp_path)
    for number in range(KEPT + 3):
        board("started", workflow="w", trigger="hook", run_id=f"r{number}")
    board("ended", run_id=f"r{KEPT + 2}", status="failed", error="no", node="x")
    board("paused", run_id=f"r{KEPT + 1}", status="paused")
    board("resumed", run_id=f"r{KEPT + 1}")
    board.write()
    again, _ = make(ServeKit(), tmp_path)
    again.write()
    firings = read_board(tmp_path).firings
    assert len(firings) == KEPT
    assert [(each["run_id"], each["status"]) for each in firings[:2]] == [
        (f"r{KEPT + 2}", "failed"), (f"r{KEPT + 1}", "running")]  # fmt: skip
    assert firings[0]["file"] == str(served.workflow.source)


def test_what_is_wrong_stands_with_its_file_until_it_is_mended(tmp_path: Path) -> None:
    board, served = make(ServeKit(), tmp_path)
    file = str(served.workflow.source)

    def errors() -> dict[str, str]:
        board.write()
        return read_board(tmp_path).errors

    board("error", path="/other.flow.json", message="It is not trusted.")
    board("error", workflow="w", trigger="hook", message="There is no folder.")
    board("error", message="The port is taken.")
    board("serving", workflow="w", trigger="hook")
    assert errors() == {"/other.flow.json": "It is not trusted.", file: "There is no folder.", "": "The port is taken."}
    board("error", run_id="r", workflow="w", message="about one run")
    board("started", workflow="w", trigger="hook", run_id="r")
    assert set(errors()) == {"/other.flow.json", ""}
    board("reloaded", workflow="w")
    assert set(errors()) == {"/other.flow.json"}


async def test_it_is_written_by_itself_soon_after(tmp_path: Path) -> None:
    board, _ = make(ServeKit(), tmp_path)
    for _ in range(5):
        board("serving", workflow="w")
    async with asyncio.timeout(20):
        while not read_board(tmp_path).workflows:  # noqa: ASYNC110 - a file sets no event
            await asyncio.sleep(0.02)
