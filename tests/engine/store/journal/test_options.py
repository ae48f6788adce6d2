"""What a store in files can be made with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from floworch import FlatBuffersStore, JsonStore, UsageError


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("durability", "x"), ("durability", None), ("compression", 0), ("compression", 99), ("compression", "3"),
        ("segment_size", 0), ("segment_size", 1.5), ("permissions", "rw"), ("permissions", 0o444),
        ("permissions", 0o1777),
    ],
)  # fmt: skip
@pytest.mark.parametrize("store", [FlatBuffersStore, JsonStore])
def test_an_option_that_makes_no_sense_is_told_at_once(tmp_path: Path, store: Any, option: str, value: Any) -> None:
    with pytest.raises(UsageError, match=option):
        store(tmp_path / "s", **{option: value})


@pytest.mark.parametrize(("path", "told"), [("", "''"), (None, "None"), (5, "5")])
def test_a_store_has_a_path(path: Any, told: str) -> None:
    with pytest.raises(UsageError, match=f"the path of its folder, not {told}"):
        FlatBuffersStore(path)


def test_what_makes_sense_is_taken(tmp_path: Path) -> None:
    store = FlatBuffersStore(str(tmp_path), durability="none", compression=19, segment_size=1, permissions=0o660)
    assert (store.path, store.durability, list(store.list())) == (tmp_path, "none", [])


def test_a_store_prints_where_it_is() -> None:
    assert repr(JsonStore("./runs")) == "JsonStore('runs')"
