"""Pictures of the real window without a display."""

from __future__ import annotations

import subprocess
import sys

from PySide6.QtGui import QImage

from floworch.model import codec


def take(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "floworch_designer", *map(str, arguments)],
        capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip


def test_the_window_is_rendered_in_the_asked_size(flow, tmp_path):
    path, picture = tmp_path / "demo.flow.json", tmp_path / "out.png"
    codec.save(flow(), path)
    done = take(path, "--screenshot", picture, "--size", "1280x800", "--theme", "light", "--select", "first")
    assert done.returncode == 0, done.stderr
    image = QImage(str(picture))
    assert (image.width(), image.height()) == (1280, 800)
    colours = {image.pixel(x, y) for x in range(0, 1280, 7) for y in range(0, 800, 7)}
    assert len(colours) > 40


def test_a_file_that_is_no_definition_is_exit_2(tmp_path):
    path = tmp_path / "bad.flow.json"
    path.write_text("{")
    done = take(path, "--screenshot", tmp_path / "out.png")
    assert done.returncode == 2
    assert done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_run_is_exit_2(tmp_path):
    done = take("--run", "nope", "--screenshot", tmp_path / "out.png", "--store", tmp_path / "store")
    assert done.returncode == 2
    assert "nope" in done.stderr
    assert "Traceback" not in done.stderr
