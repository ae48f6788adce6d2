"""Names and tags of runs."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from floworch.errors import StoreError, UsageError
from floworch.store.labels import FILE, NAME, TAG, TAGS, Label, read_labels, write_label


@pytest.fixture
def store(tmp_path: Any) -> Any:
    (tmp_path / "runs" / "r").mkdir(parents=True)
    return SimpleNamespace(path=tmp_path)


def test_there_and_back(store: Any) -> None:
    write_label(store, "r", Label("Käse", ("a",)))
    assert read_labels(store, ["r", "nowhere"]) == {"r": Label("Käse", ("a",))}
    assert (store.path / "runs" / "r" / FILE).stat().st_mode & 0o777 == 0o600
    write_label(store, "r", Label())
    assert list((store.path / "runs" / "r").iterdir()) == []


@pytest.mark.parametrize("text", ["", "[]", "{", '{"tags": 3}', "\udcff".encode("utf-8", "surrogateescape")])
def test_a_file_that_cannot_be_read_is_no_label(store: Any, text: Any) -> None:
    (store.path / "runs" / "r" / FILE).write_bytes(text if isinstance(text, bytes) else text.encode())
    assert read_labels(store, ["r"]) == {}


def test_where_it_cannot_be_written(store: Any) -> None:
    with pytest.raises(StoreError, match="cannot be written"):
        write_label(store, "gone", Label("x"))


@pytest.mark.parametrize(
    ("name", "tags"), [("x" * (NAME + 1), []), ("", ["a b"]), ("", ["a,b"]), ("", ["x" * (TAG + 1)]),
                       ("", [f"t{i}" for i in range(TAGS + 1)])],
)  # fmt: skip
def test_what_is_no_label(name: str, tags: list[str]) -> None:
    with pytest.raises(UsageError):
        Label.of(name, tags)
