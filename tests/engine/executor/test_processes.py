"""The pool of worker processes: warm, killed for real, never orphaned (C4.5, C7.3)."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import textwrap
from typing import Any

import psutil
import pytest

from floworch.actions.outcome import Outcome
from floworch.actions.proctree import alive
from floworch.actions.workers import CodeJob, RemoteError, workers
from floworch.errors import ErrorKind, UsageError
from floworch.executor.processes import WorkerPool, close_shared_pool, shared_pool

PID = "import os\nos.getpid()"


def quiet(kind: str, payload: Any) -> Any:
    """Drop a message."""


async def until(check: Any) -> None:
    """Wait until ``check()`` holds; fails after ten seconds."""
    async with asyncio.timeout(10):
        while not check():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def test_an_idle_worker_is_used_again() -> None:
    async with WorkerPool(2) as pool:
        first = await pool.call(CodeJob(PID), {}, quiet)
        assert await pool.call(CodeJob(PID), {}, quiet) == first
        assert pool.pids == {first}


async def test_it_grows_to_its_size_and_no_further() -> None:
    async with WorkerPool(2) as pool:
        code = CodeJob("import os, time\ntime.sleep(0.05)\nos.getpid()")
        pids = await asyncio.gather(*(pool.call(code, {}, quiet) for _ in range(5)))
        assert len(set(pids)) == 2
        assert pool.pids == set(pids)


async def test_warm_starts_workers_ahead() -> None:
    async with WorkerPool(2) as pool:
        await pool.warm(5)
        assert len(pool.pids) == 2
        assert await pool.call(CodeJob(PID), {}, quiet) in pool.pids


async def test_functions_and_outcomes_travel() -> None:
    async with WorkerPool(1) as pool:
        assert await pool.call("os.path:join", {"a": "x"}, quiet) == "x"
        context = {"run_id": "r", "workflow_id": "w", "node": "n"}
        params = {"message": "hello", "level": "warning"}
        seen: list[tuple[str, Any]] = []
        await pool.call(
            "floworch.actions.library.util_log:util_log",
            params,
            lambda kind, payload: seen.append((kind, payload)),
            context=context,
        )
        assert seen == [("log", {"level": "warning", "message": "hello"})]
        made = await pool.call("floworch.actions.outcome:Outcome", {"output": 1, "port": "big"}, quiet)
        assert made == Outcome(1, "big")


async def test_a_users_error_leaves_the_worker_in_the_pool() -> None:
    async with WorkerPool(1) as pool:
        pid = await pool.call(CodeJob(PID), {}, quiet)
        with pytest.raises(RemoteError, match=r"ZeroDivisionError: division by zero \(line 2\)") as caught:
            await pool.call(CodeJob("x = 0\n1 / x"), {}, quiet)
        assert '<python.code>", line 2' in caught.value.traceback_text
        assert "floworch" not in caught.value.traceback_text
        assert await pool.call(CodeJob(PID), {}, quiet) == pid


async def test_a_worker_that_dies_is_replaced() -> None:
    async with WorkerPool(1) as pool:
        pid = await pool.call(CodeJob(PID), {}, quiet)
        with pytest.raises(RemoteError, match="exit code 9"):
            await pool.call(CodeJob("import os\nos._exit(9)"), {}, quiet)
        assert await pool.call(CodeJob(PID), {}, quiet) != pid


async def test_a_worker_that_died_while_idle_is_not_used() -> None:
    async with WorkerPool(1) as pool:
        pid = await pool.call(CodeJob(PID), {}, quiet)
        psutil.Process(pid).kill()
        await until(lambda: not alive(pid))
        # its end may not have been noticed yet: then the call fails clearly, and the next one works
        try:
            other = await pool.call(CodeJob(PID), {}, quiet)
        except RemoteError as error:
            assert "SIGKILL" in str(error)  # noqa: PT017 - both ways are right
            other = await pool.call(CodeJob(PID), {}, quiet)
        assert other != pid


@pytest.mark.skipif(sys.platform == "win32", reason="uses POSIX commands")
async def test_cancelling_kills_the_whole_tree_and_replaces_the_worker() -> None:
    async with WorkerPool(1) as pool:
        seen: list[str] = []
        code = (
            "import os, signal, subprocess\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
            "a = subprocess.Popen(['sleep', '60'])\nb = subprocess.Popen(['sleep', '60'], start_new_session=True)\n"
            "print(os.getpid(), a.pid, b.pid)\nwhile True: pass"
        )
        call = asyncio.ensure_future(pool.call(CodeJob(code), {}, lambda kind, payload: seen.append(payload)))
        await until(lambda: seen)
        tree = [int(pid) for pid in seen[0].split()]
        assert all(alive(pid) for pid in tree)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert not [pid for pid in tree if alive(pid)]
        assert await pool.call(CodeJob(PID), {}, quiet) not in tree


async def test_a_timeout_kills_and_a_late_result_is_no_success() -> None:
    async with WorkerPool(1) as pool:
        await pool.warm()
        pids = pool.pids
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await pool.call(CodeJob("import re\nre.match('(a+)+b', 'a' * 60)"), {}, quiet)
        assert not [pid for pid in pids if alive(pid)]


async def test_cancelling_while_waiting_for_a_free_worker_harms_nobody() -> None:
    async with WorkerPool(1) as pool:
        seen: list[str] = []
        code = "print('up')\nimport time\ntime.sleep(0.2)\n'done'"
        busy = asyncio.ensure_future(pool.call(CodeJob(code), {}, lambda kind, line: seen.append(line)))
        await until(lambda: seen)
        waiting = asyncio.ensure_future(pool.call(CodeJob("1"), {}, quiet))
        await asyncio.sleep(0)
        waiting.cancel()
        assert await busy == "done"
        assert waiting.cancelled() or (await asyncio.wait({waiting}))[0]


async def test_an_error_in_the_receiver_fails_the_call_and_replaces_the_worker() -> None:
    async with WorkerPool(1) as pool:
        pid = await pool.call(CodeJob(PID), {}, quiet)

        def broken(kind: str, payload: Any) -> None:
            raise LookupError("receiver")

        with pytest.raises(LookupError, match="receiver"):
            await pool.call(CodeJob("print(1)"), {}, broken)
        assert not alive(pid)
        assert await pool.call(CodeJob("2"), {}, quiet) == 2


async def test_large_values_and_floods_of_lines_go_through_without_blocking_the_loop() -> None:
    async with WorkerPool(1) as pool:
        await pool.warm()
        lines = 0
        turns = 0

        def count(kind: str, payload: Any) -> None:
            nonlocal lines
            lines += 1

        async def tick() -> None:
            nonlocal turns
            while True:
                await asyncio.sleep(0.001)
                turns += 1

        ticking = asyncio.ensure_future(tick())
        await pool.call(CodeJob("for i in range(50000): print(i)"), {}, count)
        ticking.cancel()
        assert lines == 50_000
        assert turns > 20  # others had their turns during the flood, on however busy a machine
        text = "é" * 3_000_000
        assert await pool.call(CodeJob("text * 2", {"text": text}), {}, quiet) == text * 2


async def test_arguments_that_are_no_values_are_refused_and_the_pool_goes_on() -> None:
    async with WorkerPool(1) as pool:
        with pytest.raises(TypeError, match="not a JSON value"):
            await pool.call("os.path:basename", {"p": object()}, quiet)
        assert await pool.call(CodeJob("1"), {}, quiet) == 1


async def test_another_interpreter_gets_its_own_worker() -> None:
    async with WorkerPool(1) as pool:
        own = await pool.call(CodeJob(PID), {}, quiet)
        code = CodeJob("import sys\nassert not any('floworch' in p for p in sys.path)\nsys.executable")
        assert await pool.call(code, {}, quiet, interpreter=sys.executable) == sys.executable
        assert not alive(own)
        with pytest.raises(RemoteError) as caught:
            await pool.call(CodeJob("raise ValueError('v')"), {}, quiet, interpreter=sys.executable)
        assert caught.value.kind is ErrorKind.VALIDATION


async def test_closing_ends_busy_and_idle_workers() -> None:
    pool = WorkerPool(2)
    await pool.warm(2)
    seen: list[str] = []
    code = "print('up')\nimport time\ntime.sleep(60)"
    busy = asyncio.ensure_future(pool.call(CodeJob(code), {}, lambda kind, line: seen.append(line)))
    await until(lambda: seen)
    pids = pool.pids
    await pool.close()
    await pool.close()
    assert not [pid for pid in pids if alive(pid)]
    with pytest.raises(RemoteError, match="SIGKILL"):
        await busy
    with pytest.raises(UsageError, match="closed"):
        await pool.call(CodeJob("1"), {}, quiet)


async def test_the_shared_pool_is_one_per_loop_and_reached_through_the_port() -> None:
    pool = await shared_pool()
    assert await shared_pool() is pool
    pid = await workers().call(CodeJob(PID), {}, quiet)
    assert pid in pool.pids
    await close_shared_pool()
    await close_shared_pool()
    assert not alive(pid)
    assert await shared_pool() is not pool
    await close_shared_pool()


def test_a_loop_that_shuts_down_closes_its_shared_pool() -> None:
    async def use() -> int:
        pid: int = await workers().call(CodeJob(PID), {}, quiet)
        return pid

    assert not alive(asyncio.run(use()))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads process tables of Linux")
@pytest.mark.parametrize(
    "code",
    [
        "while True: pass",
        "import subprocess\nsubprocess.run(['sleep', '60'])",
        "import re\nre.match('(a+)+b', 'a' * 60)",
    ],
    ids=["busy in Python", "waiting for a child", "busy in C, holding the interpreter"],
)
async def test_sigkill_of_the_engine_leaves_no_worker(code: str) -> None:
    script = textwrap.dedent("""
        import asyncio, sys
        from floworch.actions.workers import CodeJob
        from floworch.executor.processes import WorkerPool
        async def main():
            pool = WorkerPool(2)
            await pool.warm(2)
            job = "print('up', flush=True)\\n" + sys.argv[1]
            await pool.call(CodeJob(job), {}, lambda kind, line: print(line, *pool.pids, flush=True))
        asyncio.run(main())
    """)
    engine = subprocess.Popen([sys.executable, "-c", script, code], stdout=subprocess.PIPE)  # noqa: ASYNC220
    assert engine.stdout is not None
    assert (await asyncio.to_thread(engine.stdout.readline)).startswith(b"up ")
    await asyncio.sleep(0.05)  # let the job get into its loop or start its child
    tree = [child.pid for child in psutil.Process(engine.pid).children(recursive=True)]
    assert len(tree) >= 2
    engine.kill()
    engine.wait()
    engine.stdout.close()
    await until(lambda: not [pid for pid in tree if alive(pid)])
