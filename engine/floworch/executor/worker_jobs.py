"""What a worker process runs: a piece of Python source, or a function by name; standard library only at import."""

from __future__ import annotations

import ast
import asyncio
import importlib
import inspect
import keyword
import linecache
import os
import sys
import textwrap
import traceback
import types
from collections.abc import Callable, Mapping
from typing import Any

from floworch.executor import wire

#: The file name of ``python.code`` source in tracebacks.
FILENAME = "<python.code>"
#: Sent when a function has been imported and its call begins: until then the time of its attempt stands still.
BEGUN: Mapping[str, Any] = {"begun": True}
_HERE = os.path.dirname(os.path.abspath(__file__))
_HIDDEN = (os.path.join(_HERE, "worker"), os.path.dirname(os.path.abspath(asyncio.__file__)), "<frozen ")

#: ``tell(message)`` sends a plain message; ``ask(kind, payload)`` sends a question and returns its answer.
Tell = Callable[[Mapping[str, Any]], None]
Ask = Callable[[str, Any], Any]


class JobError(Exception):
    """A job that cannot be run as asked, with the kind its node fails with."""

    def __init__(self, message: str, kind: str = "validation_error", hint: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.hint = hint


def run_code(code: str, inputs: Mapping[str, Any], tell: Tell) -> Any:
    """Run ``python.code`` source: ``result`` if it was assigned, else the value of the last expression.

    Raises:
        JobError: A syntax error, a bad input name, or a result that is not a JSON value.
        BaseException: Whatever the source raises.
    """
    for name in inputs:
        if not name.isidentifier() or keyword.iskeyword(name):
            raise JobError(
                f"inputs: '{name}' cannot be the name of a variable.",
                hint="Use letters, digits and underscores, not starting with a digit.",
            )
    body, last = _compile(textwrap.dedent(code))
    module = types.ModuleType("__main__")
    space = module.__dict__
    space["progress"] = lambda fraction=None, message="": tell(
        {"progress": {"fraction": None if fraction is None else float(fraction), "message": str(message)}}
    )
    space["inputs"] = inputs
    space.update(inputs)
    # dataclasses, pickle and typing look their module up by name
    before, sys.modules["__main__"] = sys.modules["__main__"], module
    try:
        value = _execute(body, last, space)
        if "result" in space and ("result" not in inputs or space["result"] is not inputs["result"]):
            value = space["result"]
        return _plain_result(value, "result")
    finally:
        sys.modules["__main__"] = before


def _execute(body: types.CodeType, last: types.CodeType | None, space: dict[str, Any]) -> Any:
    try:
        exec(body, space)  # the purpose of this process
        return eval(last, space) if last is not None else None
    except SystemExit as stop:
        if stop.code not in (None, 0):
            raise
        return None


def enter(folder: str) -> None:
    """Make a folder the working directory of this process.

    Raises:
        JobError: It cannot be entered.
    """
    try:
        os.chdir(folder)
    except OSError as error:
        kind = "not_found_error" if isinstance(error, FileNotFoundError) else "permission_error"
        raise JobError(
            f"The folder '{folder}' that the run was started in cannot be entered: {error.strerror}.", kind
        ) from None


def _plain_result(value: Any, where: str) -> Any:
    try:
        return wire.to_plain(value, where)
    except TypeError as error:
        raise JobError(f"{error}.") from None


def _compile(code: str) -> tuple[types.CodeType, types.CodeType | None]:
    """The source as statements and, when it ends with one, the expression whose value counts."""
    linecache.cache[FILENAME] = (len(code), None, code.splitlines(keepends=True), FILENAME)
    try:
        tree = ast.parse(code, FILENAME)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        body = compile(tree, FILENAME, "exec", dont_inherit=True)
        if not isinstance(last, ast.Expr):
            return body, None
        return body, compile(ast.Expression(last.value), FILENAME, "eval", dont_inherit=True)
    except SyntaxError as error:
        place = f"line {error.lineno}: " if error.lineno else ""
        shown = f" in: {error.text.strip()}" if error.text else ""
        raise JobError(f"{place}{error.msg}{shown}", hint="Correct the code at that line.") from None
    except ValueError as error:  # a null character
        raise JobError(f"The code cannot be read: {error}.") from None


def run_call(
    target: str, kwargs: Mapping[str, Any], context: Mapping[str, Any] | None, tell: Tell, ask: Ask
) -> dict[str, Any]:
    """Call ``module:qualname``; a coroutine function runs on a new event loop. Returns the plain answer message.

    With a ``context`` the function is called as an action: its parameters are validated and it gets a Context.

    Raises:
        JobError: There is no such function here, or its result is not a JSON value.
        BaseException: Whatever the function raises.
    """
    function = find_function(target)
    ctx = None
    if context is None:
        tell(BEGUN)
        value = function(**kwargs)
    else:
        from floworch.actions.functions import spec_of
        from floworch.executor.worker_context import make_context

        while hasattr(function, "floworch_wraps"):  # layers run in the engine
            function = function.floworch_wraps[1]
        spec = spec_of(function)
        ctx = make_context({"params": kwargs, **context}, tell, ask)
        params = spec.prepare(kwargs)
        tell(BEGUN)
        value = spec.fn(*((ctx,) if spec.takes_context else ()), **params)
    if inspect.isawaitable(value):
        value = asyncio.run(_await(value))
    answer = _answer(value)
    changes = ctx.data.changes() if ctx is not None else None
    if changes:
        answer["data"] = wire.to_plain(changes, "data")
    return answer


async def _await(value: Any) -> Any:
    return await value


def _answer(value: Any) -> dict[str, Any]:
    """The message for a function's value; what speaks to the scheduler travels with its type's name."""
    kind = type(value)
    if kind.__module__ == "floworch.actions.outcome":
        fields = {name: getattr(value, name) for name in kind.__slots__}
        return {"done": _plain_result(fields, "the result"), "type": kind.__name__}
    return {"done": _plain_result(value, "the result")}


def find_function(target: str) -> Callable[..., Any]:
    """Return the function that ``module:qualname`` names.

    Raises:
        JobError: There is none, or it cannot be reached by name from another process.
    """
    module_name, _, qualname = target.partition(":")
    if module_name == "__main__" or "<" in qualname:
        raise JobError(
            f"'{target}' cannot run in a worker process: it has no place to import it from.",
            hint="Move the function to the top level of a module of its own, or use run_on: thread.",
        )
    try:
        if module_name.startswith("floworch_folders."):  # a file of the user's folder of actions
            from floworch.actions.folders import import_file

            found: Any = import_file(module_name)
        else:
            found = importlib.import_module(module_name)
        for part in qualname.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        raise JobError(
            f"'{target}' cannot be loaded in a worker process: {error}.",
            "not_found_error",
            "Make the module importable from the folder the engine was started in.",
        ) from error
    if not callable(found):
        raise JobError(f"'{target}' is not a function.")
    return found  # type: ignore[no-any-return]


def describe(error: BaseException) -> dict[str, Any]:
    """A failure as a plain message: kind, message, hint, retry_after and the traceback of the user's own frames."""
    if isinstance(error, JobError):
        return {"kind": error.kind, "message": str(error), "hint": error.hint, "traceback": ""}
    _trim(error)
    line = _line_of(error)
    text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    worded = getattr(error, "message", None) if hasattr(error, "kind") else None
    if worded is not None:  # ActionError: worded for people already
        message = str(worded)
    elif isinstance(error, SystemExit):
        ended = f"The code ended itself with exit code {error.code}"
        message = ended if isinstance(error.code, int) else str(error.code)
    else:
        said: Any = traceback.TracebackException.from_exception(error)
        said.__notes__ = None  # such as the hint of an error of ours, which has its own place
        message = "".join(said.format_exception_only()).strip().splitlines()[-1]
    return {
        "kind": _kind(error),
        "message": f"{message} (line {line})" if line else message,
        "hint": str(getattr(error, "hint", "")),
        "retry_after": getattr(error, "retry_after", None),
        "traceback": text,
    }


def _trim(error: BaseException) -> None:
    """Take the frames of the worker and of asyncio, and all that is outside the user's source, off the outer end."""
    in_source = _line_of(error) is not None
    frame = error.__traceback__
    while frame is not None:
        file = frame.tb_frame.f_code.co_filename
        if file == FILENAME or not (in_source or file.startswith(_HIDDEN)):
            break
        frame = frame.tb_next
    error.__traceback__ = frame


def _line_of(error: BaseException) -> int | None:
    line = None
    frame = error.__traceback__
    while frame is not None:
        if frame.tb_frame.f_code.co_filename == FILENAME:
            line = frame.tb_lineno
        frame = frame.tb_next
    return line


def _kind(error: BaseException) -> str:
    if isinstance(error, (SystemExit, KeyboardInterrupt, asyncio.CancelledError)):
        return "processing_error"
    try:
        from floworch.errors import classify
    except ImportError:  # an interpreter of the user, too old for the engine's own code
        return "processing_error"
    return str(classify(error))
