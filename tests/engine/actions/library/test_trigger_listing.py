from __future__ import annotations

from pathlib import Path

import pytest

from floworch.actions.library.trigger_listing import Mark, look
from floworch.errors import ActionError


def test_a_look_finds_files_that_fit_the_pattern(tmp_path: Path) -> None:
    (tmp_path / "below" / "deep").mkdir(parents=True)
    for name in ("a.csv", "b.txt", "below/c.csv", "below/deep/d.csv"):
        (tmp_path / name).write_text(name)

    def names(pattern: str) -> list[str]:
        return sorted(Path(path).relative_to(tmp_path).as_posix() for path in look(str(tmp_path), pattern) or {})

    assert names("*") == ["a.csv", "b.txt"]
    assert names("*.csv") == ["a.csv"]
    assert names("**/*.csv") == ["a.csv", "below/c.csv", "below/deep/d.csv"]
    assert names("below/*") == ["below/c.csv"]


def test_a_mark_tells_states_of_a_file_apart(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("one")
    (first,) = (look(str(tmp_path), "*") or {}).values()
    assert first == Mark(3, (tmp_path / "a").stat().st_mtime_ns)
    (tmp_path / "a").write_text("three")
    assert (look(str(tmp_path), "*") or {})[str(tmp_path / "a")] != first


def test_what_is_no_folder_is_none_and_links_to_nothing_are_left_out(tmp_path: Path) -> None:
    assert look(str(tmp_path / "gone"), "*") is None
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    assert look(str(tmp_path), "*") == {}
    with pytest.raises(ActionError, match="'pattern' must be a pattern below the folder"):
        look(str(tmp_path), "../*")
