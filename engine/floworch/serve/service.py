"""Everything that is served, from the start to an orderly stop."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from floworch.actions.library.cron_times import explain, next_due
from floworch.actions.library.trigger_event import moment
from floworch.errors import UsageError
from floworch.serve.folders import FolderKeeper, Watch, watch
from floworch.serve.hooks import Hooks
from floworch.serve.runs import Runs, Say
from floworch.serve.schedules import keep_schedule
from floworch.serve.served import Folder, Hook, Schedule, Served, Trigger

if TYPE_CHECKING:
    from floworch.clock import Clock
    from floworch.engine import Engine
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
        hear: Hears of changes below folders.

    Raises:
        UsageError: Two workflows have one id, or two triggers want the same requests.
    """

    def __init__(
        self, engine: Engine, ledger: Ledger, served: Sequence[Served], say: Say, clock: Clock,
        *, token: str = "", port: int = 0, most: int = 32, hear: Watch = watch,
    ) -> None:  # fmt: skip
        twice = {each.workflow.id for each in served if sum(o.workflow.id == each.workflow.id for o in served) > 1}
        if twice:
            raise UsageError(
                f"Two workflows have the id '{min(twice)}'.", "Give each definition that is served an id of its own."
            )
        self._served = served
        self._ledger = ledger
        self._say = say
        self._clock = clock
        self._hear = hear
        self.runs = Runs(engine, ledger, say, most)
        hooks = [(each, hook) for each in served for hook in each.triggers if isinstance(hook, Hook)]
        self.hooks = Hooks(engine, self.runs, hooks, token, port)

    async def run(self, stop: asyncio.Event, drain: float = 0.0) -> int:
        """Serve until ``stop`` is set; the number of runs that were paused then and wait for the next service.

        Args:
            stop: Ends it in order: nothing new starts, what is under way is paused.
            drain: Seconds that runs which are under way get to end first.
        """
        tasks: list[asyncio.Task[None]] = []
        try:
            await self.hooks.start()
            await self.runs.take_up()
            for served in self._served:
                for trigger in served.triggers:
                    keeping = await self._keeper(served, trigger)
                    self._say("serving", workflow=served.workflow.id, trigger=trigger.node, **self.about(trigger))
                    if keeping is not None:
                        name = f"trigger-{served.workflow.id}-{trigger.node}"
                        tasks.append(asyncio.create_task(keeping, name=name))
            stopping = asyncio.create_task(stop.wait(), name="trigger-stop")
            ended, _ = await asyncio.wait((stopping, *tasks), return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            for task in ended - {stopping}:
                task.result()  # a keeper ends by an error only
        finally:
            await self._end(tasks)
            self._say("stopping", runs=len(self.runs.live))
            if drain:
                await self.runs.drain(drain)
            left = await self.runs.close()
            await self.hooks.close()
            self._say("stopped", paused=left)
        return left

    async def _end(self, tasks: Sequence[asyncio.Task[None]]) -> None:
        await self.hooks.stop()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _keeper(self, served: Served, trigger: Trigger) -> Coroutine[Any, Any, None] | None:
        """What listens for a trigger from now on; nothing for a webhook, whose server listens already."""
        if isinstance(trigger, Schedule):
            return keep_schedule(served, trigger, self.runs, self._ledger, self._clock, self._say)
        if isinstance(trigger, Folder):
            keeper = FolderKeeper(served, trigger, self.runs, self._ledger, self._clock, self._say)
            await keeper.look()  # from here on, what arrives is new
            return keeper.keep(self._hear)
        return None

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
