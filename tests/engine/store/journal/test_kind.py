"""The marker of a store."""

from __future__ import annotations

from pathlib import Path

from floworch.store.journal.files import Files
from floworch.store.journal.formats import BINARY, JSON
from floworch.store.journal.kind import MARKER, mark_store


def test_only_a_store_of_another_format_than_the_default_is_marked_and_only_once(tmp_path: Path) -> None:
    mark_store(tmp_path, BINARY, Files())
    assert list(tmp_path.iterdir()) == []
    mark_store(tmp_path, JSON, Files())
    mark_store(tmp_path, JSON, Files())
    assert (tmp_path / MARKER).read_text() == "json\n"
    assert (tmp_path / MARKER).stat().st_mode & 0o077 == 0
