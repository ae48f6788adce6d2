"""The command line of the designer."""

from __future__ import annotations

import pytest

from floworch_designer.app import main as main_module
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
