"""The program's own log, its versions, and the report of an error."""

from __future__ import annotations

import logging

from floworch_designer.app.runtime.program_log import MEMORY, LogDialog, install, report, versions, write_report


def test_what_the_program_notes_is_kept_and_can_be_read(qtbot):
    install()
    install()
    assert logging.getLogger("floworch").handlers.count(MEMORY) == 1
    logging.getLogger("floworch.designer").warning("the disk is nearly full")
    dialog = LogDialog()
    qtbot.addWidget(dialog)
    assert "WARNING floworch.designer the disk is nearly full" in dialog.text.toPlainText()
    assert dialog.text.isReadOnly()
    logging.getLogger("floworch").removeHandler(MEMORY)
    MEMORY.lines.clear()


def test_versions_name_what_takes_part(session):
    found = versions(session)
    assert all(found[name] for name in ("Flow Orchestrator", "Python", "Qt", "PySide6", "System"))
    assert found["Run store"] == str(session.hosts.store)
    assert "Settings" not in versions()


def test_a_report_is_written_under_a_name_of_its_own(tmp_path):
    text = report("Traceback: boom\n")
    assert "Traceback: boom" in text
    assert "Python: " in text
    first, second = (write_report(tmp_path / "reports", text) for _ in range(2))
    assert first != second
    assert first.read_text(encoding="utf-8") == text


def test_the_about_box_tells_the_versions_and_copies_them(window, until, qapp):
    from PySide6.QtWidgets import QMessageBox

    def box():
        return next((each for each in window.findChildren(QMessageBox) if each.isVisible()), None)

    window.commands["help.about"].trigger()
    until(lambda: box() is not None)
    assert "Python: " in box().informativeText()
    next(button for button in box().buttons() if button.text() == "Copy").click()
    until(lambda: qapp.clipboard().text().startswith("Flow Orchestrator: "))


def test_the_log_opens_from_the_menu(window):
    window.commands["help.log"].trigger()
    (dialog,) = window.findChildren(LogDialog)
    assert dialog.isVisible()
    dialog.close()
