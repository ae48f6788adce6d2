"""Standard streams whatever the program was started with."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest

from floworch.cli.render.streams import OUTPUT, finish_streams, nobody_reads, prepare_streams


@pytest.mark.parametrize(
    ("encoding", "written"),
    [
        ("ascii", "ö ☃".encode()),
        ("latin-1", b"\xf6 \\u2603"),
        ("utf-8", "ö ☃".encode()),
    ],
)
def test_a_character_that_an_encoding_lacks_never_ends_a_command(
    monkeypatch: pytest.MonkeyPatch, encoding: str, written: bytes
) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
    prepare_streams()
    sys.stdout.write("ö ☃")
    finish_streams()
    assert raw.getvalue() == written


def test_a_stream_that_was_closed_is_the_null_device(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    prepare_streams()
    sys.stdout.write("x")
    sys.stderr.write("x")
    assert sys.stdin.read() == ""
    finish_streams()


def test_a_reader_that_has_gone_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.StringIO):
        def flush(self) -> None:
            raise BrokenPipeError

    moved: list[int] = []
    monkeypatch.setattr(sys, "stdout", Gone())
    monkeypatch.setattr(os, "dup2", lambda _, number: moved.append(number))
    finish_streams()
    nobody_reads()
    assert moved == [1, 1]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_what_cannot_be_written_is_passed_over_on_standard_error_and_named_on_standard_output() -> None:
    code = """
import sys
from floworch.cli.render.streams import prepare_streams
prepare_streams()
for name in sys.argv[1:]:
    stream = getattr(sys, name)
    try:
        stream.write("x" * 100_000)
        stream.flush()
    except OSError as error:
        open("/dev/stdin", "w").write(f"{name}: {error.filename}")
"""
    for name, said in (("stderr", b""), ("stdout", f"stdout: {OUTPUT}".encode())):
        reading, writing = os.pipe()
        with open("/dev/full", "wb") as full:
            streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, name: full}
            command = [sys.executable, "-c", code, name]
            subprocess.run(command, stdin=writing, timeout=60, check=False, **streams)
        os.close(writing)
        assert os.read(reading, 100) == said
        os.close(reading)


@pytest.mark.parametrize("name", ["stdout", "stderr"])
def test_what_was_not_buffered_is_not_buffered_after(name: str) -> None:
    """With `python -u` or PYTHONUNBUFFERED every word is there at once: a log is read while the command goes on."""
    code = f"""
import os, sys
from floworch.cli.render.streams import prepare_streams
prepare_streams()
sys.{name}.write("word")
os._exit(0)
"""
    done = subprocess.run([sys.executable, "-u", "-c", code], capture_output=True, timeout=60, check=True)
    assert getattr(done, name) == b"word"
