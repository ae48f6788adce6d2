"""Where the files of the control channel stand."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from floworch.errors import UsageError
from floworch.host.places import control_path, store_root
from floworch.store.memory import MemoryStore


def test_beside_the_run(tmp_path: Path) -> None:
    store = SimpleNamespace(path=str(tmp_path))
    assert store_root(store) == tmp_path
    assert control_path(store, "r-1") == tmp_path / "runs" / "r-1" / "control"


def test_a_store_in_memory_has_none() -> None:
    assert control_path(MemoryStore(), "r-1") is None


@pytest.mark.parametrize("run_id", ["../x", "a/b", "", ".."])
def test_ids_are_never_joined_unchecked(tmp_path: Path, run_id: str) -> None:
    """(C13)"""
    with pytest.raises(UsageError):
        control_path(SimpleNamespace(path=tmp_path), run_id)
