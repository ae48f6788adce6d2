"""One connection to a scheduler: made once, asked once, made again when it was lost (C14)."""

from __future__ import annotations

from typing import Any

import pytest
from cluster_kit import Bodies

from floworch.distributed.session import Session
from floworch.errors import ActionError
from floworch.versions import VERSION

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_workers_are_asked_once_for_what_they_have(dask: Any, bodies: Bodies) -> None:
    bodies.facts["a.b"] = {"version": 2}
    session = Session(dask.address)
    try:
        first = await session.workers([("a.b", "m:f")])
        assert {tag for worker in first for tag in worker.tags} == {"gpu"}
        assert {worker.versions["floworch"] for worker in first} == {VERSION}
        assert [worker.actions["a.b"] for worker in first] == [{"version": 2}] * 2
        bodies.facts["a.b"] = {"version": 3}
        assert await session.workers([("a.b", "m:f")]) == first
        more = await session.workers([("c.d", "m:g")])
        assert [worker.actions for worker in more] == [{"a.b": {"version": 2}, "c.d": {"version": 1}}] * 2
        client = await session.client()
        assert await session.client() is client
        await client.close()
        assert await session.client() is not client
    finally:
        await session.close()


async def test_a_worker_that_cannot_be_asked_says_why(dask: Any, bodies: Bodies) -> None:
    async def broken(*_: Any, **__: Any) -> Any:
        raise ModuleNotFoundError("No module named 'floworch'")

    bodies.call = broken  # type: ignore[method-assign]
    session = Session(dask.address)
    try:
        found = await session.workers([("a.b", "m:f")])
    finally:
        await session.close()
    assert all("floworch is not installed there" in worker.problem for worker in found)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "tcp://", "nonsense://x"])
async def test_a_scheduler_out_of_reach_is_a_connection_error(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("floworch.distributed.session.CONNECT_LIMIT", 0.3)
    with pytest.raises(ActionError, match="cannot be reached") as raised:
        await Session(address).client()
    assert raised.value.kind == "connection_error"
    assert "floworch cluster check" in raised.value.hint
