"""Acting on a run, whichever process owns it (contract C7)."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from floworch.cli.render.begun import begun_lines
from floworch.cli.render.interrupted import interrupted_line, say_stopping
from floworch.cli.render.text import print_json
from floworch.cli.support.drive import RESUMABLE, Output, drive_here, finish, look_on, waits_of
from floworch.cli.support.stopping import Stopping
from floworch.cli.support.stores import open_store
from floworch.errors import FlowError
from floworch.run.status import RunStatus

if TYPE_CHECKING:
    from floworch.host.protocol import EngineHost
    from floworch.host.routing import RoutedHost
    from floworch.store.protocol import RunStore

Ask = Callable[["EngineHost"], Awaitable[Any]]
Verb = Literal["resume", "retry", "step"]


def control(store: Path | None, ask: Ask, done: str | Callable[[RunStore], str], json: str | None = None) -> None:
    """Send one request about a run to its owner, or record it without one; returns once it is durable.

    Args:
        store: The store as given on the command line.
        ask: Makes the request of a host.
        done: Sentence for standard error once it is durable, or what makes it of the store.
        json: Id of the run, to print ``{"run_id", "status"}`` as it is then; None prints nothing.

    Raises:
        FlowError: There is no such run, or it cannot be done.
    """
    said, status = asyncio.run(_control(store, ask, done, json))
    if json is not None:
        print_json({"run_id": json, "status": status})
    sys.stderr.write(f"{said}\n")


async def _control(
    given: Path | None, ask: Ask, done: str | Callable[[RunStore], str], run_id: str | None
) -> tuple[str, str]:
    from floworch.engine import Engine
    from floworch.host.in_process import InProcessHost
    from floworch.host.routing import RoutedHost

    store = open_store(given)
    async with Engine(store) as engine:
        host = RoutedHost(InProcessHost(engine), store)
        try:
            await ask(host)
            status = (await host.load(run_id)).status.value if run_id is not None else ""
            return done if isinstance(done, str) else done(store), status
        finally:
            await host.disconnect()


def carry_on(given: Path | None, run_id: str, output: Output, verb: Verb, **options: Any) -> int:
    """Make a stopped run go on, follow it to its next stop and return the exit code.

    A run that another process owns goes on there and is followed from here; SIGINT and SIGTERM end the following only,
    with exit code 3. ``resume`` and ``step`` of a run that has
    ended only print its result.

    Args:
        given: The store as given on the command line.
        run_id: The run.
        output: What to print.
        verb: ``resume``, ``retry`` or ``step``.
        options: For the verb.

    Raises:
        FlowError: There is no such run, or it cannot go on.
    """
    from floworch.executor.given_up import run_to_end

    return run_to_end(_carry_on(given, run_id, output, verb, options))


async def _carry_on(given: Path | None, run_id: str, output: Output, verb: Verb, options: dict[str, Any]) -> int:
    with Stopping(say_stopping) as stopping:
        return await _go_on(given, run_id, output, verb, options, stopping)


async def _go_on(
    given: Path | None, run_id: str, output: Output, verb: Verb, options: dict[str, Any], stopping: Stopping
) -> int:
    from floworch.cli.support.edited import edited_note
    from floworch.engine import Engine
    from floworch.executor.handle import RunHandle
    from floworch.host.in_process import InProcessHost
    from floworch.host.routing import RoutedHost, when_free
    from floworch.host.server import ControlServer
    from floworch.store.current import header_now

    store = open_store(given)
    async with Engine(store) as engine, ControlServer(engine):
        local = InProcessHost(engine)
        routed = RoutedHost(local, store)
        try:
            state = await routed.load(run_id)
            migrating = "workflow" in options
            if verb != "retry" and not migrating:
                if state.status.final:
                    sys.stderr.write("It had ended before: nothing was done.\n")
                    sys.stderr.writelines(f"{line}\n" for line in begun_lines(store, state, output.store))
                    with suppress(FlowError, OSError):  # what a crash left behind its end is put aside, as doctor says
                        store.acquire(run_id).close()
                    return finish(state, output, store.header(run_id))
                sys.stderr.write(edited_note(header_now(store.header(run_id), state), output.store))
                # What it waits for was told when it began to wait, which is not shown again.
                sys.stderr.writelines(f"{line}\n" for line in waits_of(state, output.store))

            async def taken() -> EngineHost | RunHandle:
                owner = await routed.owner(run_id)
                return owner if owner is not local and not migrating else await getattr(engine, verb)(run_id, **options)

            if (number := await stopping.heard()) is not None:
                sys.stderr.write(interrupted_line(verb))
                return 128 + number
            found = await when_free(taken)
            if isinstance(found, RunHandle):
                return await drive_here(engine, found, state.seq, output, stopping)
            return await _follow(store, routed, found, run_id, output, verb, options, stopping)
        finally:
            await routed.disconnect()


async def _follow(
    store: RunStore,
    routed: RoutedHost,
    owner: EngineHost,
    run_id: str,
    output: Output,
    verb: Verb,
    options: dict[str, Any],
    stopping: Stopping,
) -> int:
    state, opening = await owner.load(run_id), ""
    if verb == "step" or state.status in {RunStatus.PAUSED, RunStatus.FAILED, RunStatus.CANCELLED}:
        await getattr(owner, verb)(run_id, **options)
    else:
        # A running or suspended run needs nothing but company.
        opening = f"Run {run_id} is {state.status} in {_process(store, run_id)}; following it.\n"
    if not await look_on(routed.events(run_id, state.seq), state, output, opening, stopping):
        sys.stderr.write(
            f"No longer following; run {run_id} goes on in {_process(store, run_id)}.\n"
            f"Pause it with: floworch pause {run_id}{output.store}\n"
        )
        return RESUMABLE
    return finish(state, output, store.header(run_id))


def _process(store: RunStore, run_id: str) -> str:
    owner = store.owner(run_id)
    return f"process {owner['pid']}" if owner is not None else "another process"
