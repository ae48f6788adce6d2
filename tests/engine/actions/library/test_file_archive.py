"""file.archive: packed whole, unpacked safely."""

from __future__ import annotations

import io
import os
import sys
import tarfile
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest

from floworch.actions.context import Context
from floworch.actions.registry import registry
from floworch.testing import FakeHost

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links and permissions of POSIX")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "empty").mkdir()
    (tmp_path / "in" / "größe.csv").write_text("é" * 1000)
    (tmp_path / "in" / "deep" / "run.sh").write_text("true")
    (tmp_path / "in" / "deep" / "run.sh").chmod(0o755)
    (tmp_path / "in" / "link").symlink_to("deep/run.sh")
    return tmp_path


def below(folder: Path) -> dict[str, Any]:
    return {
        path.relative_to(folder).as_posix(): os.readlink(path)
        if path.is_symlink()
        else (None if path.is_dir() else path.read_bytes())
        for path in sorted(folder.rglob("*"))
    }


def make_zip(path: Path, *entries: tuple[str, bytes], link: tuple[str, str] | None = None) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
        if link is not None:
            info = zipfile.ZipInfo(link[0])
            info.create_system, info.external_attr = 3, 0o120777 << 16
            archive.writestr(info, link[1])


def make_tar(path: Path, *entries: tuple[str, bytes, str]) -> None:
    """Entries are a name, a type of tarfile, and the content of a file or where a link leads."""
    with tarfile.open(path, "w") as archive:
        for name, kind, text in entries:
            info = tarfile.TarInfo(name)
            info.type = kind
            if kind == tarfile.REGTYPE:
                info.size = len(text)
            else:
                info.linkname = text
            archive.addfile(info, io.BytesIO(text.encode()))


@pytest.mark.parametrize("name", ["x.zip", "x.tar", "x.tar.gz", "x.tgz", "x.tar.bz2", "x.tar.xz"])
async def test_what_was_packed_comes_out_again(act: Any, place: Path, name: str) -> None:
    packed = await act("file.archive", op="zip" if name == "x.zip" else "tar", source="in", target=name)
    assert [each["path"] for each in packed["files"]] == ["in/deep/run.sh", "in/größe.csv", "in/link"]
    assert packed["bytes"] == 2004
    assert sorted(os.listdir(place)) == ["in", name]
    reader = zipfile.is_zipfile if name == "x.zip" else tarfile.is_tarfile
    assert reader(place / name)  # for others, too
    output = await act("file.archive", op="unzip", source=name, target="out")
    assert below(place / "out" / "in") == below(place / "in")
    assert os.access(place / "out" / "in" / "deep" / "run.sh", os.X_OK)
    assert not os.access(place / "out" / "in" / "größe.csv", os.X_OK)
    assert output["count"] == 3
    again = await act("file.archive", op="unzip", source=name, target="out")  # safe to repeat
    assert again == output


async def test_patterns_and_lists_keep_their_paths_and_an_archive_never_packs_itself(act: Any, place: Path) -> None:
    for _ in range(2):
        packed = await act("file.archive", op="zip", source="**/*", target="in/x.zip")
    assert [each["path"] for each in packed["files"]] == ["in/deep/run.sh", "in/größe.csv", "in/link"]
    packed = await act("file.archive", op="tar", source=["in/deep", "in/größe.csv"], target="x.tar")
    assert [each["path"] for each in packed["files"]] == ["deep/run.sh", "größe.csv"]


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "..\\x", "C:\\x", "\\x"])
async def test_a_path_out_of_the_target_is_refused_and_nothing_is_left(act: Any, place: Path, name: str) -> None:
    make_zip(place / "x.zip", ("good", b"1"), (name, b"2"))
    make_tar(place / "x.tar", ("good", tarfile.REGTYPE, "1"), (name, tarfile.REGTYPE, "2"))
    for source in ("x.zip", "x.tar"):
        error = await act.error("file.archive", op="unzip", source=source, target="out")
        assert "leads out of the target. Nothing was unpacked." in str(error)
        assert sorted(os.listdir(place)) == ["in", "x.tar", "x.zip"]


@pytest.mark.parametrize(
    "entries",
    [
        [("a", tarfile.SYMTYPE, "/etc")],
        [("a", tarfile.SYMTYPE, "../..")],
        [("a", tarfile.SYMTYPE, "/etc"), ("a/passwd", tarfile.REGTYPE, "x")],
        [("a", tarfile.SYMTYPE, "."), ("a/x", tarfile.REGTYPE, "x")],
        # each of them looks harmless alone
        [("d/up", tarfile.SYMTYPE, ".."), ("b", tarfile.SYMTYPE, "d/up/.."), ("d/f", tarfile.REGTYPE, "x")],
        [("a", tarfile.LNKTYPE, "/etc/passwd")],
        [("a", tarfile.LNKTYPE, "gone")],
        [("a", tarfile.REGTYPE, "x"), ("a/b", tarfile.REGTYPE, "x")],
    ],
)
async def test_no_trick_with_links_reaches_outside(act: Any, place: Path, entries: Any) -> None:
    make_tar(place / "x.tar", *entries)
    error = await act.error("file.archive", op="unzip", source="x.tar", target="out")
    assert error.kind == "validation_error"
    assert sorted(os.listdir(place)) == ["in", "x.tar"]


async def test_a_link_of_a_zip_is_held_to_the_same(act: Any, place: Path) -> None:
    make_zip(place / "x.zip", link=("evil", "/etc/passwd"))
    assert "the link 'evil'" in str(await act.error("file.archive", op="unzip", source="x.zip", target="out"))


async def test_a_link_that_stood_in_the_target_leads_nowhere(act: Any, place: Path) -> None:
    (place / "out").mkdir()
    (place / "out" / "sub").symlink_to(place / "in")
    make_zip(place / "x.zip", ("sub/größe.csv", b"evil"))
    error = await act.error("file.archive", op="unzip", source="x.zip", target="out")
    assert "is a link that leads out of the target" in str(error)
    assert (place / "in" / "größe.csv").read_text() == "é" * 1000


async def test_devices_are_left_out_and_hard_links_become_files(act: Any, place: Path) -> None:
    make_tar(
        place / "x.tar",
        ("./f", tarfile.REGTYPE, "x"),
        ("pipe", tarfile.FIFOTYPE, ""),
        ("same", tarfile.LNKTYPE, "f"),
        ("f", tarfile.REGTYPE, "last"),
    )
    await act("file.archive", op="unzip", source="x.tar", target="out")
    assert below(place / "out") == {"f": b"last", "same": b"x"}
    assert ("warning", "'pipe' is a device or pipe: left out.") in act.logs


@pytest.mark.parametrize("name", ["x.zip", "x.tar.gz"])
async def test_a_bomb_is_stopped_while_it_grows(act: Any, place: Path, name: str) -> None:
    with open(place / "zeros", "wb") as file:  # noqa: ASYNC230
        file.truncate(8 << 20)
    await act("file.archive", op="zip" if name == "x.zip" else "tar", source="zeros", target=name)
    assert (place / name).stat().st_size < 1 << 20
    error = await act.error("file.archive", op="unzip", source=name, target="out", max_mb=2)
    assert (str(error), error.hint) == (
        "The archive holds more than 2 MiB. Nothing was unpacked.",
        "Raise 'max_mb' if you trust it.",
    )
    many = [(str(number), b"") for number in range(20)]
    make_zip(place / "many.zip", *many)
    error = await act.error("file.archive", op="unzip", source="many.zip", target="out", max_files=10)
    assert "more than 10 entries" in str(error)
    assert not (place / "out").exists()


async def test_a_header_cannot_fill_the_memory(act: Any, place: Path) -> None:
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, 1 << 32
    (place / "x.tar").write_bytes(info.tobuf() + b"x" * 100_000)
    assert "header is larger" in str(await act.error("file.archive", op="unzip", source="x.tar", target="out"))


@pytest.mark.parametrize(("exists", "content"), [("replace", b"new"), ("skip", b"old")])
async def test_what_is_in_the_target_already(act: Any, place: Path, exists: str, content: bytes) -> None:
    (place / "out").mkdir()
    (place / "out" / "f").write_bytes(b"old")
    make_zip(place / "x.zip", ("f", b"new"), ("g", b"new"))
    error = await act.error("file.archive", op="unzip", source="x.zip", target="out", exists="error")
    assert "exists already. Nothing was unpacked." in str(error)
    assert below(place / "out") == {"f": b"old"}
    await act("file.archive", op="unzip", source="x.zip", target="out", exists=exists)
    assert below(place / "out") == {"f": content, "g": b"new"}
    assert "exists already" in str(
        await act.error("file.archive", op="zip", source="in", target="x.zip", exists="error")
    )
    assert (await act("file.archive", op="zip", source="in", target="x.zip", exists="skip"))["count"] == 0


@pytest.mark.parametrize("op", ["zip", "tar", "unzip"])
async def test_a_cancel_leaves_nothing_behind(act: Any, place: Path, op: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """(C4.5)"""
    monkeypatch.setattr("floworch.actions.library.file_copying._REPORT_EVERY", -1)
    (place / "big").write_bytes(os.urandom(4 << 20))
    make_zip(place / "x.zip", ("big", (place / "big").read_bytes()))

    def stop(ctx: Context, fraction: float | None, message: str) -> None:
        act.reason = "the run was cancelled"

    monkeypatch.setattr(act, "progress", stop)
    params = {"source": "x.zip" if op == "unzip" else "big", "target": "out"}
    assert (await act.error("file.archive", op=op, **params)).kind == "cancelled"
    assert sorted(os.listdir(place)) == ["big", "in", "x.zip"]


async def test_damaged_and_encrypted_archives_say_so(act: Any, place: Path) -> None:
    make_zip(place / "x.zip", ("f", os.urandom(5000)))
    data = bytearray((place / "x.zip").read_bytes())
    data[100] ^= 0xFF
    (place / "bad.zip").write_bytes(data)
    assert "damaged" in str(await act.error("file.archive", op="unzip", source="bad.zip", target="out"))
    (place / "x.tgz").write_bytes(b"\x1f\x8bnothing")
    assert "damaged" in str(await act.error("file.archive", op="unzip", source="x.tgz", target="out"))
    data = bytearray((place / "x.zip").read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1  # as if it were encrypted
    (place / "secret.zip").write_bytes(data)
    error = await act.error("file.archive", op="unzip", source="secret.zip", target="out")
    assert "password" in str(error)
    error = await act.error("file.archive", op="unzip", source="secret.zip", target="out", password="KEY")
    assert "secret of" not in str(error) + error.hint
    assert not (place / "out").exists()


def flat(size: int) -> None:
    with open("large", "wb") as file:
        file.truncate(size)
    spec = registry.resolve("file.archive")
    tracemalloc.start()
    try:
        for op, source, target in (("tar", "large", "x.tar"), ("zip", "large", "x.zip"), ("unzip", "x.zip", "out")):
            params = spec.prepare({"op": op, "source": source, "target": target})
            assert spec.fn(FakeHost().context(), **params)["bytes"] == size
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 12 << 20


def test_a_large_file_needs_little_memory(place: Path) -> None:
    flat(16 << 20)


@pytest.mark.proof
def test_a_gibibyte_needs_no_more(place: Path) -> None:
    flat(1 << 30)
