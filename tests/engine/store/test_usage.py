"""The weight of runs on the disk."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from floworch.store.usage import usage_of


def test_every_run_and_the_large_values(tmp_path: Any) -> None:
    for name, size in (("runs/a/journal", 10), ("runs/a/sub/more", 5), ("runs/.deleted-b/x", 7), ("artifacts/00/y", 3)):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * size)
    (tmp_path / "runs" / "a" / "link").symlink_to("/nowhere")
    used = usage_of(SimpleNamespace(path=tmp_path))  # type: ignore[arg-type]
    assert {**used, "a": used["a"] - len("/nowhere")} == {"a": 15, "": 3}


def test_no_directory_no_weight(tmp_path: Any) -> None:
    assert usage_of(SimpleNamespace(path=tmp_path / "none")) == {}  # type: ignore[arg-type]
    assert usage_of(SimpleNamespace()) == {}  # type: ignore[arg-type]
