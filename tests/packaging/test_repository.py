"""The repository: what README promises is what continuous integration runs, and traps stay closed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest


def text_of(project: Path, name: str) -> str:
    return (project / name).read_text(encoding="utf-8")


def targets(project: Path) -> set[str]:
    """The names that `make` accepts."""
    return set(re.findall(r"^([a-z][a-z-]*):", text_of(project, "Makefile"), re.MULTILINE))


def test_the_test_command_of_the_readme_is_the_one_that_ci_runs(project: Path) -> None:
    command = re.search(r"^`([^`]+)` is the full check", text_of(project, "README.md"), re.MULTILINE)
    assert command is not None
    assert command[1] == "make test"
    assert re.search(rf'^\s*step "test" \d+ {re.escape(command[1])}$', text_of(project, ".ci/run"), re.MULTILINE)


@pytest.mark.parametrize("file", ["README.md", "CONTRIBUTING.md", ".ci/run", "docs/development/status.md"])
def test_every_make_command_that_is_written_down_exists(project: Path, file: str) -> None:
    named = set(re.findall(r"(?:^|`|\d )make ([a-z][a-z-]*)", text_of(project, file), re.MULTILINE))
    assert named <= targets(project)


def test_make_alone_prints_the_list_of_targets(project: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(["make"], cwd=project, env=environment, capture_output=True, text=True, check=True)
    for target in ("run", "test", "check", "proof", "bench", "screenshots", "format", "clean", "help"):
        assert re.search(rf"^  {target} +\S", done.stdout, re.MULTILINE), target


def test_the_folder_packaging_does_not_shadow_the_library_of_that_name(project: Path) -> None:
    assert not (project / "packaging" / "__init__.py").exists()


def test_tests_are_no_packages(project: Path) -> None:
    assert sorted(str(file) for file in (project / "tests").rglob("__init__.py")) == []


@pytest.mark.parametrize("name", ["scripts", "packaging", ".ci/run"])
def test_shell_scripts_can_be_executed_and_parse(project: Path, name: str) -> None:
    place = project / name
    files = sorted(place.glob("*.sh")) if place.is_dir() else [place]
    assert files
    for file in files:
        assert os.access(file, os.X_OK), f"{file} is not executable"
        subprocess.run(["bash", "-n", str(file)], check=True)


@pytest.mark.parametrize(
    "link_source", ["README.md", "CONTRIBUTING.md", "docs/adr/README.md", "docs/development/status.md"]
)
def test_links_between_documents_lead_somewhere(project: Path, link_source: str) -> None:
    links = re.findall(r"(?<!!)\[[^\]]*\]\(([^)#:]+)\)", text_of(project, link_source))
    broken = [link for link in links if not (project / link_source).parent.joinpath(link).exists()]
    assert broken == []


def test_each_decision_has_context_decision_and_consequences(project: Path) -> None:
    records = sorted((project / "docs" / "adr").glob("[0-9]*.md"))
    assert [record.name[:4] for record in records] == [f"{number:04d}" for number in range(1, len(records) + 1)]
    assert len(records) >= 7
    for record in records:
        headings = re.findall(r"^## (.+)$", record.read_text(encoding="utf-8"), re.MULTILINE)
        assert {"Context", "Decision", "Consequences"} <= set(headings), record.name


def test_the_licence_is_the_full_apache_text(project: Path) -> None:
    text = text_of(project, "LICENSE")
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_qt_calls_that_return_nothing_keep_the_reference_count_of_none() -> None:
    """PySide6 6.12.0 on Python 3.11 loses one reference per call until the interpreter aborts."""
    pytest.importorskip("PySide6.QtCore")
    code = (
        "import sys\n"
        "from PySide6.QtCore import QObject\n"
        "thing = QObject()\n"
        "before = sys.getrefcount(None)\n"
        "for _ in range(20_000):\n"
        "    thing.setObjectName('x')\n"
        "print(before - sys.getrefcount(None))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert abs(int(done.stdout)) < 1_000


@pytest.mark.skipif(not os.environ.get("FLOWORCH_REQUIRE_QT"), reason="a session without Qt is allowed")
def test_the_full_check_runs_with_qt_so_that_no_designer_test_is_left_out(request: pytest.FixtureRequest) -> None:
    qt = request.config.pluginmanager.get_plugin("pytest-qt")
    assert qt is not None
    assert request.config.getini("qt_api") == "pyside6"
