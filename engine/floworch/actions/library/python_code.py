"""``python.code``: run Python source in a worker process."""

from __future__ import annotations

import ast
import keyword
import os
import textwrap
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.python_requirements import check_requirements, environment, inline_requirements
from floworch.actions.library.shell_lines import LineLog
from floworch.actions.widgets import KeyValue, widget
from floworch.actions.workers import CodeJob, workers
from floworch.errors import ActionError, ErrorKind
from floworch.model.catalog import ParamIssue

#: The file name in messages about the source.
_FILENAME = "<python.code>"


def _check(params: Mapping[str, Any]) -> list[ParamIssue]:
    """Find a syntax error and unusable variable names before anything runs."""
    issues: list[ParamIssue] = []
    code = params.get("code")
    if isinstance(code, str) and "{{" not in code:
        # another interpreter may know another grammar
        if not params.get("interpreter") and (problem := syntax_problem(code)):
            issues.append(ParamIssue("code", f"The code does not parse: {problem}.", "Correct the code at that line."))
        if not code.strip():
            issues.append(ParamIssue("code", "There is no code.", "Write an expression, or assign to 'result'."))
    inputs = params.get("inputs")
    if isinstance(inputs, Mapping):
        issues += [
            ParamIssue(
                f"inputs.{name}",
                f"'{name}' cannot be the name of a variable.",
                "Use letters, digits and underscores, not starting with a digit.",
            )
            for name in inputs
            if not _is_name(str(name))
        ]
    return [*issues, *check_requirements(params)]


def _is_name(name: str) -> bool:
    return name.isidentifier() and not keyword.iskeyword(name)


def syntax_problem(code: str) -> str:
    """Why Python source does not parse, with its line: ``line 3: '(' was never closed``; empty when it does."""
    try:
        compile(ast.parse(textwrap.dedent(code), _FILENAME), _FILENAME, "exec", dont_inherit=True)
    except SyntaxError as error:
        return f"line {error.lineno}: {error.msg}" if error.lineno else str(error.msg)
    except (ValueError, RecursionError, MemoryError) as error:
        return str(error) or type(error).__name__
    return ""


@action(
    "python.code",
    title="Python code",
    category="code",
    icon="python",
    subtitle="code",
    effect="unsafe",
    capabilities=("code",),
    output_schema={"description": "The value of 'result', or of the last expression."},
    example={
        "code": "total = sum(prices)\n{'total': total, 'count': len(prices)}",
        "inputs": {"prices": "{{ nodes.order.output.prices }}"},
    },
    check=_check,
)
async def python_code(
    ctx: Context,
    code: Annotated[str, widget("code", language="python")],
    inputs: Annotated[KeyValue, Field(title="Variables", default_factory=dict)],
    interpreter: Annotated[
        str, Field(title="Python interpreter"), widget("file", placeholder="the engine's own Python")
    ] = "",
    requirements: Annotated[list[str], Field(title="Libraries", default_factory=list)] = [],  # noqa: B006 - pydantic copies it
) -> Any:
    """Run Python code; its last expression, or the variable 'result', is the output.

    The code runs in a process of its own, which is killed with everything it has started when the node is
    cancelled or times out, and works in the folder the run was started in. What it prints goes to the node's log;
    ``progress(0.5, "half")`` shows progress. Nothing is kept from one execution to the next.

    Args:
        code: Python source. Its output must be a JSON value: text, numbers, lists, dictionaries, None, bytes,
            datetime or Decimal.
        inputs: Variables of the code, by name; also together in the dictionary 'inputs'.
        interpreter: Path of another Python (3.11 or newer), such as that of a virtual environment with the
            libraries the code needs; a relative path starts in the folder the run was started in.
        requirements: Libraries the code needs, such as requests>=2; those of a block '# /// script' in the code count
            too. uv, where it is installed, makes an environment with them once and keeps it.
    """
    if not code.strip():
        raise ActionError("There is no code.", ErrorKind.VALIDATION, hint="Write an expression, or assign to 'result'.")
    lines = LineLog(ctx)

    def on_message(kind: str, payload: Any) -> None:
        if kind == "progress":
            ctx.progress(payload["fraction"], payload["message"])
        elif kind in {"stdout", "stderr"}:
            lines.line(kind, payload)

    wanted = [*requirements, *inline_requirements(code)]
    python = await environment(ctx, wanted, interpreter_of(ctx, interpreter))
    try:
        return await workers().call(CodeJob(code, inputs, ctx.path()), {}, on_message, python)
    finally:
        lines.flush()


def interpreter_of(ctx: Context, interpreter: str) -> str | None:
    """The interpreter to start: a path as the run means it, a bare name as the system finds it."""
    if not interpreter:
        return None
    return ctx.path(interpreter) if "/" in interpreter or os.sep in interpreter else interpreter
