"""Guards of the window's loop: it leans on private fields of asyncio, so every promise is tested."""

from __future__ import annotations

import asyncio
import contextvars
import os
import signal
import sys
import threading
import time

import pytest
import shiboken6
from PySide6.QtCore import QEventLoop, QTimer

from floworch_designer.app.runtime.loop import SWITCH, QtLoop, end, spawn


def test_timers_are_never_early(loop):
    async def measure():
        for delay in (0.0004, 0.003, 0.017, 0.0505):
            begin = loop.time()
            await asyncio.sleep(delay)
            assert loop.time() - begin >= delay

    loop.run_until_complete(measure())


def test_call_later_returns_a_timer_handle_with_when(loop):
    handle = loop.call_later(5, print)
    assert isinstance(handle, asyncio.TimerHandle)
    assert handle.when() == pytest.approx(loop.time() + 5, abs=0.5)
    handle.cancel()


def test_cancelled_timers_do_not_stay_alive(loop):
    async def main():
        for _ in range(2000):
            async with asyncio.timeout(3600):
                await asyncio.sleep(0)
        return len(loop._scheduled)

    assert loop.run_until_complete(main()) <= 210


def test_callbacks_keep_their_order(loop):
    seen = []

    async def main():
        for number in range(50):
            loop.call_soon(seen.append, number)
        await asyncio.sleep(0)

    loop.run_until_complete(main())
    assert seen == list(range(50))


def test_a_drain_leaves_qt_its_turn(loop):
    ticks = []
    timer = QTimer()
    timer.setInterval(5)
    timer.timeout.connect(lambda: ticks.append(time.monotonic()))

    async def busy():
        timer.start()
        end = loop.time() + 0.3
        while loop.time() < end:  # noqa: ASYNC110 - being busy is the point
            await asyncio.sleep(0)

    loop.run_until_complete(busy())
    timer.stop()
    assert len(ticks) >= 8


def test_nested_exec_in_a_task_loses_no_wake_up(loop):
    async def other(done):
        await asyncio.sleep(0.01)
        done.set()

    async def main():
        done = asyncio.Event()
        task = asyncio.create_task(other(done))
        await asyncio.sleep(0)
        nested = QEventLoop()
        QTimer.singleShot(60, nested.quit)
        nested.exec()
        async with asyncio.timeout(5):
            await done.wait()
            await task

    loop.run_until_complete(main())


def test_nested_exec_in_a_slot_keeps_tasks_going(loop):
    async def main():
        nested = QEventLoop()
        begun = asyncio.Event()
        QTimer.singleShot(0, lambda: (begun.set(), nested.exec()))
        await begun.wait()
        await asyncio.sleep(0.01)
        nested.quit()

    loop.run_until_complete(asyncio.wait_for(main(), 5))


def test_a_task_that_goes_on_while_only_qt_runs_knows_its_loop(loop):
    """Between two runs of the loop, or in an exec() of somebody else: its futures are of this loop all the same."""
    found = []

    async def ask():
        await asyncio.sleep(0)
        found.append(asyncio.get_running_loop())
        inner.quit()

    inner = QEventLoop()
    task = loop.create_task(ask())
    inner.exec()
    assert found == [loop]
    assert asyncio._get_running_loop() is None
    loop.run_until_complete(task)


def test_call_soon_threadsafe_keeps_the_context(loop):
    word = contextvars.ContextVar("word", default="none")

    async def main():
        result = loop.create_future()
        context = contextvars.copy_context()
        context.run(word.set, "kept")
        thread = threading.Thread(
            target=lambda: loop.call_soon_threadsafe(lambda: result.set_result(word.get()), context=context)
        )
        thread.start()
        value = await asyncio.wait_for(result, 5)
        thread.join()
        return value

    assert loop.run_until_complete(main()) == "kept"


def test_threads_return_results_and_exceptions(loop):
    async def main():
        assert await asyncio.to_thread(lambda: 7) == 7
        with pytest.raises(ZeroDivisionError):
            await asyncio.to_thread(lambda: 1 / 0)

    loop.run_until_complete(main())


def test_subprocess_pipes_and_kill(loop):
    async def main():
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", "print(input())", stdin=-1, stdout=-1)
        out, _ = await asyncio.wait_for(process.communicate(b"hello\n"), 20)
        assert out.strip() == b"hello"
        sleeper = await asyncio.create_subprocess_exec(sys.executable, "-c", "import time; time.sleep(60)")
        sleeper.kill()
        assert await asyncio.wait_for(sleeper.wait(), 20) != 0

    loop.run_until_complete(main())


@pytest.mark.skipif(os.name == "nt", reason="unix sockets")
def test_unix_sockets(loop, tmp_path):
    async def main():
        async def echo(reader, writer):
            writer.write(await reader.readline())
            await writer.drain()
            writer.close()

        server = await asyncio.start_unix_server(echo, tmp_path / "s")
        reader, writer = await asyncio.open_unix_connection(tmp_path / "s")
        payload = b"x" * 50_000 + b"\n"
        writer.write(payload)
        assert await asyncio.wait_for(reader.readline(), 5) == payload
        writer.close()
        server.close()

    loop.run_until_complete(main())


@pytest.mark.skipif(os.name == "nt", reason="signal handlers of asyncio exist on unix only")
def test_signals_arrive(loop):
    async def main():
        got = asyncio.Event()
        loop.add_signal_handler(signal.SIGUSR1, got.set)
        os.kill(os.getpid(), signal.SIGUSR1)
        await asyncio.wait_for(got.wait(), 5)
        loop.remove_signal_handler(signal.SIGUSR1)

    loop.run_until_complete(main())


def test_a_busy_thread_lets_the_window_run_soon(loop):
    """performance.md: no frame over 50 ms while an engine works inside the window."""
    before = sys.getswitchinterval()

    async def within():
        return sys.getswitchinterval()

    assert loop.run_until_complete(within()) <= SWITCH < before
    assert sys.getswitchinterval() == before


def test_task_groups_cancel_cleanly(loop):
    async def main():
        stopped = []

        async def sleeper():
            try:
                await asyncio.sleep(60)
            finally:
                stopped.append(True)

        async def fail():
            await asyncio.sleep(0.001)
            raise ValueError("no")

        with pytest.raises(ExceptionGroup):  # noqa: PT012 - the group is one thing
            async with asyncio.TaskGroup() as group:
                group.create_task(sleeper())
                group.create_task(fail())
        return stopped

    assert loop.run_until_complete(main()) == [True]


def test_an_exit_in_a_callback_leaves_the_loop(loop):
    loop.call_soon(sys.exit, 3)
    with pytest.raises(SystemExit) as left:
        loop.run_forever()
    assert left.value.code == 3


def test_an_error_of_a_spawned_task_reaches_the_excepthook(loop, monkeypatch):
    seen = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: seen.append(error))

    async def fail():
        raise ValueError("lost?")

    async def main():
        task = spawn(fail(), "fails")
        await asyncio.wait([task])
        await asyncio.sleep(0)

    loop.run_until_complete(main())
    assert [str(error) for error in seen] == ["lost?"]


def test_the_end_closes_what_is_still_open_and_a_late_end_finds_no_qt(qapp):
    ended = []

    async def resource():
        try:
            yield 1
        finally:
            ended.append(asyncio.get_running_loop())

    async def use():
        made = resource()
        await made.asend(None)
        return made

    loop = QtLoop(qapp)
    asyncio.set_event_loop(loop)
    kept = loop.run_until_complete(use())
    end(loop)
    assert ended == [loop]
    assert loop.is_closed()
    del kept

    other = QtLoop(qapp)
    try:
        shiboken6.delete(other._waker)
        other._write_to_self()  # a generator that ends with the interpreter
    finally:
        other.close()
