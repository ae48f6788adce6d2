"""Kept values: one change at a time, each once."""

from __future__ import annotations

import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from floworch.actions.library.state_shelf import MISSING, StateShelf, shelf_of


def plus(old: Any) -> tuple[Any, Any]:
    new = (0 if old is MISSING else old) + 1
    return new, new


@pytest.mark.parametrize("kept", [True, False])
def test_no_change_is_lost_and_none_is_made_twice(tmp_path: Path, kept: bool) -> None:
    shelf = StateShelf(tmp_path / "s" / "state.sqlite" if kept else None)
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda number: shelf.change("a", "n", plus, str(number), 0.0), range(40)))
    assert sorted(results) == list(range(1, 41))
    assert shelf.change("a", "n", plus, "7", 0.0) == results[7]  # repeated
    assert shelf.get("a", "n") == 40
    assert shelf.get("b", "n") is MISSING

    def broken(old: Any) -> tuple[Any, Any]:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        shelf.change("a", "n", broken, "x", 0.0)
    assert shelf.change("a", "n", lambda old: (MISSING, old), "y", 0.0) == 40
    assert shelf.get("a", "n") is MISSING
    if kept and sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "s" / "state.sqlite").stat().st_mode) == 0o600


def test_a_file_that_is_no_database_is_an_error_of_the_system(tmp_path: Path) -> None:
    (tmp_path / "state.sqlite").write_text("garbage " * 1000)
    with pytest.raises(OSError, match=r"state\.sqlite"):
        StateShelf(tmp_path / "state.sqlite").get("a", "b")


def test_a_store_without_a_place_has_its_values_in_memory(tmp_path: Path) -> None:
    class Home:
        path = None

    one, other = Home(), Home()
    shelf_of(one).change("a", "n", plus, "1", 0.0)
    assert (shelf_of(one).get("a", "n"), shelf_of(other).get("a", "n")) == (1, MISSING)
