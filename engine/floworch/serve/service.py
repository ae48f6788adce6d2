"""Everything that is served, from the start to an orderly stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from floworch.actions.library.cron_times import explain, next_due
from floworch.actions.library.trigger_event import moment
from floworch.errors import FlowError, UsageError
from floworch.serve.folders import RESCAN, FolderKeeper, Watch, either, watch
from floworch.serve.hooks import Hooks
from floworch.serve.runs import Runs, Say
from floworch.serve.schedules import keep_schedule
from floworch.serve.served import Folder, Hook, Schedule, Served, Trigger

if TYPE_CHECKING:
    from floworch.clock import Clock
    from floworch.engine import Engine
    from floworch.serve.definitions import Definitions
    from floworch.serve.ledger import Ledger


class Service:
    """Serves workflows until it is told to stop.

    Args:
        engine: Runs them; it is closed with the service.
        ledger: Remembers what has fired.
        served: The workflows, each with another id.
        say: Told what happens.
        clock: Time.
        token: What webhooks ask for. port: where they are listened for.
        most: Runs that are at work at a time.
        hear: Hears of changes below folders, and sets its event once it does.
        reading: Reads the definitions again when they change; None serves them as they are.
        new_token: What webhooks of other definitions ask for.

    Raises:
        UsageError: Two workflows have one id, or two triggers want the same requests.
    """

    def __init__(
        self, engine: Engine, ledger: Ledger, served: Sequence[Served], say: Say, clock: Clock,
        *, token: str = "", port: int = 0, most: int = 32, hear: Watch = watch, reading: Definitions | None = None,
        new_token: Callable[[list[Served]], str] | None = None,
    ) -> None:  # fmt: skip
        _check_ids(served)
        self._served = list(served)
        self._reading = reading
        self._new_token = new_token if new_token is not None else lambda found: token
        self._tasks: dict[str, list[asyncio.Task[None]]] = {}
        self._ledger = ledger
        self._say = say
        self._clock = clock
        self._hear = hear
        self._changed = asyncio.Event()
        self._hearing: dict[str, asyncio.Task[None]] = {}  # by folder of definitions
        self.runs = Runs(engine, ledger, say, most)
        self.hooks = Hooks(engine, self.runs, _hooks(served), token, port)

    @property
    def served(self) -> list[Served]:
        """What is served now."""
        return self._served

    def look_again(self) -> None:
        """Look at the definitions now: which ones there are has changed."""
        self._changed.set()

    async def run(self, stop: asyncio.Event, drain: float = 0.0, opened: Callable[[], None] = lambda: None) -> int:
        """Serve until ``stop`` is set; the number of runs that were paused then and wait for the next service.

        Args:
            stop: Ends it in order: nothing new starts, what is under way is paused.
            drain: Seconds that runs which are under way get to end first.
            opened: Called once webhooks are listened for.

        Raises:
            UsageError: They cannot be listened for; then nothing was begun or said.
        """
        self._broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        reloading: list[asyncio.Task[None]] = []
        try:
            await self.hooks.start()
        except BaseException:
            await self.hooks.close()  # the addresses that could be had
            raise
        try:
            opened()
            await self.runs.take_up()
            if self._reading is not None:
                await self._listen(self._reading)
            for served in self._served:
                await self._begin(served)
            if self._reading is not None:
                reloading.append(self._spawn(self._reload(self._reading), "reload"))
            stopping = asyncio.create_task(stop.wait(), name="trigger-stop")
            await asyncio.wait((stopping, self._broken), return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            if self._broken.done():
                self._broken.result()
        finally:
            await self.hooks.stop()
            keeping = (task for tasks in self._tasks.values() for task in tasks)
            await _ended([*reloading, *self._hearing.values(), *keeping])
            self._say("stopping", runs=len(self.runs.live))
            if drain:
                await self.runs.drain(drain)
            left = await self.runs.close()
            await self.hooks.close()
            self._say("stopped", paused=left)
        return left

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Do something until the end of the service, which an error of it is, too."""
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(self._look_at)
        return task

    def _look_at(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None and not self._broken.done():
            self._broken.set_exception(error)

    async def _begin(self, served: Served) -> None:
        """Wait for the triggers of a workflow from now on; each is told of once it is really waited for."""
        tasks = self._tasks.setdefault(served.workflow.id, [])
        for trigger in served.triggers:
            name = f"trigger-{served.workflow.id}-{trigger.node}"
            if isinstance(trigger, Folder):
                keeper = FolderKeeper(served, trigger, self.runs, self._ledger, self._clock, self._say)
                ready = asyncio.Event()
                tasks.append(self._spawn(keeper.keep(self._hear, ready), name))
                await either(ready, tasks[-1])
            self._say("serving", workflow=served.workflow.id, trigger=trigger.node, **self.about(trigger))
            if isinstance(trigger, Schedule):
                keeping = keep_schedule(served, trigger, self.runs, self._ledger, self._clock, self._say)
                tasks.append(self._spawn(keeping, name))

    async def _listen(self, reading: Definitions) -> None:
        """Hear of changes around the definitions from now on; whoever waits for one looks once after this began."""
        for folder in set(reading.folders) - self._hearing.keys():
            self._changed.clear()
            self._hearing[folder] = asyncio.create_task(self._hear(folder, False, self._changed))
            await either(self._changed, self._hearing[folder])

    async def _reload(self, reading: Definitions) -> None:
        """Look at the definitions when something has changed around them, and now and then, for ever."""
        while True:
            await self._listen(reading)
            sleeping = asyncio.ensure_future(self._clock.sleep_until(self._clock.now() + RESCAN))
            waiting = asyncio.ensure_future(self._changed.wait())
            try:
                await asyncio.wait((sleeping, waiting), return_when=asyncio.FIRST_COMPLETED)
            finally:
                sleeping.cancel()
                waiting.cancel()
            self._changed.clear()
            found = await asyncio.to_thread(reading.look)
            if found is not None:
                await self._replace(found)

    async def _replace(self, found: list[Served]) -> None:
        """Serve these from now on; runs that are under way go on as they began. As before when that cannot be."""
        try:
            _check_ids(found)
            await self.hooks.replace(_hooks(found), self._new_token(found))
        except FlowError as error:
            self._say("error", message=f"{error.message} What was served before is served on.")
            return
        old = {each.workflow.id: each for each in self._served}
        new = {each.workflow.id: each for each in found}
        self._served = found
        for name, each in old.items():
            if new.get(name) is not each:
                await _ended(self._tasks.pop(name, []))
                if name not in new:
                    self._say("removed", workflow=name)
        for name, each in new.items():
            if old.get(name) is not each:
                self._say("reloaded" if name in old else "added", workflow=name)
                await self._begin(each)

    def about(self, trigger: Trigger) -> dict[str, Any]:
        """What a trigger waits for, for people and scripts."""
        if isinstance(trigger, Schedule):
            rule = trigger.rule
            due = next_due(rule.cron, rule.zone, self._clock.now())
            what = f"{rule.cron} {rule.tz}: {explain(rule.cron)}"
            return {"what": what, "next": moment(due) if due is not None else None}
        if isinstance(trigger, Folder):
            return {"what": f"{', '.join(trigger.events)} files {trigger.pattern} in {trigger.path}"}
        url = f"{self.hooks.address(trigger.bind)}{trigger.path}"
        return {"what": f"{trigger.method} {trigger.path}", "url": url}


async def _ended(tasks: Sequence[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)


def _hooks(served: Sequence[Served]) -> list[tuple[Served, Hook]]:
    return [(each, hook) for each in served for hook in each.triggers if isinstance(hook, Hook)]


def _check_ids(served: Sequence[Served]) -> None:
    ids = [each.workflow.id for each in served]
    twice = {name for name in ids if ids.count(name) > 1}
    if twice:
        raise UsageError(
            f"Two workflows have the id '{min(twice)}'.", "Give each definition that is served an id of its own."
        )
