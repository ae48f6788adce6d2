"""JSON values as Python source."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch.exchange.python_literal import block, is_long, is_name, literal

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(_VALUES)
def test_the_source_gives_the_value_back(value: Any) -> None:
    assert ast.literal_eval(literal(value, 8, 20)) == value


@given(st.text(alphabet=st.characters(codec="utf-8") | st.sampled_from('"\\\n\t\r{}')))
def test_a_block_gives_the_text_back_or_is_refused(text: str) -> None:
    source = block(text)
    assert source is None or ast.literal_eval(source) == text


def test_a_block_keeps_the_lines_as_they_are() -> None:
    assert block('a = "x"\nb = """y"""\n') == '"""\\\na = "x"\nb = \\"\\"\\"y\\"\\"\\"\n"""'
    assert [ast.literal_eval(block("x" + '"' * count) or "''") for count in range(8)] == [
        "x" + '"' * n for n in range(8)
    ]
    assert block("tab\there") is None
    assert [is_long(each) for each in ("one\ntwo", "one\ntwo\nthree", 7)] == [False, True, False]


@pytest.mark.parametrize(("name", "good"), [("url", True), ("is", False), ("a-b", False), ("ü", False), ("", False)])
def test_names_of_arguments(name: str, good: bool) -> None:
    assert is_name(name) is good


def test_long_values_have_a_line_per_entry() -> None:
    long = {"first": "x" * 60, "second": ["y" * 60, "z" * 60]}
    assert literal(long, 4).splitlines() == [
        "{", f'        "first": "{"x" * 60}",', '        "second": [', f'            "{"y" * 60}",',
        f'            "{"z" * 60}",', "        ],", "    }",
    ]  # fmt: skip
