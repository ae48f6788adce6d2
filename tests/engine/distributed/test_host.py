"""``floworch worker``: joins, offers tags, runs real bodies in processes of their own, leaves (C14)."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from typing import Any

import pytest
from cluster_kit import soon
from engine_kit import Kit
from run_dialogue import workflow

from floworch.distributed.host import serve_worker, tags_of
from floworch.errors import StoreError, UsageError
from floworch.executor.processes import close_shared_pool
from floworch.run.events import EventKind

there = pytest.mark.asyncio(loop_scope="module")


def test_tags_are_words_with_amounts() -> None:
    assert tags_of(["gpu=2", "linux"], 4) == {"gpu": 2, "linux": 4}
    for wrong in ("", "=1", "gpu=0", "gpu=x", "gpu=nan"):
        with pytest.raises(UsageError, match="no tag"):
            tags_of([wrong], 1)


@there
async def test_a_worker_joins_runs_a_real_body_and_leaves(dask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """C14: the whole way, with the action in a process of its own on the worker."""
    stop = asyncio.Event()
    told: list[Mapping[str, Any]] = []
    serving = asyncio.create_task(serve_worker(dask.address, 1, ["big"], "mine", stop, told.append))
    try:
        await soon(lambda: told or serving.done())
        assert (told[0]["name"], told[0]["tags"]) == ("mine", {"big": 1})
        monkeypatch.setenv("FLOWORCH_CLUSTER", dask.address)
        kit = Kit()
        code = "import os\nprint('hello')\n{'pid': os.getpid(), 'twice': n * 2}"
        params = {"code": code, "inputs": {"n": 4}}
        node = {"action": "python.code", "run_on": "cluster", "tags": ["big"], "params": params}
        result = await kit.run(workflow({"a": node}))
        assert result.status == "completed", result.error
        assert result.nodes["a"].output["twice"] == 8
        assert result.nodes["a"].output["pid"] != os.getpid()
        said = [event.payload["message"] for event in kit.store.events("r") if event.kind == EventKind.NODE_LOGGED]
        assert said == ["hello"]
    finally:
        await close_shared_pool()
        stop.set()
        stopped = await serving
    assert stopped is True
    await soon(lambda: all(worker.name != "mine" for worker in dask.workers.values()))


@there
async def test_a_scheduler_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("floworch.distributed.host.JOIN_LIMIT", 0.3)
    with pytest.raises(StoreError, match="cannot be joined"):
        await serve_worker("tcp://127.0.0.1:1", 1, [], None, asyncio.Event(), lambda _: None)
