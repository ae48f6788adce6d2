from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from floworch.middleware.lines import append_line


def test_lines_of_many_threads_stay_whole_and_the_file_is_private(tmp_path: Path) -> None:
    path = tmp_path / "new" / "letters.jsonl"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: append_line(path, b"%d" % n * 500 + b"\n"), range(1, 9)))
    assert sorted(path.read_bytes().splitlines()) == [b"%d" % n * 500 for n in range(1, 9)]
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_torn_line_before_it_is_ended_first(tmp_path: Path) -> None:
    path = tmp_path / "letters"
    path.write_bytes(b"whole\ntorn")
    append_line(path, b"next\n")
    assert path.read_bytes() == b"whole\ntorn\nnext\n"


def test_it_is_synced_and_a_short_write_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    append_line(tmp_path / "a", b"x\n")
    assert len(synced) == 1
    monkeypatch.setattr(os, "write", lambda fd, data: 1)
    with pytest.raises(OSError, match="only a part"):
        append_line(tmp_path / "a", b"x\n")
