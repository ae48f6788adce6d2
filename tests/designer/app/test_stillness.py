"""Reduced motion: a switch in the view menu that is remembered and reaches every canvas and panel."""

from __future__ import annotations

from floworch.run.status import NodeStatus
from floworch_designer.app.main_window import MainWindow


def test_reduced_motion_stops_everything_that_moves(window, session, flow, theme, qtbot):
    window.session.document.reset(flow())
    assert window.isAnimated()
    window.commands["view.still"].trigger()
    assert session.settings.get("appearance/motion") == "reduced"
    assert not window.isAnimated()
    window.canvas.set_statuses({"first": NodeStatus.RUNNING})
    first = window.canvas.viewport().grab().toImage()
    qtbot.wait(60)
    assert window.canvas.viewport().grab().toImage() == first, "a running node is drawn the same at every moment"
    another = MainWindow(session, theme)
    qtbot.addWidget(another, before_close_func=lambda widget: setattr(widget, "_may_close", True))
    assert another.commands["view.still"].isChecked()
    assert another.canvas.overlay.still
    assert not another.isAnimated()
    another.commands["view.still"].trigger()
    assert not another.canvas.overlay.still
    assert another.isAnimated()
    assert session.settings.get("appearance/motion") == "", "what the system wants as well is left to it"


def test_the_wish_of_the_system_counts_unless_the_person_has_one(window, session, flow):
    window.session.document.reset(flow())
    session.settings.set_system_still(True)
    assert window.commands["view.still"].isChecked()
    assert window.canvas.overlay.still
    assert not window.isAnimated()
    window.commands["view.still"].trigger()
    assert session.settings.get("appearance/motion") == "full"
    assert not window.canvas.overlay.still
    assert window.isAnimated()
    session.settings.set_system_still(False)
    session.settings.set_system_still(True)
    assert not window.commands["view.still"].isChecked()
