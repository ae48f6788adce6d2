"""What the index is told about runs, and what it reads of them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from floworch.errors import CorruptJournal
from floworch.store.ids import RUN_ID
from floworch.store.journal.files import Files
from floworch.store.journal.lock import owner_of
from floworch.store.journal.log import JournalLog
from floworch.store.journal.place import StorePlace
from floworch.store.journal.reader import Reader
from floworch.store.journal.recovery import find_end
from floworch.store.protocol import RunSummary
from floworch.store.summary import DAMAGED, derive, parent_of, searchable

if TYPE_CHECKING:
    from floworch.store.journal.index import Entry, RunIndex


class Catalogue:
    """The run index of one store, opened when it is first needed. Safe to use from several threads."""

    def __init__(self, place: StorePlace, files: Files) -> None:
        self._place = place
        self._files = files
        self._index: RunIndex | None = None
        self._lock = threading.Lock()

    @property
    def index(self) -> RunIndex:
        """The index itself."""
        with self._lock:
            if self._index is None:
                from floworch.store.journal.index import RunIndex

                path = self._place.path / "index.sqlite"
                place = self._place
                self._index = RunIndex(
                    path, place.runs, self.examine, place.stamp, self.owned, place.damage_stamp, self._files.mode
                )
            return self._index

    def acquired(self, log: JournalLog) -> None:
        """A run has a new owner; the index knows before the owner appends anything."""
        self.index.note_now(self._entry(log, closing=False))

    def changed(self, log: JournalLog, closing: bool) -> None:
        """A run's status changed; or, ``closing``, its owner lets go and everything is on the disk."""
        entry = self._entry(log, closing)
        if closing:
            self.index.note_now(entry)
        else:
            self.index.note(entry)

    def owned(self, run_id: str) -> bool:
        """Whether a living process owns the run."""
        return owner_of(self._place.runs / run_id / "lock") is not None

    def damaged(self, run_id: str) -> None:
        """The journal of a run could not be read: the index says so until a file of it is another."""
        if not self.owned(run_id):
            self.index.mark_damaged(run_id, self._place.damage_stamp(run_id))

    def examine(self, run_id: str) -> Entry | None:
        """The row of a run as its journal has it; None when there is no run, or none whose beginning can be read."""
        from floworch.store.journal.index import Entry

        if RUN_ID.fullmatch(run_id) is None:
            return None
        owned = self.owned(run_id)
        stamp = self._place.stamp(run_id)
        try:
            end = find_end(self._place.runs / run_id, run_id, self._files)
        except CorruptJournal:
            return None if owned else self._damaged(run_id)
        except OSError:
            return None
        return Entry(derive(end.facts.summary(end.header), owned), searchable(end.header), stamp, owned)

    def _damaged(self, run_id: str) -> Entry | None:
        from floworch.store.journal.index import Entry

        stamp = self._place.damage_stamp(run_id)
        try:
            header = Reader(self._place.runs / run_id, run_id, self._files).header()
        except (OSError, CorruptJournal):
            return None
        summary = RunSummary(run_id, header.workflow_id, DAMAGED, header.created_at, parent=parent_of(header))
        return Entry(summary, searchable(header), stamp, live=False)

    def close(self) -> None:
        """Write what waits and close the database."""
        with self._lock:
            index, self._index = self._index, None
        if index is not None:
            index.close()

    def _entry(self, log: JournalLog, closing: bool) -> Entry:
        from floworch.store.journal.index import Entry

        header = log.header
        summary = derive(log.facts.summary(header), owned=not closing)
        return Entry(summary, searchable(header), log.stamp, not closing)
