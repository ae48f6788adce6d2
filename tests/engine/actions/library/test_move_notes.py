"""Notes of moves: durable, private, and not kept for ever."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from floworch.actions.library import move_notes
from floworch.actions.library.move_notes import read_note, write_note


def test_a_note_is_read_back_and_old_ones_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(move_notes, "_folder", lambda: tmp_path / "moves")
    assert read_note("none") is None
    write_note("old", [1])
    write_note("new", [{"source": "\udcff"}])  # a name that is not Unicode
    assert (read_note("old"), read_note("new")) == ([1], [{"source": "\udcff"}])
    os.utime(tmp_path / "moves" / "old.json", (0, 0))
    (tmp_path / "moves" / "bad.json").write_text("{")
    write_note("newer", None)
    assert sorted(path.name for path in (tmp_path / "moves").iterdir()) == ["bad.json", "new.json", "newer.json"]
    assert read_note("bad") is None
