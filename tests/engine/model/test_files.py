from __future__ import annotations

import os
from pathlib import Path

import pytest

from floworch import Workflow, load, save
from floworch.errors import DefinitionError, UsageError
from floworch.model.files import read_bytes, write_text


def test_writing_replaces_the_whole_file_and_leaves_no_draft(tmp_path: Path) -> None:
    path = tmp_path / "a.flow.json"
    path.write_text("old and longer")
    path.chmod(0o640)
    write_text(path, "new\nä")
    assert read_bytes(path) == "new\nä".encode()
    assert [each.name for each in tmp_path.iterdir()] == ["a.flow.json"]
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o640


def test_a_failed_write_keeps_the_old_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.flow.json"
    path.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match=r"cannot be written: No space left"):
        write_text(path, "new")
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["a.flow.json"]


def test_a_missing_folder_is_one_message(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        write_text(tmp_path / "no" / "a.json", "x")


def test_missing_files_and_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="There is no file"):
        read_bytes(tmp_path / "a")
    with pytest.raises(DefinitionError, match="is a folder"):
        read_bytes(tmp_path)


def test_too_large_a_file_is_not_read_into_memory(tmp_path: Path) -> None:
    """(C13)"""
    path = tmp_path / "big"
    with path.open("wb") as file:
        file.truncate(60 * 1024 * 1024)
    with pytest.raises(DefinitionError, match="larger than"):
        read_bytes(path)


def test_a_disk_that_takes_nothing_names_the_file_and_not_its_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a read-only disk even the removal of a draft that was never made is refused."""

    def refused(self: Path, *_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system", str(self))

    monkeypatch.setattr(Path, "open", refused)
    monkeypatch.setattr(Path, "unlink", refused)
    with pytest.raises(UsageError, match=r"a\.flow\.json cannot be written: Read-only file system\.") as caught:
        write_text(tmp_path / "a.flow.json", "new")
    assert ".tmp" not in caught.value.message


@pytest.mark.parametrize("name", ["n" * 245 + ".flow.json", "ü" * 122 + ".flow.json"])
def test_a_name_as_long_as_the_disk_takes_is_written(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("old")
    write_text(path, "new")
    assert path.read_text() == "new"


def test_what_a_link_leads_to_is_written_and_the_link_stays(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    real, link = tmp_path / "real" / "a.flow.json", tmp_path / "link.flow.json"
    link.symlink_to("real/a.flow.json")
    for text in ("new", "newer"):  # at first it leads nowhere
        write_text(link, text)
        assert (link.is_symlink(), real.read_text()) == (True, text)


def test_what_is_no_path_is_refused_with_what_is_one() -> None:
    """(interfaces 2)"""
    for call in (read_bytes, load, lambda path: save(Workflow(id="w"), path)):
        with pytest.raises(UsageError, match="A file is named by its path, not by 5"):
            call(5)  # type: ignore[arg-type]
