"""The command line of the designer."""

from __future__ import annotations

import asyncio

import pytest

from floworch_designer.app import main as main_module
from floworch_designer.app import shell as shell_module
from floworch_designer.app.main import main, parser


def test_options():
    options = parser().parse_args(["x.flow.json", "--screenshot", "o.png", "--size", "800x600", "--theme", "light"])
    assert options.size == (800, 600)
    assert options.theme == "light"
    assert options.in_process is None


@pytest.mark.parametrize("size", ["wide", "10x10", "99999x1"])
def test_a_bad_size_is_refused(size, capsys):
    with pytest.raises(SystemExit) as left:
        parser().parse_args(["--size", size])
    assert left.value.code == 2
    assert "WIDTHxHEIGHT" in capsys.readouterr().err


def test_without_a_display_it_says_what_else_there_is(monkeypatch, capsys):
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(main_module.sys, "platform", "linux")
    assert main([]) == 2
    assert "--screenshot" in capsys.readouterr().err


def test_the_end_of_the_display_is_told_as_what_it_is(qapp, monkeypatch, capsys):
    """Qt quits the application when its display server ends; the window's own loop has not returned then."""

    class Shell:
        def __init__(self, app, options) -> None:
            self.app = app

        async def run(self) -> int:
            asyncio.current_task()._log_destroy_pending = False  # its loop is closed: nobody waits for it
            self.app.quit()
            await asyncio.Event().wait()
            raise AssertionError

    monkeypatch.setattr(shell_module, "Shell", Shell)
    assert main([]) == 1
    assert "display went away" in capsys.readouterr().err
