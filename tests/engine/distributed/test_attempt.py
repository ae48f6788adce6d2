"""One attempt as the engine sees it: followed, given up when there is no sign of life, taken up (C14)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from cluster_kit import Bodies, left, soon

from floworch.distributed import attempt as attempts
from floworch.distributed import body
from floworch.distributed.attempt import Ears, Lost, RemoteAttempt
from floworch.distributed.session import Session
from floworch.executor.clusters import ClusterJob

pytestmark = pytest.mark.asyncio(loop_scope="module")
JOB = ClusterJob("", "r", 1.0, "a", (), 1, "t.a", 1, "m:f", {}, {"node": "a", "scope": [], "attempt": 1})


@asynccontextmanager
async def made(dask: Any, name: str, began: list[str]) -> AsyncIterator[RemoteAttempt]:
    session = Session(dask.address)
    client = await session.client()
    one = RemoteAttempt(session, client, name, Ears(lambda kind, payload: None, lambda: began.append(name)))
    try:
        yield one
    finally:
        await one.forget()
        await session.close()


async def test_a_body_without_a_sign_of_life_is_lost(
    dask: Any, bodies: Bodies, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C14: its own heartbeat; here the body says one word and then nothing."""
    monkeypatch.setattr(body, "BEAT", 60.0)
    monkeypatch.setattr(attempts, "LOOK_EVERY", 0.02)
    monkeypatch.setattr(attempts, "SILENCE", 0.2)

    async def work(*_: Any) -> Any:
        await asyncio.Event().wait()

    bodies.functions["a"] = work
    async with made(dask, "floworch/attempt/silent", []) as one:
        await one.submit(JOB, list(dask.workers))
        with pytest.raises(Lost, match="gave no sign of life"):
            await one.follow()
        await one.forget(lost=True)
        await soon(lambda: bodies.stopped)
    await soon(lambda: left(dask) == [])


async def test_what_nobody_can_run_any_more_is_lost(dask: Any, bodies: Bodies, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "LOOK_EVERY", 0.02)
    async with made(dask, "floworch/attempt/nowhere", []) as one:
        await one.submit(JOB, ["tcp://127.0.0.1:1"])
        with pytest.raises(Lost, match="every worker that could run it is gone"):
            await one.follow()
        assert await one.stop() is None  # nobody has begun it: the ticket is taken back
    assert bodies.began == []
    await soon(lambda: left(dask) == [])


async def test_one_that_was_published_without_its_ticket_is_given_it_when_it_is_taken_up(
    dask: Any, bodies: Bodies, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C14: the engine died between publishing it and letting it begin."""

    async def work(*_: Any) -> Any:
        return 7

    bodies.functions["a"] = work
    began: list[str] = []
    async with made(dask, "floworch/attempt/ticket", []) as first, made(dask, first.name, began) as second:
        assert not await second.attach()
        monkeypatch.setattr(attempts, "TICKET", b"not yet")
        await first.submit(JOB, list(dask.workers))
        assert bodies.began == []
        monkeypatch.undo()
        bodies.install(monkeypatch)
        assert await second.attach()
        assert not second.fresh
        assert await second.follow() == {"done": 7}
        assert began == [first.name]
    assert bodies.began == [("a", (), 1)]
