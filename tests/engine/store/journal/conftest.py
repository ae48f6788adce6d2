"""What the tests of the journal share."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from floworch.store.journal.segment import SegmentWriter


@pytest.fixture(autouse=True)
def beginnings_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the same reason the beginning of a run is synced before anything is appended, whatever its durability.

    ``test_beginnings.py`` and ``test_crashes.py`` take this back.
    """
    begin = SegmentWriter.begin

    def at_once(self: SegmentWriter, first: Iterable[bytes], above: Iterable[Path] = (), sync: bool = True) -> None:
        begin(self, first, above, True)

    monkeypatch.setattr(SegmentWriter, "begin", at_once)


@pytest.fixture(autouse=True)
def no_background_syncs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Journals are the same bytes however slow the machine is: nothing is synced by the passing of time."""
    monkeypatch.setattr("floworch.store.journal.writer.SYNC_INTERVAL", 60.0)
