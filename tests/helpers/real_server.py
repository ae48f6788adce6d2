"""What the helpers that run real servers share: find the program, a free port, and wait until it listens."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from typing import NoReturn

import pytest

#: Debian keeps servers outside the PATH of ordinary users.
_FOLDERS = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])


def missing(what: str) -> NoReturn:
    """Skip the test, saying what is missing; with FLOWORCH_REQUIRE_SERVERS, as in continuous integration, fail it."""
    message = f"{what} is not installed; scripts/setup.sh proof installs the servers that actions are tested against"
    if os.environ.get("FLOWORCH_REQUIRE_SERVERS"):
        pytest.fail(message)
    pytest.skip(message)


def program(name: str) -> str:
    """Path of a program; a test that asks for one that is not there is skipped."""
    found = shutil.which(name, path=_FOLDERS)
    return found or missing(name)


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextlib.contextmanager
def serving(command: list[str], port: int, greeting: bytes = b"") -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block ends, which begins once it listens and has said its greeting."""
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 30
        while not _listens(port, greeting):
            assert server.poll() is None, f"{command[0]} ended at once"
            assert time.monotonic() < until, f"{command[0]} does not answer"
            time.sleep(0.02)
        yield server
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:  # it is busy with something large
            server.kill()
            server.wait(10)


def _listens(port: int, greeting: bytes) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 5) as connection:
            return not greeting or connection.recv(len(greeting)) == greeting
    except OSError:
        return False
