"""Live on a terminal, plain elsewhere."""

from __future__ import annotations

import io

import pytest

from floworch.cli.render.choose import progress_for
from floworch.cli.render.live import LiveProgress
from floworch.cli.render.plain import PlainProgress
from floworch.run.state import RunState


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_by_stream_and_wish(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    state = RunState("r", "w", ("a",))
    assert isinstance(progress_for(io.StringIO(), state), PlainProgress)
    live = progress_for(Terminal(), state)
    assert isinstance(live, LiveProgress)
    live.close()
    monkeypatch.setenv("NO_COLOR", "1")
    assert isinstance(progress_for(Terminal(), state), PlainProgress)
