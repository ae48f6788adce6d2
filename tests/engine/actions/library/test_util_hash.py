from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import threading
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from floworch.actions.context import Context
from floworch.actions.library import util_hash
from floworch.actions.registry import registry
from floworch.errors import ActionError, ErrorKind
from floworch.testing.actions import FakeHost, call_action, run_action


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("value", "data"),
    [
        ("ä", "ä".encode()),
        (b"\x00", b"\x00"),
        (None, b"null"),
        ({"b": 1, "a": [{"d": 1, "c": 2}]}, b'{"a":[{"c":2,"d":1}],"b":1}'),
    ],
)
def test_values_have_one_digest(value: Any, data: bytes) -> None:
    assert run_action("util.hash", value=value) == sha(data)


def test_every_algorithm_works(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"data")
    schema = registry.resolve("util.hash").params.model_json_schema()
    for algorithm in schema["properties"]["algorithm"]["enum"]:
        expected = hashlib.new(algorithm, b"data").hexdigest()
        assert run_action("util.hash", value="data", algorithm=algorithm) == expected
        assert run_action("util.hash", file=str(path), algorithm=algorithm) == expected


@pytest.mark.parametrize("size", [0, 1, util_hash.CHUNK, util_hash.CHUNK * 2 + 7])
def test_files_are_hashed_to_the_last_byte(tmp_path: Path, size: int) -> None:
    path = tmp_path / "f"
    path.write_bytes(os.urandom(size))
    assert run_action("util.hash", file=str(path)) == sha(path.read_bytes())


@pytest.mark.parametrize("key", ["KEY", "{{ secrets.KEY }}"])
def test_a_secret_signs(tmp_path: Path, key: str) -> None:
    host = FakeHost(secrets={"KEY": "k"})
    expected = hmac.new(b"k", b"data", "sha256").hexdigest()
    assert run_action("util.hash", host, value="data", hmac_key=key) == expected
    (tmp_path / "f").write_bytes(b"data")
    assert run_action("util.hash", host, file=str(tmp_path / "f"), hmac_key=key) == expected


def test_a_missing_file_fails_or_gives_null(tmp_path: Path) -> None:
    path = str(tmp_path / "gone")
    with pytest.raises(ActionError, match=f"There is no file '{path}'") as caught:
        run_action("util.hash", file=path)
    assert caught.value.kind is ErrorKind.NOT_FOUND
    assert "set missing to null" in caught.value.hint
    assert run_action("util.hash", file=path, missing="null") is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_what_is_no_file_is_refused_without_opening_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, words in ((tmp_path, "it is a folder"), (tmp_path / "pipe", "it is no regular file")):
        with pytest.raises(ActionError, match=words) as caught:
            run_action("util.hash", file=str(path), missing="null")
        assert caught.value.kind is ErrorKind.VALIDATION


def test_a_file_that_may_not_be_read_is_a_permission_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(self: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(util_hash._Reading, "run", refuse)
    with pytest.raises(ActionError, match="may not be read") as caught:
        run_action("util.hash", file=str(tmp_path / "f"), missing="null")
    assert caught.value.kind is ErrorKind.PERMISSION


def test_a_disk_error_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(self: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(util_hash._Reading, "run", fail)
    with pytest.raises(ActionError, match=r"cannot be read: Input/output error\.") as caught:
        run_action("util.hash", file=str(tmp_path / "f"))
    assert caught.value.kind is ErrorKind.PROCESSING


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({}, "'value' is missing."),
        ({"value": 1, "file": "x"}, "'value' and 'file' cannot both be given."),
        ({"file": ""}, "'file' must be text that is not empty, not ''."),
        ({"value": 1, "algorithm": "crc"}, "'algorithm' must be one of"),
    ],
)
def test_wrong_parameters_are_named(params: dict[str, Any], message: str) -> None:
    with pytest.raises(ActionError) as caught:
        run_action("util.hash", **params)
    assert caught.value.message.startswith(message)


def test_a_large_file_needs_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "sparse"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    tracemalloc.start()
    try:
        digest = run_action("util.hash", file=str(path), algorithm="blake2b")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(digest) == 128
    assert peak < 8 * util_hash.CHUNK


class Endless:
    """A digest that waits for permission before it takes a piece, so that a test can be in the middle of a file."""

    def __init__(self) -> None:
        self.taken = 0
        self.gate = threading.Semaphore(0)

    def update(self, data: Any) -> None:
        self.gate.acquire(timeout=10)
        self.taken += 1

    def hexdigest(self) -> str:
        return "done"


async def test_a_cancel_stops_the_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # (C4.5)
    path = tmp_path / "sparse"
    with path.open("wb") as file:
        file.truncate(50 * util_hash.CHUNK)
    digest = Endless()
    monkeypatch.setattr(util_hash, "_digest", lambda algorithm, key: digest)
    half_way = asyncio.Event()

    class Watching(FakeHost):
        def progress(self, ctx: Context, fraction: float | None, message: str) -> None:
            super().progress(ctx, fraction, message)
            if digest.taken == 3:
                half_way.set()

    host = Watching()
    monkeypatch.setattr(util_hash, "_LOOK", 0.001)
    task = asyncio.create_task(call_action("util.hash", {"file": str(path)}, host))
    digest.gate.release(3)
    await half_way.wait()
    task.cancel()
    asyncio.get_running_loop().call_later(0.01, digest.gate.release)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert digest.taken <= 4
    fractions = [fraction or 0 for fraction, _ in host.progressed]
    assert fractions == sorted(fractions)
    assert fractions[-1] <= 0.1


async def test_many_small_files_are_hashed_at_once(tmp_path: Path) -> None:
    paths = [tmp_path / str(i) for i in range(200)]
    for path in paths:
        path.write_text(path.name)
    digests = await asyncio.gather(*(call_action("util.hash", {"file": str(path)}) for path in paths))
    assert digests == [sha(path.name.encode()) for path in paths]
