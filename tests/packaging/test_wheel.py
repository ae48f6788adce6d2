"""The wheel: three packages, their data files, the command, and nothing else."""

from __future__ import annotations

import configparser
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

pytest.importorskip("hatchling")

PACKAGES = {
    "floworch": "engine",
    "floworch_designer": "designer",
    "floworch_resources": "resources",
}


@pytest.fixture(scope="module")
def wheel(project: Path, tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=project, check=True, capture_output=True)
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def dist_info(wheel: zipfile.ZipFile, name: str) -> str:
    return next(wheel.read(entry).decode() for entry in wheel.namelist() if entry.endswith(f".dist-info/{name}"))


def test_nothing_but_the_three_packages_lands_in_site_packages(wheel: zipfile.ZipFile) -> None:
    top = {name.split("/")[0] for name in wheel.namelist()}
    assert {name for name in top if not name.endswith(".dist-info")} == set(PACKAGES)


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_every_committed_file_of_a_package_is_in_the_wheel(wheel: zipfile.ZipFile, project: Path, package: str) -> None:
    root = PACKAGES[package]
    command = ["git", "ls-files", f"{root}/{package}"]
    listed = subprocess.run(command, cwd=project, check=False, capture_output=True, text=True)
    if listed.returncode != 0 or not listed.stdout:
        pytest.skip("not a git checkout")
    existing = {line for line in listed.stdout.splitlines() if (project / line).is_file()}
    assert {line.removeprefix(f"{root}/") for line in existing} <= set(wheel.namelist())


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_type_checkers_are_told_that_a_package_has_types(wheel: zipfile.ZipFile, package: str) -> None:
    assert f"{package}/py.typed" in wheel.namelist()


def test_caches_and_tests_are_left_out(wheel: zipfile.ZipFile) -> None:
    assert [
        name for name in wheel.namelist() if "__pycache__" in name or "/test" in name.replace("/testing/", "/")
    ] == []


def test_the_command_is_installed(wheel: zipfile.ZipFile) -> None:
    entries = configparser.ConfigParser()
    entries.read_string(dist_info(wheel, "entry_points.txt"))
    assert entries["console_scripts"]["floworch"] == "floworch.__main__:main"


def test_the_metadata_names_licence_python_and_extras(wheel: zipfile.ZipFile) -> None:
    metadata = Parser().parsestr(dist_info(wheel, "METADATA"))
    assert metadata["Name"] == "floworch"
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert "designer" in (metadata.get_all("Provides-Extra") or [])


def test_the_licence_text_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    assert "END OF TERMS AND CONDITIONS" in dist_info(wheel, "licenses/LICENSE")
