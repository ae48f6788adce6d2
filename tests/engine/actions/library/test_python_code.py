"""python.code as an action; what the worker does with it is tested with the worker."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from floworch.actions.library.python_code import syntax_problem
from floworch.actions.proctree import alive
from floworch.actions.registry import registry
from floworch.executor.processes import shared_pool


async def test_result_or_last_expression_with_inputs_as_variables(act: Any) -> None:
    assert await act("python.code", code="a + b", inputs={"a": 1, "b": 2}) == 3
    assert await act("python.code", code="result = {'n': len(rows)}", inputs={"rows": [1, 2]}) == {"n": 2}
    assert await act("python.code", code="x = 1") is None


async def test_prints_and_progress_reach_the_node(act: Any) -> None:
    await act("python.code", code="import sys\nprint('out')\nprint('err', file=sys.stderr)\nprogress(0.5, 'half')")
    assert act.logs == [("info", "out"), ("warning", "err")]
    assert act.progressed == [(0.5, "half")]


@pytest.mark.parametrize(
    ("params", "kind", "message"),
    [
        ({"code": "1 +"}, "validation_error", "line 1: invalid syntax in: 1 +"),
        (
            {"code": "\n\nrows[5]", "inputs": {"rows": []}},
            "processing_error",
            "IndexError: list index out of range (line 3)",
        ),
        ({"code": "{1}"}, "validation_error", "result is a set, which is not a JSON value"),
        ({"code": "1", "inputs": {"a-b": 1}}, "validation_error", "'a-b' cannot be the name of a variable"),
        ({"code": "  "}, "validation_error", "There is no code."),
        ({"code": "1", "interpreter": "/nope/python"}, "not_found_error", "'/nope/python' was not found"),
        ({"code": "import os\nos._exit(5)"}, "processing_error", "with exit code 5"),
    ],
)
async def test_failures_are_said_in_words(act: Any, params: dict[str, Any], kind: str, message: str) -> None:
    error = await act.error("python.code", **params)
    assert error.kind == kind
    assert message in str(error)


async def test_cancelling_kills_the_worker(act: Any) -> None:
    task = asyncio.ensure_future(act("python.code", code="print('up')\nwhile True: pass"))
    async with asyncio.timeout(10):
        while not act.logs:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    pids = (await shared_pool()).pids
    assert len(pids) == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not [pid for pid in pids if alive(pid)]


@pytest.mark.parametrize(
    ("params", "path", "message"),
    [
        ({"code": "a = 1\nif a\n  b"}, "code", "The code does not parse: line 2: expected ':'."),
        ({"code": "return 1"}, "code", "The code does not parse: line 1: 'return' outside function."),
        ({"code": " "}, "code", "There is no code."),
        ({"code": "1", "inputs": {"my-x": 1}}, "inputs.my-x", "'my-x' cannot be the name of a variable."),
    ],
)
def test_mistakes_are_found_before_anything_runs(act: Any, params: dict[str, Any], path: str, message: str) -> None:
    assert [(issue.path, issue.message) for issue in act.issues("python.code", **params)] == [(path, message)]


@pytest.mark.parametrize(
    "params",
    [
        {"code": "x = {{ inputs.n }}"},
        {"code": "1 +", "interpreter": "/usr/bin/python4"},
        {"code": "   a = 1\n   a"},
        {"code": "1", "inputs": "{{ inputs }}"},
    ],
)
def test_what_cannot_be_known_before_is_taken_as_fitting(act: Any, params: dict[str, Any]) -> None:
    assert act.issues("python.code", **params) == []


def test_syntax_problem() -> None:
    assert syntax_problem("x = (") == "line 1: '(' was never closed"
    assert syntax_problem("  x = 1\n  x") == ""


def test_the_spec() -> None:
    spec = registry.find_action("python.code")
    assert spec is not None
    assert (spec.effect, spec.capabilities, spec.icon) == ("unsafe", frozenset({"code"}), "python")
    assert spec.check_params(spec.example) == []
