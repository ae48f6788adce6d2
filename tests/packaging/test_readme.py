"""README: the Python in it runs, and the commands in it exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from floworch.cli.app import app


@pytest.fixture(scope="module")
def readme(project: Path) -> str:
    return (project / "README.md").read_text(encoding="utf-8")


def code(readme: str, language: str) -> list[str]:
    """The code blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)


def test_the_python_of_the_readme_runs_as_it_stands(readme: str, tmp_path: Path) -> None:
    (block,) = code(readme, "python")
    file = tmp_path / "readme.py"
    file.write_text(
        block
        + "import asyncio\n"
        + "assert result.status.value == 'completed', result\n"
        + "asyncio.run(durable())\n"
        + "assert FlatBuffersStore('./workflow_data').load('order-1').status.value == 'completed'\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-W", "error", str(file)]
    done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) >= 4, "the events are printed"


def test_every_verb_and_option_of_the_readme_exists(readme: str) -> None:
    lines = [line for block in code(readme, "sh") for line in re.findall(r"^floworch .*", block, re.MULTILINE)]
    used: dict[str, set[str]] = {}
    for line in lines:
        words = line.split("#")[0].split()
        used.setdefault(words[1], set()).update(word for word in words if word.startswith("--"))
    assert {"design", "run", "validate", "resume", "show"} <= set(used)
    for verb, options in used.items():
        done = CliRunner().invoke(app, [verb, "--help"], env={"COLUMNS": "200"})
        assert done.exit_code == 0, f"{verb}: {done.stderr}"
        missing = {option for option in options if option not in done.stdout}
        assert not missing, verb


def test_the_extras_of_the_readme_are_those_of_the_project(
    readme: str, pyproject: dict[str, dict[str, object]]
) -> None:
    paragraph = re.search(r"^Extras: (.*?)\n\n", readme, re.MULTILINE | re.DOTALL)
    assert paragraph is not None
    extras = pyproject["project"]["optional-dependencies"]
    assert isinstance(extras, dict)
    assert set(re.findall(r"`([a-z]+)`", paragraph[1])) == set(extras)
