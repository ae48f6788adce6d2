"""The composition root: builds the session and its window, and keeps them running."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from floworch_designer.app.runtime.binding import spare_sources

DISPLAY_GONE = (
    "The display went away, and the window with it.\n"
    "Unsaved work is offered when the designer opens again; runs go on without it, and one that ran inside the window "
    "shows as interrupted and can be resumed."
)

# Qt's own start-up is left to ``main``: importing this module needs no display.

DESCRIPTION = "Open the designer, or render it to a picture with --screenshot."


def parser() -> argparse.ArgumentParser:
    """The command line of ``floworch design`` and ``python -m floworch_designer``."""
    found = argparse.ArgumentParser(prog="floworch design", description=DESCRIPTION)
    found.add_argument("file", nargs="?", type=Path, help="workflow to open (*.flow.json)")
    found.add_argument("--store", help="run store directory; default FLOWORCH_STORE, else the user data directory")
    found.add_argument("--in-process", action="store_true", default=None, help="run workflows inside the window")
    found.add_argument("--theme", choices=("dark", "light"), help="colours; default as last time")
    found.add_argument("--screenshot", type=Path, metavar="PNG", help="render the window to a picture and exit")
    found.add_argument("--size", default="1920x1080", type=_size, metavar="WxH", help="size of the picture")
    found.add_argument("--zoom", choices=("fit", "100"), default="fit", help="zoom of the canvas in the picture")
    found.add_argument("--panel", help="bring a panel or an inspector tab to the front")
    found.add_argument("--select", help="select a node by id")
    found.add_argument("--operator", action="store_true", help="inputs, run and result only; nothing can be edited")
    found.add_argument("--run", metavar="RUN", help="show a run of the store")
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Open the designer and return the exit code: 0, or 2 when the request cannot be carried out."""
    options = parser().parse_args(argv)
    problem = _prepare_display(options.screenshot is not None)
    if problem:
        sys.stderr.write(problem + "\n")
        return 2
    spare_sources()
    if options.screenshot is not None:
        from floworch_designer.app.screenshot import take

        return take(options)
    return _run(options)


def _run(options: argparse.Namespace) -> int:
    from PySide6.QtWidgets import QApplication

    from floworch_designer.app.runtime.loop import QtLoop, end
    from floworch_designer.app.shell import Shell, name_application

    _prepare_scale()
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    name_application(app)
    loop = QtLoop(app)
    asyncio.set_event_loop(loop)
    shell = Shell(app, options)
    try:
        code: int = loop.run_until_complete(shell.run())
        return code
    except RuntimeError as error:
        if str(error) != "Event loop stopped before Future completed.":  # asyncio's own words
            raise
        sys.stderr.write(DISPLAY_GONE + "\n")  # Qt quits the application by itself when its display server ends
        return 1
    finally:
        end(loop)


def _prepare_display(offscreen: bool) -> str:
    """Choose the platform; returns why the window cannot be opened, or an empty text."""
    if "QT_QPA_PLATFORM" in os.environ:
        return ""
    if offscreen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        return ""
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return (
            "There is no display to open the designer on.\n"
            "Use 'floworch run FILE' to run a workflow here, or --screenshot PNG to render the designer to a picture."
        )
    return ""


def _prepare_scale() -> None:
    """Let Qt draw everything in the size of the settings; the environment has the last word."""
    from floworch_designer.settings.settings import Settings

    scale = Settings().get("appearance/scale")
    if scale:
        os.environ.setdefault("QT_SCALE_FACTOR", scale)


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if width.isdigit() and height.isdigit() and 320 <= int(width) <= 8192 and 240 <= int(height) <= 8192:
        return int(width), int(height)
    raise argparse.ArgumentTypeError(f"{text!r} is not WIDTHxHEIGHT between 320x240 and 8192x8192")
