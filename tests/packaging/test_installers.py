"""The packaged program and its entry in the menu: what the scripts of ``packaging/`` make."""

from __future__ import annotations

import configparser
import json
import os
import shutil
import subprocess
import sys
import tarfile
import xml.etree.ElementTree as Xml
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="these scripts are for Linux")

MIME = "{http://www.freedesktop.org/standards/shared-mime-info}"


def entry_of(file: Path) -> configparser.SectionProxy:
    """The entry for the menu in a file."""
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(file, encoding="utf-8")
    return parser["Desktop Entry"]


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """What stands for the program: a folder as PyInstaller makes it."""
    folder = tmp_path / "made" / "floworch"
    (folder / "_internal").mkdir(parents=True)
    (folder / "floworch").write_text('#!/bin/sh\necho started "$@"\n')
    (folder / "floworch").chmod(0o755)
    return folder


def build(project: Path, program: Path, tmp_path: Path, what: str) -> Path:
    """Build an installer around the program; the folder with what came out."""
    environment = {**os.environ, "OUT": str(program.parent), "WORK": str(tmp_path / "work")}
    subprocess.run([project / "packaging" / "build.sh", what], env=environment, check=True, capture_output=True)
    return program.parent


def install(script: Path, home: Path, *words: str, path: str = "/usr/bin:/bin") -> subprocess.CompletedProcess[str]:
    environment = {"HOME": str(home), "PATH": path}
    return subprocess.run([script, *words], env=environment, check=False, capture_output=True, text=True)


def test_the_types_of_file_that_the_entry_opens_are_told_to_the_desktop(project: Path) -> None:
    named = entry_of(project / "packaging" / "floworch.desktop")["MimeType"].rstrip(";").split(";")
    types = Xml.parse(project / "packaging" / "floworch-mime.xml").getroot().findall(f"{MIME}mime-type")
    assert [each.get("type") for each in types] == named
    assert [each.get("pattern") for each in types[0].findall(f"{MIME}glob")] == ["*.flow.json"]


def test_the_entry_starts_the_designer_with_a_file_and_the_icon_is_there(project: Path) -> None:
    entry = entry_of(project / "packaging" / "floworch.desktop")
    assert entry["Exec"] == "floworch design %f"
    icon = project / "resources" / "floworch_resources" / "icons" / f"{entry['Icon']}.svg"
    assert Xml.parse(icon).getroot().tag == "{http://www.w3.org/2000/svg}svg"


@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="dpkg-deb is not installed")
def test_the_package_for_debian_holds_program_command_entry_icon_and_type(
    project: Path, program: Path, tmp_path: Path
) -> None:
    made = next(build(project, program, tmp_path, "deb").glob("floworch_*.deb"))
    tree = tmp_path / "installed"
    subprocess.run(["dpkg-deb", "--extract", made, tree], check=True)
    command = tree / "usr" / "bin" / "floworch"
    assert (
        subprocess.run([command, "--version"], capture_output=True, text=True, check=True).stdout
        == "started --version\n"
    )
    share = tree / "usr" / "share"
    assert entry_of(share / "applications" / "floworch.desktop")["Icon"] == "floworch"
    assert (share / "icons" / "hicolor" / "scalable" / "apps" / "floworch.svg").is_file()
    assert (share / "mime" / "packages" / "floworch.xml").is_file()
    field = ["dpkg-deb", "--field", str(made), "Depends"]
    depends = subprocess.run(field, capture_output=True, text=True, check=True).stdout.strip().split(", ")
    assert "libglib2.0-0t64 | libglib2.0-0" in depends  # either name, as Debian and Ubuntu differ
    assert "libxcb-cursor0" in depends
    assert not {"xvfb", "spin"} & set(depends)


def test_the_archive_installs_for_one_user_and_goes_again(project: Path, program: Path, tmp_path: Path) -> None:
    made = next(build(project, program, tmp_path, "archive").glob("floworch-*.tar.xz"))
    with tarfile.open(made) as archive:
        archive.extractall(tmp_path / "my programs", filter="data")
    folder = next((tmp_path / "my programs").iterdir())
    home = tmp_path / "home"
    done = install(folder / "install.sh", home)
    assert done.returncode == 0, done.stderr
    entry = entry_of(home / ".local/share/applications/floworch.desktop")
    assert entry["Exec"] == f'"{folder}/program/floworch" design %f'
    assert (home / ".local/bin/floworch").resolve() == folder / "program" / "floworch"
    assert install(folder / "install.sh", home, "--remove").returncode == 0
    assert [str(each) for each in home.rglob("floworch*")] == []


def test_the_source_tree_puts_an_installed_command_into_the_menu(project: Path, program: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    script = project / "packaging" / "install.sh"
    refused = install(script, home)
    assert refused.returncode == 2
    assert "no floworch in your PATH" in refused.stderr
    assert install(script, home, path=f"{program}:/usr/bin:/bin").returncode == 0
    assert entry_of(home / ".local/share/applications/floworch.desktop")["Exec"] == f'"{program}/floworch" design %f'
    assert not (home / ".local/bin").exists()


def frozen(project: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Start what the packaged program starts with, in this Python."""
    command = [sys.executable, str(project / "packaging" / "frozen.py"), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environment})


def test_the_packaged_program_is_the_command_line(project: Path) -> None:
    assert frozen(project, "--version").stdout.startswith("floworch ")
    assert frozen(project, "no-such-verb").returncode == 2


def test_the_packaged_program_is_the_python_of_the_processes_that_it_starts(project: Path) -> None:
    names = "('LD_LIBRARY_PATH', 'PYINSTALLER_RESET_ENVIRONMENT')"
    code = f"import json, os, sys; print(json.dumps([sys.argv, [os.environ.get(name) for name in {names}]]))"
    kept = frozen(
        project, "-P", "-X", "utf8", "-c", code, "a", "-b", LD_LIBRARY_PATH="/mine", LD_LIBRARY_PATH_ORIG="/theirs"
    )
    # Steps start programs with the system's libraries, and this program with its own ones again.
    assert json.loads(kept.stdout) == [["-c", "a", "-b"], ["/theirs", "1"]]
    worker = frozen(project, "-P", "-m", "floworch", "--version")
    assert worker.stdout.startswith("floworch ")
