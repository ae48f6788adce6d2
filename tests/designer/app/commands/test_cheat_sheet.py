"""The cheat sheet holds every key of the keymap that counts."""

from __future__ import annotations

from floworch_designer.app.commands.actions import GESTURES, ROWS
from floworch_designer.app.commands.cheat_sheet import sheet
from floworch_designer.app.commands.keymap import Keymap


def test_every_action_with_a_key_and_every_gesture_is_on_it():
    found = sheet(Keymap())
    lines = [text for rows in found.values() for text, _ in rows]
    assert len(lines) == len(set(lines)) == sum(bool(row.keys) for row in ROWS) + len(GESTURES)
    assert ("New", "Ctrl+N") in found["File"]
    assert list(found)[-1] == "Canvas"


def test_it_shows_the_keys_of_the_keymap_not_the_defaults():
    found = sheet(Keymap().with_keys("file.new", ("Ctrl+J",)))
    assert ("New", "Ctrl+J") in found["File"]


def test_the_two_keys_that_are_called_enter_are_one():
    found = sheet(Keymap().with_keys("file.new", ("Ctrl+Return", "Ctrl+Enter")))
    assert ("New", "Ctrl+Enter") in found["File"]
    assert not [keys for rows in found.values() for _, keys in rows if "Return" in keys]
