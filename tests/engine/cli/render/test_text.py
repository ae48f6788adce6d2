"""JSON for programs and columns for people."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from floworch.cli.render.text import paint, print_json, print_table


def test_json_keeps_digits_and_tags(capsys: pytest.CaptureFixture[str]) -> None:
    """(C6.2)"""
    print_json({"n": 2**80, "b": b"\0", "d": Decimal("1.10")})
    text = capsys.readouterr().out
    found = json.loads(text)
    assert found["n"] == 2**80
    assert found["b"] == {"$type": "bytes", "value": "AA=="}
    assert found["d"]["$type"] == "decimal"
    assert text.count("\n") > 3
    print_json([1, 2], indent=False)
    assert capsys.readouterr().out == "[1,2]\n"


def test_columns_are_as_wide_as_they_need(capsys: pytest.CaptureFixture[str]) -> None:
    print_table([("a", "long cell", ""), ("bbbb", "x", "end")], ("h", "head", ""), ("red", "green"))
    assert capsys.readouterr().out.splitlines() == ["h     head", "a     long cell", "bbbb  x          end"]


def test_no_colours_in_a_pipe() -> None:
    assert paint("x", "red") == "x"
    assert paint("x", "") == "x"


def test_the_name_of_a_file_that_is_no_text_is_json_all_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    """Python hands over bytes that are no text as halves of characters, which JSON text in UTF-8 cannot hold."""
    print_json({"file": "a\udcff.json", "of\udcfe": ["b", "\udcff", 1, None, {"d": Decimal("1.10")}]})
    found = json.loads(capsys.readouterr().out)
    assert found["file"] == r"a\udcff.json"
    assert found[r"of\udcfe"][:4] == ["b", r"\udcff", 1, None]
