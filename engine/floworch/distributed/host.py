"""A Dask worker for ``floworch worker``: one process that takes attempts until it is stopped."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from floworch.distributed.library import dask_distributed
from floworch.errors import StoreError, UsageError

#: Seconds that a scheduler may take to answer a new worker.
JOIN_LIMIT = 30.0


def tags_of(words: Sequence[str], threads: int) -> dict[str, float]:
    """What a worker offers: ``gpu=2`` two of them; ``linux`` as many as it runs bodies, so that it limits nothing.

    Raises:
        UsageError: A word is no tag.
    """
    found: dict[str, float] = {}
    for word in words:
        tag, equals, amount = word.partition("=")
        try:
            number = float(amount) if equals else float(threads)
        except ValueError:
            number = -1.0
        if not tag.strip() or not 1 <= number < 1e9:
            raise UsageError(f"{word!r} is no tag of a worker.", "Write a word, or a word and how many: gpu or gpu=2.")
        found[tag.strip()] = number
    return found


async def serve_worker(
    address: str,
    threads: int | None,
    tags: Sequence[str],
    name: str | None,
    stop: asyncio.Event,
    ready: Callable[[Mapping[str, Any]], None],
) -> bool:
    """Be a worker of a scheduler until ``stop`` is set or the scheduler is gone.

    Args:
        address: Address of the scheduler.
        threads: Bodies at a time; as many as there are processors when None.
        tags: As for ``tags_of``.
        name: Its name; its address when None.
        stop: Ends it; bodies that run are cut off, and their engines told so.
        ready: Told ``{"address", "name", "threads", "tags"}`` once it has joined.

    Returns:
        Whether it was stopped, and did not lose its scheduler.

    Raises:
        UsageError: Dask is not installed, or a tag is none. StoreError: The scheduler cannot be reached.
    """
    number = threads or os.cpu_count() or 1
    offered = tags_of(tags, number)
    library = await asyncio.to_thread(dask_distributed)
    logging.getLogger("distributed.worker").setLevel(logging.WARNING)
    worker = library.Worker(
        address, nthreads=number, resources=offered, name=name, memory_limit=0, dashboard=False, dashboard_address=None
    )
    try:
        async with asyncio.timeout(JOIN_LIMIT):
            await worker
    except (OSError, TimeoutError, RuntimeError, ValueError) as error:
        with contextlib.suppress(Exception):
            await worker.close(timeout=1)
        why = "there was no answer" if isinstance(error, TimeoutError) else str(error).strip().splitlines()[:1]
        said = why if isinstance(why, str) else "".join(why)
        raise StoreError(
            f"The scheduler at {address} cannot be joined: {said}.", "Is it running, and is the address right?"
        ) from None
    try:
        ready({"address": worker.address, "name": str(worker.name), "threads": number, "tags": offered})
        stopping = asyncio.create_task(stop.wait(), name="worker-stop")
        finished = asyncio.create_task(worker.finished(), name="worker-finished")
        await asyncio.wait({stopping, finished}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        finished.cancel()
        await asyncio.wait({stopping, finished})
        return stop.is_set()
    finally:
        await worker.close(timeout=5)
