"""The real window on a virtual X server: it opens, runs, and survives that it or its engine is killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("PySide6")

from floworch.model import codec

pytestmark = [
    pytest.mark.xvfb,
    pytest.mark.skipif(
        sys.platform != "linux" or not (shutil.which("Xvfb") and shutil.which("xdotool")),
        reason="needs Xvfb and xdotool (packaging/system-packages.sh test)",
    ),
]
PATIENCE = 60.0
SIZE = "1600x1000"

GRAB = """
import sys
from PySide6.QtGui import QGuiApplication
app = QGuiApplication([])
picture = app.primaryScreen().grabWindow(0)
image = picture.toImage()
colours = {image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)}
picture.save(sys.argv[1])
sys.stdout.write(f"{picture.width()} {picture.height()} {len(colours)}")
"""


def wait_for(condition: Callable[[], Any], what: str) -> Any:
    """Wait until something outside this process is true and return it."""
    deadline = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not seen within {PATIENCE:g} s: {what}"
    return found


class Screen:
    """A virtual X server, and what a person could do on it."""

    def __init__(self, cli: Any, folder: Path) -> None:
        reader, writer = os.pipe()
        xvfb = [
            str(shutil.which("Xvfb")),
            "-displayfd",
            str(writer),
            "-screen",
            "0",
            f"{SIZE}x24",
            "-nolisten",
            "tcp",
            "-noreset",
        ]
        self._server = subprocess.Popen(
            xvfb, pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )  # fmt: skip
        os.close(writer)
        with os.fdopen(reader) as said:
            self.display = f":{said.readline().strip()}"
        self._cli = cli
        cli.env.update(
            DISPLAY=self.display,
            QT_QPA_PLATFORM="xcb",
            FLOWORCH_CONFIG_DIR=str(folder / "config"),
            XDG_RUNTIME_DIR=str(folder),
        )

    def open(self, *arguments: object, module: str = "floworch") -> Any:
        """Start the designer and return its process once its window is on the screen and has the keyboard."""
        if module == "floworch":
            process = self._cli.start("design", *arguments)
        else:
            process = self._cli.start_python("-m", module, *arguments)
        self.window = wait_for(lambda: self._windows(process), "the window")
        self._xdotool("windowmove", self.window, "0", "0")
        self._xdotool("windowsize", self.window, *SIZE.split("x"))
        self._xdotool("windowfocus", "--sync", self.window)
        return process

    def press(self, *keys: str) -> None:
        self._xdotool("windowfocus", "--sync", self.window)
        self._xdotool("key", "--clearmodifiers", *keys)

    def title(self) -> str:
        return self._xdotool("getwindowname", self.window)

    def picture(self, file: Path) -> tuple[int, int, int]:
        """Save what is on the screen; returns width, height and how many colours it has."""
        done = subprocess.run(
            [sys.executable, "-c", GRAB, str(file)], env=self._cli.env, capture_output=True, text=True, check=True
        )
        width, height, colours = map(int, done.stdout.split())
        return width, height, colours

    def settled_picture(self, file: Path) -> None:
        """Save what is on the screen once two pictures in a row are the same."""
        before = b""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.picture(file)
            if before == file.read_bytes():
                return
            before = file.read_bytes()

    def close(self) -> None:
        self._server.terminate()
        self._server.wait(10)

    def _windows(self, process: Any) -> str:
        assert process.popen.poll() is None, process.stderr
        found = self._xdotool("search", "--onlyvisible", "--name", "Flow Orchestrator", check=False).split()
        return found[-1] if found else ""

    def _xdotool(self, *arguments: str, check: bool = True) -> str:
        done = subprocess.run(
            ["xdotool", *arguments], env=self._cli.env, capture_output=True, text=True, check=check, timeout=30
        )
        return done.stdout.strip()


@pytest.fixture
def screen(cli: Any, tmp_path: Path) -> Iterator[Screen]:
    found = Screen(cli, tmp_path)
    yield found
    cli.end()
    found.close()


@pytest.fixture
def held(cli: Any, screen: Screen, tmp_path: Path) -> Path:
    """A trusted workflow that lasts until the file ``go`` is there; trusted where the window of ``screen`` looks."""
    go = tmp_path / "go"
    path = cli.file(
        {
            "id": "held",
            "name": "Wait for a file",
            "nodes": {
                "first": {"action": "data.set", "title": "Begin", "params": {"fields": {"x": 1}}},
                "hold": {
                    "action": "shell.run",
                    "title": "Wait for the file",
                    "effect": "idempotent",
                    "params": {"command": f"while [ ! -e '{go}' ]; do sleep 0.05; done"},
                },
                "last": {"action": "util.log", "title": "Say so", "params": {"message": "it came"}},
            },
            "edges": [{"from": "first", "to": "hold"}, {"from": "hold", "to": "last"}],
            "view": {"nodes": {"first": [0, 0], "hold": [300, 0], "last": [600, 0]}},
        }
    )
    cli("trust", path)
    return path


def only_run(cli: Any) -> str:
    """The id of the one run in the store, or nothing while there is none."""
    runs = cli.json("runs", "--json")
    return str(runs[0]["run_id"]) if runs else ""


def running(cli: Any) -> str:
    """The id of the run once its second step works."""
    run_id = wait_for(lambda: only_run(cli), "a run")
    wait_for(lambda: cli.show(run_id)["nodes"]["hold"]["status"] == "running", "the step running")
    return run_id


def test_the_window_opens_on_a_file_and_closes_on_request(screen: Screen, example: Path, artifacts: Path) -> None:
    process = screen.open(example)
    name = codec.load(example).name  # a file of the product is opened as a copy, which has no file yet
    wait_for(lambda: name in screen.title(), "the workflow's name in the title")
    wait_for(lambda: screen.picture(artifacts / "window.png")[2] > 40, "something painted")
    screen.press("ctrl+q")
    process.wait(0)
    assert process.stderr == ""


@pytest.mark.proof
def test_a_killed_companion_shows_as_interrupted_and_resume_works(
    screen: Screen, cli: Any, held: Path, tmp_path: Path, artifacts: Path
) -> None:
    """(C7.3)"""
    process = screen.open(held)
    wait_for(lambda: held.name in screen.title(), "the file")
    screen.press("F5")
    run_id = running(cli)
    screen.picture(artifacts / "window-running.png")
    first = cli.companion()
    os.kill(first, signal.SIGKILL)
    cli.until_status(run_id, "interrupted")
    (tmp_path / "go").touch()

    def resumed() -> bool:
        screen.press("F7")  # greyed until the window has seen it
        return cli.status(run_id) == "completed"

    wait_for(resumed, "the run completed after Resume")
    assert cli.companion() != first
    assert cli.show(run_id)["nodes"]["first"]["attempts"] == 1
    screen.picture(artifacts / "window-resumed.png")
    process.send(signal.SIGTERM)
    process.wait()
    assert "Traceback" not in process.stderr


def test_a_run_outlives_its_window(screen: Screen, cli: Any, held: Path, tmp_path: Path) -> None:
    """Runs live in the companion process: killing the window changes nothing for them."""
    process = screen.open(held)
    wait_for(lambda: held.name in screen.title(), "the file")
    screen.press("F5")
    run_id = running(cli)
    process.kill()
    assert cli.status(run_id) == "running"
    (tmp_path / "go").touch()
    cli.until_status(run_id, "completed")


@pytest.mark.proof
def test_a_killed_window_with_its_engine_leaves_an_interrupted_run(
    screen: Screen, cli: Any, held: Path, tmp_path: Path, artifacts: Path
) -> None:
    """(C7.3) With the engine inside, the run dies with the window; the next window offers it and resumes it."""
    process = screen.open(held, "--in-process", module="floworch_designer")
    wait_for(lambda: held.name in screen.title(), "the file")
    screen.press("F5")
    run_id = running(cli)
    process.kill()
    assert cli.status(run_id) == "interrupted"
    again = screen.open(held, "--run", run_id)
    wait_for(lambda: held.name in screen.title(), "the file")
    screen.settled_picture(artifacts / "window-interrupted.png")
    (tmp_path / "go").touch()

    def resumed() -> bool:
        screen.press("F7")
        return cli.status(run_id) == "completed"

    wait_for(resumed, "the run completed after Resume")
    again.send(signal.SIGTERM)
    again.wait()
    assert "Traceback" not in again.stderr
