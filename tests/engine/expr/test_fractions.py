"""Which operands tell of themselves whether they are fractions (C6.4)."""

from __future__ import annotations

import pytest

from floworch.expr.fractions import ALWAYS, MOST, Group, of_product, of_sum


def split(part: list[str], operators: frozenset[str]) -> tuple[list[list[str]], list[str]]:
    operands: list[list[str]] = [[]]
    found = []
    for piece in part:
        if piece in operators and operands[-1]:
            found.append(piece)
            operands.append([])
        else:
            operands[-1].append(piece)
    return operands, found


@pytest.mark.parametrize(("part", "expected"), [
    (["a"], ("a is float",)), (["a", ".", "b"], ("a.b is float",)), (["a", "['x']"], ("a['x'] is float",)),
    (["-", "a"], ("a is float",)), (["1.5"], (ALWAYS,)), (["2e3"], (ALWAYS,)), (["2"], ()), (["1_000"], ()),
    (["true"], ()), (["a", "(b)"], ()), (["a", "|", "int"], ()), (["a", "[b(c)]"], ()), (["'x'"], ()), ([], ()),
    (["a", "/", "b"], (ALWAYS,)), (["a", "//", "b"], ("a is float", "b is float")), (["a", "**", "b"], ()),
    ([Group.of("(x)", ["y"]), "*", "a"], ("y", "a is float")),
])  # fmt: skip
def test_of_a_product(part: list[str], expected: tuple[str, ...]) -> None:
    assert of_product(part, split) == expected


def test_of_a_sum() -> None:
    assert of_sum(["a", "+", "b", "*", "c"], split) == ("a is float", "b is float", "c is float")
    assert of_sum(["a", "-", "1.0"], split) == (ALWAYS,)
    assert of_sum(["a", "~", "b"], split) == ()
    many = [piece for n in range(MOST + 1) for piece in ("+", f"a{n}")][1:]
    assert of_sum(many, split) == ()
