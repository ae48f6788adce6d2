"""What the buttons do to a run, over any EngineHost."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from floworch.errors import CorruptJournal, FlowError
from floworch.host.protocol import EngineHost
from floworch.model.workflow import Workflow
from floworch.run.status import RunStatus
from floworch.store.protocol import RunSummary
from floworch_designer.runs.feed import RunFeed
from floworch_designer.runs.questions import Kind, Question, only_people, questions
from floworch_designer.settings.words import tr

T = TypeVar("T")
#: Seconds before a lost connection is tried again.
RECONNECT = 0.3
#: Statuses from which Resume goes on.
RESUMABLE = frozenset({RunStatus.PAUSED, RunStatus.SUSPENDED, RunStatus.INTERRUPTED})


class RunController(QObject):
    """Starts, follows and controls one run at a time.

    Every method that talks to the engine is a coroutine and raises what the host raises (FlowError). A host that
    is gone is opened again by ``open_host`` at the next request. ``lost`` tells that the engine went away, with its
    words; ``damaged`` that the journal of the shown run cannot be read to its end, with the run's id.

    Args:
        open_host: Makes the host; called again after the old one was lost.

    Attributes:
        asking: How many requests the engine has not answered yet.
        begun: Id of the newest run that was begun here, and what it was begun with; None when it goes by another.
    """

    status_changed = Signal()
    listing_changed = Signal()
    lost = Signal(str)
    damaged = Signal(str)

    def __init__(self, open_host: Callable[[], EngineHost], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open_host = open_host
        self._host: EngineHost | None = None
        self._follower: asyncio.Task[None] | None = None
        self.feed = RunFeed(self)
        self.run_id: str | None = None
        self.loading: str | None = None  # the run whose past is being read
        self._shown: RunStatus | None = None
        self.asking = 0
        self.begun: tuple[str, Workflow] | None = None
        self._turn = 0  # the newest request to show something; older ones that answer late are dropped
        self._closed = False
        self.feed.grew.connect(self._on_grown)
        self.feed.replaced.connect(self._on_replaced)
        self.feed.redefined.connect(self._on_redefined)

    # -- what is shown -----------------------------------------------------------------------------------

    @property
    def status(self) -> RunStatus | None:
        """Status of the shown run, or None."""
        return None if self.feed.live is None else self.feed.live.status

    @property
    def busy(self) -> bool:
        """Whether a process ought to be working on the shown run."""
        return self.status is not None and (self.status.live or self.status is RunStatus.CREATED)

    def can(self, verb: str) -> bool:
        """Whether ``pause``, ``resume``, ``cancel`` or ``retry`` makes sense for the shown run."""
        status = self.status
        if status is None:
            return False
        if verb == "pause":
            waits = status is RunStatus.SUSPENDED and not self.can("resume")  # else one key would mean both
            return waits or status in {RunStatus.RUNNING, RunStatus.CREATED, RunStatus.ROLLING_BACK}
        if verb == "resume":
            return (status in RESUMABLE and not only_people(self.feed.live)) or status is RunStatus.PAUSING
        if verb == "cancel":
            return not status.final and status not in {RunStatus.CANCELLING, RunStatus.ROLLING_BACK}
        return verb == "retry" and status is RunStatus.FAILED and not self.undone

    @property
    def undone(self) -> bool:
        """Whether a rollback of the shown run has begun: what is undone can only be run anew (C7.9)."""
        saga = self.feed.live.saga if self.feed.live is not None else None
        return saga is not None and saga.began

    def questions(self) -> dict[tuple[Kind, str], Question]:
        """What the shown run asks people, see ``questions.questions``."""
        return questions(self.feed.live)

    # -- requests ----------------------------------------------------------------------------------------

    async def start(self, workflow: Workflow, inputs: dict[str, Any] | None = None, **options: Any) -> str:
        """Start a run of this snapshot, show it and return its id."""
        run_id = await self.ask(lambda host: host.start(workflow, inputs, **options))
        self.begun = run_id, workflow
        await self.show(run_id)
        self.listing_changed.emit()
        return run_id

    async def show(self, run_id: str) -> None:
        """Show a run of the store: its past, and what happens from now on."""
        self._turn += 1
        turn = self._turn
        _load(self, run_id)
        try:
            header = await self.ask(lambda host: host.header(run_id))
        except BaseException:
            _load(self, None)
            raise
        await asyncio.sleep(0)  # an engine in this process did all of that in one go: the window gets its turn
        if turn != self._turn:
            return  # another run was chosen while the store was read
        await self._stop_following()
        if turn != self._turn:
            return
        self.run_id = run_id
        self.feed.begin(header)
        self._follow(run_id)

    async def leave(self) -> None:
        """Show no run; the run goes on."""
        self._turn += 1
        await self._stop_following()
        if self._follower is not None:
            return  # another run was opened meanwhile
        self.run_id = self.loading = None
        self.feed.clear()

    async def pause(self, now: bool = False) -> None:
        """Drain and pause the shown run, or interrupt its attempts when ``now``."""
        run_id = self._require()
        await self.ask(lambda host: host.pause(run_id, now))
        if run_id == self.run_id and self.status is RunStatus.SUSPENDED:  # nothing may follow one that waits
            await self.reshow(run_id)

    async def resume(
        self, run_id: str | None = None, in_doubt: str | None = None, workflow: Workflow | None = None
    ) -> None:
        """Continue a run (by default the shown one) and show it.

        Args:
            run_id: The run.
            in_doubt: Settles doubts: ``rerun done fail``.
            workflow: A definition that it goes over to first.
        """
        run_id = run_id or self._require()
        given = {"in_doubt": in_doubt, "workflow": workflow}
        options = {name: value for name, value in given.items() if value is not None}
        if workflow is not None:
            self.begun = None
        await self.ask(lambda host: host.resume(run_id, **options))
        await self.reshow(run_id)

    async def retry(self, run_id: str | None = None) -> None:
        """Run what failed again and show the run."""
        run_id = run_id or self._require()
        await self.ask(lambda host: host.retry(run_id))
        await self.reshow(run_id)

    async def cancel(self, run_id: str | None = None) -> None:
        """Cancel a run for good, with compensation."""
        run_id = run_id or self._require()
        await self.ask(lambda host: host.cancel(run_id))
        if run_id == self.run_id and (self._follower is None or self._follower.done()):
            await self.reshow(run_id)
        self.listing_changed.emit()

    async def answer(self, question: Question, approved: bool | None, comment: str = "", values: Any = None) -> None:
        """Answer a question of the shown run, or of one that it called; it goes on when nobody works on it.

        A paused run stays paused: what was answered is read again, and carried out when it is resumed.

        ``approved`` answers an approval; None a form or a choice, with its ``values``.
        """
        node, item = question.node, question.item or None
        shown = self._require()
        run_id = question.run or shown
        if approved is None:
            await self.ask(lambda host: host.submit(run_id, node, values, item))
        elif approved:
            await self.ask(lambda host: host.approve(run_id, node, comment, item))
        else:
            await self.ask(lambda host: host.reject(run_id, node, comment, item))
        if self.status in RESUMABLE and self.status is not RunStatus.PAUSED:
            with contextlib.suppress(FlowError):  # the host may have gone on by itself
                await self.ask(lambda host: host.resume(shown))
            await self.reshow(shown)
        elif self.status is RunStatus.PAUSED:  # nothing follows a run that stands still
            await self.reshow(shown)

    async def runs(self, **filters: Any) -> list[RunSummary]:
        """Runs of the store, newest first."""
        return await self.ask(lambda host: host.runs(**filters))

    async def close(self) -> None:
        """Let go of the engine; runs of a companion process go on. What is still asked after that is carried out,
        but nothing is followed any more, and the host that it needed is closed again."""
        self._closed = True
        self._turn += 1
        await self._stop_following()
        host, self._host = self._host, None
        if host is not None:
            await host.close()

    # -- following ---------------------------------------------------------------------------------------

    def _follow(self, run_id: str) -> None:
        if self._closed:
            return
        self._follower = asyncio.get_running_loop().create_task(self._pump(run_id), name=f"follow {run_id}")

    async def reshow(self, run_id: str) -> None:
        """Show a run that was just asked to go on."""
        if run_id == self.run_id and self.feed.live is not None:
            lost = self.status is RunStatus.INTERRUPTED
            if lost or self._follower is None or self._follower.done():
                await self._stop_following()  # it may still be asking the store what became of the lost run
                if run_id == self.run_id and self._follower is None:  # else another was opened, or this one already
                    if lost:
                        self.feed.set_status(RunStatus.CREATED)
                    self._follow(run_id)
        else:
            await self.show(run_id)
        self.listing_changed.emit()

    async def _pump(self, run_id: str) -> None:
        try:
            while True:
                host = await self._connected()
                state = self.feed.live
                assert state is not None
                async for events in host.events(run_id, state.seq):
                    await self.feed.take(events)
                    _load(self, None)
                if not await self._goes_on(run_id):
                    break
        except CorruptJournal:
            await _show_damaged(self, run_id)
        except (OSError, EOFError, FlowError) as error:
            await self._on_lost(run_id, error)
        except ValueError as error:  # a gap, or an event that does not fit: what is shown cannot be trusted any more
            self.feed.set_status(RunStatus.INTERRUPTED)
            self.lost.emit(tr("The journal of run {run} cannot be followed: {error}", run=run_id, error=error))
        _load(self, None)
        self.feed.announce()
        self.listing_changed.emit()

    async def _goes_on(self, run_id: str) -> bool:
        """After a stream's end: whether the run is, against all appearance, still worked on."""
        state = self.feed.live
        if state is None or not (state.status.live or state.status is RunStatus.CREATED):
            return False
        stored = await (await self._connected()).load(run_id)
        if stored.status is RunStatus.INTERRUPTED:
            self.feed.set_status(RunStatus.INTERRUPTED)
            return False
        await asyncio.sleep(RECONNECT)
        return True

    async def _on_lost(self, run_id: str, error: Exception) -> None:
        """The engine's process is gone: say so, and read what the store knows."""
        await self._drop_host()
        if self.busy:
            self.feed.set_status(RunStatus.INTERRUPTED)
            self.lost.emit(str(error))
        with contextlib.suppress(OSError, EOFError, FlowError):
            host = await self._connected()
            stored = await host.load(run_id)
            if self.run_id == run_id and stored.status is not RunStatus.INTERRUPTED:
                await asyncio.sleep(RECONNECT)
                self._follow(run_id)  # it goes on elsewhere, or came to its end unseen: read what is missing

    async def _stop_following(self) -> None:
        task, self._follower = self._follower, None
        if task is not None and not task.done():
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    # -- the host ----------------------------------------------------------------------------------------

    async def _connected(self) -> EngineHost:
        if self._host is None:
            self._host = self._open_host()
        return self._host

    async def _drop_host(self) -> None:
        host, self._host = self._host, None
        if host is not None:
            await _let_go(host)

    async def ask(self, request: Callable[[EngineHost], Coroutine[Any, Any, T]]) -> T:
        """Send a request. One that failed with the connection is not repeated: it may have been carried out."""
        self.asking += 1
        host = None
        try:
            host = await self._connected()
            return await request(host)
        except (OSError, EOFError) as error:
            await self._drop_host()
            raise FlowError(
                tr("The engine's process did not answer: {error}.", error=error), tr("Try again: it is started anew.")
            ) from error
        finally:
            self.asking -= 1
            if self._closed:
                await self._drop_host()
                if host is not None:  # one that only reads is repeated by its host, which connects it again by that
                    await _let_go(host)

    def _require(self) -> str:
        if self.run_id is None:
            raise FlowError(tr("No run is shown."), tr("Start one, or open one from the run history."))
        return self.run_id

    def _on_grown(self, itself: bool) -> None:
        if itself or self.status is not self._shown:
            self._shown = self.status
            self.status_changed.emit()

    def _on_redefined(self) -> None:
        self.begun = None  # whoever let it go over, here or in another process

    def _on_replaced(self) -> None:
        self._shown = self.status
        self.status_changed.emit()


def runs_as(controller: RunController, workflow: Workflow) -> bool:
    """Whether the shown run was begun here with this very value, and goes by it."""
    begun = controller.begun
    return begun is not None and begun[0] == controller.run_id and begun[1] is workflow


async def _let_go(host: EngineHost) -> None:
    with contextlib.suppress(OSError, EOFError, FlowError):
        await host.close()


def _load(controller: RunController, run_id: str | None) -> None:
    """Tell that the past of a run is being read, or no longer."""
    if run_id != controller.loading:
        controller.loading = run_id
        controller.status_changed.emit()


async def _show_damaged(controller: RunController, run_id: str) -> None:
    """The engine is there, but the journal cannot be read from its beginning: its newest snapshot may be beyond."""
    feed = controller.feed
    try:
        stored = await controller.ask(lambda host: host.load(run_id))
    except (OSError, EOFError, FlowError) as error:
        if isinstance(error, CorruptJournal):
            controller.damaged.emit(run_id)
        feed.set_status(RunStatus.INTERRUPTED)
        return
    if controller.run_id == run_id and feed.header is not None:
        feed.begin(feed.header, stored)  # the run is right; what it did before is not known any more
