"""``floworch serve --activated``: it follows what is activated, and ends when that is nothing."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from floworch.cli.support import activated
from floworch.cli.support.activated import follow_wish, free_port, serve_activated
from floworch.clock import SystemClock
from floworch.errors import UsageError
from floworch.host.activation import LOCK_FILE, Wish, read_board, serving, write_wish
from floworch.host.companion import SingleInstance
from floworch.trust import TrustStore

FLOW: dict[str, Any] = {
    "nodes": {"nightly": {"action": "trigger.schedule", "params": {"cron": "0 2 * * *", "tz": "UTC"}}}
}


@pytest.fixture(autouse=True)
def _own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setattr(activated, "LOOK", 0.02)


def flow(folder: Path, name: str, trusted: bool = True) -> str:
    path = folder / f"{name}.flow.json"
    path.write_text(json.dumps({"id": name, **FLOW}), encoding="utf-8")
    if trusted:
        TrustStore().trust_folder(folder)
    return str(path)


async def test_it_serves_what_is_wished_and_ends_when_that_is_nothing(tmp_path: Path) -> None:
    store = tmp_path / "store"
    first, second = flow(tmp_path, "first"), flow(tmp_path, "second")
    said: list[tuple[str, Any]] = []
    write_wish(store, Wish((first,)))
    task = asyncio.create_task(
        serve_activated(store, lambda event, **facts: said.append((event, facts)), SystemClock(), 0, 4, 0.0)
    )

    async def told(names: set[str]) -> None:
        while {each["id"] for each in read_board(store).workflows} != names:
            assert not task.done(), task.exception()
            await asyncio.sleep(0.02)

    async with asyncio.timeout(60):
        await told({"first"})
        assert serving(store)
        with pytest.raises(UsageError, match="served already"):
            await serve_activated(store, lambda *_, **__: None, SystemClock(), 0, 4, 0.0)
        write_wish(store, Wish((first, second)))
        await told({"first", "second"})
        write_wish(store, Wish((second,)))
        await told({"second"})
        assert ("removed", {"workflow": "first"}) in said
        write_wish(store, Wish((second,), serve=False))
        assert await task == 0
    assert not serving(store)


async def test_what_is_bad_or_not_trusted_is_said_and_the_rest_is_served(tmp_path: Path) -> None:
    store, foreign = tmp_path / "store", tmp_path / "foreign"
    foreign.mkdir()
    (tmp_path / "good").mkdir()
    good, other = flow(tmp_path / "good", "good"), flow(foreign, "other", trusted=False)
    gone = str(tmp_path / "gone.flow.json")
    write_wish(store, Wish((other, gone, good)))
    task = asyncio.create_task(serve_activated(store, lambda *_, **__: None, SystemClock(), 0, 4, 0.0))
    async with asyncio.timeout(60):
        while not (board := read_board(store)).workflows:
            assert not task.done(), task.exception()
            await asyncio.sleep(0.02)
        write_wish(store, Wish())
        await task
    assert [each["id"] for each in board.workflows] == ["good"]
    assert "is not trusted" in board.errors[other]
    assert set(board.errors) == {other, gone}


async def test_a_wish_that_stays_the_same_changes_nothing(tmp_path: Path) -> None:
    write_wish(tmp_path, Wish(("/a",)))
    happened: list[str] = []
    task = asyncio.create_task(
        follow_wish(tmp_path, lambda: happened.append("changed"), lambda: happened.append("stop"))
    )
    await asyncio.sleep(0.1)
    write_wish(tmp_path, Wish(("/a",)))
    await asyncio.sleep(0.1)
    assert happened == []
    write_wish(tmp_path, Wish())
    async with asyncio.timeout(20):
        await task
    assert happened == ["stop"]


def test_a_port_that_is_taken_is_given_up() -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert free_port(taken.getsockname()[1]) == 0
    assert free_port(0) == 0


def test_the_lock_alone_says_who_serves(tmp_path: Path) -> None:
    with closing(SingleInstance(tmp_path / LOCK_FILE)) as instance:
        instance.take()
        with pytest.raises(UsageError, match="served already"):
            asyncio.run(serve_activated(tmp_path, lambda *_, **__: None, SystemClock(), 0, 4, 0.0))
