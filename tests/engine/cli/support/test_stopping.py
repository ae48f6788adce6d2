"""The first signal asks, the second is a crash (C15)."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys

import pytest

from floworch.cli.support.stopping import Stopping

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_the_first_signal_asks_and_the_handlers_go_back(number: int) -> None:
    before = signal.getsignal(number)
    asked = asyncio.Event()
    with Stopping(asked.set) as stopping:
        assert not stopping.asked
        os.kill(os.getpid(), number)
        await asyncio.wait_for(asked.wait(), 5)
        assert stopping.asked
    assert signal.getsignal(number) == before


async def test_where_the_loop_has_no_signals_the_handlers_go_back_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows: what was left behind would call a loop that is closed."""

    def unknown(*_: object) -> None:
        raise NotImplementedError

    loop = asyncio.get_running_loop()
    monkeypatch.setattr(loop, "add_signal_handler", unknown)
    monkeypatch.setattr(loop, "remove_signal_handler", unknown)
    before = signal.getsignal(signal.SIGINT)
    asked = asyncio.Event()
    with Stopping(asked.set):
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.wait_for(asked.wait(), 5)
    assert signal.getsignal(signal.SIGINT) == before


async def test_a_signal_that_came_before_the_run_is_kept_for_whoever_follows_it() -> None:
    """(C15) The command takes the signals over before there is a run; the follower gives them back for both."""
    before = signal.getsignal(signal.SIGINT)
    asked: list[str] = []
    first = asyncio.Event()
    with Stopping(first.set) as early:
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.wait_for(first.wait(), 5)
        with early as same:
            assert same is early
            early.hand_over(lambda: asked.append("follower"))
            assert asked == ["follower"]
            assert early.asked == signal.SIGINT
        assert signal.getsignal(signal.SIGINT) == before
    assert signal.getsignal(signal.SIGINT) == before


def test_the_second_signal_ends_the_process_at_once() -> None:
    code = """
import asyncio, os, signal
from floworch.cli.support.stopping import Stopping
async def main():
    with Stopping(lambda: os.kill(os.getpid(), signal.SIGTERM)):
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.Event().wait()
asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=False)
    assert done.returncode == -signal.SIGTERM


async def test_outside_the_main_thread_there_are_no_signals_to_take() -> None:
    def in_thread() -> int | None:
        async def main() -> int | None:
            with Stopping(lambda: None) as stopping:
                return stopping.asked

        return asyncio.run(main())

    assert await asyncio.to_thread(in_thread) is None


async def test_a_terminal_that_is_closed_asks_and_is_never_the_second_signal() -> None:
    """C7.3: closing the window of a terminal pauses a run in order; the shell and the system may both say so."""
    before = signal.getsignal(signal.SIGHUP)
    asked: asyncio.Queue[bool] = asyncio.Queue()
    with Stopping(lambda: asked.put_nowait(True)):
        os.kill(os.getpid(), signal.SIGHUP)
        await asyncio.wait_for(asked.get(), 5)
        for _ in range(2):  # this process would be gone
            os.kill(os.getpid(), signal.SIGHUP)
            await asyncio.to_thread(lambda: None)
    assert asked.empty()
    assert signal.getsignal(signal.SIGHUP) == before


def test_what_nohup_ignores_stays_ignored() -> None:
    code = """
import asyncio, os, signal
from floworch.cli.support.stopping import Stopping
signal.signal(signal.SIGHUP, signal.SIG_IGN)
async def main():
    with Stopping(lambda: os._exit(1)):
        os.kill(os.getpid(), signal.SIGHUP)
        await asyncio.to_thread(lambda: None)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
asyncio.run(main())
"""
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0
