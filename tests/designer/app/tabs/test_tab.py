"""One tab: the edited definition, and in its place the one of an opened run."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

from floworch.run.events import EventKind
from floworch.run.status import NodeStatus
from floworch_designer.document import decor
from floworch_designer.document.positions import with_positions


def opened(window, host, until, workflow):
    run_id = host.add(workflow)
    window.runs.open_run(run_id)
    until(lambda: window.controller.run_id == run_id and window.controller.feed.header is not None)
    return host.headers[run_id]


def test_a_run_of_what_is_edited_is_shown_on_it(window, host, flow, until):
    window.document.reset(flow())
    window.tab.show_definition_of(opened(window, host, until, flow()))
    assert not window.viewing
    assert window.workspace is window.editing


def test_a_run_of_another_definition_is_shown_on_its_own_until_one_goes_back(window, host, flow, until):
    window.document.reset(flow())
    edited = window.document
    window.tab.show_definition_of(opened(window, host, until, flow(middleware=({"use": "log"},))))
    assert window.viewing
    assert window.document is not edited
    assert "another version" in window.banners.shown["viewing"].title.text()
    window.tab.leave_run_view()
    assert window.document is edited
    assert "viewing" not in window.banners.shown


def test_what_is_read_only_looks_so_and_says_why(window, host, flow, until):
    window.document.reset(flow())
    assert window.inspector.read_only.isHidden()
    window.tab.show_definition_of(opened(window, host, until, flow(middleware=({"use": "log"},))))
    assert not window.inspector.read_only.isHidden()
    assert "Read only" in window.inspector.read_only.text()
    window.selection.set(["second"])
    row = window.inspector.parameters.form.rows["message"]
    texts = [*row.findChildren(QLineEdit), *row.findChildren(QPlainTextEdit)]
    assert texts
    assert all(text.isReadOnly() and text.property("locked") == "true" for text in texts)
    window.refresh_actions()
    assert "edited definition" in window.commands["run.start"].toolTip()
    window.tab.leave_run_view()
    window.refresh_actions()
    assert "edited definition" not in window.commands["run.start"].toolTip()


def test_a_run_of_another_workflow_is_named(window, host, flow, until):
    window.document.reset(flow())
    window.tab.show_definition_of(opened(window, host, until, flow().replace(id="other", name="Other")))
    banner = window.banners.shown["viewing"]
    assert "another workflow, “Other”" in banner.title.text()
    assert "“Demo”, which you edit, is unchanged" in banner.text.text()


LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def looked_at(window, flow):
    """A canvas that shows a record: two cards in a run, a note, and a frame that is folded."""
    shown, _ = decor.add_note(flow(), "A note", (0.0, -200.0))
    shown = with_positions(shown, {"first": (0.0, 0.0), "second": (320.0, 0.0)})
    shown, frame = decor.add_group(shown, ["second"], "Frame")
    window.resize(1400, 900)
    window.tab.look_at(shown, "A run", "as it ran")
    canvas = window.canvas
    canvas.setFocus()
    canvas.fit()
    canvas.set_statuses({"first": NodeStatus.COMPLETED})
    canvas.areas.fold([frame], True)
    canvas.selection.clear()
    window.statusBar().clearMessage()
    return canvas


def place(canvas, x, y):
    return canvas.camera().point(x, y).toPoint()


def pull(canvas, start, end):
    """Drag with the left button."""
    QTest.mousePress(canvas.viewport(), LEFT, NONE, place(canvas, *start))
    for share in (0.5, 1.0):
        at = QPointF(place(canvas, *(a + (b - a) * share for a, b in zip(start, end, strict=True))))
        shown = QPointF(canvas.viewport().mapToGlobal(at.toPoint()))
        event = QMouseEvent(QEvent.Type.MouseMove, at, shown, Qt.MouseButton.NoButton, LEFT, NONE)
        QApplication.sendEvent(canvas.viewport(), event)
    QTest.mouseRelease(canvas.viewport(), LEFT, NONE, place(canvas, *end))


def as_it_was(window, canvas):
    graph = canvas.graph
    told = window.statusBar().currentMessage()
    return (graph.boxes["first"].live.status, len(graph.decor.folded), graph.boxes["first"].x, bool(told))


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_D, Qt.Key.Key_L])
def test_an_edit_of_a_record_by_a_key_changes_nothing_of_what_the_run_came_to(window, looked_at, key):
    """Statuses were wiped off the cards, and folded containers opened, by any edit that was refused."""
    looked_at.selection.set(["first", "second"])
    QTest.keyClick(looked_at, key)
    assert as_it_was(window, looked_at)[:3] == (NodeStatus.COMPLETED, 1, 0.0)


def test_a_drag_in_a_record_goes_back_and_says_why(window, looked_at):
    pull(looked_at, (100, 20), (100, 120))
    assert as_it_was(window, looked_at) == (NodeStatus.COMPLETED, 1, 0.0, True)


@pytest.mark.parametrize("key", [None, Qt.Key.Key_Return, Qt.Key.Key_F2])
def test_nothing_of_a_record_is_written_over(window, looked_at, key):
    """An editor opened, and what was typed into it was thrown away without a word."""
    note = next(iter(looked_at.graph.decor.notes.values()))
    if key is None:
        left, top, right, bottom = note.rect
        middle = place(looked_at, (left + right) / 2, (top + bottom) / 2)
        QTest.mouseDClick(looked_at.viewport(), LEFT, NONE, middle)
    else:
        looked_at.selection.set(decor=[note.key])
        looked_at.activate_primary() if key == Qt.Key.Key_Return else looked_at.edit_title()
    assert looked_at.areas._editor is None or looked_at.areas._editor.isHidden()
    assert as_it_was(window, looked_at) == (NodeStatus.COMPLETED, 1, 0.0, True)


def test_the_title_of_a_card_in_a_record_is_not_edited(window, looked_at):
    looked_at.selection.set(["first"])
    looked_at.edit_title()
    assert looked_at._title is None
    assert window.statusBar().currentMessage()


def with_third(made):
    """The same workflow with one more node at its end."""
    third = made.nodes["second"].replace(params={"message": "new"})
    edge = made.edges[0].replace(source="second", target="third")
    return made.replace(nodes={**made.nodes, "third": third}, edges=(*made.edges, edge))


def test_a_run_that_went_over_is_opened_on_the_definition_that_it_has_now(window, host, flow, until):
    """C7.5; the journal begins with the definition before."""
    edited = with_third(flow())
    window.document.reset(edited)
    run_id = host.add(flow())
    host.push(run_id, EventKind.RUN_STARTED)
    host.go_over(run_id, edited)
    host.push(run_id, EventKind.NODE_STARTED, 2)
    window.runs.open_run(run_id)
    until(lambda: window.canvas.statuses.get("third") is NodeStatus.RUNNING)
    assert not window.viewing
    assert "viewing" not in window.banners.shown


def test_a_run_that_goes_over_elsewhere_is_shown_on_its_present_definition(window, host, flow, until):
    """C7.5: what follows a run hears of it, whoever let it go over."""
    window.document.reset(flow(middleware=({"use": "log"},)))
    run_id = host.add(flow())
    window.runs.open_run(run_id)
    until(lambda: window.viewing)
    host.push(run_id, EventKind.RUN_STARTED)
    host.go_over(run_id, with_third(flow()))
    until(lambda: "third" in window.document.workflow.nodes)
    assert window.viewing
    host.push(run_id, EventKind.NODE_STARTED, 2)
    until(lambda: window.canvas.statuses.get("third") is NodeStatus.RUNNING)


def test_what_was_edited_meanwhile_is_not_covered_by_a_run_that_goes_over(window, host, flow, until):
    window.document.reset(flow())
    run_id = host.add(flow())
    window.runs.open_run(run_id)
    until(lambda: window.controller.run_id == run_id and window.controller.loading is None)
    edited = flow(middleware=({"use": "log"},))
    window.document.apply(edited, "Edit")
    host.go_over(run_id, with_third(flow()))
    until(lambda: "third" in window.controller.feed.sketch.nodes)
    window.controller.feed.flush()
    assert not window.viewing
    assert window.document.workflow is edited
