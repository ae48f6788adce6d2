"""A new action to begin with: one file and its test, or a package around them."""

from __future__ import annotations

import re
from pathlib import Path
from string import Template

from floworch.errors import UsageError

_ID = re.compile(r"([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)")


def scaffold(action_id: str, folder: Path, *, package: bool = False, force: bool = False) -> list[Path]:
    """Write the files of a new action and return them.

    Args:
        action_id: ``namespace.name``, both of lower-case letters, digits and ``_``.
        folder: Where they go; it is made when it is not there.
        package: Write a package with ``pyproject.toml`` and entry point instead of a file for a folder of actions.
        force: Replace files that are there.

    Raises:
        UsageError: The id has another form or is taken, or a file is there already.
    """
    match = _ID.fullmatch(action_id)
    if match is None:
        raise UsageError(
            f"'{action_id}' cannot be the id of a new action.", "Write namespace.name, such as orders.check."
        )
    _check_free(action_id, force)
    space, name = match[1], match[2]
    module = f"floworch_{space}" if package else f"{space}_{name}"
    words = {"id": action_id, "name": name, "title": name.replace("_", " ").capitalize(), "module": module}
    words["import"] = f"{module}.actions" if package else module
    if package:
        words["project"] = f"floworch-{space}".replace("_", "-")
        plan = {
            "pyproject.toml": _PROJECT,
            "README.md": _README,
            f"{module}/__init__.py": _INIT,
            f"{module}/actions.py": _ACTION,
            f"tests/test_{name}.py": _TEST,
        }
    else:
        plan = {f"{module}.py": _ACTION, f"test_{module}.py": _TEST}
    files = {folder / path: Template(text).substitute(words) for path, text in plan.items()}
    for file in files:
        if file.exists() and not force:
            raise UsageError(f"{file} is already there.", "Choose another folder with --output, or add --force.")
    for file, text in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return list(files)


def _check_free(action_id: str, force: bool) -> None:
    from floworch.actions.registry import builtin_actions

    if action_id in builtin_actions() and not force:
        raise UsageError(f"There is a built-in action '{action_id}'.", "Choose another id.")


_ACTION = '''"""The action $id."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from floworch import ActionError, Context, action
from floworch.actions.widgets import show_if


@action("$id", title="$title", subtitle="text", effect="pure", example={"text": "Hello", "times": 2})
async def $name(
    ctx: Context,
    text: str,
    times: Annotated[int, Field(ge=1, le=1000)] = 1,
    form: Literal["text", "list"] = "text",
    between: Annotated[str, show_if(form="text")] = " ",
) -> dict[str, object]:
    """Repeat a text.

    Args:
        text: What is repeated.
        times: How often.
        form: What comes out.
        between: What stands between two of them.
    """
    if not text:
        raise ActionError("There is nothing to repeat.", kind="validation_error", hint="Give some text.")
    ctx.log(f"repeating it {times} times")
    parts = [text] * times
    return {"value": between.join(parts) if form == "text" else parts, "length": len(text) * times}
'''
_TEST = """from __future__ import annotations

import pytest
from $import import $name

from floworch import ActionError
from floworch.testing import FakeHost, run_action


def test_it_repeats_the_text() -> None:
    host = FakeHost(inputs={"word": "ha"})
    assert run_action($name, host, text="{{ inputs.word }}", times=3) == {"value": "ha ha ha", "length": 6}
    assert host.logs == [("info", "repeating it 3 times")]


def test_it_refuses_what_makes_no_sense() -> None:
    with pytest.raises(ActionError, match="times"):
        run_action($name, text="ha", times=0)
"""
_INIT = '''"""Actions for Flow Orchestrator."""
'''
_PROJECT = """[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "$project"
version = "0.1.0"
description = "Actions for Flow Orchestrator."
requires-python = ">=3.11"
dependencies = ["floworch"]

# Named by the id of the action: only this line is read until a workflow uses it.
[project.entry-points."floworch.actions"]
"$id" = "$module.actions:$name"

[tool.hatch.build.targets.wheel]
packages = ["$module"]
"""
_README = """# $project

The action `$id` for Flow Orchestrator. Install it with `pip install .`; then `floworch actions show $id` describes it
and the palette of the designer offers it. Its tests run with `pytest`.
"""
