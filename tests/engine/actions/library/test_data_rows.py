from __future__ import annotations

import pytest

from floworch.actions.library.data_rows import SLICE, braced, breathe, entries, evaluated, inside, reader
from floworch.errors import ActionError, ErrorKind
from floworch.testing import FakeHost


def test_braces_may_be_left_out() -> None:
    assert braced("item.a > 1") == "{{ item.a > 1 }}"
    assert braced("{{ item.a }}") == "{{ item.a }}"


def test_a_reader_takes_the_item_a_field_a_path_or_an_expression() -> None:
    ctx = FakeHost().context()
    row = {"a": {"b": 2}, "a.c": 3}
    assert reader(ctx, "", [row], "by")(row, 0) is row
    assert reader(ctx, "a.b", [row], "by")(row, 0) == 2
    assert reader(ctx, "a.c", [row], "by")(row, 0) == 3
    assert reader(ctx, "{{ item.a.b + 1 }}", [row], "by")(row, 0) == 3
    assert inside(row, ["a", "x", "y"]) is None


def test_a_misspelt_field_is_named_with_the_list_that_lacks_it() -> None:
    ctx = FakeHost().context()
    with pytest.raises(ActionError, match=r"No row of 'left' has a field 'sze'\.") as caught:
        reader(ctx, "sze", [{"size": 1}], "on", "left")
    assert caught.value.hint == "Did you mean 'size'?"


def test_a_failing_expression_names_the_item() -> None:
    with pytest.raises(ActionError, match=r"'on' cannot be evaluated for right\[7\]: ") as caught:
        evaluated(FakeHost().context(), "{{ item.a.b }}", {}, 7, "on", "right")
    assert caught.value.kind is ErrorKind.VALIDATION


async def test_progress_is_told_now_and_then() -> None:
    host = FakeHost()
    for index in range(0, SLICE * 70, SLICE):
        await breathe(host.context(), index, SLICE * 64)
    assert host.progressed == [(0.5, f"{SLICE * 32} of {SLICE * 64} rows"), (1.0, f"{SLICE * 64} of {SLICE * 64} rows")]
    await breathe(host.context(), SLICE * 32, 0)
    assert host.progressed[-1] == (None, f"{SLICE * 32} rows")


def test_texts_stand_for_objects() -> None:
    spelt = entries("left", "right").func
    assert spelt("id") == spelt(["id"]) == [{"left": "id", "right": "id"}]  # type: ignore[call-arg]
    assert spelt([{"left": "a"}, 7]) == [{"left": "a"}, 7]  # type: ignore[call-arg]
    assert spelt(None) is None  # type: ignore[call-arg]
