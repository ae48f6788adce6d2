"""The body on a Dask worker: begins once, asks until it is answered, needs nobody to end (C14)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import distributed
import pytest
from cluster_kit import Bodies, left, soon

from floworch.distributed import body
from floworch.distributed.body import run_body
from floworch.distributed.link import TICKET, Link
from floworch.distributed.sealed import LOST, STOPPED, Sealed
from floworch.model.values import decode, encode

pytestmark = pytest.mark.asyncio(loop_scope="module")
JOB = Sealed({"target": "m:f", "params": {}, "context": {"node": "a", "scope": [], "attempt": 1}})


@asynccontextmanager
async def submitted(dask: Any, name: str) -> AsyncIterator[tuple[Link, Any]]:
    """A body under a name, and the engine's end of the line."""
    async with distributed.Client(dask.address, asynchronous=True, set_as_default=False) as client:
        link = Link(distributed, client, name)
        await link.open()
        future = client.submit(run_body, name, JOB, key=name, pure=False)
        try:
            yield link, future
        finally:
            await client.cancel([future], force=True)
            await link.inbox.close(4)
            await link.outbox.close(4)
            for event in (link.inbox, link.outbox):
                await event.clear()
            await link.begun.clear()
            await link.stop.clear()


async def test_only_one_body_gets_the_ticket(dask: Any, bodies: Bodies, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(*_: Any) -> Any:
        return "once"

    bodies.functions["a"] = work
    async with submitted(dask, "floworch/body/ticket") as (link, future):
        await link.inbox.put(TICKET)
        assert (await future.result()).open() == {"done": "once"}
        again = future.client.submit(run_body, "floworch/body/ticket", JOB, key="floworch/body/again", pure=False)
        assert LOST in (await again.result()).open()
    assert len(bodies.began) == 1
    monkeypatch.setattr(body, "TICKET_WAIT", 0.01)
    async with submitted(dask, "floworch/body/none") as (_, future):
        assert LOST in (await future.result()).open()
    assert len(bodies.began) == 1


async def test_a_question_is_put_until_it_is_answered(
    dask: Any, bodies: Bodies, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine that took it may have died before it answered."""
    monkeypatch.setattr(body, "ASK_AGAIN", 0.05)

    async def work(_: Any, on_message: Any, __: Any) -> Any:
        return await on_message("secret", "token")

    bodies.functions["a"] = work
    async with submitted(dask, "floworch/body/ask") as (link, future):
        await link.inbox.put(TICKET)
        asked: list[Any] = []
        while len(asked) < 2:
            await link.outbox.filled()
            asked += [payload for batch in await link.outbox.take() for kind, payload in decode(batch) if kind == "ask"]
        assert asked[0] == asked[1] == {"id": 1, "kind": "secret", "payload": "token"}
        await link.inbox.put(encode({"id": 99, "answer": "of another time"}))
        await link.inbox.put(encode({"id": 1, "answer": "hunter2"}))
        assert (await future.result()).open() == {"done": "hunter2"}


async def test_a_body_ends_without_an_engine_however_much_it_says(
    dask: Any, bodies: Bodies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body, "LAST_LINES", 0.05)
    monkeypatch.setattr(body, "_BATCH", 5)

    async def work(_: Any, on_message: Any, __: Any) -> Any:
        for number in range(5000):
            on_message("stdout", f"line {number}")
        raise RuntimeError("a bug of ours")

    bodies.functions["a"] = work
    async with submitted(dask, "floworch/body/alone") as (link, future):
        await link.inbox.put(TICKET)
        error = (await future.result()).open()["error"]
        assert (error["kind"], error["message"]) == ("internal_error", "RuntimeError: a bug of ours")
        assert await link.outbox.waiting() <= 64


async def test_a_body_that_is_told_to_stop_stops(dask: Any, bodies: Bodies) -> None:
    async def work(*_: Any) -> Any:
        await asyncio.Event().wait()

    bodies.functions["a"] = work
    async with submitted(dask, "floworch/body/stop") as (link, future):
        await link.inbox.put(TICKET)
        await soon(lambda: bodies.began)
        await link.stop.set()
        assert (await future.result()).open() == {STOPPED: True}
    assert bodies.stopped == [("a", (), 1)]
    await soon(lambda: [name for name in left(dask) if "/stop" not in name] == [])
