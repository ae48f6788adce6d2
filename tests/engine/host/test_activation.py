"""What is activated beside a store, and what its service says: files that are whole or not there."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

import pytest

from floworch.host.activation import (
    BOARD_FILE,
    LOCK_FILE,
    LOG_FILE,
    WISH_FILE,
    Board,
    Wish,
    last_words,
    launch_serving,
    read_board,
    read_wish,
    serving,
    serving_command,
    write_json,
    write_wish,
)
from floworch.host.channel import HostUnavailable
from floworch.host.companion import SingleInstance


@pytest.mark.parametrize("wish", [Wish(), Wish(("/a.flow.json", "/ü.flow.json")), Wish(("/a",), serve=False)])
def test_a_wish_is_read_as_it_was_written(tmp_path: Path, wish: Wish) -> None:
    store = tmp_path / "new" / "store"
    write_wish(store, wish)
    assert read_wish(store) == wish
    assert [each.name for each in store.iterdir()] == [WISH_FILE], "no draft is left"
    if sys.platform != "win32":
        assert (store / WISH_FILE).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", ["", "{", "[]", '{"files": 3}', '{"files": [1, null]}', "\x00"])
def test_damaged_files_are_as_good_as_none(tmp_path: Path, content: str) -> None:
    for name in (WISH_FILE, BOARD_FILE):
        (tmp_path / name).write_text(content)
    assert read_wish(tmp_path) == Wish()
    assert read_board(tmp_path) == Board()


def test_a_board_with_odd_parts_keeps_the_sound_ones(tmp_path: Path) -> None:
    write_json(tmp_path / BOARD_FILE, {"workflows": [{"id": "a"}, 7], "firings": None, "errors": {"/a": "bad"}})
    assert read_board(tmp_path) == Board(workflows=({"id": "a"},), errors={"/a": "bad"})


def test_a_service_is_alive_while_it_holds_its_lock(tmp_path: Path) -> None:
    assert not serving(tmp_path)
    with closing(SingleInstance(tmp_path / LOCK_FILE)) as instance:
        assert not serving(tmp_path)
        assert instance.take()
        assert serving(tmp_path)
    assert not serving(tmp_path)


def test_what_a_service_wrote_last_is_kept(tmp_path: Path) -> None:
    assert last_words(tmp_path) == ""
    store = tmp_path / "store"
    process = launch_serving(store, [sys.executable, "-c", "import sys; sys.stderr.write('first\\nport taken\\n\\n')"])
    assert process.wait(60) == 0
    assert last_words(store) == "port taken"
    assert (store / LOG_FILE).exists()


def test_a_store_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HostUnavailable, match="cannot be started"):
        launch_serving(tmp_path / "file")


def test_the_service_imports_nothing_from_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = serving_command(tmp_path)
    assert command[:4] == [sys.executable, "-P", "-m", "floworch"]
    assert command[-1] == str(tmp_path)
    monkeypatch.setattr(sys, "executable", "")
    with pytest.raises(Exception, match="interpreter"):
        serving_command(tmp_path)
