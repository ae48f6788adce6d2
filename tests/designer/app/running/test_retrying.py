"""Retry as two plain choices: from where, and which definition."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import Qt

from floworch.model.workflow import Compensation
from floworch.run.events import EventKind
from floworch_designer.app.running.retrying import RetryActions, RetryDialog

ERROR = {"kind": "processing_error", "message": "boom", "hint": "Mend it.", "node": "second"}


@pytest.fixture
def failed(window, host, until, flow):
    """A run whose second node failed, shown in the window."""
    window.session.document.reset(flow())
    host.add(flow(), "bad")
    host.push("bad", EventKind.RUN_STARTED)
    for node in (0, 1):
        host.push("bad", EventKind.NODE_STARTED, node)
        end = EventKind.NODE_FAILED if node else EventKind.NODE_COMPLETED
        host.push("bad", end, node, {"error": ERROR} if node else {"output": 1, "ports": ["out"]})
    host.push("bad", EventKind.RUN_FAILED, payload={"error": ERROR})
    window.runs.open_run("bad")
    until(lambda: "message" in window.banners.shown)
    return window


def edit(window):
    workflow = window.document.workflow
    second = workflow.nodes["second"].replace(params={"message": "mended"})
    window.document.apply(workflow.replace(nodes={**workflow.nodes, "second": second}), "Mend")


def _brightest(button):
    """How bright the words of a button are, beside its round mark."""
    image = button.grab().toImage()
    places = ((x, y) for x in range(26, image.width()) for y in range(image.height()))
    return max(image.pixelColor(x, y).lightness() for x, y in places)


def dialog_of(window):
    return window.findChild(RetryDialog)


def test_the_strip_says_what_to_do_and_offers_the_choice(failed, qtbot):
    banner = failed.banners.shown["message"]
    assert banner.text.text() == "boom. Mend it."
    assert list(banner.buttons) == ["Retry…", "Show node"]
    qtbot.mouseClick(banner.buttons["Retry…"], Qt.MouseButton.LeftButton)
    dialog = dialog_of(failed)
    assert dialog.choice == ("failed", "old")
    assert not dialog.buttons["new"].isEnabled(), "nothing was edited"
    assert "here" not in dialog.buttons, "nothing is selected"


def test_what_was_mended_is_what_runs_again_unless_somebody_chooses_else(failed, qtbot):
    """designer.md, 7: retry without surprises."""
    edit(failed)
    failed.commands["run.retry_choices"].trigger()
    dialog = dialog_of(failed)
    assert dialog.choice == ("failed", "new"), "as it ran it would fail again"
    dialog.buttons["old"].click()
    dialog.buttons["start"].click()
    assert dialog.choice == ("start", "old")


def test_an_edit_of_what_is_done_concerns_only_a_retry_that_does_it_again(failed):
    workflow = failed.document.workflow
    first = workflow.nodes["first"].replace(params={"fields": {"a": 2}})
    failed.document.apply(workflow.replace(nodes={**workflow.nodes, "first": first}), "Edit")
    failed.commands["run.retry_choices"].trigger()
    dialog = dialog_of(failed)
    assert dialog.choice == ("failed", "old")
    dialog.buttons["start"].click()
    assert dialog.choice == ("start", "new")


def test_a_definition_that_cannot_be_chosen_looks_so(failed):
    failed.commands["run.retry_choices"].trigger()
    dialog = dialog_of(failed)
    dialog.setStyleSheet(failed.theme.stylesheet())
    words = {name: _brightest(dialog.buttons[name]) for name in ("new", "old")}
    assert words["new"] + 60 < words["old"], "in the dark theme what is off is darker"


@pytest.mark.parametrize(
    ("where", "which", "asked"),
    [
        ("failed", "old", ("retry", "bad")),
        ("failed", "new", ("start", "demo", {}, {"from_": ("second",), "reuse": "bad"})),
        ("here", "old", ("start", "demo", {}, {"from_": ("first",), "reuse": "bad"})),
        ("here", "new", ("start", "demo", {}, {"from_": ("first",), "reuse": "bad"})),
        ("start", "old", ("start", "demo", {})),
        ("start", "new", ("start", "demo", {})),
    ],
)
def test_every_pair_of_choices_does_what_it_says(failed, host, until, qtbot, where, which, asked):
    edit(failed)
    failed.selection.set(["first"])
    edited = failed.document.workflow
    failed.commands["run.retry_choices"].trigger()
    dialog = dialog_of(failed)
    for choice in (where, which):
        dialog.buttons[choice].setFocus()
        qtbot.keyClick(dialog.buttons[choice], Qt.Key.Key_Space)
    assert dialog.choice == (where, which)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    until(lambda: asked in host.asked)
    if asked[0] == "start":
        ran = failed.controller.feed.header
        until(lambda: failed.controller.run_id != "bad")
        ran = failed.controller.feed.header.definition.decode()
        assert ("mended" in ran) is (which == "new")
    assert failed.tab.document.workflow == edited, "what is edited stays"


def test_a_run_that_is_going_on_cannot_be_retried(window, until, flow):
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    assert not window.commands["run.retry_choices"].isEnabled()


def test_a_run_that_was_rolled_back_is_offered_from_the_beginning_only(window, host, until, flow):
    """(C7.9) What was undone is not there to be taken over."""
    work = flow()
    first = work.nodes["first"].replace(compensate=Compensation(action="util.log"))
    work = work.replace(nodes={**work.nodes, "first": first})
    window.session.document.reset(work)
    host.add(work, "undone")
    declared = {"nodes": [0], "keep": [], "calls": []}
    host.headers["undone"] = dataclasses.replace(host.headers["undone"], options={"compensates": declared})
    host.push("undone", EventKind.RUN_STARTED)
    host.push("undone", EventKind.NODE_STARTED, 0)
    host.push("undone", EventKind.NODE_COMPLETED, 0, {"output": 1, "ports": ["out"]})
    host.push("undone", EventKind.NODE_STARTED, 1)
    host.push("undone", EventKind.NODE_FAILED, 1, {"error": ERROR})
    host.push("undone", EventKind.RUN_ROLLING_BACK, payload={"outcome": "failed", "error": ERROR})
    host.push("undone", EventKind.NODE_COMPENSATING, 0)
    host.push("undone", EventKind.NODE_COMPENSATED, 0)
    host.push("undone", EventKind.RUN_FAILED, payload={"error": ERROR})
    window.runs.open_run("undone")
    until(lambda: window.controller.undone)
    window.selection.set(["second"])
    assert [(key, "undone" in why) for key, _, why in RetryActions(window).wheres()] == [("start", True)]
