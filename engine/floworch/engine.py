"""The one door to running workflows (interfaces.md section 2)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal, overload

import floworch.executor.processes  # noqa: F401 - importing it gives actions their worker processes
from floworch.clock import Clock, SystemClock
from floworch.errors import FlowError, UsageError
from floworch.executor.arguments import check_flags, check_start
from floworch.executor.begin import begin_options
from floworch.executor.begun_runs import is_waited_for, unended
from floworch.executor.beside import agree_to_called
from floworch.executor.driver import Resources, RunDriver
from floworch.executor.endings import can_roll_back, check_retry
from floworch.executor.given_up import run_to_end
from floworch.executor.handle import RunHandle, result_of
from floworch.executor.known_connections import require_connections
from floworch.executor.known_secrets import require_secrets
from floworch.executor.migrating import migrate_stored
from floworch.executor.owned import OwnedRuns
from floworch.executor.partial import check_begun, form_of, lay_out, partial_of, recorded
from floworch.executor.parts import check_parts
from floworch.executor.prepare import prepare
from floworch.executor.settings import concurrency_of, folder_of, slots
from floworch.executor.starting import Trigger, starting
from floworch.executor.stepping import step_key
from floworch.executor.stored import why_lost
from floworch.run.scheduler import Scheduler
from floworch.run.state import RunState
from floworch.run.status import RunStatus
from floworch.store.ids import new_run_id
from floworch.store.protocol import RunHeader, RunStore, check_store
from floworch.versions import VERSION

if TYPE_CHECKING:
    from floworch.actions.registry import Registry
    from floworch.executor.calls import ChildStart
    from floworch.executor.prepare import Prepared
    from floworch.model.workflow import Workflow
    from floworch.run.explanation import Explanation
    from floworch.run.migration import Migration


class Engine(OwnedRuns):
    """Runs workflows in this process, on the running event loop.

    Args:
        store: Where runs are kept; a MemoryStore when left out.
        clock: Time; the computer's own when left out.
        actions: Registry of actions and middleware; the global one when left out.
        max_concurrency: Slots of every run that does not say otherwise, 1 to 10 000.

    Raises:
        UsageError: ``max_concurrency`` is no such number, or ``store`` no store, ``clock`` no clock, ``actions`` no
            registry.

    Attributes:
        store, registry: As given.
        on_owned, on_released: Called with a handle when this process takes a run and when it lets it go.
    """

    def __init__(
        self,
        store: RunStore | None = None,
        *,
        clock: Clock | None = None,
        actions: Registry | None = None,
        max_concurrency: int | None = None,
    ) -> None:
        super().__init__()
        if store is None:
            from floworch.store.memory import MemoryStore

            store = MemoryStore()
            store.passing = True
        check_store(store)
        if actions is None:
            from floworch.actions.registry import registry

            actions = registry
        check_parts(clock, actions)
        self.store: RunStore = store
        self.registry = actions
        self._max_concurrency = None if max_concurrency is None else slots(max_concurrency)
        self._resources = Resources(clock or SystemClock(), actions, self._thread_pool, store, self)

    @overload
    async def start(
        self, workflow: Workflow, inputs: Mapping[str, Any] | None = None, run_id: str | None = None, *,
        durability: str | None = None, max_concurrency: int | None = None, tags: Iterable[str] = (),
        to: str | Iterable[str] = (), from_: str | Iterable[str] = (), reuse: str | None = None,
        only_changed: bool = False, breakpoints: bool | None = None, step: bool = False,
        folder: str | PathLike[str] | None = None, secrets: Iterable[str] | None = None, trigger: Trigger = None,
        cluster: str | None = None, called_secrets: Iterable[str] | None = None, explain: Literal[False] = False,
    ) -> RunHandle: ...  # fmt: skip

    @overload
    async def start(
        self, workflow: Workflow, inputs: Mapping[str, Any] | None = None, run_id: str | None = None, *,
        durability: str | None = None, max_concurrency: int | None = None, tags: Iterable[str] = (),
        to: str | Iterable[str] = (), from_: str | Iterable[str] = (), reuse: str | None = None,
        only_changed: bool = False, breakpoints: bool | None = None, step: bool = False,
        folder: str | PathLike[str] | None = None, secrets: Iterable[str] | None = None, trigger: Trigger = None,
        cluster: str | None = None, called_secrets: Iterable[str] | None = None, explain: Literal[True],
    ) -> Explanation: ...  # fmt: skip

    async def start(
        self,
        workflow: Workflow,
        inputs: Mapping[str, Any] | None = None,
        run_id: str | None = None,
        *,
        durability: str | None = None,
        max_concurrency: int | None = None,
        tags: Iterable[str] = (),
        breakpoints: bool | None = None,
        step: bool = False,
        to: str | Iterable[str] = (),
        from_: str | Iterable[str] = (),
        reuse: str | None = None,
        only_changed: bool = False,
        folder: str | PathLike[str] | None = None,
        secrets: Iterable[str] | None = None,
        trigger: Trigger = None,
        cluster: str | None = None,
        called_secrets: Iterable[str] | None = None,
        explain: bool = False,
    ) -> RunHandle | Explanation:
        """Start a run and return its handle once its beginning is on the disk; with ``explain`` say what it would do.

        Args:
            workflow: The definition; it is validated first.
            inputs: Values for its declared inputs. Those not given are, with ``from_`` and ``only_changed``, the
                earlier run's.
            run_id: ``[A-Za-z0-9][A-Za-z0-9._-]{0,127}``; ``<workflow>-<UTC>-<6 hex>`` when left out.
            durability: ``power process none``; overrides environment, file and store.
            max_concurrency: Slots; overrides engine, environment and file.
            tags: Words to find the run by.
            breakpoints: Whether breakpoints pause the run (C7.7); True unless ``FLOWORCH_NO_BREAKPOINTS`` is set.
            step: Pause before the first node; ``RunHandle.step`` then runs one at a time.
            to: Run to these nodes: they and what leads to them (C7.6).
            from_: Run from these nodes: they and what lies below them; the results of the others are taken over.
                With the same node in ``to`` it runs alone.
            reuse: The run to take results from; the latest completed one of the same workflow when left out.
            only_changed: Run only what changed since that run, and what lies below it.
            folder: Where relative paths of its actions start, also after a resume elsewhere and in child runs; the
                current folder of this process when left out.
            secrets: Stored secrets that it, and what it calls, may read; all when left out. Those in the environment
                always may be read.
            trigger: The trigger it starts at, or ``{"node": id, "event": what it puts out}``; the first manual one,
                else the first, when left out. The others are bypassed.
            cluster: Where its nodes with ``run_on: cluster`` run: address of a Dask scheduler, or name of a connection
                to one; what ``FLOWORCH_CLUSTER`` says, else the only such connection, when left out.
            called_secrets: Stored secrets that a workflow may read whose name only the run works out, by an expression
                in ``flow.call``, and that the user has not trusted itself; as ``secrets`` when left out.
            explain: Return an Explanation, a Choice for every node, without running or writing anything.

        Raises:
            DefinitionError: The workflow is invalid, or what takes part in the run names a connection or reads a
                secret that is not on this machine.
            UsageError: An input, or an argument, is missing, undeclared or of another type; a setting or id is wrong; a
                node is unknown or inside a container; there is no run to take a result from, or it has not ended;
                there is no such folder.
            RunExists: There is a run of that id. RunNotFound: There is none to reuse.
            StoreError: The store cannot be written.
        """
        self._check_open()
        check_start(
            to=to, from_=from_, secrets=secrets, called_secrets=called_secrets, folder=folder, trigger=trigger,
            reuse=reuse, cluster=cluster, durability=durability, only_changed=only_changed, breakpoints=breakpoints,
            step=step, explain=explain,
        )  # fmt: skip
        prepared = prepare(workflow, self.registry)
        form = form_of(to, from_, only_changed)
        place = {"folder": folder_of(folder), **starting(prepared, trigger)[1]}
        part, values = lay_out(self.store, prepared, self.registry, form, reuse, inputs, explain, place)
        if explain:
            assert part is not None
            return part.explanation
        now = self._resources.clock.now()
        limit = concurrency_of(workflow, max_concurrency, self._max_concurrency)
        options = begin_options(
            workflow, durability, limit, tags, folder, prepared.calls, breakpoints, secrets, cluster, called_secrets,
            getattr(self.store, "durability", None),
        )  # fmt: skip
        agree_to_called(workflow, options, self.registry)
        require_connections(prepared, options, self.registry, part)
        require_secrets(prepared, {**options, **place}, self.registry, part)
        options.update(recorded(prepared, self.registry, form, part))
        prepared, begun = starting(prepared, trigger)
        options.update(begun)
        prepared, run_id = partial_of(prepared, part), new_run_id(workflow.id, now) if run_id is None else run_id
        if part is not None:
            return await self._begin(
                prepared, values, run_id, options, lambda s, at: s.start_part(part.replays, step, at)
            )
        begin = Scheduler.start_halted if step else Scheduler.start
        return await self._begin(prepared, values, run_id, options, begin)

    async def start_child(self, start: ChildStart) -> RunHandle:
        """Start a run that another run calls (C10.3). Raises as ``start``."""
        self._check_open()
        options = {"max_concurrency": concurrency_of(start.workflow, self._max_concurrency), **start.options}
        prepared, begun = starting(prepare(start.workflow, self.registry, options.get("actions")), None)
        if prepared.beside is not None:
            options["actions"] = prepared.beside.options
        return await self._begin(prepared, start.inputs, start.run_id, {**options, **begun}, Scheduler.start)

    async def _begin(
        self,
        prepared: Prepared,
        inputs: dict[str, Any],
        run_id: str,
        options: dict[str, Any],
        begin: Callable[[Scheduler, float], None],
    ) -> RunHandle:
        """Write a run's header, give its scheduler the first stimulus and drive it."""
        limit, honoured = int(options["max_concurrency"]), bool(options.get("breakpoints", True))
        if prepared.plan.undo:
            options = {**options, "compensates": prepared.plan.compensates}
        header = RunHeader(
            run_id, prepared.workflow.id, prepared.definition, prepared.definition_hash, inputs, prepared.plan.ids,
            self._resources.clock.now(), VERSION, {**options, "parents": prepared.plan.parents},
        )  # fmt: skip
        log = self.store.create(header)
        state = RunState.of(header)
        driver = RunDriver(prepared, state, log, limit, self._resources, honoured)
        handle = self._handle(header, state, driver)
        driver.tell(lambda at: begin(driver.scheduler, at))
        self._own(handle, driver)
        await handle.confirmed(driver)
        return handle

    @overload
    async def resume(
        self,
        run_id: str,
        *,
        in_doubt: str | None = None,
        workflow: Workflow | None = None,
        dry_run: Literal[False] = False,
        rerun_changed: bool = False,
        allow_removed: bool = False,
        breakpoints: bool | None = None,
    ) -> RunHandle: ...

    @overload
    async def resume(
        self,
        run_id: str,
        *,
        in_doubt: str | None = None,
        workflow: Workflow,
        dry_run: Literal[True],
        rerun_changed: bool = False,
        allow_removed: bool = False,
    ) -> Migration: ...

    async def resume(
        self,
        run_id: str,
        *,
        in_doubt: str | None = None,
        workflow: Workflow | None = None,
        dry_run: bool = False,
        rerun_changed: bool = False,
        allow_removed: bool = False,
        breakpoints: bool | None = None,
    ) -> RunHandle | Migration:
        """Continue a paused, suspended or interrupted run; a run that has ended gives a handle to its result.

        So do the runs that it began with ``wait: false`` and that have not ended, but those that others work on.

        With ``workflow`` the run goes over to that definition first (C7.5); one that failed or was cancelled is then
        retried with it (C7.9). Without, it keeps the definition that it has.

        Args:
            run_id: The run.
            in_doubt: What to do with unsafe nodes that a crash cut off: ``rerun``, ``done`` or ``fail`` (C7.8).
            breakpoints: Whether breakpoints pause it from here on; as when it was started when left out.
            workflow: An edited definition.
            dry_run: Change nothing and return the Migration: what would become of every node, and why.
            rerun_changed: Let changed nodes that completed run again, with everything after them; else they are stale.
            allow_removed: Let nodes that completed be taken out.

        Raises:
            RunNotFound, RunLocked, CorruptJournal, StoreError: As the store says.
            UsageError: ``in_doubt`` is not one of the three words; the run is worked on and cannot go over now.
            DefinitionError: The edited definition is invalid.
            MigrationRefused: The run cannot go over to it.
        """
        self._check_open()
        check_flags(dry_run=dry_run, rerun_changed=rerun_changed, allow_removed=allow_removed, breakpoints=breakpoints)
        if in_doubt not in (None, "rerun", "done", "fail"):
            raise UsageError(f"There is no way {in_doubt!r} to settle a doubt.", "Use rerun, done or fail.")
        live = await self._settled(run_id)
        if workflow is not None:
            migration = migrate_stored(
                self._resources, run_id, workflow, dry_run, rerun_changed, allow_removed, doubts_settled=bool(in_doubt)
            )
            if dry_run:
                return migration
        elif live is not None:
            await live.resume()
            return live
        handle, driver, replays = self._reopen(run_id, breakpoints)
        if driver is None:
            again = workflow is not None and handle.fold.status in (RunStatus.FAILED, RunStatus.CANCELLED)
            return await self.retry(run_id) if again else handle
        if replays is not None:
            driver.tell(driver.scheduler.start_part, replays, False)
        elif handle.fold.seq:
            driver.tell(driver.scheduler.go_on, why_lost(handle.fold), in_doubt)
        else:  # its process died before its first event
            driver.tell(driver.scheduler.start)
        self._own(handle, driver)
        await handle.confirmed(driver)
        for begun in unended(self.store, driver.plan, driver.state):
            with contextlib.suppress(FlowError):  # another process works on it, or it says so where it is resumed
                await self.resume(begun)
        return handle

    async def step(self, run_id: str, node: str | None = None, *, item: int | None = None) -> RunHandle:
        """Run exactly one node of a paused, suspended or interrupted run, then pause it again (C7.7).

        The node runs to its end, its retries included; a container lists its items, which are stepped one node at a
        time; a node that begins to wait is left waiting. A run that has ended gives a handle to its result.

        Args:
            run_id: The run.
            node: Which of the nodes that are ready. When left out, the one whose breakpoint the run is paused at, else
                the first by id, else the first that becomes ready.
            item: Index of the item, for a node inside a container.

        Raises:
            RunNotFound, RunLocked, CorruptJournal, StoreError: As the store says.
            UsageError: The run is at work, the node is not ready, or nothing is.
        """
        self._check_open()
        await self._at_rest(run_id)
        handle, driver, replays = self._reopen(run_id)
        if driver is None:
            return handle
        if replays is not None:
            driver.tell(
                driver.scheduler.start_part, replays, True
            )  # it had not begun: now it has, before its first node
            self._own(handle, driver)
            await handle.confirmed(driver)
            return handle
        try:
            key = step_key(driver.plan, self.store.load(run_id), node, item, driver.now())
        except BaseException:
            driver.close()
            await driver.stopped.wait()
            raise
        driver.tell(driver.scheduler.step, why_lost(handle.fold), key)
        self._own(handle, driver)
        await handle.confirmed(driver)
        return handle

    async def _at_rest(self, run_id: str) -> None:
        """Return once this engine has let go of a run that is pausing or suspended."""
        live = await self._settled(run_id)
        if live is None:
            return
        if live.state.status is RunStatus.SUSPENDED:
            live.working("step").close()
        elif live.state.status is not RunStatus.PAUSING:
            raise UsageError(f"Run {run_id!r} is {live.state.status}.", f"Pause it first: floworch pause {run_id}")
        await live.stopped()

    async def retry(self, run_id: str) -> RunHandle:
        """Run the failed, skipped and cancelled nodes of an ended run again; completed ones stay (C7.9).

        Raises:
            UsageError: The run has not failed, or was compensated; a cancelled one only goes on with its caller (C7.3).
        """
        self._check_open()
        if await self._settled(run_id) is not None:
            raise UsageError(f"Run {run_id!r} is still worked on; only one that has ended can be retried.")
        check_begun(self.store, run_id)
        handle, driver = self._take(run_id)
        try:
            check_retry(handle.fold, called=is_waited_for(handle.header))
        except UsageError:
            driver.close()
            await driver.stopped.wait()
            raise
        driver.tell(driver.scheduler.retry)
        self._own(handle, driver)
        await handle.confirmed(driver)
        return handle

    async def roll_back(self, run_id: str, reason: str = "the run was rolled back") -> RunHandle:
        """Compensate a completed run: how the saga of a caller undoes its child run (C15).

        A rollback that was begun is taken up; where nothing is left to undo, the handle gives the run's result.

        Raises:
            UsageError: The run has not ended. RunNotFound, RunLocked, CorruptJournal, StoreError: As the store says.
        """
        self._check_open()
        live = await self._settled(run_id)
        state = self.store.load(run_id) if live is None else live.state
        if not can_roll_back(state):
            return self._handle(self.store.header(run_id), state, None)
        if live is not None or not state.status.final:
            return await self.resume(run_id)
        handle, driver = self._take(run_id)
        driver.tell(driver.scheduler.roll_back, reason)
        self._own(handle, driver)
        await handle.confirmed(driver)
        return handle

    def _handle(self, header: RunHeader, state: RunState, driver: RunDriver | None) -> RunHandle:
        return RunHandle(self, header, state, driver)


async def arun(workflow: Workflow, inputs: Mapping[str, Any] | None = None, **options: Any) -> Any:
    """Run a workflow to the end, timers included, and return its RunResult; ``suspended`` when only signals or people
    could help it on. Runs that it began with ``wait: false`` are brought to their end, too. ``store``, ``clock`` and
    ``actions`` go to the engine, everything else to ``Engine.start``."""
    names = ("store", "clock", "actions")
    async with Engine(**{name: options.pop(name) for name in names if name in options}) as engine:
        handle = await engine.start(workflow, inputs, **options)
        result = await handle.outcome()
        seen: set[str] = set()
        while fresh := [each for each in engine.begun() if each.run_id not in seen]:
            seen.update(each.run_id for each in fresh)
            for each in fresh:
                await each.outcome()
        return result


def run(workflow: Workflow, inputs: Mapping[str, Any] | None = None, **options: Any) -> Any:
    """The same in a thread without an event loop.

    Raises:
        UsageError: A loop is running in this thread.
    """
    with contextlib.suppress(RuntimeError):  # left behind: no error of the run may have it as its context
        asyncio.get_running_loop()
        raise UsageError("run() was called inside an event loop.", "Use 'await workflow.arun(...)' there.")
    return run_to_end(arun(workflow, inputs, **options))


__all__ = ["Engine", "RunHandle", "arun", "result_of", "run"]
