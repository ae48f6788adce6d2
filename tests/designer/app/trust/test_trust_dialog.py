"""What a definition would do, shown before it is trusted."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from floworch.trust import Report
from floworch.trust.found import Found
from floworch_designer.app.trust.trust_dialog import LINES, TrustDialog
from floworch_designer.app.widgets.whole_text import WholeText

BUTTONS = (("Close", ""), ("Trust this file", "primary"))


@pytest.fixture
def show(theme, qtbot):
    def make(report):
        dialog = TrustDialog("x.flow.json is not trusted yet", report, BUTTONS, theme, None)
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return make


def texts(dialog):
    return [label.text() for label in dialog.findChildren(QLabel)]


def test_every_kind_of_thing_has_a_heading_and_is_never_markup(show):
    dialog = show(Report(hosts=[Found("<b>example.org</b>", "get")], commands=[Found("gzip x", "keep")]))
    said = texts(dialog)
    assert "Reaches over the network" in said
    assert "Starts programs" in said
    label = next(label for label in dialog.findChildren(QLabel) if "example.org" in label.text())
    assert label.textFormat() is Qt.TextFormat.PlainText


def test_a_long_list_is_cut_and_counted(show):
    dialog = show(Report(paths=[Found(f"file {number}") for number in range(LINES + 7)]))
    assert any(text.endswith("… and 7 more") for text in texts(dialog))


def test_harmless_is_said(show):
    assert "It touches nothing outside of its own run." in texts(show(Report()))


def test_enter_and_escape_trust_nothing(show, qtbot):
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        dialog = show(Report())
        assert dialog.buttons["Close"].hasFocus() or not dialog.isActiveWindow()
        qtbot.keyClick(dialog, key)
        assert dialog.answer in ("", "Close")
    dialog.buttons["Trust this file"].click()
    assert dialog.answer == "Trust this file"


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_presses_the_button_with_the_focus_and_no_other(show, qtbot, key):
    """designer.md: all works from the keyboard. Nothing is trusted by an Enter that is meant for the list."""
    dialog = show(Report(commands=[Found("gzip x", "keep")]))
    dialog.activateWindow()
    label = next(label for label in dialog.findChildren(QLabel) if "gzip x" in label.text())
    label.setFocus()
    qtbot.keyClick(label, key)
    assert (dialog.answer, dialog.isVisible()) == ("", True)
    trust = dialog.buttons["Trust this file"]
    trust.setFocus()
    qtbot.keyClick(trust, key)
    assert (dialog.answer, dialog.isVisible()) == ("Trust this file", False)


def test_all_of_the_code_can_be_read_before_it_is_agreed_to(show):
    code = "rows = [1, 2, 0]\n" + "    x\n" * 30 + "os.remove(x)"
    dialog = show(Report(code=[Found("1 + 1", "a"), Found(code, "calc"), Found("a\nb", "c")]))
    assert "1 + 1  (a)\nrows = [1, 2, 0] …  (calc)" in texts(dialog)
    long, short = dialog.findChildren(WholeText)
    assert long.text.toPlainText() == code
    assert short.text.toPlainText() == "a\nb"
    for each in (long, short):
        assert each.text.isReadOnly()
        assert each.text.accessibleName() == "Runs Python code"
    assert not short.more.isVisibleTo(dialog)
