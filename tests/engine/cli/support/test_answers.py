"""What is typed as an answer, read by what the node asks for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from floworch.cli.support.answers import answer_of, item_of, recorded
from floworch.errors import UsageError

FIELDS = {"name": {"type": "string"}, "age": {"type": "integer"}, "ok": {"type": "boolean"}, "more": {}}


def answer(details: dict[str, Any], *words: str, settings: tuple[str, ...] = ()) -> Any:
    """The answer for the node ``ask`` that waits with these details."""
    state: Any = SimpleNamespace(
        index={"ask": 0}, waits={(0, ()): {"kind": "form", "details": details}}, approvals={}
    )  # fmt: skip
    return answer_of(state, "ask", words, settings)


def test_fields_are_read_by_their_types_and_win_over_json() -> None:
    form = {"fields": FIELDS}
    settings = ("name=42", "age=42", "ok=yes", "more=[1]")
    assert answer(form, settings=settings) == {"name": "42", "age": 42, "ok": True, "more": [1]}
    assert answer(form, '{"age": 1, "ok": false}', settings=("age=2",)) == {"age": 2, "ok": False}
    assert answer(form, '{"age": 1}') == {"age": 1}


@pytest.mark.parametrize(
    ("words", "settings", "said"),
    [
        ((), (), "Nothing says what the answer"),
        ((), ("age=old",), "Field 'age' must be an integer"),
        ((), ("nme=x",), "The form of ask has no field 'nme'"),
        ((), ("name",), "is not of the form FIELD=VALUE"),
        (("Ada",), (), "is not JSON"),
        (("{}", "{}"), (), "has no place for"),
        (("[]",), ("age=1",), "is not a JSON object"),
    ],
)
def test_what_does_not_fit_a_form_is_said(words: tuple[str, ...], settings: tuple[str, ...], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        answer({"fields": FIELDS}, *words, settings=settings)


def test_of_a_choice_a_label_wins_over_what_it_means_as_json() -> None:
    one = {"labels": ["true", "deep blue"], "multiple": False}
    assert answer(one, "true") == "true"
    assert answer(one, '"deep blue"') == "deep blue"
    assert answer(one, "green") == "green"  # the run says what there is
    some = {**one, "multiple": True}
    assert answer(some, "true", "deep blue") == ["true", "deep blue"]
    assert answer(some, '["true"]') == ["true"]
    assert answer(some, "true") == ["true"]
    assert answer(some) == []


def test_an_item_is_a_number_or_one_for_each_loop() -> None:
    assert [item_of(text) for text in (None, "0", " 12 ", "0,2", "[1, 0]")] == [None, 0, 12, (0, 2), (1, 0)]
    for text in ("", "a", "-1", "1,", "1.5"):
        with pytest.raises(UsageError, match="is not the number of an item"):
            item_of(text)
    assert recorded("r", "ask", "2") == "The answer for ask, item 2, of run r is recorded."
