"""What paths, patterns and lists name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from floworch.actions.library.file_select import select, split_pattern
from floworch.testing import FakeHost


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("*.txt", ("", "*.txt")),
        ("a/b/*.txt", ("a/b", "*.txt")),
        ("/*", ("/", "*")),
        ("/data/{a,b}/x", ("/data", "{a,b}/x")),
        ("a/**/b.txt", ("a", "**/b.txt")),
    ],
)
def test_a_pattern_begins_where_the_first_sign_is(text: str, parts: tuple[str, str]) -> None:
    assert split_pattern(text) == parts


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ("*.txt", ["1.txt", "a[1].txt"]),
        ("a[1].txt", ["a[1].txt"]),  # it exists: no pattern
        ("a[2].txt", []),
        (["a[1].txt", "1.txt", "./1.txt"], ["a[1].txt", "1.txt"]),
        (["[1].txt"], []),  # in a list, never a pattern
        ("*", ["1.txt", "a[1].txt"]),
        ("sub", ["sub"]),
        ("1.txt/x", []),
    ],
)
def test_names(tmp_path: Path, wanted: Any, names: list[str]) -> None:
    for name in ("1.txt", "a[1].txt"):
        (tmp_path / name).write_text("")
    (tmp_path / "sub").mkdir()
    ctx = FakeHost(folder=str(tmp_path)).context()
    found = select(ctx, wanted, name="paths", missing_ok=True)
    assert [each.relative for each in found] == names
    assert all(Path(each.path).parent == tmp_path for each in found)
