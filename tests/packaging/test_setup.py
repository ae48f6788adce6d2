"""The set-up scripts against a made-up machine: fake python, dpkg, apt and id on PATH."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the set-up by apt is for Debian and Ubuntu"
)

# A Python of which the test decides whether it is new enough, has ensurepip, and what its pip does.
PYTHON = """#!/usr/bin/env bash
case "$*" in
    *version_info\\ \\<*) [ -e "$MACHINE/old-python" ] && exit 1 || exit 0 ;;
    *"import ensurepip"*) [ -e "$MACHINE/no-venv" ] && exit 1 || exit 0 ;;
    *python%d.%d-venv*) echo +python3.11-venv ;;
    --version) echo "Python 3.11.2" ;;
    "-m venv "*)
        mkdir -p "$3/bin"
        cp "$0" "$3/bin/python"
        echo "VIRTUAL_ENV=$3" >"$3/bin/activate" ;;
    "-m pip --version") exit 0 ;;
    "-m pip install"*)
        echo "$*" >>"$MACHINE/pip.log"
        printf '%s\n' "Collecting one" "  Using cached one.whl" "Collecting two" "Successfully installed one two"
        [ -e "$MACHINE/slow-pip" ] && { echo waiting >&2; exec sleep 60; }
        [ -e "$MACHINE/no-network" ] && exit 1
        exit 0 ;;
esac
"""
DPKG_QUERY = '#!/usr/bin/env bash\nwhile read -r name; do echo "installed $name"; done <"$MACHINE/installed"\n'
APT_CACHE = """#!/usr/bin/env bash
if grep -qx "$2" "$MACHINE/index"; then echo "  Candidate: 1.0"; else echo "  Candidate: (none)"; fi
"""
APT_GET = """#!/usr/bin/env bash
echo "$*" >>"$MACHINE/apt.log"
[ -e "$MACHINE/no-network" ] && exit 100
case "$*" in
    *" install "*)
        rm -f "$MACHINE/no-venv"
        for word in "$@"; do echo "$word" >>"$MACHINE/installed"; done ;;
esac
exit 0
"""
QT = ["libgl1", "libegl1", "libxkbcommon0", "libx11-6", "libfontconfig1", "libfreetype6", "libdbus-1-3", "libbrotli1"]
WINDOW = [
    "libxkbcommon-x11-0",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-xkb1",
    "libx11-xcb1",
]


class Machine:
    """A checkout and the programs of a machine in a temporary folder."""

    def __init__(self, root: Path, project: Path) -> None:
        self.root = root
        self.checkout = root / "flow"
        (root / "bin").mkdir()
        for folder in ("scripts", "packaging"):
            (self.checkout / folder).mkdir(parents=True)
            for file in (project / folder).glob("s*.*"):
                shutil.copy(file, self.checkout / folder)
        (self.checkout / "pyproject.toml").write_text("[project]\n")
        programs = {"python3": PYTHON, "dpkg-query": DPKG_QUERY, "apt-cache": APT_CACHE, "apt-get": APT_GET}
        for name, text in programs.items():
            self.program(name, text)
        self.become(0)
        self.installs("libglib2.0-0", *QT, *WINDOW, "xvfb", "xauth", "xdotool")
        (root / "index").write_text("")

    def program(self, name: str, text: str) -> None:
        file = self.root / "bin" / name
        file.write_text(text)
        file.chmod(0o755)

    def become(self, user: int) -> None:
        """Act as the user of this number; 0 is root."""
        self.program("id", f"#!/bin/sh\necho {user}\n")

    def installs(self, *packages: str) -> None:
        """The packages that are there, and no others."""
        (self.root / "installed").write_text("".join(f"{name}\n" for name in packages))

    def knows(self, *packages: str) -> None:
        """The packages that the index has."""
        (self.root / "index").write_text("".join(f"{name}\n" for name in packages))

    def has(self, fact: str) -> None:
        """Turn a fact of this machine on: old-python, no-venv, no-network, slow-pip."""
        (self.root / fact).touch()

    @property
    def environment(self) -> dict[str, str]:
        path = f"{self.root / 'bin'}:/usr/bin:/bin"
        return {"PATH": path, "MACHINE": str(self.root), "HOME": str(self.root), "DISPLAY": ":9"}

    def run(self, script: str, *words: str, display: bool = True) -> subprocess.CompletedProcess[str]:
        environment = self.environment
        if not display:
            del environment["DISPLAY"]
        command = [str(self.checkout / script), *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    def setup(self, profile: str = "run", *, display: bool = True) -> subprocess.CompletedProcess[str]:
        return self.run("scripts/setup.sh", profile, display=display)

    def log(self, name: str) -> list[str]:
        file = self.root / f"{name}.log"
        return file.read_text().splitlines() if file.exists() else []

    @property
    def venv(self) -> Path:
        return self.checkout / ".venv"


@pytest.fixture
def machine(tmp_path: Path, project: Path) -> Machine:
    return Machine(tmp_path, project)


def test_the_first_time_makes_the_environment_and_the_second_time_does_nothing(machine: Machine) -> None:
    assert machine.setup().returncode == 0
    assert len(machine.log("pip")) == 1
    assert machine.log("pip")[0].endswith("--editable .[designer,data]")
    again = machine.setup()
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert len(machine.log("pip")) == 1
    assert machine.log("apt") == []


def test_the_tests_need_more_than_the_program_and_the_program_nothing_more_than_the_tests(machine: Machine) -> None:
    machine.setup("run")
    machine.setup("test")
    machine.setup("run")
    assert [line.split()[-1] for line in machine.log("pip")] == [".[designer,data]", ".[designer,dev]"]


def test_a_changed_pyproject_installs_again_into_the_same_environment(machine: Machine) -> None:
    machine.setup()
    (machine.venv / "kept").touch()
    (machine.checkout / "pyproject.toml").write_text("[project]\nname = 'changed'\n")
    machine.setup()
    assert len(machine.log("pip")) == 2
    assert (machine.venv / "kept").exists()


def test_a_moved_checkout_gets_a_new_environment(machine: Machine) -> None:
    machine.setup()
    (machine.venv / "kept").touch()
    moved = machine.root / "moved"
    machine.checkout.rename(moved)
    machine.checkout = moved
    assert machine.setup().returncode == 0
    assert not (machine.venv / "kept").exists()


def test_a_failed_installation_leaves_no_environment_behind(machine: Machine) -> None:
    machine.has("no-network")
    done = machine.setup()
    assert done.returncode == 1
    assert "check the network or the package index" in done.stderr
    assert not machine.venv.exists()


def test_a_failed_update_keeps_the_environment_that_was_there_and_tries_again(machine: Machine) -> None:
    machine.setup()
    (machine.checkout / "pyproject.toml").write_text("[project]\nname = 'changed'\n")
    machine.has("no-network")
    assert machine.setup().returncode == 1
    assert machine.venv.exists()
    (machine.root / "no-network").unlink()
    assert machine.setup().returncode == 0
    assert len(machine.log("pip")) == 3


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_set_up_leaves_no_environment_behind(machine: Machine, number: int, status: int) -> None:
    machine.has("slow-pip")
    process = subprocess.Popen(
        [str(machine.checkout / "scripts/setup.sh"), "run"],
        env=machine.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stderr is not None
    assert any(line.endswith(b"waiting\n") for line in iter(process.stderr.readline, b""))  # dots may stand before it
    os.killpg(process.pid, number)
    assert process.wait(timeout=30) == status
    process.stderr.close()
    assert not machine.venv.exists()


def test_an_environment_left_by_a_killed_set_up_is_made_anew(machine: Machine) -> None:
    machine.setup()
    (machine.venv / ".floworch-setup").unlink()
    (machine.venv / ".floworch-unfinished").touch()
    (machine.venv / "half-made").touch()
    assert machine.setup().returncode == 0
    assert not (machine.venv / "half-made").exists()


def test_root_gets_the_missing_packages_installed(machine: Machine) -> None:
    machine.has("no-venv")
    machine.installs("libglib2.0-0", *QT)
    machine.knows(*WINDOW)
    assert machine.setup().returncode == 0
    install = machine.log("apt")[-1]
    assert "install -y --no-install-recommends" in install
    assert install.split("--no-install-recommends ")[1].split() == [*WINDOW, "python3.11-venv"]


def test_another_user_gets_the_exact_line_to_paste_and_nothing_is_changed(machine: Machine) -> None:
    machine.become(1000)
    machine.has("no-venv")
    machine.installs("libglib2.0-0", *QT, *WINDOW, "xvfb")
    done = machine.setup("test")
    assert done.returncode == 3
    assert (
        "\n  sudo apt-get update && sudo apt-get install -y --no-install-recommends xauth xdotool python3.11-venv\n"
        in done.stderr
    )
    assert machine.log("apt") == []
    assert not machine.venv.exists()


def test_without_a_display_another_user_needs_no_libraries_of_qt_to_run_the_example(machine: Machine) -> None:
    machine.become(1000)
    machine.installs()
    assert machine.setup(display=False).returncode == 0
    assert machine.setup(display=True).returncode == 3


@pytest.mark.parametrize("name", ["libglib2.0-0", "libglib2.0-0t64"])
def test_the_name_that_this_release_uses_is_installed(machine: Machine, name: str) -> None:
    machine.installs(*QT)
    machine.knows(name)
    assert machine.run("packaging/system-packages.sh", "offscreen").returncode == 0
    assert machine.log("apt")[-1].endswith(f"--no-install-recommends {name}")


@pytest.mark.parametrize("name", ["libglib2.0-0", "libglib2.0-0t64"])
def test_either_name_counts_as_installed(machine: Machine, name: str) -> None:
    machine.installs(name, *QT)
    assert machine.run("packaging/system-packages.sh", "offscreen").returncode == 0
    assert machine.log("apt") == []


def test_a_failing_apt_stops_before_anything_is_made(machine: Machine) -> None:
    machine.installs()
    machine.has("no-network")
    done = machine.setup()
    assert done.returncode == 1
    assert "apt could not install" in done.stderr
    assert not machine.venv.exists()


def test_without_apt_the_packages_are_left_to_the_system(machine: Machine) -> None:
    script = (machine.checkout / "packaging/system-packages.sh").read_text()
    assert "command -v dpkg-query" in script
    bash = shutil.which("bash")
    assert bash is not None
    for tool in ("dirname", "awk", "sed", "id"):
        found = shutil.which(tool)
        assert found is not None
        target = machine.root / "tools" / tool
        target.parent.mkdir(exist_ok=True)
        target.symlink_to(found)
    done = subprocess.run(
        [bash, str(machine.checkout / "packaging/system-packages.sh"), "offscreen"],
        env={"PATH": str(machine.root / "tools")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_no_python_that_is_new_enough_is_said_with_the_way_out(machine: Machine) -> None:
    machine.has("old-python")
    for name in ("python3.13", "python3.12", "python3.11", "python"):
        machine.program(name, PYTHON)
    done = machine.setup()
    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr
    assert "make run PYTHON=" in done.stderr


def test_an_unknown_profile_is_refused(machine: Machine) -> None:
    done = machine.setup("fly")
    assert (done.returncode, done.stderr) == (1, "usage: scripts/setup.sh run|test|proof\n")


def test_every_library_that_is_installed_is_a_dot(machine: Machine) -> None:
    assert "\n..\n" in machine.setup().stderr
