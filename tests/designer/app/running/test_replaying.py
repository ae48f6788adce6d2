"""Going back in a run: every view follows, the run itself and its controls do not (C12)."""

from __future__ import annotations

import asyncio

import pytest
import replay_kit as kit
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from floworch.model.codec import loads
from floworch.run.status import NodeStatus, RunStatus


@pytest.fixture
def ran(window, host, loop, until):
    """A window that shows a run which has failed; wide enough, so that no words of the bars widen it."""
    window.resize(1400, 900)
    flow = loads(kit.DEFINITION)
    window.session.document.reset(flow)
    host.add(flow, "r")
    host.past["r"] = kit.events()
    loop.run_until_complete(window.controller.show("r"))
    until(lambda: window.controller.status is RunStatus.FAILED)
    window.controller.feed.flush()
    window.canvas.fit()
    loop.run_until_complete(asyncio.sleep(0.05))  # layouts and tiles come to rest
    return window


def key(window, qtbot, name, modifier=Qt.KeyboardModifier.NoModifier):
    window.activateWindow()
    QApplication.processEvents()
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, getattr(Qt.Key, f"Key_{name}"), modifier)


def test_the_keys_of_the_film(ran, qtbot):
    feed, shift, ctrl = ran.controller.feed, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
    key(ran, qtbot, "F10", shift)
    assert feed.cursor == 17
    key(ran, qtbot, "F10", shift)
    assert feed.cursor == 16
    key(ran, qtbot, "F10")
    assert feed.cursor == 17
    key(ran, qtbot, "F10", ctrl | shift)
    assert feed.cursor == 11
    key(ran, qtbot, "Home", ctrl)
    assert feed.cursor == 0
    key(ran, qtbot, "F10", ctrl)
    assert feed.cursor == 8
    key(ran, qtbot, "F8")
    assert ran.replay.player.playing
    key(ran, qtbot, "F8")
    assert not ran.replay.player.playing
    key(ran, qtbot, "End", ctrl)
    assert not feed.replaying


def test_canvas_inspector_and_log_follow_and_the_controls_do_not(ran, host, qtbot):
    assert ran.canvas.statuses["d"] is NodeStatus.FAILED
    ran.selection.set(["b"])
    ran.inspector.show_tab("Run")
    asked = list(host.asked)
    ran.replay.player.seek(9)
    assert {name: ran.canvas.statuses[name] for name in "abcd"} == {
        "a": NodeStatus.COMPLETED, "b": NodeStatus.RETRYING, "c": NodeStatus.COMPLETED, "d": NodeStatus.PENDING,
    }  # fmt: skip
    assert "Retrying" in ran.inspector.run.status.text()
    qtbot.waitUntil(lambda: "broken" not in ran.log.text.toPlainText())
    assert "late" in ran.log.text.toPlainText()
    assert ran.controller.status is RunStatus.FAILED
    assert ran.run_bar.status.text() == "Failed"
    assert ran.commands["run.retry"].isEnabled()
    ran.replay.player.live()
    assert ran.canvas.statuses["d"] is NodeStatus.FAILED
    qtbot.waitUntil(lambda: "broken" in ran.log.text.toPlainText())
    assert host.asked == asked  # nothing was asked of the run


def test_before_the_run_began_no_card_shows_a_state(ran):
    ran.replay.player.seek(0)
    assert set(ran.canvas.statuses.values()) == {None}
    ran.replay.player.seek(3)
    assert ran.canvas.statuses["a"] is NodeStatus.RUNNING
    assert ran.canvas.statuses["d"] is NodeStatus.PENDING


def test_a_replayed_end_and_the_live_one_are_the_same_picture(ran, loop):
    """Deleting all live state changes no pixel: what is shown is the fold of the journal and nothing else."""
    feed = ran.controller.feed
    ran.selection.set(["d"])
    ran.inspector.show_tab("Run")
    ran.canvas.fit()
    ran.canvas.set_still(True)  # what moves by itself while a node runs is told by the clock

    def pictures():
        seen = []
        for _ in range(100):
            loop.run_until_complete(asyncio.sleep(0.05))
            seen.append([widget.grab().toImage() for widget in (ran.canvas, ran.inspector)])
            if len(seen) > 2 and seen[-1] == seen[-2] == seen[-3]:
                return seen[-1]  # layouts, strips, tiles and fades have come to rest
        raise AssertionError("it never stands still")

    live = pictures()
    feed.seek(9)
    assert pictures()[0] != live[0]
    feed.seek(len(feed.recording))
    assert feed.replaying
    assert feed.state is not feed.live
    assert pictures() == live
    feed._live = None
    assert pictures() == live


def test_a_run_that_goes_on_does_not_move_the_past(window, host, loop, until):
    flow = loads(kit.DEFINITION)
    window.session.document.reset(flow)
    host.add(flow, "r")
    host.past["r"] = kit.events()[:8]
    loop.run_until_complete(window.controller.show("r"))
    until(lambda: window.controller.feed.live.seq == 8)
    feed = window.controller.feed
    window.replay.player.seek(3)
    until(lambda: "r" in host.streams)
    for event in kit.events()[8:]:
        host.past["r"].append(event)
        host.streams["r"][0].put_nowait([event])
    host.end("r")
    until(lambda: window.controller.status is RunStatus.FAILED)
    assert feed.cursor == 3
    assert feed.state.seq == 3
    assert window.canvas.statuses["a"] is NodeStatus.RUNNING
    window.replay.player.live()
    assert window.canvas.statuses["d"] is NodeStatus.FAILED


def test_step_runs_a_node_again_only_when_now_is_shown(ran):
    assert not ran.commands["replay.forward"].isEnabled()
    ran.replay.player.seek(9)
    assert ran.commands["replay.forward"].isEnabled()
    assert not ran.commands["run.step"].isEnabled()
    ran.replay.live()
    assert not ran.commands["replay.forward"].isEnabled()
    assert ran.commands["run.step"].isEnabled()


def test_the_step_key_at_the_end_of_a_replay_starts_no_run(ran, host, loop, qtbot):
    """designer.md, the keys: F10 steps; what it stepped through was the replay."""
    asked = list(host.asked)
    key(ran, qtbot, "F10", Qt.KeyboardModifier.ShiftModifier)
    for _ in range(3):
        key(ran, qtbot, "F10")
        loop.run_until_complete(asyncio.sleep(0))
    assert not ran.controller.feed.replaying
    assert ran.statusBar().currentMessage() == "That is the last event."
    assert host.asked == asked
    assert ran.commands["run.step"].isEnabled(), "the menu, the palette and the button start one still"
    assert not ran.commands["run.step"].shortcuts()


def test_the_step_key_is_that_of_the_run_again_once_its_replay_was_left(ran, qtbot, monkeypatch):
    started = []
    monkeypatch.setattr(ran.runs, "start_with", lambda options: asyncio.sleep(0, started.append(options)))
    ran.replay.player.seek(9)
    ran.replay.player.seek(len(ran.controller.feed.recording))
    assert ran.commands["replay.forward"].isEnabled()
    key(ran, qtbot, "End", Qt.KeyboardModifier.ControlModifier)
    assert not ran.commands["replay.forward"].isEnabled()
    key(ran, qtbot, "F10")
    assert started == [{"step": True}]


def test_the_timeline_chooses_nodes_follows_the_selection_and_seeks(ran, qtbot, until):
    key(ran, qtbot, "T", Qt.KeyboardModifier.AltModifier)
    chart = ran.timeline.chart
    until(chart.isVisible)  # it takes in what came since once in a while
    assert [row.node for row in chart.rows] == [0, 1, 2, 3]
    ran.selection.set(["c"])
    assert chart.selected == {"c"}
    place = QPoint(round(chart.x_of(104.5)), chart.y_of(1) + 8)
    qtbot.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert ran.selection.primary == "b"
    qtbot.mouseDClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert ran.controller.feed.cursor == 13
    assert ran.canvas.statuses["b"] is NodeStatus.RUNNING
    assert "Running" in ran.inspector.run.status.text()


LOOP = b"""{"format": 1, "id": "w", "nodes": {
"a": {"action": "flow.foreach", "params": {"items": ["x", "y", "z"]}},
"b": {"action": "util.log", "params": {"message": "hi"}, "parent": "a"}}, "edges": []}"""


def test_a_bar_of_a_loop_leads_the_inspector_to_its_item_by_mouse_and_keys(window, host, loop, until, qtbot):
    """designer.md 1.5: a click selects the node; in a loop its item, too."""
    window.resize(1400, 900)
    flow, kinds = loads(LOOP), kit.K
    window.session.document.reset(flow)
    host.add(flow, "r")
    host.push("r", kinds.RUN_STARTED)
    host.push("r", kinds.NODE_STARTED, 0)
    host.push("r", kinds.ITEMS_LISTED, 0, {"items": ["x", "y", "z"], "concurrency": 1})
    for item in range(3):
        host.push("r", kinds.NODE_STARTED, 1, scope=(item,))
        host.push("r", kinds.NODE_LOGGED, 1, {"level": "info", "message": f"said {item}"}, scope=(item,))
        host.push("r", kinds.NODE_COMPLETED, 1, {"output": f"made {item}"}, scope=(item,))
        host.push("r", kinds.ITEM_COMPLETED, 0, {"output": f"made {item}"}, scope=(item,))
    host.push("r", kinds.NODE_COMPLETED, 0, {"output": []})
    host.push("r", kinds.RUN_COMPLETED)
    loop.run_until_complete(window.controller.show("r"))
    until(lambda: window.controller.status is RunStatus.COMPLETED)
    window.commands["replay.timeline"].trigger()
    chart = window.timeline.chart
    until(lambda: len(chart.rows) == 2)
    items = window.inspector.run.items
    spans = chart.gantt.spans[1]
    middle = round(chart.x_of((spans[1].start + spans[1].end) / 2))
    qtbot.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(middle, chart.y_of(1) + 10))
    until(lambda: items.chosen is not None and items.chosen.scope == (1,))
    assert window.selection.nodes == {"b"}
    assert [line.message for line in items.lines()] == ["said 1"]
    qtbot.keyClick(chart, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    until(lambda: items.chosen is not None and items.chosen.scope == (2,))
    assert items.chosen.output == "made 2"
    qtbot.keyClick(chart, Qt.Key.Key_Up)
    assert window.selection.nodes == {"a"}
