"""The line between engine and body: nothing that is put in is lost or taken by one that is gone (C14)."""

from __future__ import annotations

import asyncio
from typing import Any

import distributed
import pytest
from cluster_kit import left, soon

from floworch.distributed.link import Link

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_messages_cross_in_order_and_everything_is_forgotten(dask: Any) -> None:
    async with distributed.Client(dask.address, asynchronous=True, set_as_default=False) as client:
        engine, body = (Link(distributed, client, "floworch/test/link") for _ in range(2))
        await engine.open()
        await body.open()
        assert not await engine.outbox.filled(0.01)
        waiter = asyncio.create_task(engine.outbox.filled())
        await asyncio.sleep(0)
        waiter.cancel()  # an engine that dies while it waits takes no message with it
        await body.outbox.put(b"one")
        await body.outbox.put(b"two")
        assert await engine.outbox.waiting() == 2
        assert await engine.outbox.filled()
        assert await engine.outbox.take() == [b"one", b"two"]
        assert await engine.outbox.take() == []
        await engine.stop.set()
        assert await body.stop.wait(5)
        for line in (engine.inbox, engine.outbox):
            await line.close(times=4)
            await line.clear()
        await engine.stop.clear()
        await soon(lambda: left(dask) == [])
