from __future__ import annotations

from collections import OrderedDict
from datetime import UTC, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch.model.own import copied, own
from floworch.model.values import decode, encode


class Level(IntEnum):
    HIGH = 3


class Word(StrEnum):
    YES = "yes"


class Ratio(float): ...


class Blob(bytes): ...


class Moment(datetime): ...


class Money(Decimal): ...


class Rows(list[Any]): ...


LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text("ab$")
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text("ab$"), inner), max_leaves=20)


def containers(value: Any) -> list[Any]:
    if isinstance(value, (list, dict)):
        inside = value.values() if isinstance(value, dict) else value
        return [value, *(found for item in inside for found in containers(item))]
    return []


@pytest.mark.parametrize("copy", [own, copied])
@given(value=VALUES)
def test_an_equal_value_shares_no_list_and_no_object_with_the_original(copy: Any, value: Any) -> None:
    found = copy(value)
    assert found == value
    assert encode(found) == encode(value)
    assert not {id(each) for each in containers(value)} & {id(each) for each in containers(found)}


@pytest.mark.parametrize(
    "value",
    [
        Level.HIGH, Word.YES, Ratio(1.5), Blob(b"x"), Moment(2026, 1, 2, tzinfo=UTC), Money("1.10"),
        OrderedDict(a=Level.HIGH), Rows([Word.YES]), {Word.YES: [Ratio(0.5)]},
    ],
)  # fmt: skip
def test_a_subclass_becomes_what_the_journal_gives_back(value: Any) -> None:
    """(C6.2, C7.4)"""
    found, journaled = own(value), decode(encode(value))
    assert found == journaled
    assert repr(found) == repr(journaled)


def test_what_cannot_change_is_not_copied() -> None:
    for value in (None, True, 10**30, "text", b"bytes", Decimal(1), datetime(2026, 1, 1, tzinfo=UTC)):
        assert own(value) is value


def test_objects_that_are_no_json_values_stay_as_they_are() -> None:
    value = Path("x")
    assert own([value])[0] is value
    assert own((1, [value])) == (1, [value])


def test_prepared_parameters_keep_their_members_of_an_enum() -> None:
    rows = Rows([1])
    found = copied({"word": Word.YES, "rows": rows})
    assert found["word"] is Word.YES
    assert found["rows"] is rows
