"""A store is opened as what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from floworch import FlatBuffersStore, JsonStore
from floworch.errors import StoreError, UsageError
from floworch.store.journal.opening import VARIABLE, open_directory
from floworch.testing.store_suite import make_header


def test_a_new_store_writes_flatbuffers_and_the_environment_chooses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert isinstance(open_directory(tmp_path / "new"), FlatBuffersStore)
    monkeypatch.setenv(VARIABLE, "json")
    assert isinstance(open_directory(tmp_path / "new"), JsonStore)
    monkeypatch.setenv(VARIABLE, "xml")
    with pytest.raises(UsageError, match="xml"):
        open_directory(tmp_path / "new")


def test_an_existing_store_stays_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in (FlatBuffersStore, JsonStore):
        store = kind(tmp_path / kind.__name__)
        store.create(make_header()).close()
        store.close()
    monkeypatch.setenv(VARIABLE, "json")
    assert isinstance(open_directory(tmp_path / "FlatBuffersStore"), FlatBuffersStore)
    monkeypatch.setenv(VARIABLE, "flatbuffers")
    assert isinstance(open_directory(tmp_path / "JsonStore"), JsonStore)


def test_a_store_of_an_unknown_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / "format").write_text("parquet\n")
    with pytest.raises(StoreError, match="parquet"):
        open_directory(tmp_path)
    (tmp_path / "format").write_bytes(b"\xff")
    with pytest.raises(StoreError, match="cannot be read"):
        open_directory(tmp_path)


def test_a_format_that_cannot_be_read_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "format").mkdir()
    with pytest.raises(StoreError) as caught:
        open_directory(tmp_path)
    assert caught.value.message == f"{tmp_path / 'format'} cannot be read: Is a directory."
