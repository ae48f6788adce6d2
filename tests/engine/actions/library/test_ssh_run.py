"""ssh.run against a real OpenSSH server (C4.5, C7.8)."""

from __future__ import annotations

import asyncio
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from ssh_server import SshServer, ssh_server

from floworch.actions.connections import checked, save_connection
from floworch.errors import ActionError, ErrorKind
from floworch.testing import FakeHost, run_action


@pytest.fixture(scope="module")
def server() -> Iterator[SshServer]:
    with ssh_server() as running:
        yield running


async def run(server: SshServer, host: FakeHost | None = None, **params: Any) -> Any:
    return await run_action("ssh.run", host, **{**server.login, **params})


async def failure(server: SshServer, **params: Any) -> ActionError:
    with pytest.raises(ActionError) as caught:
        await run(server, FakeHost(secrets={"PASS": "hunter2"}), **params)
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"
    return caught.value


async def test_a_command_runs_there_and_its_lines_are_logged_as_they_come(server: SshServer) -> None:
    host = FakeHost()
    output = await run(server, host, command="cat; echo bad >&2; pwd; exit 3", stdin="é\n", cwd="/tmp", ok_codes=[3])
    assert output == {"stdout": "é\n/tmp\n", "stderr": "bad\n", "code": 3}
    assert set(host.logs) == {("info", "é"), ("warning", "bad"), ("info", "/tmp")}
    output = await run(server, command=["echo", "$HOME; 'x'"], stream_log=False)
    assert output["stdout"] == "$HOME; 'x'\n"


def alive(pid: int) -> bool:
    """Whether a process runs; one that nobody has buried yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def test_a_cancel_kills_the_command_there(
    server: SshServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """(C4.5)"""
    monkeypatch.setattr("floworch.actions.library.ssh_run._GRACE", 0.3)
    note = tmp_path / "pid"
    task = asyncio.ensure_future(
        run(server, command=f"trap : TERM; sh -c 'echo $$ > {note}; exec sleep 1000'; sleep 1000")
    )
    until = time.monotonic() + 20
    while not (note.exists() and note.read_text().strip()):
        assert time.monotonic() < until
        await asyncio.sleep(0.01)
    pid = int(note.read_text())
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    while alive(pid):
        assert time.monotonic() < until
        await asyncio.sleep(0.01)


async def test_a_large_output_is_cut_and_needs_little_memory(
    server: SshServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("floworch.actions.library.ssh_run.OUTPUT_LIMIT", 1 << 20)
    await run(server, command="true")  # what is imported counts for nothing
    tracemalloc.start()
    try:
        output = await run(server, command="head -c 16777216 /dev/zero | tr '\\0' x", stream_log=False)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert output["stdout"] == "x" * (1 << 20) + f"\n... ({15 << 20} more characters)"
    assert peak < 12 << 20


async def test_what_goes_wrong_is_told(server: SshServer, tmp_path: Path) -> None:
    error = await failure(server, command="echo oops >&2; exit 7")
    assert (error.kind, str(error)) == (ErrorKind.PROCESSING, "The command on 127.0.0.1 ended with code 7: oops.")
    error = await failure(server, command="kill -9 $$")
    assert "was ended by KILL" in str(error)
    (tmp_path / "unknown").write_text("")
    error = await failure(server, command="true", known_hosts=str(tmp_path / "unknown"))
    assert (error.kind, "is not a known one" in str(error)) == (ErrorKind.CONNECTION, True)
    await run(server, command="true", known_hosts=None, verify=False)
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(tmp_path / "other")  # one that it does not know
    error = await failure(server, command="true", key=f"{tmp_path}/other", password="PASS")
    assert (error.kind, "did not accept the login" in str(error)) == (ErrorKind.PERMISSION, True)
    error = await failure(server, command="true", key=f"{tmp_path}/unknown")
    assert (error.kind, "key cannot be used" in str(error)) == (ErrorKind.VALIDATION, True)
    error = await failure(server, command="true", port=1)
    assert (error.kind, "No connection to 127.0.0.1:1" in str(error)) == (ErrorKind.CONNECTION, True)
    error = await failure(server, command="true", key="no/such/key")
    assert (error.kind, "does not exist" in str(error)) == (ErrorKind.NOT_FOUND, True)
    error = await failure(server, command=" ")
    assert str(error) == "There is no command."


async def test_a_connection_says_where_and_how(
    server: SshServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path))
    fields = {name: str(value) for name, value in server.login.items()}
    fields["key_file"] = fields.pop("key")
    save_connection(checked("prod", "ssh", fields))
    output = await run_action("ssh.run", connection="prod", command="echo hello")
    assert output["stdout"] == "hello\n"
    assert (await run_action("file.sftp", connection="prod", op="list", remote="/etc/hostname"))["count"] == 1
