"""Process trees end completely (C4.5, C7.3)."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import psutil
import pytest

from floworch.actions.proctree import Lifeline, alive, descendants, exit_words, kill_tree, to_the_end

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="process groups are POSIX")


async def started(script: str) -> Process:
    """A shell that leads its own session and has printed a line, so that its children are there."""
    process = await asyncio.create_subprocess_exec("/bin/sh", "-c", script, stdout=PIPE, start_new_session=True)
    assert process.stdout is not None
    await process.stdout.readline()
    return process


async def ended(process: Process) -> int:
    """Read the rest of its output, which lets its pipe close, and return its exit code."""
    assert process.stdout is not None
    await process.stdout.read()
    return await process.wait()


def living(pids: list[int]) -> list[int]:
    return [pid for pid in pids if alive(pid)]


async def gone(pids: list[int]) -> None:
    """Wait until none of these processes is alive; fails after five seconds."""
    async with asyncio.timeout(5):
        while living(pids):  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def test_a_tree_is_asked_to_stop_and_then_gone() -> None:
    process = await started("trap 'exit 7' TERM; sleep 60 & echo up; wait")
    tree = [process.pid, *descendants(process.pid)]
    assert len(tree) == 2
    await kill_tree(process.pid)
    assert not living(tree)
    assert await ended(process) == 7


async def test_what_ignores_sigterm_is_killed_after_the_grace_time() -> None:
    process = await started("trap '' TERM; (trap '' TERM; sleep 60) & echo up; wait; sleep 60")
    tree = [process.pid, *descendants(process.pid)]
    await kill_tree(process.pid, grace=0.1)
    assert not living(tree)
    assert await ended(process) == -signal.SIGKILL


async def test_a_descendant_in_a_session_of_its_own_is_killed_too() -> None:
    if not any(os.access(os.path.join(folder, "setsid"), os.X_OK) for folder in os.get_exec_path()):
        pytest.skip("setsid is not installed")
    process = await started("setsid sh -c 'echo up; sleep 60' & wait")
    tree = [process.pid, *descendants(process.pid)]
    assert len({os.getpgid(pid) for pid in tree}) == 2
    await kill_tree(process.pid, grace=0)
    assert not living(tree)
    await ended(process)


async def test_killing_what_has_ended_already_does_nothing() -> None:
    process = await started("echo up")
    await gone([process.pid])
    await kill_tree(process.pid, grace=0)
    assert await ended(process) == 0


async def test_the_event_loop_goes_on_during_the_grace_time() -> None:
    process = await started("trap '' TERM; echo up; sleep 60 & wait; sleep 60")
    turns = 0

    async def turn() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0.005)

    ticking = asyncio.ensure_future(turn())
    await kill_tree(process.pid, grace=0.2)
    ticking.cancel()
    await ended(process)
    assert turns > 5


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the lifeline needs Linux")
async def test_closing_a_lifeline_ends_the_group() -> None:
    lifeline = Lifeline()
    process = await asyncio.create_subprocess_exec(
        "/bin/sh", "-c", "sleep 60 & sleep 60", start_new_session=True, pass_fds=lifeline.pass_fds
    )
    lifeline.attach(process.pid)
    lifeline.close()
    lifeline.close()
    async with asyncio.timeout(5):
        assert await process.wait() == -signal.SIGKILL


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the lifeline needs Linux")
async def test_a_lifeline_ends_the_group_when_its_owner_gets_sigkill() -> None:
    owner = textwrap.dedent("""
        import os, subprocess, time
        from floworch.actions.proctree import Lifeline
        line = Lifeline()
        child = subprocess.Popen(["/bin/sh", "-c", "sleep 60 & sleep 60"], start_new_session=True,
                                 stdout=subprocess.DEVNULL, pass_fds=line.pass_fds)
        line.attach(child.pid)
        print(child.pid, flush=True)
        time.sleep(60)
    """)
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", owner, stdout=PIPE)
    assert process.stdout is not None
    child = int(await process.stdout.readline())
    tree = [child, *descendants(child)]
    process.kill()
    await ended(process)
    await gone(tree)


async def test_to_the_end_finishes_before_cancellation_goes_on() -> None:
    done = asyncio.Event()
    release = asyncio.Event()

    async def work() -> None:
        await release.wait()
        done.set()

    task = asyncio.ensure_future(to_the_end(work()))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    release.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert done.is_set()


async def test_to_the_end_gives_the_result_or_the_error() -> None:
    async def fine() -> int:
        return 4

    async def wrong() -> None:
        raise ValueError("no")

    assert await to_the_end(fine()) == 4
    with pytest.raises(ValueError, match="no"):
        await to_the_end(wrong())


def test_a_zombie_is_not_alive() -> None:
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    psutil.Process(process.pid)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert alive(process.pid) is not sys.platform.startswith("linux")
    process.wait()
    assert not alive(process.pid)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0, "exit code 0"),
        (3, "exit code 3"),
        (-9, "signal 9 (SIGKILL)"),
        (-200, "signal 200 (unknown)"),
        (None, "no exit code"),
    ],
)
def test_exit_words(code: int | None, words: str) -> None:
    assert exit_words(code) == words


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="what Linux does when a pipe hangs up")
def test_a_gated_program_that_is_never_attached_does_nothing(tmp_path: Path) -> None:
    """(C7.4) A process that is killed between a start and its attaching leaves nobody who does the work twice."""
    for attached, code in ((False, 137), (True, 0)):
        lifeline = Lifeline()
        argv = lifeline.gated(["/bin/sh", "-c", f"touch {tmp_path}/ran"])
        with subprocess.Popen(argv, start_new_session=True, pass_fds=lifeline.pass_fds) as child:
            if attached:
                lifeline.attach(child.pid)
                assert child.wait() == code
                lifeline.close()
            else:
                lifeline.close()  # as the kernel does when this process is gone
                assert child.wait() == code
        assert (tmp_path / "ran").exists() is attached
