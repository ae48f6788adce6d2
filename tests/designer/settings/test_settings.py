"""Settings survive a restart, keep their types and never fail on a damaged file."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray

from floworch_designer.settings.settings import RECENT_LIMIT, TABLE, Settings, config_dir


@pytest.fixture
def path(tmp_path):
    return tmp_path / "designer.ini"


def test_defaults_come_from_the_table(path):
    settings = Settings(path)
    assert all(settings.get(key) == row.default for key, row in TABLE.items())


def test_values_keep_their_types_across_a_restart(path):
    first = Settings(path)
    first.set("appearance/theme", "light")
    first.set("engine/in_process", True)
    first.set("window/layout", QByteArray(b"\x00\x01"))
    first.set("files/recent", ["/a"])
    first.flush()
    second = Settings(path)
    assert second.get("appearance/theme") == "light"
    assert second.get("engine/in_process") is True
    assert second.get("window/layout") == QByteArray(b"\x00\x01")
    assert second.get("files/recent") == ["/a"]


def test_changed_is_emitted_once_per_difference(path, qtbot):
    settings = Settings(path)
    seen = []
    settings.changed.connect(seen.append)
    settings.set("appearance/theme", "light")
    settings.set("appearance/theme", "light")
    assert seen == ["appearance/theme"]


def test_unknown_keys_are_refused(path):
    settings = Settings(path)
    with pytest.raises(KeyError):
        settings.get("no/such")
    with pytest.raises(KeyError):
        settings.set("no/such", 1)


def test_recent_files_are_unique_newest_first_and_limited(path, tmp_path):
    settings = Settings(path)
    for number in [*range(RECENT_LIMIT + 3), 5]:
        settings.add_recent(tmp_path / f"{number}.flow.json")
    recent = settings.get("files/recent")
    assert len(recent) == RECENT_LIMIT
    assert Path(recent[0]).name == "5.flow.json"
    assert len(set(recent)) == len(recent)


def test_a_damaged_file_gives_defaults(path):
    path.write_bytes(b"\xff\x00[[[nonsense\nengine/in_process")
    assert Settings(path).get("engine/in_process") is False


def test_the_directory_can_be_moved_by_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path / "elsewhere"))
    assert config_dir() == tmp_path / "elsewhere"


@pytest.mark.parametrize(
    ("value", "alone", "asked"), [("", False, True), ("full", False, False), ("reduced", True, True)]
)
def test_motion_is_as_the_setting_says_or_the_system(path, value, alone, asked):
    settings = Settings(path)
    settings.set("appearance/motion", value)
    seen = []
    settings.changed.connect(seen.append)
    assert settings.still is alone
    settings.set_system_still(True)
    assert settings.still is asked
    settings.set_system_still(True)
    assert seen == ([] if alone is asked else ["appearance/motion"]), "only when it makes a difference"


def test_a_word_for_motion_that_nobody_knows_leaves_it_to_the_system(path):
    path.write_text("[appearance]\nmotion=some\n", encoding="utf-8")
    settings = Settings(path)
    assert not settings.still
    settings.set_system_still(True)
    assert settings.still


def test_what_the_system_wants_as_well_is_left_to_it(path):
    settings = Settings(path)
    settings.set_still(True)
    assert settings.get("appearance/motion") == "reduced"
    settings.set_system_still(True)
    settings.set_still(False)
    assert settings.get("appearance/motion") == "full"
    settings.set_still(True)
    assert settings.get("appearance/motion") == ""
    assert settings.still
