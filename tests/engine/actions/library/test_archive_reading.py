"""Entries of archives, as they are told."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from floworch.actions.library.archive_reading import opened
from floworch.errors import ActionError


def test_entries_come_one_after_the_other(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("a/", b"")
        archive.writestr("a/f", b"12345")
    with opened(str(tmp_path / "x.zip"), None) as entries:
        found = [(each.name, each.kind, each.read(3), each.runs) for each in entries]
    assert found == [("a/", "dir", b"", False), ("a/f", "file", b"123", False)]


@pytest.mark.parametrize("data", [b"", b"x" * 2000, b"PK\x05\x06", b"\xfd7zXZ\x00\x00"])
def test_what_is_no_archive_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x").write_bytes(data)
    with pytest.raises(ActionError, match="no archive"), opened(str(tmp_path / "x"), None) as entries:
        list(entries)
