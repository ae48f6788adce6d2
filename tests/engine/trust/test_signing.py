"""What trust is given to, and whose it is."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from floworch.errors import StoreError
from floworch.model.codec import load
from floworch.trust.signing import KEY_FILE, content_digest, is_signed, make_key, read_key, sign

LOG = {"a": {"action": "util.log", "params": {"message": "x"}}}


def test_positions_and_titles_do_not_count_and_logic_does(place: Any) -> None:
    before = content_digest(place(LOG))
    assert content_digest(place({"a": {**LOG["a"], "title": "T"}}, view={"nodes": {"a": [1, 2]}})) == before
    assert content_digest(place({"a": {**LOG["a"], "params": {"message": "y"}}})) != before


def test_files_of_the_actions_folder_and_called_definitions_count(place: Any) -> None:
    calls = {"a": {"action": "flow.call", "params": {"workflow": "called.flow.json"}}}
    seen = [content_digest(place(calls))]
    for change in (
        lambda: place(LOG, "called"),
        lambda: place.local("one"),
        lambda: place.local("two"),
        lambda: place({"b": LOG["a"]}, "called"),
        lambda: place(calls, "called"),  # it calls itself
    ):
        change()
        seen.append(content_digest(place(calls)))
    assert len(set(seen)) == len(seen)


def test_modules_beside_a_definition_count_wherever_it_lies(
    place: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nodes = {"a": {"action": "py:beside:go"}}
    monkeypatch.syspath_prepend(place.folder)
    seen = [content_digest(place(nodes))]
    for text in ("def go(): return 1\n", "def go(): return 2\n"):
        (place.folder / "beside.py").write_text(text)
        seen.append(content_digest(place(nodes)))
    assert len(set(seen)) == 3
    place.folder.rename(tmp_path / "moved")
    monkeypatch.syspath_prepend(tmp_path / "moved")
    assert content_digest(load(tmp_path / "moved" / "flow.flow.json")) == seen[-1]


def test_the_key_is_the_users_alone(tmp_path: Path) -> None:
    assert read_key(tmp_path) is None
    key = make_key(tmp_path / "data")
    assert make_key(tmp_path / "data") == key == read_key(tmp_path / "data")
    assert stat.S_IMODE((tmp_path / "data" / KEY_FILE).stat().st_mode) == 0o600


def test_a_damaged_key_is_replaced_and_recognises_nothing_of_before(tmp_path: Path) -> None:
    record: dict[str, Any] = {"digest": "sha256:1"}
    record["mac"] = sign(make_key(tmp_path), record)
    assert is_signed(make_key(tmp_path), record)
    (tmp_path / KEY_FILE).write_text("garbage")
    assert read_key(tmp_path) is None
    assert not is_signed(make_key(tmp_path), record)


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=KEY_FILE):
        make_key(tmp_path / "file")
