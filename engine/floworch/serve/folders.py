"""The shell around ``arrivals``: one folder, its changes, and the runs they start."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floworch.actions.library.trigger_listing import Mark, look
from floworch.errors import FlowError
from floworch.serve.arrivals import Change, Unsettled, arrivals
from floworch.serve.ids import id_of_file

if TYPE_CHECKING:
    from floworch.clock import Clock
    from floworch.serve.ledger import Ledger
    from floworch.serve.runs import Runs, Say
    from floworch.serve.served import Folder, Served

#: Seconds between two looks when nothing is heard of changes: network drives tell none.
RESCAN = 30.0
#: Seconds until a folder that is not there, or a run that could not begin, is tried again.
AGAIN = 5.0

#: Sets the event once it listens, and whenever something may have changed below a folder, for ever.
Watch = Callable[[str, bool, asyncio.Event], Coroutine[Any, Any, None]]


async def watch(path: str, deep: bool, changed: asyncio.Event) -> None:
    """Hear of changes from the operating system, also after the folder was taken away and made again.

    The event is set when the watch stands, too: what changed before that is told by nobody else. Where none can be made
    it is set all the same, and whoever waits looks now and then.
    """
    await asyncio.to_thread(import_module, "watchfiles")  # takes up to a second, in which requests are answered
    from watchfiles import awatch

    while True:
        # The watch is made before ``awatch`` first waits, so that this comes right after it.
        asyncio.get_running_loop().call_soon(changed.set)
        with suppress(OSError, RuntimeError):
            async for _ in awatch(path, recursive=deep, debounce=200, step=50):
                changed.set()
        await asyncio.sleep(AGAIN)


async def either(event: asyncio.Event, task: asyncio.Task[None]) -> None:
    """Return when the event is set or the task has ended."""
    waiting = asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait((waiting, task), return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()


class FolderKeeper:
    """Starts the runs of one file trigger.

    Args:
        served, folder: What is served.
        runs, ledger, clock, say: The service's own.
    """

    def __init__(self, served: Served, folder: Folder, runs: Runs, ledger: Ledger, clock: Clock, say: Say) -> None:
        self._served = served
        self._folder = folder
        self._runs = runs
        self._ledger = ledger
        self._clock = clock
        self._say = say
        self._known: dict[str, Mark] | None = None
        self._unsettled: Unsettled = {}
        self._missing = False

    async def keep(self, hear: Watch = watch, ready: asyncio.Event | None = None) -> None:
        """Look, start runs, and wait for the next change, for ever.

        ``ready`` is set after the first look, which comes once changes are heard of: what arrives from then on is new
        and is seen at once.
        """
        changed = asyncio.Event()
        deep = "/" in self._folder.pattern or "**" in self._folder.pattern
        hearing = asyncio.create_task(hear(self._folder.path, deep, changed), name=f"watch-{self._folder.node}")
        try:
            await either(changed, hearing)
            while True:
                changed.clear()
                wake = await self.look()
                if ready is not None:
                    ready.set()
                sleeping = asyncio.ensure_future(self._clock.sleep_until(wake))
                waiting = asyncio.ensure_future(changed.wait())
                try:
                    await asyncio.wait((sleeping, waiting), return_when=asyncio.FIRST_COMPLETED)
                finally:
                    sleeping.cancel()
                    waiting.cancel()
        finally:
            hearing.cancel()

    async def look(self) -> float:
        """Look once and start what has settled; when to look again at the latest, in epoch seconds."""
        workflow, node = self._served.workflow.id, self._folder.node
        seen = await asyncio.to_thread(look, self._folder.path, self._folder.pattern)
        if seen is None and not self._missing:
            self._say("error", workflow=workflow, trigger=node, message=f"There is no folder {self._folder.path}.")
        self._missing = seen is None
        if self._known is None:
            self._known = self._ledger.known(workflow, node, self._folder.spec)
            if self._known is None:  # never looked at: what is there is not new
                self._ledger.begin_folder(workflow, node, self._folder.spec, seen or {})
                self._known = dict(seen or {})
        if seen is None:  # a drive that is gone has not deleted its files
            return self._clock.now() + AGAIN
        found = arrivals(
            self._known, self._unsettled, seen, self._folder.events, self._clock.now(), self._folder.settle
        )
        self._unsettled = found.unsettled
        for change in found.changes:
            try:
                await self._deal_with(change)
            except FlowError as error:
                self._say("error", workflow=workflow, trigger=node, path=change.path, message=error.message)
                return self._clock.now() + AGAIN
        return min(found.wake if found.wake is not None else float("inf"), self._clock.now() + RESCAN)

    async def _deal_with(self, change: Change) -> None:
        assert self._known is not None
        workflow, node = self._served.workflow.id, self._folder.node
        if change.fires:
            run_id = id_of_file(workflow, node, change.path, change.mark, change.event)
            event = {"kind": "file", "path": change.path, "event": change.event, "size": change.mark.size}
            name = Path(change.path).name
            await self._runs.begin(self._served, node, run_id, event, path=name)
        # Only now: until here the same run id stands for this state of the file.
        gone = change.event == "deleted"
        self._ledger.dealt_with(workflow, node, change.path, None if gone else change.mark)
        if gone:
            del self._known[change.path]
        else:
            self._known[change.path] = change.mark
