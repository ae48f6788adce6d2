"""The ini file in every state a person or a crash can leave it in."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QByteArray

from floworch_designer.settings.settings import TABLE, Settings


def other(default):
    """A value of the same type that is not the default."""
    if isinstance(default, bool):
        return not default
    if isinstance(default, list):
        return ["one, two", 'a "b" ü', "C:\\x"]
    return QByteArray(b"\x00\xff;#=") if isinstance(default, QByteArray) else 'text, with ; # = " and ü'


@pytest.fixture
def path(tmp_path):
    return tmp_path / "designer.ini"


def reopened(settings):
    settings.flush()
    return Settings(settings.path)


@pytest.mark.parametrize("key", TABLE)
def test_every_setting_keeps_its_value_and_type_across_a_restart(path, key):
    settings = Settings(path)
    value = other(TABLE[key].default)
    settings.set(key, value)
    found = reopened(settings).get(key)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("key", TABLE)
def test_every_setting_can_be_put_back_to_its_default(path, key):
    settings = Settings(path)
    settings.set(key, other(TABLE[key].default))
    settings.set(key, TABLE[key].default)
    assert reopened(settings).get(key) == TABLE[key].default


@pytest.mark.parametrize("key", TABLE)
def test_every_setting_says_what_it_does(key):
    assert TABLE[key].help.endswith(".")
    assert TABLE[key].key == key


@pytest.mark.parametrize("content", [b"", b"\x00" * 500, b"[files]\nrecent=", b"[files]\nrecent=@Variant(garbage)",
                                     b"[window]\ngeometry=text\nlayout=@ByteArray(", b"[appearance\ntheme=light",
                                     b"[engine]\nin_process=maybe\n", b"\xff\xfe" + "[files]".encode("utf-16-le")],
                         ids=range(8))  # fmt: skip
def test_a_broken_file_gives_usable_values_and_can_be_written(path, content):
    path.write_bytes(content)
    settings = Settings(path)
    for key, row in TABLE.items():
        value = settings.get(key)
        assert isinstance(value, type(row.default))
        if isinstance(value, list):
            assert all(isinstance(item, str) for item in value)
    settings.set("appearance/theme", "light")
    assert reopened(settings).get("appearance/theme") == "light"


def test_a_list_with_one_entry_is_a_list_again(path, tmp_path):
    settings = Settings(path)
    settings.add_recent(tmp_path / "only.flow.json")
    assert reopened(settings).get("files/recent") == [str(tmp_path / "only.flow.json")]


def test_a_changed_list_does_not_reach_into_the_defaults(path):
    settings = Settings(path)
    settings.get("files/recent").append("x")
    assert settings.get("files/recent") == []
    assert TABLE["files/recent"].default == []


def test_the_file_is_made_in_the_configured_directory(monkeypatch, tmp_path):
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path / "new" / "place"))
    settings = Settings()
    settings.set("appearance/theme", "light")
    settings.flush()
    assert (tmp_path / "new" / "place" / "designer.ini").exists()
    assert Settings().get("appearance/theme") == "light"


def test_the_same_file_by_two_names_is_one_recent_file(path, tmp_path):
    settings = Settings(path)
    (tmp_path / "sub").mkdir()
    settings.add_recent(tmp_path / "a.flow.json")
    settings.add_recent(tmp_path / "sub" / ".." / "a.flow.json")
    assert len(settings.get("files/recent")) == 1


def test_a_directory_that_cannot_be_written_does_not_stop_the_window(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    settings = Settings(blocked / "designer.ini")
    settings.set("appearance/theme", "light")
    settings.flush()
    assert settings.get("appearance/theme") == "light"
