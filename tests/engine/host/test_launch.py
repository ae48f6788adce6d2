"""Starting the companion: found, started once, or a clear reason why not."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest

from floworch.errors import UsageError
from floworch.host import launch
from floworch.host.channel import HostUnavailable
from floworch.host.control_file import write_control
from floworch.host.launch import Companion, companion_command
from floworch.host.server import ControlServer


def never(_: Path) -> list[str]:
    raise AssertionError("nothing must be started")


def program(code: str) -> Any:
    return lambda _: [sys.executable, "-c", code]


async def test_a_companion_that_is_there_is_used(tmp_path: Path, engine: Any) -> None:
    async with ControlServer(engine) as server:
        write_control(tmp_path / "companion", server.info)
        companion = Companion(tmp_path, command=never)
        first = await companion.connected()
        assert await companion.connected() is first
        assert await first.request("ping")
        await companion.close()
        await companion.close()


async def test_letting_go_while_it_is_being_connected_leaves_no_connection(
    tmp_path: Path, engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with ControlServer(engine) as server:
        write_control(tmp_path / "companion", server.info)
        companion, found = Companion(tmp_path, command=never), []
        attach, attached, go = companion._attach, asyncio.Event(), asyncio.Event()

        async def slowly() -> Any:
            found.append(await attach())
            attached.set()
            await go.wait()
            return found[0]

        monkeypatch.setattr(companion, "_attach", slowly)
        asked = asyncio.create_task(companion.connected())
        await attached.wait()
        await companion.close()
        go.set()
        with pytest.raises(HostUnavailable, match="let go"):
            await asked
        assert found[0]._reader is None
        assert companion._remote is None
        assert await companion.connected()  # whoever asks anew is connected anew
        await companion.close()


async def test_letting_go_while_a_lost_connection_is_opened_again_is_one_clear_error(
    tmp_path: Path, engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with ControlServer(engine) as server:
        write_control(tmp_path / "companion", server.info)
        companion = Companion(tmp_path, command=never)
        remote = await companion.connected()
        await remote.close()  # as when it was lost
        opening, opened, go = remote._open, asyncio.Event(), asyncio.Event()

        async def slowly() -> Any:
            channel = await opening()
            opened.set()
            await go.wait()
            return channel

        monkeypatch.setattr(remote, "_open", slowly)
        asked = asyncio.create_task(companion.connected())
        await opened.wait()
        await companion.close()
        go.set()
        with pytest.raises(HostUnavailable, match="let go"):
            await asked
        assert companion._remote is None
        assert remote._channel is None


async def test_one_that_ends_gives_its_last_words(tmp_path: Path) -> None:
    code = "import sys; sys.stderr.write('x' * 5000 + 'no such library'); sys.exit(7)"
    with pytest.raises(HostUnavailable) as caught:
        await Companion(tmp_path, command=program(code)).connected()
    assert "ended with code 7" in caught.value.message
    assert caught.value.message.endswith("no such library")
    assert len(caught.value.message) < 3000
    assert "terminal" in caught.value.hint
    assert caught.value.exit_code == 4


async def test_one_whose_disk_is_full_gives_the_reason_although_it_could_not_write_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its log lies on the same disk."""
    full = OSError(28, "No space left on device")
    monkeypatch.setattr(launch, "_unwritable", lambda directory: full)
    with pytest.raises(HostUnavailable) as caught:
        await Companion(tmp_path, command=program("import sys; sys.exit(1)")).connected()
    assert caught.value.message == f"The store {tmp_path} cannot be written: No space left on device."
    assert "Free some space" in caught.value.hint
    assert caught.value.exit_code == 4


def test_a_disk_is_tried_by_writing(tmp_path: Path) -> None:
    assert launch._unwritable(tmp_path) is None
    assert list(tmp_path.iterdir()) == []
    assert isinstance(launch._unwritable(tmp_path / "none"), FileNotFoundError)


async def test_one_that_never_answers_is_given_up(tmp_path: Path) -> None:
    companion = Companion(tmp_path, start_seconds=0.3, command=program("import time; time.sleep(60)"))
    with pytest.raises(HostUnavailable, match=r"did not answer within 0\.3 seconds"):
        await companion.connected()
    for child in launch._children:
        child.wait(10)


async def test_one_that_steps_back_without_another_being_there_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(HostUnavailable):
        await Companion(tmp_path, start_seconds=0.3, command=program("pass")).connected()
    for child in launch._children:
        child.wait(10)


async def test_a_program_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(HostUnavailable, match="cannot be started"):
        await Companion(tmp_path, command=lambda _: ["/nowhere/python"]).connected()


async def test_a_directory_that_cannot_be_made(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(HostUnavailable, match="cannot be written") as caught:
        await Companion(file / "store", command=never).connected()
    assert "--store" in caught.value.hint


def test_the_command_names_this_interpreter_and_an_absolute_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    command = companion_command(Path("store"))
    assert command == [sys.executable, "-P", "-m", "floworch.host.companion", "--store", str(tmp_path / "store")]
    monkeypatch.setattr(sys, "executable", "")
    with pytest.raises(UsageError):
        companion_command(tmp_path)
