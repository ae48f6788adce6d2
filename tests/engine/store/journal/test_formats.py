"""The table of formats."""

from __future__ import annotations

from floworch.store.journal.formats import BINARY, BY_NAME, BY_SUFFIX, JSON


def test_names_and_suffixes_lead_to_their_formats() -> None:
    """Both are written to disk: they never change."""
    assert BY_NAME == {"flatbuffers": BINARY, "json": JSON}
    assert BY_SUFFIX == {"fbj": BINARY, "jsonl": JSON}
