"""A session and a window over fakes: no engine, no real canvas."""

from __future__ import annotations

import asyncio

import pytest

from floworch.model.workflow import Edge, Node, Workflow
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
    window.runs.stopping.now = lambda: 160.0  # the scripted host's events are of the second 100 and after
    qtbot.addWidget(window, before_close_func=lambda widget: setattr(widget, "_may_close", True))
    window.show()
    return window


@pytest.fixture
def flow():
    """Makes a valid workflow of two nodes."""

    def make(**changes):
        nodes = {
            "first": Node(action="data.set", params={"fields": {"a": 1}}),
            "second": Node(action="util.log", params={"message": "hello"}),
        }
        edges = (Edge(source="first", target="second"),)
        return Workflow(id="demo", name="Demo", nodes=nodes, edges=edges, **changes)

    return make


@pytest.fixture
def until(loop):
    """Lets the loop run until a condition holds."""

    def wait(condition):
        async def poll():
            async with asyncio.timeout(5):
                while not condition():  # noqa: ASYNC110 - any condition
                    await asyncio.sleep(0.005)

        loop.run_until_complete(poll())

    return wait
