"""The window as a whole: empty state, quick add, layout."""

from __future__ import annotations

from PySide6.QtCore import Qt

from floworch_designer.app.style import panels_stylesheet


def test_an_empty_window_says_what_to_do(window):
    assert window.run_bar.status.text() == "Not running"
    assert "empty" in window.problems.none.text()
    assert not window.commands["run.start"].isEnabled()
    assert window.windowTitle().startswith("New workflow")


def test_quick_add_by_letters_and_enter(window, qtbot):
    window.commands["node.add"].trigger()
    qtbot.keyClicks(window.quick_add.line, "set")
    qtbot.keyClick(window.quick_add.line, Qt.Key.Key_Return)
    assert "data.set" in {node.action for node in window.document.workflow.nodes.values()}


def test_dropping_a_definition_opens_it(window, flow, tmp_path, until):
    from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
    from PySide6.QtGui import QDropEvent

    from floworch.model import codec

    path = tmp_path / "x.flow.json"
    codec.save(flow(), path)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
                       Qt.KeyboardModifier.NoModifier)  # fmt: skip
    window.dropEvent(event)
    until(lambda: window.document.path == path)
    assert window.windowTitle().startswith("x.flow.json")


def test_closing_asks_about_unsaved_changes(window, flow, until):
    from PySide6.QtWidgets import QMessageBox

    window.session.document.apply(flow(), "Make")
    window.close()
    until(lambda: bool(window.findChildren(QMessageBox)))
    box = window.findChildren(QMessageBox)[0]
    next(button for button in box.buttons() if button.text() == "Cancel").click()
    until(lambda: not window.findChildren(QMessageBox))
    assert window.isVisible()
    window.close()
    until(lambda: bool(window.findChildren(QMessageBox)))
    box = window.findChildren(QMessageBox)[0]
    next(button for button in box.buttons() if button.text() == "Don't save").click()
    until(lambda: not window.isVisible())


def test_the_window_fits_a_small_screen(window):
    window.resize(1280, 800)
    assert (window.width(), window.height()) == (1280, 800)


def test_in_a_low_window_the_panels_below_stay_closed_until_they_are_asked_for(window, host, flow, until, qtbot):
    """Of 540 points they and the strips left the canvas next to nothing."""
    window.setStyleSheet(window.theme.stylesheet() + panels_stylesheet(window.theme))  # as a person sees it
    window.resize(960, 540)
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: window.controller.feed.state is not None)
    assert not any(dock.isVisible() for dock in window.bottom)
    qtbot.keyClick(window.canvas, Qt.Key.Key_QuoteLeft, Qt.KeyboardModifier.ControlModifier)
    assert all(dock.isVisible() for dock in window.bottom)
    assert window.canvas.height() >= 165


def test_the_bottom_panels_stay_closed_until_there_is_a_run(window, host, flow, until, qtbot):
    assert not any(dock.isVisible() for dock in window.bottom)
    qtbot.keyClick(window, Qt.Key.Key_QuoteLeft, Qt.KeyboardModifier.ControlModifier)
    assert all(dock.isVisible() for dock in window.bottom)
    qtbot.keyClick(window, Qt.Key.Key_QuoteLeft, Qt.KeyboardModifier.ControlModifier)
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(window.docks["log"].isVisible)
    window.commands["view.bottom"].trigger()
    host.push(window.controller.run_id, 2)
    assert not any(dock.isVisible() for dock in window.bottom)


def test_the_status_bar_counts_problems_and_leads_to_them(window, flow, qtbot):
    window.session.document.reset(
        flow().replace(nodes={"x": flow().nodes["first"].replace(action="no.such")}, edges=())
    )
    window.session.document.check_now()
    assert window.problem_button.text() == "1 problem"
    qtbot.mouseClick(window.problem_button, Qt.MouseButton.LeftButton)
    assert window.docks["problems"].isVisible()


def test_an_ampersand_in_what_is_undone_marks_no_key(window, flow):
    window.document.apply(flow(), "Read a&b.flow.json again")
    window.refresh_actions()
    assert window.commands["edit.undo"].text() == "Undo “Read a&&b.flow.json again”"


def test_tab_goes_through_a_form_as_it_stands_rows_that_were_added_too(window, flow, qtbot, qapp):
    """WCAG 2.4.3: a pair that is added was reached after everything else in the form."""
    window.document.apply(flow(), "Make")
    window.selection.set(["first"])
    window.inspector.show_tab("Parameters")
    qapp.processEvents()
    fields = window.inspector.parameters.form.rows["fields"].editor
    fields.add_button.click()
    row, key, value = fields.rows[-1]
    window.activateWindow()
    qapp.processEvents()
    key.setFocus()
    passed = [key]
    for _ in range(3):
        qtbot.keyClick(passed[-1], Qt.Key.Key_Tab)
        passed.append(window.focusWidget())
    assert passed == [key, value.line, row.remove, fields.add_button]
    qtbot.keyClick(fields.add_button, Qt.Key.Key_Backtab)
    assert window.focusWidget() is passed[2]
