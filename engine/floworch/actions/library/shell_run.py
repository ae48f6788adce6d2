"""``shell.run``: run a command or a program."""

from __future__ import annotations

import codecs
import errno
import json
import os
import sys
from collections.abc import Mapping
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.shell_lines import LineLog
from floworch.actions.library.shell_process import Finished, run_program
from floworch.actions.proctree import exit_words
from floworch.actions.widgets import KeyValue, widget
from floworch.errors import ActionError, ErrorKind
from floworch.model.catalog import ParamIssue
from floworch.model.values import json_text, parse_int

#: Most bytes kept of each output stream.
OUTPUT_LIMIT = 16 * 1024 * 1024
_SHOWN_LINES = 5
_SHOWN_CHARACTERS = 2000


class ShellOutput(TypedDict):
    """What a command gave."""

    stdout: str
    stderr: str
    code: int
    value: NotRequired[Any]


def _check(params: Mapping[str, Any]) -> list[ParamIssue]:
    command = params.get("command")
    if (isinstance(command, str) and not command.strip()) or command == []:
        return [ParamIssue("command", "There is no command.", "Write a command line, or a list: program, arguments.")]
    return []


@action(
    "shell.run",
    title="Run command",
    category="code",
    icon="terminal",
    subtitle="command",
    effect="unsafe",
    capabilities=("process",),
    check=_check,
    example={"command": "git log --oneline -5", "cwd": "{{ inputs.folder }}", "parse": "lines"},
)
async def shell_run(
    ctx: Context,
    command: Annotated[str | list[str], widget("code", language="shell")],
    cwd: Annotated[str, Field(title="Working folder"), widget("folder")] = "",
    env: Annotated[KeyValue, Field(title="Environment variables", default_factory=dict)] = {},  # noqa: B006 - pydantic copies it
    stdin: Annotated[Any, Field(title="Standard input"), widget("multiline")] = None,
    ok_codes: Annotated[list[int], Field(title="Exit codes that are fine")] = [0],  # noqa: B006 - likewise
    parse: Annotated[Literal["text", "json", "lines"], Field(title="Read the output as")] = "text",
    shell: str = "auto",
    encoding: str = "utf-8",
    stream_log: Annotated[bool, Field(title="Show the output in the log")] = True,
) -> ShellOutput:
    """Run a command line in the shell, or a program with arguments.

    The command is killed with everything it has started when the node is cancelled or times out: it is asked
    to stop first (SIGTERM) and killed two seconds later. Processes that it leaves in the background are ended
    with it. Of each output stream the first 16 MiB are kept.

    Args:
        command: A text is given to the shell; a list, such as ["git", "log"], is started directly, so that
            nothing in its arguments has a special meaning. Close each expression in a text with | quote, without
            quotes around it: echo {{ item.name | quote }}. Else the shell runs commands in what it gives.
        cwd: Folder to run in; by default, and where a relative path starts, the folder the run was started in.
        env: Environment variables to set in addition; null removes one.
        stdin: What the command reads: text, bytes, or any value, which is given as JSON.
        ok_codes: Exit codes that count as success; an empty list accepts every code.
        parse: What 'value' holds: json reads the output as JSON, lines makes a list; text adds no value.
        shell: sh, bash, zsh, cmd, powershell or the path of a shell; auto is sh, on Windows cmd.
        encoding: Encoding of input and output; bytes that do not fit it are shown by their numbers.
        stream_log: Whether the lines it prints go to the node's log while it runs.
    """
    argv = _argv(command, shell)
    _check_encoding(encoding)
    lines = LineLog(ctx)
    folder = _folder(ctx, cwd)
    try:
        done = await run_program(
            argv,
            cwd=folder,
            env=_environment(env),
            stdin=_input(stdin, encoding),
            limit=OUTPUT_LIMIT,
            on_line=lines.line if stream_log else None,
        )
    except (OSError, ValueError) as error:
        raise _cannot_start(argv[0], error) from None
    finally:
        lines.flush()
    stdout = _text(done.stdout, done.cut_stdout, encoding)
    stderr = _text(done.stderr, done.cut_stderr, encoding)
    if ok_codes and done.code not in ok_codes:
        raise _failure(done, stdout, stderr, isinstance(command, str))
    output = ShellOutput(stdout=stdout, stderr=stderr, code=done.code)
    if parse == "lines":
        output["value"] = stdout.splitlines()
    elif parse == "json":
        output["value"] = _json(stdout, done.cut_stdout)
    return output


def _argv(command: str | list[str], shell: str) -> list[str]:
    if not command or (isinstance(command, str) and not command.strip()):
        raise ActionError(
            "There is no command.", ErrorKind.VALIDATION, hint="Write a command line, or a list: program, arguments."
        )
    if isinstance(command, list):
        return command
    name = os.path.basename(shell).lower().removesuffix(".exe")
    if shell == "auto":
        if sys.platform == "win32":
            return [os.environ.get("COMSPEC", "cmd.exe"), "/d", "/s", "/c", command]
        return ["/bin/sh", "-c", command]
    if name == "cmd":
        return [shell, "/d", "/s", "/c", command]
    if name in {"powershell", "pwsh"}:
        return [shell, "-NoProfile", "-NonInteractive", "-Command", command]
    return [shell, "-c", command]


def _folder(ctx: Context, cwd: str) -> str:
    folder = ctx.path(cwd)
    if not os.path.isdir(folder):
        raise ActionError(
            f"The folder '{cwd}' to run in does not exist.",
            ErrorKind.NOT_FOUND,
            hint="Correct 'cwd', or create the folder in an earlier node.",
        )
    return folder


def _environment(changes: Mapping[str, Any]) -> dict[str, str] | None:
    if not changes:
        return None
    result = dict(os.environ)
    for name, value in changes.items():
        if not name or "=" in name or "\0" in name:
            raise ActionError(f"env: {name!r} cannot be the name of an environment variable.", ErrorKind.VALIDATION)
        if value is None:
            result.pop(name, None)
        elif isinstance(value, (str, int, float)) and not isinstance(value, bool):
            result[name] = str(value)
        else:
            raise ActionError(
                f"env.{name}: a variable holds text, not {type(value).__name__}.",
                ErrorKind.VALIDATION,
                hint="Turn the value into text, for example with | to_json.",
            )
    return result


def _input(value: Any, encoding: str) -> bytes | None:
    if value is None or isinstance(value, bytes):
        return value
    text = value if isinstance(value, str) else json_text(value)
    try:
        return text.encode(encoding)
    except UnicodeError as error:
        raise ActionError(f"'stdin' cannot be written as {encoding}: {error}.", ErrorKind.VALIDATION) from None


def _check_encoding(encoding: str) -> None:
    try:
        codecs.lookup(encoding)
    except LookupError:
        raise ActionError(
            f"There is no encoding named '{encoding}'.",
            ErrorKind.VALIDATION,
            hint="Use a name that Python knows, such as utf-8 or latin-1.",
        ) from None


def _text(data: bytes, cut: int, encoding: str) -> str:
    text = data.decode(encoding, "backslashreplace")
    return f"{text}\n... ({cut} more bytes were printed and left out)\n" if cut else text


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON value")


def _json(stdout: str, cut: int) -> Any:
    if cut:
        raise ActionError(
            f"The output is over {OUTPUT_LIMIT >> 20} MiB and was not read as JSON.",
            ErrorKind.PROCESSING,
            hint="Write it to a file and read that.",
        )
    try:
        return json.loads(stdout, parse_int=parse_int, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        shown = stdout.strip()[:200] or "nothing"
        raise ActionError(
            f"The output is not JSON: {error}. It begins with: {shown}",
            ErrorKind.PROCESSING,
            hint="Let the command print JSON only, or set parse to text.",
        ) from None


def _failure(done: Finished, stdout: str, stderr: str, in_shell: bool) -> ActionError:
    said = stderr.strip() or stdout.strip()
    last = "\n".join(said.splitlines()[-_SHOWN_LINES:])[-_SHOWN_CHARACTERS:]
    message = f"The command ended with {exit_words(done.code)}" + (f": {last}" if last else ".")
    hint = "List the code in 'ok_codes' if it is not a failure."
    if in_shell and done.code == 127:
        hint = "127 means that the shell did not find a program: check its name and the PATH."
    elif in_shell and done.code == 126:
        hint = "126 means that the shell found the program but may not run it: check its permissions."
    return ActionError(message, ErrorKind.PROCESSING, hint=hint)


def _cannot_start(program: str, error: OSError | ValueError) -> ActionError:
    if isinstance(error, FileNotFoundError):
        return ActionError(
            f"The program '{program}' was not found.",
            ErrorKind.NOT_FOUND,
            hint="Install it, give its full path, or add its folder to PATH in 'env'.",
        )
    if isinstance(error, PermissionError):
        return ActionError(
            f"The program '{program}' may not be run.",
            ErrorKind.PERMISSION,
            hint="Check that it is a program and that its file is executable (chmod +x).",
        )
    if getattr(error, "errno", None) == errno.ENOEXEC:
        return ActionError(
            f"'{program}' is not a program this system can run.",
            ErrorKind.PROCESSING,
            hint="A script needs a first line such as #!/bin/sh; or give the command as text.",
        )
    if getattr(error, "errno", None) == errno.E2BIG:
        return ActionError(
            "The command is too long for this system.",
            ErrorKind.VALIDATION,
            hint="Pass large values through 'stdin' or a file.",
        )
    if isinstance(error, ValueError):
        return ActionError(
            "The command, its folder or its environment holds a null character.",
            ErrorKind.VALIDATION,
            hint="Pass binary data through 'stdin'.",
        )
    return ActionError(f"The program '{program}' cannot be started: {error.strerror}.", ErrorKind.PROCESSING)
