"""A session and a window over fakes: no engine, no real canvas."""

from __future__ import annotations

import pytest

from floworch_designer.app.main_window import MainWindow
from floworch_designer.app.session import open_session
from floworch_designer.runs.hosts import HostChoice
from floworch_designer.settings.settings import Settings


@pytest.fixture
def session(tmp_path, host, loop, make_canvas):
    choice = HostChoice(tmp_path / "store", factory=lambda store, inside: host)
    return open_session(Settings(tmp_path / "designer.ini"), choice, canvas=make_canvas)


@pytest.fixture
def window(session, theme, qtbot):
    window = MainWindow(session, theme)
    qtbot.addWidget(window, before_close_func=lambda widget: setattr(widget, "_may_close", True))
    window.show()
    return window
