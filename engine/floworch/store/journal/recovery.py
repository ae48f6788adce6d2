"""What an owner does to a journal before it appends: find its end and put a torn tail aside."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from floworch.errors import CorruptJournal
from floworch.run.idle import last_seen
from floworch.run.status import RunStatus
from floworch.store.journal.files import Files
from floworch.store.journal.folding import folded
from floworch.store.journal.reader import Cursor, Reader, Torn
from floworch.store.journal.segment import segments
from floworch.store.protocol import RunHeader
from floworch.store.summary import RunFacts

if TYPE_CHECKING:
    from floworch.run.state import RunState


@dataclass(frozen=True, slots=True)
class Ending:
    """Where a journal ends, and what its run-level events say.

    Attributes:
        header: The run's header.
        cursor: Behind the last intact frame.
        synced: The highest place any frame read calls synced.
        facts: Status and times.
        torn: The torn tail, or None.
    """

    header: RunHeader
    cursor: Cursor
    synced: tuple[int, int]
    facts: RunFacts
    torn: Torn | None


def find_end(directory: Path, run_id: str, files: Files) -> Ending:
    """Read a journal from its newest snapshot on.

    Raises:
        FileNotFoundError: There is no first segment.
        CorruptJournal: It is damaged.
    """
    reader = Reader(directory, run_id, files)
    header = reader.header()
    facts = RunFacts()
    packed = reader.snapshot()
    if packed is not None:
        times = (packed.get("started_at"), packed.get("ended_at"), packed.get("rested", 0.0), packed.get("stopped_at"))
        facts = RunFacts(RunStatus(packed["status"]), *times)
    facts.apply_all(reader.events())
    return Ending(header, reader.cursor, reader.synced, facts, reader.torn)


def find_state(directory: Path, run_id: str, files: Files) -> tuple[Ending, RunState | None]:
    """Find the end and the state in one pass: whoever takes a run to go on with it needs both.

    Returns:
        The end, and the state as written; None when an event cannot follow, which ``folding.fold`` names.

    Raises:
        FileNotFoundError: There is no first segment.
        CorruptJournal: It is damaged.
    """
    try:
        state, header, reader = folded(directory, run_id, files)
    except CorruptJournal:
        return find_end(directory, run_id, files), None
    times = (state.started_at, state.ended_at, state.rested, state.stopped_at, last_seen(state))
    facts = RunFacts(RunStatus(state.status), *times)
    return Ending(header, reader.cursor, reader.synced, facts, reader.torn), state


def set_aside(directory: Path, torn: Torn, files: Files) -> list[Path]:
    """Copy the torn tail to ``*.torn``, cut it off, and rename the segments behind it; return the copies.

    Only the owner of the run may do this. Raises OSError.
    """
    kept: list[Path] = []
    path = torn.path
    tail = files.read(path)[torn.offset :]
    copy = _free_name(path)
    fd = files.create(copy)
    try:
        rest = memoryview(tail)
        while rest:
            rest = rest[files.write(fd, rest) :]
        files.sync(fd)
    finally:
        files.close(fd)
    kept.append(copy)
    for number, later in segments(directory):
        if number > torn.segment:
            target = _free_name(later)
            files.rename(later, target)
            kept.append(target)
    if torn.offset == 0:
        files.remove(path)
    else:
        fd = files.open(path)
        try:
            files.truncate(fd, torn.offset)
            files.sync(fd)
        finally:
            files.close(fd)
    files.sync_directory(directory)
    return kept


def _free_name(path: Path) -> Path:
    """``path`` with ``.torn``, or ``.torn-2`` and so on when that is taken."""
    candidate = path.with_name(path.name + ".torn")
    number = 2
    while candidate.exists():
        candidate = path.with_name(f"{path.name}.torn-{number}")
        number += 1
    return candidate
