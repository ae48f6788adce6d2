"""Single files: copied whole, compared to the last byte."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from floworch.actions.library.file_copying import CHUNK, Meter, copy_file, extents, same_content
from floworch.errors import ActionError
from floworch.testing import FakeHost


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, 2 * CHUNK + 1])
def test_copies_are_equal_and_every_difference_is_seen(tmp_path: Path, size: int) -> None:
    one, other = str(tmp_path / "one"), str(tmp_path / "other")
    Path(one).write_bytes(os.urandom(size))
    pieces: list[int] = []
    assert copy_file(one, other, False, pieces.append) == size == sum(pieces)
    assert same_content(one, other, pieces.append)
    for data in (Path(one).read_bytes()[:-1] + b"\0", Path(one).read_bytes() + b"x"):
        Path(other).write_bytes(data)
        assert same_content(one, other, pieces.append) is (Path(one).read_bytes() == data)
    with pytest.raises(FileExistsError):
        copy_file(one, other, False, pieces.append)
    copy_file(one, other, True, pieces.append)
    assert same_content(one, other, pieces.append)


def test_a_file_that_changes_meanwhile_is_not_taken_for_whole(tmp_path: Path) -> None:
    source = tmp_path / "log"
    source.write_bytes(b"x" * 10)

    def write(count: int) -> None:
        with open(source, "ab") as file:
            file.write(b"y")

    with pytest.raises(ActionError, match="changed while it was copied"):
        copy_file(str(source), str(tmp_path / "copy"), False, write)
    assert os.listdir(tmp_path) == ["log"]


def test_extents_cover_all_data(tmp_path: Path) -> None:
    with open(tmp_path / "f", "wb+") as file:
        file.seek(4 << 20)
        file.write(b"data")
        file.truncate(9 << 20)
        file.flush()
        found = list(extents(file.fileno(), 9 << 20))
        assert any(start <= 4 << 20 and end >= (4 << 20) + 4 for start, end in found)
        assert all(0 <= start < end <= 9 << 20 for start, end in found)
        assert list(extents(file.fileno(), 0)) == []


def test_the_meter_tells_how_far_it_is_and_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("floworch.actions.library.file_copying._REPORT_EVERY", -1)
    host = FakeHost()
    meter = Meter(host.context(), 4)
    meter.add(1, "a")
    meter.add(9, "b")
    assert host.progressed == [(0.25, "a"), (1.0, "b")]
    host.cancel_reason = "enough"
    with pytest.raises(ActionError, match="enough"):
        meter.add(1, "c")
