"""The report of an unexpected error."""

from __future__ import annotations

from floworch_designer.app.runtime.crash_dialog import CrashDialog


def test_the_report_is_saved_once_and_said_where(qtbot, tmp_path):
    dialog = CrashDialog("KeyError: x.", "Traceback …", tmp_path / "reports", None)
    qtbot.addWidget(dialog)
    dialog.save.click()
    (path,) = (tmp_path / "reports").iterdir()
    assert path.read_text(encoding="utf-8") == "Traceback …"
    assert path.name in dialog.saved.text()
    assert not dialog.save.isEnabled()


def test_a_folder_that_cannot_be_written_is_said(qtbot, tmp_path):
    (tmp_path / "reports").write_text("a file")
    dialog = CrashDialog("KeyError: x.", "Traceback …", tmp_path / "reports", None)
    qtbot.addWidget(dialog)
    dialog.save.click()
    assert "cannot be written" in dialog.saved.text()
    assert dialog.save.isEnabled()
