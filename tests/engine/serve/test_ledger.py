from __future__ import annotations

import sys
from pathlib import Path

import pytest

from floworch.actions.library.trigger_listing import Mark
from floworch.errors import StoreError
from floworch.serve.due import Memory
from floworch.serve.ledger import FILE, KEPT, Ledger, OwnRun


def test_everything_is_there_again_after_a_restart(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "store")
    memory = Memory("0 * * * * UTC", 12.5, (3.0, 4.0))
    assert ledger.memory("w", "t") is None
    assert ledger.known("w", "in", "spec") is None
    ledger.remember("w", "t", memory)
    ledger.begin_folder("w", "in", "spec", {"/a": Mark(1, 2**62), "/b": Mark(3, 4)})
    ledger.dealt_with("w", "in", "/c", Mark(5, 6))
    ledger.dealt_with("w", "in", "/a", None)
    for run in ("r1", "r2", "r3"):
        ledger.add(run, "w", "t")
    ledger.leave("r2")
    ledger.forget("r3")
    ledger.close()
    again = Ledger(tmp_path / "store")
    assert again.memory("w", "t") == memory
    assert again.known("w", "in", "spec") == {"/b": Mark(3, 4), "/c": Mark(5, 6)}
    assert again.known("w", "in", "another") is None
    assert again.own() == [OwnRun("r1", "w", "t", False), OwnRun("r2", "w", "t", True)]
    again.begin_folder("w", "in", "another", {})
    assert again.known("w", "in", "another") == {}
    again.close()
    again.close()


@pytest.mark.skipif(sys.platform == "win32", reason="rights of POSIX")
def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    Ledger(tmp_path / "store").close()
    assert (tmp_path / "store").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "store" / FILE).stat().st_mode & 0o777 == 0o600


def test_a_damaged_one_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"garbage" * 1000)
    with pytest.raises(StoreError, match=FILE) as caught:
        Ledger(tmp_path)
    assert "can be removed" in caught.value.hint


def test_keys_of_requests_are_kept_for_a_time() -> None:
    ledger = Ledger(None)
    ledger.answer("old", 0.0)
    assert (ledger.asked("old"), ledger.asked("new")) == (True, False)
    ledger.answer("new", KEPT + 1.0)
    assert (ledger.asked("old"), ledger.asked("new")) == (False, True)
