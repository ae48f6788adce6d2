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
    def in_thread() -> bool:
        async def main() -> bool:
            with Stopping(lambda: None) as stopping:
                return stopping.asked

        return asyncio.run(main())

    assert await asyncio.to_thread(in_thread) is False
