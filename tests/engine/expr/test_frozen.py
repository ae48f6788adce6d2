from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch.errors import ExpressionError
from floworch.expr.frozen import Exact, FrozenDict, FrozenList, FrozenView, freeze, noted, thaw

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(2**126, 2**140)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.binary()
    | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
def test_thawing_gives_the_frozen_value_back(value: Any) -> None:
    frozen = freeze(value)
    assert thaw(frozen) == value
    assert freeze(frozen) is frozen or isinstance(value, (int, float, str))


CHANGES: list[Callable[[Any], Any]] = [
    lambda d: d.update(a=1),
    lambda d: d.pop("a"),
    lambda d: d.clear(),
    lambda d: d.setdefault("b", 1),
    lambda d: d.__setitem__("a", 2),
    lambda d: d.__delitem__("a"),
    lambda d: d["l"].append(1),
    lambda d: d["l"].sort(),
    lambda d: d["l"].__iadd__([1]),
    lambda d: d["l"].__setitem__(0, 1),
    lambda d: d["in"].popitem(),
    lambda d: d["l"].extend([1]),
    lambda d: d.__ior__({}),
]


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_changes_a_frozen_value(change: Callable[[Any], Any]) -> None:
    value = {"a": 1, "l": [3, 2], "in": {"x": 1}}
    frozen = freeze(value)
    with pytest.raises((TypeError, AttributeError), match="cannot change values"):
        change(frozen)
    assert frozen == value


def test_freezing_copies_so_that_the_source_is_safe() -> None:
    source = {"l": [1]}
    frozen = freeze(source)
    source["l"].append(2)
    assert frozen == {"l": [1]}
    assert (type(frozen), type(frozen["l"])) == (FrozenDict, FrozenList)
    assert type(freeze((1, 2))) is FrozenList


def test_datetimes_become_text_and_exact_numbers_are_wrapped() -> None:
    assert freeze(datetime(2026, 1, 2, tzinfo=UTC)) == "2026-01-02T00:00:00+00:00"
    assert isinstance(freeze(Decimal(1)), Exact)
    assert isinstance(freeze(2**127), Exact)
    assert freeze(2**127 - 1) == 2**127 - 1
    assert str(freeze(-(2**127) - 1)) == str(-(2**127) - 1)
    assert str(freeze(10**5000)) == "1" + "0" * 5000


def test_reading_an_exact_value_is_noted_while_somebody_listens() -> None:
    frozen = freeze({"rows": [{"p": Decimal(1)}], "l": [Decimal(2)]})
    seen: list[Exact] = []
    token = noted.set(seen)
    try:
        assert len(frozen["rows"]) == 1
        assert seen == []
        assert [each["p"] for each in frozen["rows"]] + list(frozen["l"]) + frozen["rows"][0].values()
        assert frozen["rows"][0].get("p") is frozen["rows"][0].items()[0][1]
        assert frozen["l"][0] is seen[-1]
    finally:
        noted.reset(token)
    assert len(seen) == 6
    assert frozen["l"][0]


def test_lazy_mappings_stay_lazy() -> None:
    view = freeze(MappingProxyType({"a": {"x": [1]}}))
    assert isinstance(view, FrozenView)
    assert (list(view), len(view), view["a"]) == (["a"], 1, {"x": [1]})
    assert type(view["a"]) is FrozenDict
    assert thaw(view) == {"a": {"x": [1]}}


@pytest.mark.parametrize("value", [object(), {1, 2}, {"a": [object()]}, lambda: 1])
def test_other_things_are_no_values(value: Any) -> None:
    with pytest.raises(ExpressionError, match="cannot be used in an expression"):
        freeze(value)


def test_values_that_hold_themselves_do_not_crash() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(ExpressionError, match="too deep"):
        freeze(loop)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1: 2}, len, object(), [print]])
def test_results_are_values(value: Any) -> None:
    with pytest.raises(ExpressionError):
        thaw(value)


def test_views_and_tuples_become_lists() -> None:
    assert thaw({"a": 1}.items()) == [["a", 1]]
    assert thaw(({"a": 1}.keys(), {"a": 1}.values())) == [["a"], [1]]
