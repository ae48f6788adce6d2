"""The keymap: defaults under a preset under one's own, no key with two meanings, files that cannot be used are told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from floworch_designer.app.commands.actions import BY_ID, ROWS
from floworch_designer.app.commands.key_presets import PRESETS
from floworch_designer.app.commands.keymap import (
    Keymap,
    KeymapError,
    conflicts,
    from_settings,
    keep,
    normal,
    read,
    types_text,
)
from floworch_designer.canvas.keys import BINDINGS, RESERVED
from floworch_designer.settings.settings import Settings


def whole(keymap):
    return {row.id: keymap.keys(row.id) for row in ROWS}


def test_the_defaults_have_no_conflict_and_every_key_is_known_to_qt():
    assert conflicts({row.id: row.keys for row in ROWS}) == []
    assert whole(Keymap()) == {row.id: row.keys for row in ROWS}
    assert all(normal(key) for row in ROWS for key in row.keys)
    assert len(BINDINGS) > 20
    assert not RESERVED & {normal(key) for row in ROWS for key in row.keys}


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_has_no_conflict_names_real_actions_and_takes_no_reserved_key(preset):
    assert conflicts(PRESETS[preset]) == []
    assert conflicts(whole(Keymap(preset))) == []
    assert PRESETS[preset].keys() <= BY_ID.keys()
    assert all(normal(key) not in RESERVED for keys in PRESETS[preset].values() for key in keys)
    for row, keys in PRESETS[preset].items():
        assert Keymap(preset).keys(row) == keys


def test_two_actions_share_a_key_only_when_they_never_make_sense_together():
    assert conflicts({"run.pause": ("F6",), "run.resume": ("F6",)}) == []
    found = conflicts({"run.pause": ("F6",), "file.new": ("F6",)})
    assert [(each.key, each.first, each.second) for each in found] == [("F6", "run.pause", "file.new")]


def test_a_key_that_begins_a_chord_is_in_conflict_with_it():
    assert conflicts({"align.left": ("Alt+A, L",), "file.new": ("Alt+A",)})
    assert conflicts({"file.new": ("Alt+A",), "align.left": ("Alt+A, L",)})
    assert conflicts({"align.left": ("Alt+A, L",), "align.right": ("Alt+A, R",)}) == []


def test_a_key_that_is_given_is_taken_from_the_others_and_comes_back():
    keymap = Keymap().with_keys("file.new", ("Ctrl+D",))
    assert keymap.keys("file.new") == ("Ctrl+D",)
    assert keymap.keys("edit.duplicate") == ()
    assert keymap.given_up() == {"Ctrl+N", "Ctrl+D"}
    assert conflicts(whole(keymap)) == []
    back = keymap.without("file.new").without("edit.duplicate")
    assert whole(back) == whole(Keymap())
    assert keymap.with_keys("file.new", ("Ctrl+N",)).own == {"edit.duplicate": ()}


def test_ones_own_wins_over_a_default_that_came_later():
    taken = Keymap(own={"file.new": ("Ctrl+D",)})
    assert taken.keys("edit.duplicate") == ()
    assert taken.users("Ctrl+D", "edit.copy") == ["file.new"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "not JSON"),
        ("[]", "an object"),
        ('{"keys": 1}', "an object"),
        ('{"preset": "vi"}', "no preset"),
        ('{"keys": {"no.such": "X"}}', "no action"),
        ('{"keys": {"file.new": 3}}', "not a list"),
        ('{"keys": {"file.new": "Hyper+Nothing"}}', "no key that Qt knows"),
        ('{"keys": {"file.new": "Esc"}}', "belongs to the canvas"),
        ('{"file.new": "Ctrl+J", "file.open": ["Ctrl+J"]}', "both file.new and file.open"),
    ],
)
def test_a_keymap_that_cannot_be_used_says_why(text, says):
    with pytest.raises(KeymapError, match=says):
        read(text)


def test_a_keymap_survives_a_restart_and_a_damaged_one_is_the_default(tmp_path):
    settings = Settings(tmp_path / "designer.ini")
    keymap = Keymap("blender", {"file.new": ("Ctrl+Alt+1",)})
    keep(settings, keymap)
    settings.flush()
    again = Settings(tmp_path / "designer.ini")
    assert from_settings(again) == keymap
    again.set("keys/own", "{nonsense")
    assert from_settings(again) == Keymap()
    keep(again, Keymap())
    assert again.get("keys/own") == ""


@pytest.mark.parametrize(
    ("key", "types"),
    [("A", True), ("Shift+A", True), ("?", True), ("Del", True), ("Ctrl+A", False), ("F5", False), ("Tab", False),
     ("Alt+A, L", False), ("Return", False)],
)  # fmt: skip
def test_keys_that_write_a_character_are_known(key, types):
    assert types_text(key) is types


KEYS = st.builds(
    "{}{}".format, st.sampled_from(["", "Ctrl+", "Alt+", "Ctrl+Shift+"]), st.sampled_from(list("ADFLNXZ"))
) | st.sampled_from(["Alt+A, L", "F5", "F6", "Tab"])


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(list(PRESETS)),
    st.lists(st.tuples(st.sampled_from([row.id for row in ROWS]), st.lists(KEYS, max_size=2)), max_size=5),
)
def test_whatever_is_changed_no_key_has_two_meanings_and_a_file_brings_it_back(preset, changes):
    keymap = Keymap(preset)
    for row, keys in changes:
        keymap = keymap.with_keys(row, keys)
        assert keymap.keys(row)[: len(keys)] == tuple(dict.fromkeys(map(normal, keys)))[: len(keymap.keys(row))]
    assert conflicts(whole(keymap)) == []
    assert whole(read(keymap.to_json())) == whole(keymap)
