"""The asking side of the control channel: an EngineHost that lives in another process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any

from floworch.host import payloads
from floworch.host.connection import Connection
from floworch.model.workflow import Workflow
from floworch.run.events import Event
from floworch.run.explanation import Explanation
from floworch.run.state import RunState
from floworch.run.told import check_answer, check_signal
from floworch.store.protocol import RunHeader, RunSummary

if TYPE_CHECKING:
    from floworch.executor.answers import Item
    from floworch.run.compare import RunDifference

#: Definitions with more nodes are written out on a thread.
_LARGE = 1000


class RemoteHost(Connection):
    """EngineHost over a control channel. See ``floworch.host.protocol`` for the methods, Connection for the arguments.

    Every method raises HostUnavailable when the other process does not answer or goes away.
    """

    async def start(
        self, workflow: Workflow, inputs: dict[str, Any] | None = None, run_id: str | None = None, **options: Any
    ) -> str:
        """Start a run and return its id once it is durable."""
        packed = await _packed(workflow)
        return str(await self.request("start", workflow=packed, inputs=inputs, run_id=run_id, options=_plain(options)))

    async def explain(self, workflow: Workflow, inputs: dict[str, Any] | None = None, **options: Any) -> Explanation:
        """Say what a run would do with every node and why, without running or writing anything (C7.6)."""
        packed = await _packed(workflow)
        shape = await self.request("explain", workflow=packed, inputs=inputs, options=_plain(options))
        return Explanation.from_json(shape)

    async def resume(self, run_id: str, **options: Any) -> dict[str, Any] | None:
        """Continue a paused, suspended or interrupted run."""
        if isinstance(options.get("workflow"), Workflow):
            options["workflow"] = await _packed(options["workflow"])
        answer = await self.request("resume", run_id=run_id, options=options)
        return dict(answer) if answer is not None else None

    async def retry(self, run_id: str) -> None:
        """Run the failed, skipped and cancelled nodes of a failed run again (C7.9)."""
        await self.request("retry", run_id=run_id)

    async def step(self, run_id: str, node: str | None = None, item: int | None = None) -> None:
        """Run one node of a stopped run, then pause it again (C7.7)."""
        await self.request("step", run_id=run_id, node=node, item=item)

    async def pause(self, run_id: str, now: bool = False) -> None:
        """Ask for a pause; returns once the intent is durable (C7.1)."""
        await self.request("pause", run_id=run_id, now=now)

    async def cancel(self, run_id: str, compensate: bool = True) -> None:
        """Cancel for good; returns once the intent is durable (C7.3)."""
        await self.request("cancel", run_id=run_id, compensate=compensate)

    async def signal(self, run_id: str, name: str, payload: Any = None) -> None:
        """Send a named signal (C8.2)."""
        check_signal(name, payload)
        await self.request("signal", run_id=run_id, name=name, payload=payload)

    async def approve(self, run_id: str, node: str, comment: str = "", item: Item | None = None) -> None:
        """Answer a waiting approval with yes."""
        check_answer(comment, "")
        await self.request("approve", run_id=run_id, node=node, comment=comment, item=_item(item))

    async def reject(self, run_id: str, node: str, comment: str = "", item: Item | None = None) -> None:
        """Answer a waiting approval with no."""
        check_answer(comment, "")
        await self.request("reject", run_id=run_id, node=node, comment=comment, item=_item(item))

    async def submit(self, run_id: str, node: str, values: Any, item: Item | None = None) -> None:
        """Answer a waiting form or choice; ``values`` and ``item`` as for ``RunHandle.submit``."""
        await self.request("submit", run_id=run_id, node=node, values=values, item=_item(item))

    async def header(self, run_id: str) -> RunHeader:
        """The header of a run."""
        return payloads.unpack_header(await self.request("header", run_id=run_id))

    async def load(self, run_id: str) -> RunState:
        """The state of a run now."""
        return payloads.unpack_state(await self.request("load", run_id=run_id))

    async def runs(self, **filters: Any) -> list[RunSummary]:
        """Runs of the store, newest first; filters are those of ``RunStore.list``."""
        return [payloads.unpack_summary(packed) for packed in await self.request("runs", **filters)]

    async def compare(self, first: str, second: str) -> RunDifference:
        """What differs between two runs of the store."""
        from floworch.run.compare import RunDifference

        return RunDifference.from_json(await self.request("compare", first=first, second=second))

    async def label(self, run_id: str, name: str = "", tags: Sequence[str] = ()) -> None:
        """Give a run a name and tags."""
        await self.request("label", run_id=run_id, name=name, tags=list(tags))

    async def usage(self) -> dict[str, int]:
        """Bytes on disk by run id."""
        return dict(await self.request("usage"))

    async def delete(self, run_id: str) -> list[str]:
        """Remove a run and the runs it called for ever."""
        return list(await self.request("delete", run_id=run_id))

    async def prune(
        self, older_than: float | None = None, keep: int | None = None, dry_run: bool = False
    ) -> dict[str, Any]:
        """Remove ended runs by age or number."""
        return dict(await self.request("prune", older_than=older_than, keep=keep, dry_run=dry_run))

    def events(self, run_id: str, from_seq: int = 0) -> AsyncIterator[list[Event]]:
        """Batches of events from ``from_seq`` on; see the protocol for when they end."""
        return self.stream(run_id, from_seq)


async def _packed(workflow: Workflow) -> dict[str, Any]:
    """A definition as it travels; a large one is written out on a thread, so that it does not hold up a window."""
    if len(workflow.nodes) > _LARGE:
        return await asyncio.to_thread(payloads.pack_workflow, workflow)
    return payloads.pack_workflow(workflow)


def _item(item: Item | None) -> int | list[int] | None:
    return item if item is None or isinstance(item, int) else list(item)


def _plain(options: dict[str, Any]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in options.items()}
