"""A real PostgreSQL on a free loopback port; a test that asks for one is skipped where the server is not installed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from real_server import free_port, missing


def binaries() -> Path | None:
    """The folder of ``initdb`` and ``postgres``: Debian keeps them outside PATH."""
    for folder in [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), *_on_path()]:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


def _on_path() -> list[Path]:
    found = shutil.which("initdb")
    return [Path(found).parent] if found else []


@contextlib.asynccontextmanager
async def postgres() -> AsyncIterator[str]:
    """Run a server with an empty database; gives its URL. It and its files are gone afterwards."""
    folder = binaries() or missing("PostgreSQL")
    root = os.getuid() == 0
    if root and not (shutil.which("runuser") and _has_user("postgres")):
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
    base = Path(tempfile.mkdtemp(prefix="floworch-pg-"))
    server = None
    try:
        if root:
            shutil.chown(base, "postgres")
        become = ["runuser", "-u", "postgres", "--"] if root else []
        made = await asyncio.create_subprocess_exec(
            *become, str(folder / "initdb"), "-D", str(base / "data"), "-A", "trust", "-U", "flow", "--no-sync",
            cwd=base, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await made.communicate()
        assert made.returncode == 0, said.decode()
        port = free_port()
        server = await asyncio.create_subprocess_exec(
            *become, str(folder / "postgres"), "-D", str(base / "data"), "-p", str(port), "-h", "127.0.0.1",
            "-k", str(base), "-F", cwd=base,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        await _ready(port, server)
        yield f"postgresql://flow@127.0.0.1:{port}/postgres"
    finally:
        if server is not None and server.returncode is None:
            (pid,) = (base / "data" / "postmaster.pid").read_text().split()[:1]
            os.kill(int(pid), 3)  # SIGQUIT: at once
            await server.wait()
        shutil.rmtree(base, ignore_errors=True)


async def _ready(port: int, server: asyncio.subprocess.Process) -> None:
    import asyncpg

    async with asyncio.timeout(60):
        while True:
            assert server.returncode is None, "PostgreSQL ended at once"
            try:
                connection = await asyncpg.connect(f"postgresql://flow@127.0.0.1:{port}/postgres", timeout=5)
            except (OSError, asyncpg.PostgresError):
                await asyncio.sleep(0.05)
            else:
                await connection.close()
                return


def _has_user(name: str) -> bool:
    import pwd

    with contextlib.suppress(KeyError):
        return bool(pwd.getpwnam(name))
    return False
