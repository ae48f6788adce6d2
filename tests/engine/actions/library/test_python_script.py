"""python.script calls a function of a file in a worker (C4.1, C4.5, C15)."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from floworch.actions.library.python_script import OUTPUT_LIMIT
from floworch.actions.proctree import alive
from floworch.executor.processes import shared_pool


@pytest.fixture
def script(tmp_path: Path) -> Any:
    def write(source: str, name: str = "job.py") -> str:
        path = tmp_path / name
        path.write_text(source, encoding="utf-8")
        return str(path)

    return write


async def test_the_function_gets_its_arguments_and_gives_the_value(act: Any, script: Any) -> None:
    path = script("print('loaded')\ndef main(a, b=2):\n    print('at work')\n    return {'sum': a + b}\n")
    output = await act("python.script", path=path, args={"a": 1})
    assert output == {"value": {"sum": 3}, "stdout": "loaded\nat work\n"}
    assert act.logs == [("info", "loaded"), ("info", "at work")]


async def test_async_functions_and_progress(act: Any, script: Any) -> None:
    path = script("async def go():\n    progress(0.5, 'half')\n    return 7\n")
    assert (await act("python.script", path=path, function="go"))["value"] == 7
    assert act.progressed == [(0.5, "half")]


async def test_files_beside_it_are_imported_and_read_again_next_time(act: Any, script: Any, tmp_path: Path) -> None:
    path = script("import near\ndef main():\n    return near.VALUE\n")
    script("VALUE = 1\n", "near.py")
    assert (await act("python.script", path=path))["value"] == 1
    script("VALUE = 22\n", "near.py")
    assert (await act("python.script", path=path))["value"] == 22
    assert sorted(os.listdir(tmp_path)) == ["job.py", "near.py"]


@pytest.mark.parametrize(
    ("source", "params", "kind", "message"),
    [
        ("def main():\n    raise ValueError('odd')\n", {}, "validation_error", "ValueError: odd (line 2 of "),
        ("def main():\n    open('/no/such')\n", {}, "not_found_error", "(line 2 of "),
        ("def main():\n    raise ConnectionResetError\n", {}, "connection_error", "ConnectionResetError (line 2 of "),
        ("class Odd(Exception): pass\ndef main():\n    raise Odd('x')\n", {}, "processing_error", "Odd: x (line 3 of "),
        ("def main():\n    b'\\xff'.decode()\n", {}, "validation_error", "UnicodeDecodeError"),
        ("def main(:\n", {}, "processing_error", "(line 1 of "),
        ("x = 1 / 0\n", {}, "processing_error", "ZeroDivisionError: division by zero (line 1 of "),
        ("def other(): pass\n", {}, "validation_error", "has no function 'main'."),
        ("def main(a): pass\n", {}, "validation_error", "main(a): missing a required argument: 'a'"),
        ("def main(): return {1}\n", {}, "validation_error", "not a JSON value"),
        ("def main(): pass\n", {"interpreter": "/nope/python"}, "not_found_error", "'/nope/python' was not found"),
        ("import os\ndef main(): os._exit(5)\n", {}, "processing_error", "with exit code 5"),
    ],
)
async def test_failures_are_said_in_words(
    act: Any, script: Any, source: str, params: dict[str, Any], kind: str, message: str
) -> None:
    error = await act.error("python.script", path=script(source), **params)
    assert (error.kind, message in error.message) == (kind, True), error.message


async def test_the_functions_that_are_there_are_named(act: Any, script: Any) -> None:
    error = await act.error("python.script", path=script("import os\ndef b(): pass\ndef a(): pass\ndef _c(): pass\n"))
    assert error.hint == "Functions in it: a, b."


async def test_a_traceback_shows_the_script_only(act: Any, script: Any) -> None:
    error = await act.error("python.script", path=script("def main():\n    1 / 0\n"))
    assert "job.py" in error.traceback_text
    assert "_run" not in error.traceback_text


async def test_another_interpreter_can_be_named(act: Any, script: Any) -> None:
    path = script("import sys\ndef main():\n    return sys.executable\n")
    assert (await act("python.script", path=path, interpreter=sys.executable))["value"] == sys.executable


async def test_what_is_printed_is_kept_up_to_a_limit(act: Any, script: Any) -> None:
    path = script("def main():\n    for _ in range(3000): print('x' * 999)\n")
    assert len((await act("python.script", path=path))["stdout"]) <= OUTPUT_LIMIT + 1


async def test_cancelling_kills_the_worker(act: Any, script: Any) -> None:
    """(C4.5)"""
    path = script("def main():\n    print('up')\n    while True: pass\n")
    task = asyncio.ensure_future(act("python.script", path=path))
    async with asyncio.timeout(10):
        while not act.logs:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    pids = (await shared_pool()).pids
    assert len(pids) == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not [pid for pid in pids if alive(pid)]
