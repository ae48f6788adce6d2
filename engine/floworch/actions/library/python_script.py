"""``python.script``: call a function of a Python file in a worker process."""

from __future__ import annotations

import asyncio
import builtins
import os
from typing import Annotated, Any, TypedDict

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.python_code import interpreter_of
from floworch.actions.library.python_requirements import environment, inline_requirements
from floworch.actions.library.shell_lines import LineLog
from floworch.actions.widgets import FilePath, KeyValue, widget
from floworch.actions.workers import CodeJob, RemoteError, workers
from floworch.errors import ActionError, ErrorKind, classify

#: Most characters kept of what the script prints.
OUTPUT_LIMIT = 1024 * 1024

#: Runs in the worker. It leaves nothing behind there: the worker goes on to other jobs.
_CALL = """
def _run(path, function, args, progress):
    import asyncio, importlib.util, inspect, os, sys, traceback
    folder, name = os.path.dirname(path), "floworch_script"
    before, written = set(sys.modules), sys.dont_write_bytecode
    sys.path.insert(0, folder)
    sys.dont_write_bytecode = True
    try:
        spec = importlib.util.spec_from_file_location(name, path)
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        module.progress = progress
        spec.loader.exec_module(module)
        target = getattr(module, function, None)
        if not callable(target):
            own = [n for n, v in vars(module).items() if inspect.isfunction(v) and v.__module__ == name]
            return {"missing": sorted(n for n in own if not n.startswith("_"))}
        try:
            inspect.signature(target).bind(**args)
        except TypeError as error:
            return {"unfit": f"{function}{inspect.signature(target)}: {error}"}
        value = target(**args)
        if inspect.isawaitable(value):
            async def wait():
                return await value
            value = asyncio.run(wait())
        return {"value": value}
    except SyntaxError as error:
        return {"failed": f"{error.msg}", "line": error.lineno, "types": ["SyntaxError"], "trace": ""}
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        lines = [frame.lineno for frame in frames if frame.filename == path]
        while error.__traceback__ and error.__traceback__.tb_frame.f_code.co_filename != path:
            error.__traceback__ = error.__traceback__.tb_next
        said = traceback.TracebackException.from_exception(error)
        said.__notes__ = None
        return {
            "failed": "".join(said.format_exception_only()).strip().splitlines()[-1],
            "line": lines[-1] if lines else None,
            "types": [kind.__name__ for kind in type(error).__mro__],
            "trace": "".join(traceback.format_exception(error)),
        }
    finally:
        sys.path.remove(folder)
        sys.dont_write_bytecode = written
        for each in set(sys.modules) - before:
            if (getattr(sys.modules[each], "__file__", None) or "").startswith(folder + os.sep):
                del sys.modules[each]
        sys.modules.pop(name, None)

result = _run(path, function, args, progress)
"""


class ScriptResult(TypedDict):
    """What the function returned, and what the script printed."""

    value: Any
    stdout: str


@action(
    "python.script",
    title="Python script",
    category="code",
    icon="python",
    subtitle="path",
    effect="unsafe",
    capabilities=("code", "files"),
    example={"path": "scripts/report.py", "function": "main", "args": {"day": "{{ inputs.day }}"}},
)
async def python_script(
    ctx: Context,
    path: Annotated[FilePath, Field(title="Python file")],
    function: Annotated[str, Field(min_length=1)] = "main",
    args: Annotated[KeyValue, Field(title="Arguments", default_factory=dict)] = {},  # noqa: B006 - pydantic copies it
    interpreter: Annotated[
        str, Field(title="Python interpreter"), widget("file", placeholder="the engine's own Python")
    ] = "",
) -> ScriptResult:
    """Load a Python file and call a function of it; what the function returns is the output.

    It runs in a process of its own, which is killed with everything it has started when the node is cancelled or
    times out, and works in the folder the run was started in. The file may import others beside it. What it prints
    goes to the node's log; ``progress(0.5, "half")`` shows progress. A function may be async.

    Args:
        path: The file; a relative path starts in the folder the run was started in.
        function: Name of the function.
        args: Its arguments by name.
        interpreter: Path of another Python (3.11 or newer), such as that of a virtual environment with the
            libraries the file needs; a relative path starts in the folder the run was started in. Libraries that a
            block '# /// script' of the file names are installed by uv, where it is there, into an environment of their
            own, which is made once.
    """
    place = _place(ctx, path)
    wanted = inline_requirements(await asyncio.to_thread(_source, place))
    python = await environment(ctx, wanted, interpreter_of(ctx, interpreter))
    lines, printed = LineLog(ctx), _Printed()

    def on_message(kind: str, payload: Any) -> None:
        if kind == "progress":
            ctx.progress(payload["fraction"], payload["message"])
        elif kind in {"stdout", "stderr"}:
            lines.line(kind, payload)
            if kind == "stdout":
                printed.add(str(payload))

    job = CodeJob(_CALL, {"path": place, "function": function, "args": args}, ctx.path())
    try:
        answer = await workers().call(job, {}, on_message, python)
    finally:
        lines.flush()
    if "value" not in answer:
        raise _worded(answer, path, function)
    return ScriptResult(value=answer["value"], stdout=printed.text)


def _place(ctx: Context, path: str) -> str:
    place = os.path.abspath(ctx.path(path))
    if not os.path.isfile(place):
        raise ActionError(f"There is no file '{path}'.", ErrorKind.NOT_FOUND, hint="Correct 'path'.")
    return place


def _source(place: str) -> str:
    """The text of the file; what is no UTF-8 has no block that counts."""
    with open(place, encoding="utf-8", errors="replace") as file:
        return file.read()


class _Printed:
    """The lines a script printed, up to a limit."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._left = OUTPUT_LIMIT

    def add(self, line: str) -> None:
        """Keep a line while there is room."""
        if self._left > 0:
            self._lines.append(line[: self._left])
            self._left -= len(line) + 1

    @property
    def text(self) -> str:
        """All that was kept."""
        return "".join(f"{line}\n" for line in self._lines)


def _worded(answer: dict[str, Any], path: str, function: str) -> ActionError:
    if "missing" in answer:
        there = ", ".join(answer["missing"][:20]) or "none"
        return ActionError(
            f"'{path}' has no function '{function}'.", ErrorKind.VALIDATION, hint=f"Functions in it: {there}."
        )
    if "unfit" in answer:
        return ActionError(
            f"'args' do not fit {answer['unfit']}.", ErrorKind.VALIDATION, hint="Give every argument by its name."
        )
    where = f" (line {answer['line']} of {path})" if answer["line"] else ""
    return RemoteError(f"{answer['failed']}{where}", _kind(answer["types"]), traceback_text=answer["trace"])


def _kind(types: list[str]) -> ErrorKind:
    """The kind of contract C15 for an exception, by the names of its class and the ones above it."""
    for name in types:
        known = getattr(builtins, name, None)
        if isinstance(known, type) and issubclass(known, Exception):
            try:
                return classify(known())
            except TypeError:  # UnicodeDecodeError wants arguments; the class above it does not
                continue
    return ErrorKind.PROCESSING
