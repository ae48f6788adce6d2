"""Following a run to its end: progress, event lines, signals, the result and the exit code."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from floworch.artifact import shown
from floworch.cli.render.choose import progress_for
from floworch.cli.render.steps import failure_lines, plan_of_run, run_json
from floworch.cli.render.streams import Printed, nobody_reads
from floworch.cli.render.text import paint, print_json, write_json
from floworch.cli.render.undone import rollback_lines
from floworch.cli.render.unsafe import interrupted_text
from floworch.cli.render.wording import RUN_COLOURS, answer_text, is_answered, resume_text, took_text, wait_text
from floworch.cli.support.stopping import Stopping
from floworch.errors import FlowError, UsageError
from floworch.model import values
from floworch.run.events import Event
from floworch.run.status import RunStatus

if TYPE_CHECKING:
    from floworch.engine import Engine, RunHandle
    from floworch.model.graph import Plan
    from floworch.run.state import RunState
    from floworch.store.protocol import RunHeader

#: A timer that is due sooner than this many seconds is waited for even with --exit-when-suspended (C15).
SHORT_TIMER = 60.0
#: Exit codes by how a run stopped (interfaces.md section 3).
EXIT_CODES = {RunStatus.COMPLETED: 0, RunStatus.FAILED: 1, RunStatus.CANCELLED: 130}
RESUMABLE = 3
#: Waits that are listed before the rest is only counted.
MOST_WAITS = 20
_CANCEL_AGAIN = 0.2
_WAITS_HERE = (
    "It waits here until that comes. Ctrl+C leaves it: nothing is lost, and it goes on at resume.\n"
    "With --exit-when-suspended a command does not wait here."
)
_WAITS_THERE = "It waits for that in its own process. Ctrl+C ends only the following."
_PAUSING = "Pausing: running steps are interrupted and run again at resume. Press Ctrl+C again to stop at once.\n"
_PAUSING_IDLE = (
    "Pausing: no step is running, so none is interrupted; what the run waits for is waited for again at resume. "
    "Press Ctrl+C again to stop at once.\n"
)


@dataclass(frozen=True, slots=True)
class Output:
    """What a command was asked to print.

    Attributes:
        json: Print the object of ``show --json`` at the end.
        events: Print one line per event.
        exit_when_suspended: Do not wait for people, signals and long timers.
        store: Text that names the store in suggested commands.
    """

    json: bool = False
    events: bool = False
    exit_when_suspended: bool = False
    store: str = ""


def output_of(
    json: bool = False, events: str | None = None, exit_when_suspended: bool = False, store: str = ""
) -> Output:
    """Return the output options of a command.

    Raises:
        UsageError: The event format is unknown, or both JSON and events were asked for.
    """
    if events not in (None, "jsonl"):
        raise UsageError(f"--events {events} is not known.", "The one format is jsonl.")
    if json and events:
        raise UsageError("--json and --events both want standard output.", "Give one of them.")
    return Output(json, events is not None, exit_when_suspended, store)


async def drive_here(
    engine: Engine, handle: RunHandle, first: int, output: Output, stopping: Stopping | None = None
) -> int:
    """Follow a run of this process until it stops, print how it ended and return the exit code.

    Args:
        engine: The engine that runs it.
        handle: The run.
        first: Sequence number of the first event to show.
        output: What to print.
        stopping: What has taken over the signals before the run began.

    Raises:
        StoreError: Its journal could not be written; the run is paused as far as it was confirmed (exit code 4).
    """
    from floworch.errors import StoreError
    from floworch.host.in_process import InProcessHost

    stream = InProcessHost(engine).events(handle.run_id, first)
    await drive(
        stream, handle.fold, output, lambda: handle.pause(now=True), due=lambda: handle.next_due, header=handle.header,
        stopping=stopping,
    )  # fmt: skip
    try:
        await handle.result()
    except StoreError:
        # What the journal holds is what is true now, not what this process hoped for.
        with contextlib.suppress(StoreError):
            finish(engine.store.load(handle.run_id), output, handle.header)
        raise
    code = finish(handle.fold, output, handle.header)
    await _see_off(engine, handle, output)
    return code


async def _see_off(engine: Engine, parent: RunHandle, output: Output) -> None:
    """Bring runs to their end that a run began with ``wait: false``, or pause them where it is paused itself."""
    from floworch.host.in_process import InProcessHost

    quiet = Output(exit_when_suspended=output.exit_when_suspended, store=output.store)
    seen: set[str] = set()
    while fresh := [each for each in engine.begun() if each.run_id not in seen]:
        for each in fresh:
            seen.add(each.run_id)
            if parent.fold.status is RunStatus.PAUSED:
                with contextlib.suppress(FlowError):  # it has just ended by itself
                    await each.pause(now=True)
                await each.stopped()
            else:
                sys.stderr.write(f"Run {each.run_id}, which it began, goes on.\n")
                stream = InProcessHost(engine).events(each.run_id)
                await drive(
                    stream, each.fold, quiet, partial(each.pause, now=True), due=partial(_due, each),
                    header=each.header,
                )  # fmt: skip
            _summary(each.fold, output.store, None)


def _due(handle: RunHandle) -> float | None:
    return handle.next_due


async def drive(
    stream: AsyncIterator[list[Event]],
    state: RunState,
    output: Output,
    pause: Callable[[], Awaitable[Any]],
    fold: bool = False,
    due: Callable[[], float | None] = lambda: None,
    header: RunHeader | None = None,
    stopping: Stopping | None = None,
) -> None:
    """Follow a run until it stops, showing progress on standard error.

    Args:
        stream: Its events, from the first that is to be shown.
        state: Its state. An engine in this process keeps it up to date; otherwise ``fold`` says to do so here.
        output: What to print.
        pause: Pauses the run now; called at the first SIGINT or SIGTERM.
        fold: Apply the events to ``state``.
        due: When the run's next timer, or that of a child run, is due, where this process knows.
        header: The run's header, whose definition tells which steps are unsafe.
        stopping: What has taken over the signals already; it gives them back when the run stops.
    """
    tasks: list[asyncio.Task[None]] = []
    Printed.followed = True

    async def pause_quietly() -> None:
        try:
            await pause()
        except FlowError as error:
            sys.stderr.write(f"{error.message}\n")  # it has just ended by itself

    def asked() -> None:
        sys.stderr.write(_PAUSING_IDLE if _idle(state) else _PAUSING + interrupted_text(state, header))
        tasks.append(asyncio.ensure_future(pause_quietly()))

    with stopping or Stopping(asked) as taken:
        taken.hand_over(asked)
        await _watch(stream, state, output, fold, due, _WAITS_HERE)
        await asyncio.gather(*tasks)


async def look_on(
    stream: AsyncIterator[list[Event]],
    state: RunState,
    output: Output,
    opening: str = "",
    stopping: Stopping | None = None,
) -> bool:
    """Follow a run of another process; whether it stopped. The first SIGINT or SIGTERM ends the following only (C7.1).

    Args:
        stream: Its events, from the first that is to be shown.
        state: Its state, to which the events are applied.
        output: What to print.
        opening: Sentence for standard error, said once a signal is heard.
        stopping: What has taken over the signals already.
    """
    left = asyncio.Event()
    Printed.followed = True
    with stopping or Stopping(left.set) as taken:
        taken.hand_over(left.set)
        sys.stderr.write(opening)
        sys.stderr.flush()
        watching = asyncio.ensure_future(_watch(stream, state, output, True, lambda: None, _WAITS_THERE))
        leaving = asyncio.ensure_future(left.wait())
        await asyncio.wait((watching, leaving), return_when=asyncio.FIRST_COMPLETED)
    leaving.cancel()
    if watching.done():
        await watching
        return True
    while not watching.done():
        # On Python 3.11 a wait for a connection can swallow a cancel that comes at the moment it succeeds.
        watching.cancel()
        await asyncio.wait((watching,), timeout=_CANCEL_AGAIN)
    return False


async def _watch(
    stream: AsyncIterator[list[Event]],
    state: RunState,
    output: Output,
    fold: bool,
    due: Callable[[], float | None],
    waits: str,
) -> None:
    """Show a run until it stops; ``waits`` is said once, when it begins to wait for long."""
    progress = progress_for(sys.stderr, state, output.store)
    said = False
    try:
        async with aclosing(stream) as batches:  # type: ignore[type-var]
            async for batch in batches:
                if fold:
                    _fold(state, batch)
                if output.events:
                    _print_events(batch, state)
                progress.show(batch)
                # The state of a run here is ahead of what is confirmed: leave only when all of it was shown.
                shown = batch[-1].seq + 1 >= state.seq
                if shown and not said and waits_long(state, time.time(), due()):
                    if output.exit_when_suspended:
                        break
                    said = True
                    progress.say(waits)
    finally:
        progress.close()


def _fold(state: RunState, batch: list[Event]) -> None:
    for event in batch:
        if event.seq >= state.seq:
            state.apply(event)


def _print_events(batch: list[Event], state: RunState) -> None:
    from floworch.run.public import public_event

    lines = [values.encode(public_event(event, state.run_id, state.node_ids)) for event in batch]
    try:
        write_json(b"\n".join(lines).decode("utf-8") + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        nobody_reads()  # the run goes on to its end, as it would without --events


def _idle(state: RunState) -> bool:
    """Whether nothing of a run is at work: it only waits, and not for a run that it called, whose steps may run."""
    calls = any(wait.get("kind") == "call" for wait in state.waits.values())
    return state.status is RunStatus.SUSPENDED and not calls


def waits_long(state: RunState, now: float, due: float | None = None) -> bool:
    """Whether a run is suspended and waits for nothing but people, signals and timers over a minute (C15).

    ``due`` is when the next timer of it or of a child run is due, where that is known; its own are looked up.
    """
    if state.status is not RunStatus.SUSPENDED:
        return False
    dues = [wait.get("due") for wait in state.waits.values() if wait.get("kind") == "timer"]
    dues += [due, *state.retry_due.values(), state.deadline]
    return all(at is None or at - now > SHORT_TIMER for at in dues)


def exit_code(state: RunState) -> int:
    """Return the exit code for how a run stopped; 3 when it can go on later."""
    return EXIT_CODES.get(state.status, RESUMABLE)


def finish(state: RunState, output: Output, header: RunHeader | None = None) -> int:
    """Print how a run ended, to standard output what was asked for, and return the exit code.

    Args:
        state: The run.
        output: What to print.
        header: Its header, whose definition tells which failures are handled and in which order its steps stand.
    """
    plan = plan_of_run(header, state) if output.json or state.errors else None
    _summary(state, output.store, plan)
    if output.json:
        print_json(run_json(state, plan))
    elif not output.events and state.status is RunStatus.COMPLETED and state.outputs:
        print_json(shown(state.outputs))
    return exit_code(state)


def _summary(state: RunState, store: str, plan: Plan | None) -> None:
    words = state.status.value.replace("_", " ")
    time_text = took_text(state.started_at, state.ended_at, state.rested) if state.status.final else ""
    took = f" in {time_text}" if time_text else ""
    lines = [f"Run {state.run_id} {paint(words, RUN_COLOURS[state.status], sys.stderr)}{took}."]
    lines += failure_lines(state, plan, sys.stderr)
    undone = rollback_lines(state, sys.stderr)
    lines += undone
    if state.status is RunStatus.FAILED:
        lines.append(f"Look at it with: floworch show {state.run_id}{store}")
        if not undone:  # what was undone cannot be retried (C7.9)
            lines.append(f"Try what failed again with: floworch retry {state.run_id}{store}")
    elif not state.status.final:
        if state.pause_reason:
            lines.append(f"  {state.pause_reason}")
        lines += waits_of(state, store)
        lines.append(resume_text(state, store))
    sys.stderr.write("\n".join(lines) + "\n")


def waits_of(state: RunState, store: str, items_only: bool = False) -> list[str]:
    """Lines about what a run waits for and nobody has answered yet, each with the command that answers it.

    Args:
        state: The run.
        store: Text that names the store in suggested commands.
        items_only: Leave out nodes that are in no container.
    """
    lines = []
    keys = [key for key in state.waits if not is_answered(state, key) and (key[1] or not items_only)]
    for i, scope in keys[:MOST_WAITS]:
        wait = state.waits[i, scope]
        node = state.node_ids[i]
        item = f"[{', '.join(map(str, scope))}]" if scope else ""
        lines.append(f"  {node}{item} waits {wait_text(wait)}")
        answer = answer_text(wait, state.run_id, node, store, scope)
        if answer:
            lines.append(f"    {answer}")
    if len(keys) > MOST_WAITS:
        lines.append(f"  ... and {len(keys) - MOST_WAITS} more wait.")
    return lines
