"""Path patterns."""

from __future__ import annotations

import pytest

from floworch.actions.library.file_match import compile_pattern, deepest, excluder
from floworch.errors import ActionError


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("**/*", ["a", "a/b", "a/b/c.txt"], []),
        ("*.txt", ["a.txt", ".txt"], ["a/b.txt", "a.txtx"]),
        ("**/*.py", ["a.py", "x/y/a.py"], ["a.pyc"]),
        ("src/**", ["src/a", "src/a/b"], ["srcs/a", "src"]),
        ("a/**/z", ["a/z", "a/b/z", "a/b/c/z"], ["az", "a/bz"]),
        ("?.md", ["a.md"], ["ab.md", "/.md"]),
        ("[a-c]x", ["ax", "cx"], ["dx"]),
        ("[!a]x", ["bx"], ["ax", "/x"]),
        ("[x", ["[x"], ["x"]),
        ("[]]", ["]"], ["["]),
        ("*.{jpg,png}", ["a.jpg", "a.png"], ["a.gif"]),
        ("a+b(c).txt", ["a+b(c).txt"], ["aab(c).txt"]),
        ("{", ["{"], ["a"]),
        ("./a", ["a"], []),
    ],
)
def test_what_matches(pattern: str, yes: list[str], no: list[str]) -> None:
    match = compile_pattern(pattern)
    assert [path for path in yes if not match(path)] == []
    assert [path for path in no if match(path)] == []


@pytest.mark.parametrize("pattern", ["", "/etc/*", "../x", "a/../b"])
def test_patterns_that_leave_the_folder_are_refused(pattern: str) -> None:
    with pytest.raises(ActionError, match="'pattern' must be a pattern below the folder"):
        compile_pattern(pattern)


def test_a_pattern_that_makes_no_sense_is_named() -> None:
    with pytest.raises(ActionError, match=r"'exclude': '\[z-a\]' is not a pattern"):
        compile_pattern("[z-a]", "exclude")


@pytest.mark.parametrize(("pattern", "depth"), [("*", 0), ("a/*.txt", 1), ("./*", 0), ("**/*", None)])
def test_how_deep_it_can_match(pattern: str, depth: int | None) -> None:
    assert deepest(pattern) == depth


def test_exclude_is_for_names_or_paths() -> None:
    excluded = excluder(["__pycache__", "*.tmp", "build/", "docs/*.html"])
    assert excluded("a/__pycache__", "__pycache__")
    assert excluded("x.tmp", "x.tmp")
    assert excluded("build", "build")
    assert excluded("docs/a.html", "a.html")
    assert not excluded("other/docs/a.html", "a.html")
    assert not excluder([])("a", "a")
