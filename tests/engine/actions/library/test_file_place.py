"""A file gets its name when it is whole, and only if nothing has it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from floworch.actions.library.file_place import link_new, make_folder, sync_folder, temporary


def test_a_temporary_file_is_gone_unless_it_was_renamed(tmp_path: Path) -> None:
    target = str(tmp_path / "file")
    with temporary(target) as (fd, place):
        os.write(fd, b"x")
    assert os.listdir(tmp_path) == []
    with temporary(target) as (fd, place):
        os.write(fd, b"x")
        link_new(place, target)
        with pytest.raises(FileExistsError):
            link_new(place, target)
    assert os.listdir(tmp_path) == ["file"]
    with pytest.raises(NotADirectoryError):
        make_folder(f"{target}/below")
    make_folder(str(tmp_path / "a" / "b"))
    sync_folder(str(tmp_path / "a"))
    sync_folder(str(tmp_path / "gone"))
    assert (tmp_path / "a" / "b").is_dir()
