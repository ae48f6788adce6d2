"""Another theme keeps what a person would miss."""

from __future__ import annotations

from floworch.run.events import EventKind
from floworch_designer.app.handover import hand_over
from floworch_designer.app.main_window import MainWindow


def test_tabs_filters_messages_and_questions_come_along(window, session, theme, host, until, flow, qtbot):
    session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: window.controller.run_id is not None)
    run_id = window.controller.run_id
    host.push(run_id, EventKind.NODE_STARTED, 0)
    wait = {"kind": "approval", "name": "first", "details": {"message": "Really?"}}
    host.push(run_id, EventKind.NODE_WAITING, 0, {"wait": wait})
    until(lambda: "approval first" in window.banners.shown)
    window.banners.shown["approval first"].line.setText("because")
    window.tell("warning", "Mind", "the gap")
    window.runs.banners.tell_interrupted("old-run")
    window.palette_panel.search.setText("set")
    window.log.level.setCurrentIndex(3)
    window.inspector.node_tabs.setCurrentIndex(2)
    other = MainWindow(session, theme)
    qtbot.addWidget(other, before_close_func=lambda widget: setattr(widget, "_may_close", True))
    hand_over(window, other)
    assert set(other.banners.shown) == {"approval first", "message", "interrupted old-run"}
    assert other.banners.shown["approval first"].line.text() == "because"
    assert other.palette_panel.search.text() == "set"
    assert other.log.level.currentIndex() == 3
    assert other.inspector.node_tabs.currentIndex() == 2


def test_a_viewed_run_stays_in_front(window, session, theme, host, until, flow, qtbot):
    other_flow = flow(description="x")
    run_id = host.add(other_flow.model_copy(update={"id": "other"}), "r-9")
    session.document.reset(flow())
    window.runs.open_run(run_id)
    until(lambda: window.viewing)
    other = MainWindow(session, theme)
    qtbot.addWidget(other, before_close_func=lambda widget: setattr(widget, "_may_close", True))
    hand_over(window, other)
    assert other.viewing
    assert "viewing" in other.banners.shown
