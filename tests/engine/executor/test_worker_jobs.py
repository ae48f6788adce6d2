"""What a worker runs, without the process around it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import pytest

from floworch.actions.context import Context
from floworch.actions.outcome import Outcome
from floworch.errors import ActionError
from floworch.executor.worker_jobs import BEGUN, JobError, describe, find_function, run_call, run_code


def tell(message: Mapping[str, Any]) -> None:
    """Drop a message."""


def ask(kind: str, payload: Any) -> Any:
    """Answer a question with itself."""
    return f"{kind}:{payload}"


def code(source: str, **inputs: Any) -> Any:
    return run_code(source, inputs, tell)


def failure(source: str, **inputs: Any) -> dict[str, Any]:
    with pytest.raises(BaseException) as caught:
        code(source, **inputs)
    return describe(caught.value)


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("1 + 1", 2),
        ("result = 5\n7", 5),
        ("x = 3", None),
        ("", None),
        ("'''text'''", "text"),
        ("x = 1\nx + 1  # more", 2),
        ("    indented = 4\n    indented * 2\n", 8),
        ("result = None\n9", None),
        ("def f(n):\n    return f(n - 1) if n else 'end'\nf(3)", "end"),
        ("[y * k for y in (1, 2)]", [3, 6]),
        ("import sys\nresult = 1\nsys.exit()", 1),
        ("__name__", "__main__"),
        ("inputs['k'] + k", 6),
    ],
)
def test_the_result_is_result_or_the_last_expression(source: str, result: Any) -> None:
    assert code(source, k=3) == result


def test_an_input_named_result_is_no_assignment() -> None:
    assert code("result + 1", result=1) == 2
    assert code("result = result + 1", result=1) == 2


def test_dataclasses_find_their_module_and_main_is_put_back() -> None:
    main = sys.modules["__main__"]
    source = "import dataclasses\n@dataclasses.dataclass\nclass A:\n    x: 'int'\ndataclasses.asdict(A(2))"
    assert code(source) == {"x": 2}
    assert sys.modules["__main__"] is main


def test_progress_is_told() -> None:
    told: list[Mapping[str, Any]] = []
    run_code("progress(1, 'done')\nprogress()", {}, told.append)
    assert told == [{"progress": {"fraction": 1.0, "message": "done"}}, {"progress": {"fraction": None, "message": ""}}]


def test_a_failure_names_the_users_own_line_and_shows_it() -> None:
    error = failure(
        "def pay(order):\n    return order['amount'] / order['count']\n\npay(order)", order={"amount": 1, "count": 0}
    )
    assert error["kind"] == "processing_error"
    assert error["message"] == "ZeroDivisionError: division by zero (line 2)"
    assert 'File "<python.code>", line 4, in <module>\n    pay(order)' in error["traceback"]
    assert "return order['amount'] / order['count']" in error["traceback"]
    assert "worker" not in error["traceback"]


@pytest.mark.parametrize(
    ("source", "kind", "message"),
    [
        ("raise ValueError('bad amount')", "validation_error", "ValueError: bad amount (line 1)"),
        (
            "open('/nope/x')",
            "not_found_error",
            "FileNotFoundError: [Errno 2] No such file or directory: '/nope/x' (line 1)",
        ),
        ("raise ConnectionError('gone')", "connection_error", "ConnectionError: gone (line 1)"),
        ("raise TimeoutError", "timeout_error", "TimeoutError (line 1)"),
        ("1\nx", "processing_error", "NameError: name 'x' is not defined (line 2)"),
        ("def f(): f()\nf()", "processing_error", "RecursionError: maximum recursion depth exceeded (line 1)"),
        ("import sys\nsys.exit(3)", "processing_error", "The code ended itself with exit code 3 (line 2)"),
        ("import sys\nsys.exit('no orders')", "processing_error", "no orders (line 2)"),
        ("raise KeyboardInterrupt", "processing_error", "KeyboardInterrupt (line 1)"),
        ("x = (", "validation_error", "line 1: '(' was never closed in: x = ("),
        ("a = 1\nif a\n  b", "validation_error", "line 2: expected ':' in: if a"),
        ("a = '\0'", "validation_error", "source code string cannot contain null bytes"),
        (
            "{1, 2}",
            "validation_error",
            "result is a set, which is not a JSON value; use a list, for example sorted(...).",
        ),
    ],
)
def test_failures_have_a_kind_and_a_message(source: str, kind: str, message: str) -> None:
    error = failure(source)
    assert (error["kind"], error["message"].replace(" while calling a Python object", "")) == (kind, message)


def test_an_action_error_keeps_its_words_hint_and_pause() -> None:
    error = failure(
        "from floworch import errors\nraise errors.ActionError('slow down', 'rate_limit_error', 30, 'wait')"
    )
    assert error["kind"] == "rate_limit_error"
    assert (error["message"], error["hint"], error["retry_after"]) == ("slow down (line 2)", "wait", 30)


@pytest.mark.parametrize("name", ["my-key", "class", "1st", ""])
def test_an_input_that_cannot_be_a_variable_is_refused(name: str) -> None:
    with pytest.raises(JobError, match=f"inputs: '{name}' cannot be the name of a variable"):
        run_code("1", {name: 1}, tell)


def plain(a: int, b: int = 1) -> Outcome:
    """Adds."""
    return Outcome(a + b, port="big", also=("out",))


async def write_data(ctx: Context, amount: float) -> str:
    """Write the run's data and use the context."""
    ctx.data.set("amount", amount)
    ctx.log("half")
    ctx.progress(0.5)
    return f"{ctx.node} {ctx.attempt} {ctx.secret('TOKEN')} {ctx.data.get('before')} {ctx.cancelled}"


def no_value() -> object:
    """Gives something that is no JSON value."""
    return object()


def test_a_function_gives_its_value_and_outcomes_keep_their_ports() -> None:
    assert run_call("os.path:basename", {"p": "/a/b"}, None, tell, ask) == {"done": "b"}
    answer = run_call(f"{__name__}:plain", {"a": 1}, None, tell, ask)
    assert answer == {"done": {"output": 2, "port": "big", "also": ["out"]}, "type": "Outcome"}


def test_an_action_gets_checked_parameters_a_context_and_gives_its_data(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Mapping[str, Any]] = []
    context = {"run_id": "r", "workflow_id": "w", "node": "pay", "attempt": 2, "data": {"before": 1}}
    answer = run_call(f"{__name__}:write_data", {"amount": "2.5"}, context, told.append, ask)
    assert answer == {"done": "pay 2 secret:TOKEN 1 None", "data": {"set": {"amount": 2.5}, "delete": []}}
    assert told == [
        BEGUN, {"log": {"level": "info", "message": "half"}}, {"progress": {"fraction": 0.5, "message": ""}}
    ]  # fmt: skip
    with pytest.raises(ActionError, match="amount"):
        run_call(f"{__name__}:write_data", {"amount": "x"}, context, tell, ask)


def test_a_function_that_gives_no_value_is_refused() -> None:
    with pytest.raises(JobError, match="the result is an object, which is not a JSON value"):
        run_call(f"{__name__}:no_value", {}, None, tell, ask)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("__main__:f", "has no place to import it from"),
        ("os:walk.<locals>.f", "has no place to import it from"),
        ("no_such_module:f", "cannot be loaded in a worker process: No module named 'no_such_module'"),
        ("os:nope", "cannot be loaded in a worker process: module 'os' has no attribute 'nope'"),
        ("os:sep", "'os:sep' is not a function"),
    ],
)
def test_a_function_that_cannot_be_found(target: str, message: str) -> None:
    with pytest.raises(JobError, match=message):
        find_function(target)


def test_the_traceback_shows_causes() -> None:
    error = failure("try:\n    int('x')\nexcept ValueError as e:\n    raise RuntimeError('no number') from e")
    assert error["message"] == "RuntimeError: no number (line 4)"
    assert "int('x')" in error["traceback"]
    assert "The above exception was the direct cause" in error["traceback"]
