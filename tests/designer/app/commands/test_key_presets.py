"""Presets do what people of other tools expect."""

from __future__ import annotations

import pytest

from floworch_designer.app.commands.key_presets import PRESETS
from floworch_designer.app.commands.keymap import Keymap


@pytest.mark.parametrize(
    ("preset", "row", "key"),
    [
        ("n8n", "run.start", "Ctrl+Return"),
        ("blender", "node.add", "Shift+A"),
        ("blender", "edit.delete", "X"),
        ("blender", "node.disable", "M"),
        ("node-red", "frame.group", "Ctrl+Shift+G"),
        ("node-red", "file.import", "Ctrl+I"),
    ],
)
def test_the_first_key_is_the_one_of_that_tool(preset, row, key):
    assert Keymap(preset).keys(row)[0] == key


def test_the_default_changes_nothing():
    assert PRESETS["default"] == {}
