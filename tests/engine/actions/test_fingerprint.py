"""What functions without a name of their own are told apart by."""

from __future__ import annotations

import functools
import subprocess
import sys

from floworch import retry, timeout
from floworch.actions.fingerprint import fingerprint
from floworch.actions.functions import spec_of


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


def test_what_can_change_or_is_not_known_makes_no_two_functions_one() -> None:
    for opaque in ([], {}, set(), object()):
        assert not fingerprint(adder(opaque))[1]
    first, second = spec_of(adder([])), spec_of(adder([]))
    assert second.id == f"{first.id}-2"
    assert first is not second


def test_the_same_function_made_again_is_the_same_action() -> None:
    assert spec_of(retry(3, delay=1.0)(plain)) is spec_of(retry(3, delay=1.0)(plain))
    assert spec_of(retry(3, delay=1.0)(plain)) is not spec_of(retry(3, delay=2.0)(plain))


def test_a_function_that_holds_itself_ends() -> None:
    def again():
        return again

    assert len(fingerprint(again)[0]) == 12


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
