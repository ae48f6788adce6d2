"""Differences between what a node was and is, in words (C7.6)."""

from __future__ import annotations

from typing import Any

import pytest

from floworch.run.differences import REACH, difference, same

NODE: dict[str, Any] = {
    "action": "http.request", "version": [None, 1], "params": {"url": "u", "method": "GET"}, "disabled": False,
    "edges": [["a", "out"]], "join": "all", "on_error": "fail", "layers": [], "inputs": {"inputs.n": 1}, "around": [],
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ""),
        ({"action": "shell.run"}, "action http.request → shell.run"),
        ({"version": [None, 2]}, "action version 1 → 2"),
        ({"version": [2, 1]}, "version None → 2"),
        ({"params": {"url": "v", "method": "GET"}}, "parameter url changed"),
        ({"params": {"url": "v", "json": {}}}, "parameters url, method and json changed"),
        ({"params": {"method": "GET", "url": "u"}}, "the order of its parameters changed"),
        ({"disabled": True}, "it is disabled now"),
        ({"edges": []}, "the edges into it changed"),
        ({"join": "any"}, "join changed"),
        ({"on_error": "continue"}, "on error changed"),
        ({"layers": [{"use": "fallback"}]}, "its middleware changed"),
        ({"around": [{"use": "fallback"}]}, "the workflow's middleware changed"),
        ({"inputs": {"inputs.n": 2}}, "input n changed"),
        ({"body": {"x": NODE}}, "x inside it is new"),
    ],
)
def test_a_difference_is_one_sentence(changes: dict[str, Any], words: str) -> None:
    assert difference(NODE, {**NODE, **changes}) == words


def test_the_way_back_from_disabled_is_said() -> None:
    assert difference({**NODE, "disabled": True}, NODE) == "it was disabled"


def test_what_is_inside_a_container_is_named() -> None:
    old, new = {"body": {"x": NODE, "y": NODE}}, {"body": {"x": NODE, "y": {**NODE, "action": "util.log"}}}
    assert difference(old, new) == "y inside it: action http.request → util.log"
    assert difference(old, {"body": {"x": NODE}}) == "y inside it is gone"


def test_only_the_parts_asked_for_count() -> None:
    assert difference(NODE, {**NODE, "params": {}}, REACH) == ""
    assert difference(NODE, {**NODE, "join": "any"}, REACH) == "join changed"


@pytest.mark.parametrize(("a", "b"), [(True, 1), (1, 1.0), ([1], (1, 2)), ({"a": 1}, {"b": 1}), (None, False)])
def test_equal_means_equal_as_json(a: Any, b: Any) -> None:
    assert not same(a, b)
    assert same(a, a)
