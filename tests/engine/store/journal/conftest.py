"""What the tests of the journal share."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def no_background_syncs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Journals are the same bytes however slow the machine is: nothing is synced by the passing of time."""
    monkeypatch.setattr("floworch.store.journal.writer.SYNC_INTERVAL", 60.0)
