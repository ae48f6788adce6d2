"""The strip names keys that fit what is selected, and only what can be done."""

from __future__ import annotations

from floworch_designer.app.commands.actions import BY_ID
from floworch_designer.app.panels.hints import AREA, IDLE, NODE, NODES, WIRE


def test_every_hint_is_an_action_with_a_key_or_a_gesture_in_words():
    for hints in (IDLE, NODE, NODES, WIRE, AREA):
        assert all(BY_ID[what].keys if "." in what else what for what, _ in hints)


def test_it_follows_the_selection_and_the_keymap(window, flow):
    strip = window.status_strip.hint
    assert strip.text() == "", "the empty canvas says itself what to do"
    window.session.document.reset(flow())
    assert "Tab  add a node" in strip.text()
    window.selection.set(["first"])
    assert "Tab  add the next node" in strip.text()
    assert "F9  breakpoint" in strip.text()
    window.selection.set(["first", "second"])
    assert "Ctrl+G  frame" in strip.text()
    window.selection.set([], edges=[0])
    assert "K  bend" in strip.text()
    window.commands.use(window.commands.keymap.with_keys("wire.knot", ()))
    window.selection.set([])
    window.selection.set([], edges=[0])
    assert "bend" not in strip.text()


def test_the_enter_key_is_called_enter_as_in_the_documentation(window, flow):
    window.session.document.reset(flow())
    window.selection.set(["first"])
    assert "   Enter  parameters" in window.status_strip.hint.text()
    assert "Return" not in window.status_strip.hint.text()
