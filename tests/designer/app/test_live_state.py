"""Deleting all live state changes no pixel: every view of a run is the fold of its journal, on both hosts (C12)."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtWidgets import QApplication
from real_window import real_window

from floworch.host import launch
from floworch.model.workflow import Edge, Node, RetryPolicy, Workflow
from floworch_designer.inspector.panel import TABS

#: What shows a run, beside the canvas: panels by their docks, and the pages of the inspector.
PANELS = ("outline", "log", "timeline", "variables", "problems")
#: Grabs in a row that are alike: of what stands still, and of what is not as expected and will not become so.
STILL, MOST = 4, 60


def definition():
    """A run of many kinds: items, a retry, a failure that a branch takes, a branch not taken, and data."""
    nodes = {
        "list": Node(action="data.set", params={"fields": {"names": ["a", "b"]}, "target": "data"}),
        "each": Node(action="flow.foreach", params={"items": "{{ data.names }}"}),
        "say": Node(action="util.log", params={"message": "{{ item }}"}, parent="each"),
        "odd": Node(action="python.code", params={"code": "raise ValueError('broken')"},
                    retry=RetryPolicy(max_attempts=2, delay=0.01)),
        "mend": Node(action="util.log", params={"message": "mended"}),
        "never": Node(action="util.log", params={"message": "never"}),
    }  # fmt: skip
    edges = [("list", "out", "each"), ("each", "out", "odd"), ("odd", "error", "mend"), ("odd", "out", "never")]
    made = tuple(Edge(source=source, port=port, target=target) for source, port, target in edges)
    return Workflow(id="views", name="Views", nodes=nodes, edges=made)


class Views:
    """Pictures of everything in a window that shows a run, by name."""

    def __init__(self, desk):
        self.desk, self.window = desk, desk.window
        self.window.resize(1400, 900)
        self.window.canvas.set_still(True)

    def rest(self, seconds=0.02):
        """Let layouts and tiles come on; nothing has the focus."""
        focus = QApplication.focusWidget()
        if focus is not None:
            focus.clearFocus()
        self.desk.loop.run_until_complete(asyncio.sleep(seconds))

    def of(self, name, widget, expected):
        """A picture that is the expected one, or that has stood still for a while."""
        still, found = 0, None
        while still < (MOST if expected else STILL):
            self.rest()
            before, found = found, widget.grab().toImage()
            if expected and found == expected[name]:
                break
            still = still + 1 if found == before else 0
        return {name: found}

    def take(self, expected=None):
        window, found = self.window, {}
        window.docking.show_bottom()
        for panel in PANELS:  # which share their room once all of them are open
            window.show_panel(panel)
        for chosen in ([next(iter(window.document.workflow.nodes))], []):  # as trees remember where one was
            window.selection.set(chosen)
            for tab in TABS if chosen else ():  # and so does their bar, where it is too narrow for all
                window.inspector.show_tab(tab)
                self.rest()
        window.canvas.fit()
        found |= self.of("canvas", window.canvas, expected)
        for panel in PANELS:
            window.show_panel(panel)
            found |= self.of(panel, window.docks[panel].widget(), expected)
        window.inspector.show_result()
        found |= self.of("result", window.inspector, expected)
        window.workspace.minimap.set_shown(True)
        found |= self.of("minimap", window.workspace.minimap, expected)
        window.workspace.minimap.set_shown(False)
        found |= self.of("scrubber", window.scrubber, expected)
        found |= self.of("run bar", window.run_bar, expected)
        for node in window.document.workflow.nodes:
            window.selection.set([node])
            for tab in TABS:
                window.inspector.show_tab(tab)
                found |= self.of(f"{node} {tab}", window.inspector, expected)
        window.selection.set([])
        return found


def differing(first, second):
    assert first.keys() == second.keys()
    return {name for name, picture in first.items() if second[name] != picture}


@pytest.fixture
def companions():
    """Companions end with the test and not only when they have been idle for long."""
    yield
    for child in launch._children:
        child.terminate()
        child.wait(30)
    launch._reap()


@pytest.mark.slow
@pytest.mark.usefixtures("companions")
@pytest.mark.parametrize("inside", [True, False], ids=["inside the window", "companion"])
def test_every_view_is_the_same_live_replayed_and_from_the_journal_alone(qapp, tmp_path, inside):
    with real_window(qapp, tmp_path, inside) as desk:
        window, views = desk.window, Views(desk)
        window.document.apply(definition(), "Make")
        window.commands["run.start"].trigger()
        desk.until(lambda: window.controller.status is not None and window.controller.status.final)
        run_id, feed = window.controller.run_id, window.controller.feed
        feed.flush()
        live = views.take()
        assert differing(live, views.take(live)) == set(), "it stands still"
        feed.seek(len(feed.recording))
        assert feed.replaying
        replayed = views.take(live)
        assert differing(live, replayed) == {"timeline", "scrubber"}, "where one can see the line of the moment shown"
        feed._live = feed.recording.at(len(feed.recording))  # nothing is left but what the events say
        assert differing(replayed, views.take(replayed)) == set()
        window.replay.player.seek(3)
        assert {"canvas", "log"} <= differing(live, views.take())
    for other in (inside, not inside):
        with real_window(qapp, tmp_path, other) as desk:
            window = desk.window
            window.document.apply(definition(), "Make")
            desk.loop.run_until_complete(window.controller.show(run_id))
            desk.until(lambda window=window: window.controller.status is not None and window.controller.status.final)
            window.controller.feed.flush()
            assert differing(live, Views(desk).take(live)) == set()
