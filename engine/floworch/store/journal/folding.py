"""The state of a stored run: the newest snapshot and the events after it, through the one fold (contract C12)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from floworch.errors import CorruptJournal
from floworch.store.journal.files import Files
from floworch.store.journal.reader import Reader

if TYPE_CHECKING:
    from floworch.run.state import RunState
    from floworch.store.protocol import RunHeader


def fold(directory: Path, run_id: str, files: Files) -> RunState:
    """The state that a run's journal makes, as written (``interrupted`` is not derived here). Raises as ``folded``."""
    return folded(directory, run_id, files)[0]


def folded(directory: Path, run_id: str, files: Files) -> tuple[RunState, RunHeader, Reader]:
    """The state that a run's journal makes, the run's header, and what has read them, which is at the journal's end.

    Raises:
        FileNotFoundError: There is no first segment.
        CorruptJournal: It is damaged, or holds an event that cannot follow.
        OSError: It cannot be read.
    """
    from floworch.run.state import RunState

    reader = Reader(directory, run_id, files)
    header = reader.header()
    state = RunState.of(header)
    packed = reader.snapshot()
    if packed is not None:
        try:
            state.unpack(packed)
        except (ValueError, LookupError, TypeError):  # a snapshot of another version: the events say it all
            state = RunState.of(header)
            reader = Reader(directory, run_id, files)
    try:
        for event in reader.events():
            state.apply(event)
    except (ValueError, LookupError, TypeError, AttributeError, RuntimeError) as error:
        place = reader.cursor
        path = reader.path(place.segment)
        raise CorruptJournal(path, place.offset, "an event that may follow", str(error)) from error
    return state, header, reader
