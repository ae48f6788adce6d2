"""What functions without a name of their own are told apart by."""

from __future__ import annotations

import functools
import subprocess
import sys

import pytest

from floworch import compose, retry, timeout
from floworch.actions.fingerprint import fingerprint
from floworch.actions.functions import find_function, spec_of


def plain(n: int = 1) -> int:
    return n


def adder(m: object, scale: int = 1):
    return lambda n=2, *, k=3: (n, k, m, scale)


def test_equal_parts_give_equal_digits_and_any_difference_others() -> None:
    same = [adder(1), adder(1)]
    others = [adder(2), adder("1"), adder(1, 2), adder(None), lambda n=2, *, k=3: n, lambda n=3, *, k=3: n,
              retry(2)(plain), retry(3)(plain), retry(2)(timeout(5)(plain)), timeout(5)(retry(2)(plain)),
              functools.partial(plain, 1), functools.partial(plain, n=1)]  # fmt: skip
    assert fingerprint(same[0]) == fingerprint(same[1])
    digits = [fingerprint(each)[0] for each in (same[0], *others)]
    assert len(set(digits)) == len(digits)
    assert all(whole for _, whole in map(fingerprint, others))


def test_numbers_of_any_length_are_told_apart() -> None:
    """Python itself refuses to write so many digits in decimal."""
    digits = {fingerprint(adder(sign * (10**5000 + more)))[0] for sign in (1, -1) for more in (0, 1)}
    assert len(digits) == 4


def test_what_is_not_looked_at_belongs_to_its_process_alone() -> None:
    """(C7.5)"""
    for opaque in ([], {}, set(), object()):
        assert not fingerprint(adder(opaque))[1]
    assert "." in spec_of(adder([])).id.partition("#")[2]
    assert "." not in spec_of(adder(1)).id.partition("#")[2]


def counter():
    n = 0

    def count():
        nonlocal n
        n += 1
        return n

    return count


def test_two_functions_made_of_the_same_stay_two() -> None:
    first, second = spec_of(counter()), spec_of(counter())
    assert second.id == f"{first.id}-2"
    assert [first.fn(), first.fn(), second.fn()] == [1, 2, 1]
    assert spec_of(first.fn) is first


@pytest.mark.timeout(20)
def test_a_stack_of_layers_is_looked_at_as_a_whole() -> None:
    """(C7.5) A program that composes the same goes on with the runs of another."""

    async def own(call_next, ctx):
        return await call_next(ctx)

    stacks = [compose([own, retry(3)], plain), compose([own, retry(3)], plain), compose([retry(3), own], plain)]
    (one, whole), two, other = map(fingerprint, stacks)
    assert whole
    assert (one, True) == two != other


def test_of_many_functions_made_of_the_same_one_is_enough_after_a_restart() -> None:
    """(C7.5) A service that builds a workflow per order has met more of them than the process that resumes."""
    ids = [spec_of(adder(77)).id for _ in range(3)]
    assert [each.removeprefix(ids[0]) for each in ids] == ["", "-2", "-3"]
    never_met = find_function(f"{ids[0]}-12")
    assert never_met is find_function(ids[0])
    opaque = spec_of(adder([])).id
    assert find_function(f"{opaque}-2") is None  # what it holds is not known to be the same


def test_functions_that_hold_each_other_are_read_once() -> None:
    def made():
        def a():
            return b, c, a

        def b():
            return a, c, b

        def c():
            return a, b, c

        return a

    assert fingerprint(made()) == fingerprint(made())


def test_another_process_finds_the_same_digits() -> None:
    code = (
        "import colorsys\n"
        "from floworch import retry, compose, timeout\n"
        "from floworch.actions.fingerprint import fingerprint\n"
        "print(fingerprint(compose([timeout(5), retry(2)], colorsys.rgb_to_hsv))[0])"
    )
    first, second = (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout for _ in "ab"
    )
    assert first == second
