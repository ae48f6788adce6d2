"""Every command and every snippet of the documentation does what the page says.

A page is played from top to bottom in a folder of its own. Blocks marked ``sh`` are run in one shell, with the commands
of ``<!-- in the window: ... -->`` comments in the place of what a person does there; ``json NAME`` blocks are written
to files first; ``python`` blocks are run one after another in one namespace. ``text`` blocks are only shown: they
belong to the source tree, not to an installed program, or are what a program prints.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from small_python import small_python

from floworch.cli.app import VERBS
from floworch.model import codec
from floworch.model.workflow import Node, Settings, Workflow
from floworch.run.events import EventKind

pytestmark = pytest.mark.timeout(300)  # a page starts twenty processes: a busy machine may take long for one
ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(
    page.relative_to(DOCS).as_posix()
    for folder in ("tutorial", "how-to", "explanation", "reference")
    for page in (DOCS / folder).glob("*.md")
)
_BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$|^<!-- in the window: [^\n]*\n(.*?)^-->$", re.MULTILINE | re.DOTALL)
#: Pages whose snippets have tests of their own.
ELSEWHERE = {"how-to/write-an-action.md", "reference/expressions.md", "reference/problems.md", "reference/statuses.md"}

# A window cannot be watched by a script: it is opened, rendered and closed.
_PROGRAM = """#!/bin/sh
case "$1 $*" in
    design*--screenshot*) exec '{python}' -m floworch "$@" ;;
    design*) exec '{python}' -m floworch "$@" --screenshot "$PWD/window.png" ;;
    *) exec '{python}' -m floworch "$@" ;;
esac
"""


def blocks(page: str) -> Iterator[tuple[str, str, str]]:
    """The blocks of a page in order: kind, name, text."""
    for found in _BLOCK.finditer((DOCS / page).read_text(encoding="utf-8")):
        kind, name, text, window = found.groups()
        yield ("sh", "", window) if kind is None else (kind, name.strip(), text)


@pytest.fixture
def python() -> str:
    """The interpreter that the program under test runs on."""
    return sys.executable


@pytest.fixture
def folder(tmp_path: Path, python: str) -> Iterator[Path]:
    """A folder with ``floworch``, the program under test, and ``python``; companions of stores are ended afterwards."""
    program = tmp_path / ".bin" / "floworch"
    program.parent.mkdir()
    program.write_text(_PROGRAM.format(python=python))
    program.chmod(0o755)
    (program.parent / "python").write_text(f"#!/bin/sh\nexec '{sys.executable}' \"$@\"\n")
    (program.parent / "python").chmod(0o755)
    yield tmp_path
    for companion in tmp_path.rglob("companion"):
        with suppress(OSError, ValueError, KeyError):
            os.kill(json.loads(companion.read_text())["pid"], signal.SIGKILL)


#: The page that audits all installed packages, of which this machine has tens of thousands of files.
AUDIT = "tutorial/folder-audit.md"
#: Pages that start more than a dozen processes: for ``make proof``.
LONG = {"how-to/run-headless.md", "tutorial/first-workflow.md"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, marks=[pytest.mark.proof] if page in LONG else [])
        for page in PAGES
        if page not in {*ELSEWHERE, AUDIT}
    ],
)
def test_the_commands_and_snippets_of_a_page(page: str, folder: Path) -> None:
    shell: list[str] = []
    python: list[str] = []
    for kind, name, text in blocks(page):
        assert kind in {"sh", "json", "python", "text"}, f"{page}: a {kind} block is not checked"
        if kind == "json":
            data = json.loads(text)
            if name:
                (folder / name).write_text(text)
            assert bool(name) == ("nodes" in data), f"{page}: a definition needs a file name"
        elif kind != "text":
            (shell if kind == "sh" else python).append(text)
    env = {
        **os.environ,
        "PATH": f"{folder / '.bin'}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder / ".data"),
        "FLOWORCH_CONFIG_DIR": str(folder / ".config"),
        "QT_QPA_PLATFORM": "offscreen",
    }
    for command in (
        [[sys.executable, "-c", "\n".join(python)]] if python else []
    ) + ([["bash", "-euc", "\n".join(shell)]] if shell else []):  # fmt: skip
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=280, check=False)
        assert done.returncode == 0, f"{page}\n{done.stdout[-3000:]}\n{done.stderr[-5000:]}"
        assert "Traceback" not in done.stderr, done.stderr
    check = _AFTERWARDS.get(page)
    if check is not None:
        check(folder)


class TestFolderAudit:
    @pytest.fixture
    def python(self, tmp_path_factory: pytest.TempPathFactory) -> str:
        """A Python with fewer packages: test_folder_audit.py audits all of them in ``make proof``."""
        return str(small_python(tmp_path_factory.mktemp("python"), files=1500))

    @pytest.mark.proof
    def test_its_commands(self, folder: Path) -> None:
        test_the_commands_and_snippets_of_a_page(AUDIT, folder)
        report = (folder / "audit" / "report.html").read_text()
        assert "<b>3</b><span>files audited</span>" in report


def _crash(folder: Path) -> None:
    assert (folder / "effects.txt").read_text().split() == ["before", "after"]
    assert (folder / "payments.txt").read_text().split() == ["paid"]


def _headless(folder: Path) -> None:
    assert json.loads((folder / "outputs.json").read_text())["files"] == 1
    assert json.loads((folder / "run.json").read_text())["status"] == "completed"
    for name in ("events.jsonl", "followed.jsonl"):
        lines = (folder / name).read_text().splitlines()
        assert json.loads(lines[-1])["kind"] == "run_completed"


def _audit(folder: Path) -> None:
    assert "Folder audit" in (folder / "audit" / "report.html").read_text()


_AFTERWARDS: dict[str, Any] = {
    "how-to/resume-after-a-crash.md": _crash,
    "how-to/run-headless.md": _headless,
    "tutorial/folder-audit.md": _audit,
}


def words(page: str) -> set[str]:
    """What a page writes as code."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return {word for code in re.findall(r"`([^`\n]+)`", text) for word in re.findall(r"[\w$-]+", code)}


def test_the_command_reference_names_every_verb() -> None:
    assert set(VERBS) <= words("reference/command-line.md")


def test_the_event_reference_names_kinds_that_exist_and_misses_none() -> None:
    later = {"node_reused"}
    named = {word for word in words("reference/events.md") if word.split("_")[0] in {"run", "node", "item", "items"}}
    assert {kind.public for kind in EventKind} - later <= words("reference/events.md")
    assert named - {"run_id", "node", "item", "items"} <= {kind.public for kind in EventKind}


def test_the_definition_reference_names_every_key() -> None:
    named = words("reference/definition-file.md")
    for model in (Workflow, Node, Settings):
        assert {field.alias or name for name, field in model.model_fields.items()} <= named


def test_links_and_pictures_of_the_pages_exist() -> None:
    for page in ["index.md", *PAGES]:
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", (DOCS / page).read_text(encoding="utf-8")):
            if not target.startswith(("http:", "https:", "#")):
                assert (DOCS / page).parent.joinpath(target).exists(), f"{page}: {target}"
    assert all(picture.stat().st_size < 300_000 for picture in (DOCS / "images").glob("*.png"))


def test_the_index_leads_to_every_page() -> None:
    linked = set(re.findall(r"\]\(([^)#]+)[^)]*\)", (DOCS / "index.md").read_text(encoding="utf-8")))
    assert set(PAGES) <= linked


def test_definitions_of_the_pages_are_in_their_written_form_or_short(tmp_path: Path) -> None:
    for page in PAGES:
        for kind, name, text in blocks(page):
            if kind == "json" and name:
                assert codec.loads(text).nodes
