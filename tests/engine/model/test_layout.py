from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch.model.jsontext import read_json
from floworch.model.layout import inline, lay_out
from floworch.model.values import MAX_DEPTH

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)


@given(st.dictionaries(st.sampled_from(["id", "inputs", "nodes", "edges", "view", "settings", "x-mine"]), JSON))
def test_the_layout_is_json_of_the_same_value(definition: dict[str, Any]) -> None:
    text = lay_out(definition)
    text.encode()
    assert json.loads(text) == definition
    assert text.endswith("}\n")
    assert lay_out(json.loads(text)) == text


def test_short_values_take_one_line_and_long_ones_a_line_per_entry() -> None:
    long = {f"key{number}": "some text" for number in range(10)}
    lines = lay_out({"id": "a", "nodes": {"n": {"action": "x.y", "params": long, "tags": ["a", "b"]}}}).splitlines()
    assert '      "action": "x.y",' in lines
    assert '        "key0": "some text",' in lines
    assert '      "tags": ["a", "b"]' in lines


def test_edges_positions_and_inputs_have_a_line_each() -> None:
    text = lay_out(
        {
            "inputs": {"a": {"type": "any"}},
            "edges": [{"from": "a", "to": "b"}, {"from": "b", "to": "c"}],
            "view": {"nodes": {"b": [1, 2], "a": [3, 4]}, "frames": []},
        }
    )
    assert '\n    {"from": "a", "to": "b"},\n    {"from": "b", "to": "c"}\n' in text
    assert '      "a": [3, 4],\n      "b": [1, 2]\n' in text
    assert '    "a": {"type": "any"}\n' in text
    assert '    "frames": []\n' in text


def test_numbers_are_spelled_as_their_author_did() -> None:
    value, _ = read_json('{"a": [1.50, 1e3, {"b": 1E+5}], "c": 2.0}')
    assert inline(value) == '{"a": [1.50, 1e3, {"b": 1E+5}], "c": 2.0}'
    assert inline(value["a"][0]) == "1.50"


def test_very_long_integers_are_written() -> None:
    assert inline([10**5000]) == "[1" + "0" * 5000 + "]"
    assert inline(10**5000) == "1" + "0" * 5000


@pytest.mark.parametrize(("begin", "inner", "end"), [("[", "1", "]"), ("[", "1.50", "]"), ('{"a": ', "1.50", "}")])
def test_the_deepest_value_that_can_be_read_can_be_written(begin: str, inner: str, end: str) -> None:
    """C13: what validation lets pass must not fail when it is written."""
    deep = MAX_DEPTH - 2
    value, problems = read_json(f'{{"mine": {begin * deep}{inner}{end * deep}}}')
    assert not problems
    assert json.loads(lay_out(value)) == value
    assert inner in lay_out(value)
