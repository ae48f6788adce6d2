"""The trash of freedesktop.org: named, noted, and able to give back."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from floworch.actions.library.trash import to_trash

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the trash of freedesktop.org")


def test_every_file_keeps_where_it_came_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    for text in ("one", "two"):
        (tmp_path / "größe 1.txt").write_text(text)
        to_trash(str(tmp_path / "größe 1.txt"), 0.0)
    trash = tmp_path / "data" / "Trash"
    assert (trash / "files" / "größe 1.txt").read_text() == "one"
    assert (trash / "files" / "größe 1 2.txt").read_text() == "two"
    note = (trash / "info" / "größe 1 2.txt.trashinfo").read_text().splitlines()
    assert note[:2] == ["[Trash Info]", f"Path={tmp_path!s}/gr%C3%B6%C3%9Fe%201.txt"]
    assert note[2].startswith("DeletionDate=19")
    assert trash.stat().st_mode & 0o777 == 0o700 or os.getuid() == 0


def test_what_cannot_be_moved_leaves_no_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    (tmp_path / "x").touch()

    def refuse(*names: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "rename", refuse)
    with pytest.raises(PermissionError):
        to_trash(str(tmp_path / "x"), 0.0)
    assert list((tmp_path / "data" / "Trash" / "info").iterdir()) == []


def test_another_file_system_has_its_own_trash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's own folder at its root, and the shared one where an administrator made it, with paths below it."""
    from floworch.actions.library import trash

    disk = tmp_path / "disk"
    (disk / "a").mkdir(parents=True)
    monkeypatch.setattr(trash, "_mount_point", lambda path, device: str(disk))
    monkeypatch.setattr(trash, "_existing", lambda path: Path("/proc"))
    (disk / "a" / "x").touch()
    assert to_trash(str(disk / "a" / "x"), 0.0) == str(disk / f".Trash-{os.getuid()}" / "files" / "x")
    assert "Path=a/x\n" in (disk / f".Trash-{os.getuid()}" / "info" / "x.trashinfo").read_text()
    (disk / ".Trash").mkdir()
    (disk / ".Trash").chmod(0o1777)
    (disk / "a" / "x").touch()
    assert to_trash(str(disk / "a" / "x"), 0.0) == str(disk / ".Trash" / str(os.getuid()) / "files" / "x")
