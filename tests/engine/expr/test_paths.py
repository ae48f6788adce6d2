from __future__ import annotations

from types import MappingProxyType

import pytest

from floworch.errors import ExpressionError
from floworch.expr.frozen import freeze
from floworch.expr.paths import path_text, plain_path, references, shorten, unquote, walk


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("a", ("a",)),
        (" a . b [ 0 ] ['c-d'] [\"e\"] ", ("a", "b", 0, "c-d", "e")),
        ("a[-1]", ("a", -1)),
        (r"a['it\'s']", ("a", "it's")),
        ("a.b()", None),
        ("a + b", None),
        ("a[b]", None),
        ("a | f", None),
        ("true", None),
        ("none", None),
        ("1", None),
        ("'a'", None),
        ("", None),
        ("a.", None),
        ("a[1:2]", None),
        ("a b", None),
        ("notes.x", ("notes", "x")),
    ],
)
def test_plain_paths(source: str, path: tuple[str | int, ...] | None) -> None:
    assert plain_path(source) == path


def test_paths_are_written_as_they_are_read() -> None:
    for path in (("a",), ("a", "b", 0, "c-d", "it's", ""), ("nodes", "1st", "output")):
        assert plain_path(path_text(path)) == path


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a.b + c['d'].e[0].f", {("a", "b"), ("c", "d", "e")}),
        ("x | f(y, key=z) | g", {("x",), ("y",), ("z",)}),
        ("a is defined and not b in c", {("a",), ("b",), ("c",)}),
        ("f(a.b).c", {("a", "b")}),
        ("'a.b' ~ \"c\"", set()),
        ("a.b.upper()", {("a", "b")}),
        ("a[b.c].d", {("a",), ("b", "c")}),
        ("{'k': v.w}", {("v", "w")}),
        ("1.5e3 + 2", set()),
        ("a == b", {("a",), ("b",)}),
        ("a[1:x]", {("a",), ("x",)}),
    ],
)
def test_references(source: str, expected: set[tuple[str, ...]]) -> None:
    assert references(source) == expected


def test_walking_returns_what_is_there() -> None:
    inner = {"x": [1, {"y": 2}]}
    context = {"a": inner, "lazy": MappingProxyType({"k": 3}), "f": freeze({"l": [1]})}
    assert walk(context, ("a",), "a") is inner
    assert walk(context, ("a", "x", 1, "y"), "") == 2
    assert walk(context, ("lazy", "k"), "") == 3
    assert type(walk(context, ("f",), "")) is dict


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (("a", "z"), "a.z is undefined"),
        (("a", "x", 9), "a.x[9] is undefined"),
        (("z",), "z is undefined"),
        (("a", "x", "y"), "a.x.y"),
        (("a", "x", 0, "y"), "a.x[0].y is undefined"),
        (("a", 0), "a[0] is undefined"),
    ],
)
def test_what_is_missing_is_named(path: tuple[str | int, ...], message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        walk({"a": {"x": [1]}}, path, path_text(path))
    assert message in caught.value.message


def test_small_things() -> None:
    assert unquote(r"'a\n\'b\\'") == "a\n'b\\"
    assert shorten("a\n  b") == "a b"
    assert len(shorten("x" * 500)) == 80
