"""Libraries that Python code asks for: an environment that uv makes once, and finds again."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
import secrets
import shutil
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from floworch.actions.context import Context
from floworch.actions.library.shell_lines import LineLog
from floworch.actions.library.shell_process import run_program
from floworch.errors import ActionError, ErrorKind
from floworch.model.catalog import ParamIssue
from floworch.versions import packaged

#: Most bytes kept of what uv says.
_LIMIT = 64 * 1024
#: The block of inline metadata of a script (https://packaging.python.org/en/latest/specifications/inline-script-metadata).
_BLOCK = re.compile(r"(?m)^# /// script\s*$\n(?P<content>(^#(| .*)$\n?)+?)^# ///\s*$")


def inline_requirements(code: str) -> list[str]:
    """The ``dependencies`` of the block ``# /// script`` of a Python source; none without one.

    Raises:
        ActionError: validation_error, when the block cannot be read.
    """
    found = _BLOCK.search(code)
    if found is None:
        return []
    lines = (line[2:] if line.startswith("# ") else line[1:] for line in found["content"].splitlines())
    try:
        wanted = tomllib.loads("\n".join(lines)).get("dependencies", [])
    except tomllib.TOMLDecodeError as error:
        raise ActionError(
            f"The block '# /// script' cannot be read: {error}.", ErrorKind.VALIDATION, hint="Write it as TOML."
        ) from None
    if not isinstance(wanted, list) or not all(isinstance(each, str) for each in wanted):
        raise ActionError("'dependencies' of the block '# /// script' must be a list of texts.", ErrorKind.VALIDATION)
    return wanted


def check_requirements(params: Mapping[str, Any]) -> list[ParamIssue]:
    """What is wrong with literal requirements: what begins with a dash would be an option of the installer."""
    wanted = params.get("requirements")
    bad = [each for each in wanted if str(each).lstrip().startswith("-")] if isinstance(wanted, list) else []
    return [
        ParamIssue("requirements", f"{each!r} is no requirement.", "Write a name, such as requests>=2.") for each in bad
    ]


async def environment(ctx: Context, requirements: Sequence[str], interpreter: str | None) -> str | None:
    """The interpreter for code that needs these libraries: that of an environment which uv makes when there is none.

    Args:
        ctx: The attempt; what uv says goes to its log.
        requirements: As pip takes them; without any, ``interpreter`` is given back.
        interpreter: The Python to build on; None for the engine's own.

    Raises:
        ActionError: validation_error when uv is not installed, processing_error with uv's words when it fails.
    """
    if not requirements:
        return interpreter
    for issue in check_requirements({"requirements": list(requirements)}):
        raise ActionError(issue.message, ErrorKind.VALIDATION, hint=issue.fix)
    uv = shutil.which("uv")
    if uv is None:
        raise ActionError(
            f"The code needs {', '.join(requirements)}, and uv, which would install that, is not there.",
            ErrorKind.VALIDATION,
            hint="Install uv (pip install uv), or name an 'interpreter' that has these libraries.",
        )
    base = interpreter or _own()
    folder = await asyncio.to_thread(_made, base, requirements)
    if folder.name.startswith("."):
        try:
            ctx.log(f"Making an environment with {', '.join(requirements)}.")
            await _uv(ctx, uv, "venv", "--quiet", "--relocatable", "--python", base, str(folder))
            await _uv(ctx, uv, "pip", "install", "--quiet", "--python", _python(folder), "--", *requirements)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        folder = await asyncio.to_thread(_keep, folder)
    return _python(folder)


def _own() -> str:
    """What uv builds on by default: this Python, or, where the program is packaged, any of its version."""
    return f"{sys.version_info[0]}.{sys.version_info[1]}" if packaged() else sys.executable


def _made(base: str, requirements: Sequence[str]) -> Path:
    """The folder of the environment if there is one; else of a draft of it beside, whose name begins with a dot."""
    folder = _place(base, requirements)
    if os.path.exists(_python(folder)):
        return folder
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")


def _keep(draft: Path) -> Path:
    """Give a draft that is complete its name; when another run was faster, its environment is taken."""
    folder = draft.with_name(draft.name.split(".")[1])
    try:
        os.rename(draft, folder)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
    return folder


def _place(base: str, requirements: Sequence[str]) -> Path:
    """The folder of an environment: one for each interpreter and set of requirements."""
    from platformdirs import user_cache_path

    key = json.dumps([base, sys.version if base == _own() else "", sorted(requirements)])
    cache = os.environ.get("FLOWORCH_CACHE_DIR")
    root = Path(cache) if cache else user_cache_path("floworch", appauthor=False)
    return root / "python" / hashlib.sha256(key.encode()).hexdigest()[:24]


def _python(folder: Path) -> str:
    return str(folder / "Scripts" / "python.exe" if os.name == "nt" else folder / "bin" / "python")


async def _uv(ctx: Context, *argv: str) -> None:
    lines = LineLog(ctx)
    try:
        done = await run_program(argv, limit=_LIMIT, on_line=lines.line)
    except OSError as error:
        raise ActionError(f"uv cannot be started: {error}.", ErrorKind.PROCESSING) from None
    finally:
        lines.flush()
    if done.code:
        said = done.stderr.decode("utf-8", "replace").strip()[-1000:]
        raise ActionError(
            f"uv could not make the environment: {said or f'it ended with code {done.code}'}",
            ErrorKind.PROCESSING,
            hint="Check the names and versions in 'requirements', and that the package index can be reached.",
        )
