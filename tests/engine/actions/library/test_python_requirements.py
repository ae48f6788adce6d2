"""Libraries that code asks for come from an environment that uv makes once."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from floworch.actions.library.python_requirements import environment, inline_requirements
from floworch.actions.registry import registry
from floworch.errors import ActionError
from floworch.executor import processes
from floworch.testing import FakeHost
from floworch.testing.actions import call_action

BLOCK = '# /// script\n# requires-python = ">=3.11"\n# dependencies = [\n#   "one>=1",\n#   "two",\n# ]\n# ///\n'
#: Stands for uv: an environment whose Python is the one here, and a note of what was asked for.
UV = """#!/bin/sh
echo "$*" >> "$UV_ASKED"
[ "$1" = venv ] || exit "${UV_CODE:-0}"
for last; do :; done
mkdir -p "$last/bin" && printf '#!/bin/sh\\nexec %s "$@"\\n' "$UV_PYTHON" > "$last/bin/python"
chmod +x "$last/bin/python"
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a script of the shell stands for uv")


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that holds what uv was asked for, a line for each time."""
    place = tmp_path / "tools" / "uv"
    place.parent.mkdir()
    place.write_text(UV)
    place.chmod(0o755)
    monkeypatch.setenv("PATH", f"{place.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("FLOWORCH_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("UV_ASKED", str(tmp_path / "asked"))
    monkeypatch.setenv("UV_PYTHON", sys.executable)
    return tmp_path / "asked"


def lines(asked: Path) -> list[str]:
    return asked.read_text().splitlines() if asked.exists() else []


def names(tmp_path: Path) -> list[str]:
    return [path.name for path in (tmp_path / "cache" / "python").iterdir()]


def test_the_block_of_a_script_is_read() -> None:
    assert inline_requirements(f"#!/usr/bin/env python\n{BLOCK}import one\n") == ["one>=1", "two"]
    assert inline_requirements("# /// script\n# requires-python = '>=3'\n# ///\n") == []
    assert inline_requirements("x = 1  # /// script\n") == []


@pytest.mark.parametrize(
    "text", ["# /// script\n# dependencies = [\n# ///\n", "# /// script\n# dependencies = 1\n# ///\n"]
)
def test_a_block_that_cannot_be_read_is_said(text: str) -> None:
    with pytest.raises(ActionError, match="# /// script"):
        inline_requirements(text)


async def test_code_and_scripts_run_in_an_environment_that_is_made_once(asked: Path, tmp_path: Path) -> None:
    (tmp_path / "s.py").write_text(f"{BLOCK}def main():\n    return 7\n")
    host = FakeHost(folder=str(tmp_path))
    try:
        for _ in range(2):
            code = {"code": "1 + 1", "requirements": ["two", "one>=1"]}
            assert await call_action("python.code", code, host) == 2
            assert (await call_action("python.script", {"path": "s.py"}, host))["value"] == 7
    finally:
        await processes.close_shared_pool()
    venv, install = lines(asked)  # the same libraries in another order are the same environment
    assert venv.startswith(f"venv --quiet --relocatable --python {sys.executable} ")
    assert install.endswith(" -- two one>=1")
    assert not [name for name in names(tmp_path) if name.startswith(".")]


async def test_what_uv_complains_about_is_told_and_nothing_is_kept(
    asked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_CODE", "2")
    with pytest.raises(ActionError, match="uv could not make the environment"):
        await environment(FakeHost().context(), ["nope"], None)
    assert names(tmp_path) == []


async def test_without_uv_it_is_said_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(ActionError, match="needs one, and uv") as caught:
        await environment(FakeHost().context(), ["one"], None)
    assert "pip install uv" in caught.value.hint
    assert await environment(FakeHost().context(), [], "py") == "py"


@pytest.mark.parametrize("wanted", ["--index-url=https://evil.example", " -r x.txt"])
async def test_an_option_is_no_requirement(asked: Path, wanted: str) -> None:
    params: dict[str, Any] = {"code": "1", "requirements": [wanted]}
    assert [issue.path for issue in registry.resolve("python.code").check_params(params)] == ["requirements"]
    with pytest.raises(ActionError, match="is no requirement"):
        await environment(FakeHost().context(), [wanted], None)
    assert lines(asked) == []


async def test_the_packaged_program_is_no_python_to_build_on(asked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    await environment(FakeHost().context(), ["one"], None)
    assert f"--python {sys.version_info[0]}.{sys.version_info[1]} " in lines(asked)[0]
