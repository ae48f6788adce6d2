"""Programs run to their end, or are ended."""

from __future__ import annotations

import asyncio
import os
import sys

import pytest

from floworch.actions.library.shell_process import run_program
from floworch.actions.proctree import alive

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="uses POSIX commands")
MEGABYTE = 1 << 20


async def test_code_and_output_are_collected() -> None:
    done = await run_program(["/bin/sh", "-c", "echo out; echo err >&2; exit 4"], limit=MEGABYTE)
    assert (done.code, done.stdout, done.stderr) == (4, b"out\n", b"err\n")


async def test_large_input_and_output_do_not_block_each_other() -> None:
    data = os.urandom(MEGABYTE) * 8
    done = await run_program(["cat"], stdin=data, limit=16 * MEGABYTE)
    assert done.stdout == data


async def test_a_program_that_does_not_read_its_input_is_no_problem() -> None:
    done = await run_program(["true"], stdin=b"x" * MEGABYTE, limit=10)
    assert done.code == 0


async def test_output_over_the_limit_is_read_and_counted() -> None:
    done = await run_program(["/bin/sh", "-c", "head -c 100000 /dev/zero; echo end >&2"], limit=1000)
    assert (len(done.stdout), done.cut_stdout, done.stderr, done.cut_stderr) == (1000, 99_000, b"end\n", 0)


async def test_lines_come_while_it_runs_also_the_last_one_without_an_end() -> None:
    lines: list[tuple[str, str]] = []
    await run_program(
        ["/bin/sh", "-c", r"printf 'a\r\nb'; printf '\377\n' >&2"],
        limit=100,
        on_line=lambda kind, line: lines.append((kind, line)),
    )
    assert sorted(lines) == [("stderr", "\\xff"), ("stdout", "a"), ("stdout", "b")]


async def test_what_it_leaves_in_the_background_does_not_hold_the_node_and_is_ended() -> None:
    done = await run_program(["/bin/sh", "-c", "sleep 60 & echo $!"], limit=100)
    pid = int(done.stdout)
    async with asyncio.timeout(5):
        while alive(pid):  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def test_cancelling_asks_first_and_waits_until_all_is_gone() -> None:
    lines: list[str] = []
    script = "trap 'echo bye; exit 0' TERM; sleep 60 & echo $$ $!; wait"
    task = asyncio.ensure_future(
        run_program(["/bin/sh", "-c", script], limit=100, on_line=lambda kind, line: lines.append(line))
    )
    async with asyncio.timeout(5):
        while not lines:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    pids = [int(word) for word in lines[0].split()]
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not [pid for pid in pids if alive(pid)]


async def test_a_missing_program_raises() -> None:
    with pytest.raises(FileNotFoundError):
        await run_program(["no-such-program"], limit=1)


@pytest.mark.parametrize("turns", range(6))
async def test_a_cancel_while_it_is_being_started_ends_its_whole_tree(turns: int) -> None:
    """(C7.1) Pause now and cancel never wait for a command, however early they come."""
    running = asyncio.ensure_future(run_program(["/bin/sh", "-c", "sleep 60; true"], limit=100))
    for _ in range(turns):
        await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(running, 20)
