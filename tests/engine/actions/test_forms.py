"""Whether an answer fits its form (C8.1)."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from floworch.actions.forms import FormField, chosen_of, complete_form
from floworch.errors import UsageError

FIELDS = {
    name: FormField(**field).model_dump()
    for name, field in {
        "city": {"required": True},
        "count": {"type": "integer", "default": 1},
        "size": {"choices": ["S", "M"]},
        "tags": {"type": "array"},
    }.items()
}  # type: ignore[arg-type]


def test_defaults_fill_what_was_left_empty() -> None:
    assert complete_form(FIELDS, {"city": "Ulm"}) == {"city": "Ulm", "count": 1, "size": None, "tags": None}
    given = {"city": "", "count": 10**30, "size": "M", "tags": [1]}
    assert complete_form(FIELDS, given) == given


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([1], "The answer must be an object of values by field name, not a list."),
        ("x", "The answer must be an object of values by field name, not text."),
        ({}, "The field 'city' is required."),
        ({"city": None}, "The field 'city' is required."),
        ({"city": 5}, "The field 'city' must be of type string, not a number."),
        ({"city": "U", "count": True}, "The field 'count' must be of type integer, not true or false."),
        ({"city": "U", "size": "L"}, "The field 'size' must be one of 'S', 'M', not 'L'."),
        (
            {"town": 1, "count": 0.5},
            (
                "The form has no field 'town'; the field 'city' is required; "
                "the field 'count' must be of type integer, not a number."
            ),
        ),
    ],
)
def test_everything_that_does_not_fit_is_named_at_once(given: Any, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        complete_form(FIELDS, given)
    assert caught.value.message == message
    assert caught.value.hint == "Fields: city (string, required), count (integer), size (string), tags (array)."


def test_a_default_must_fit_its_own_field() -> None:
    with pytest.raises(ValidationError, match="'default' must be of type integer"):
        FormField(type="integer", default="one")
    with pytest.raises(ValidationError, match="'default' must be one of"):
        FormField(choices=["a"], default="b")


@pytest.mark.parametrize(
    ("multiple", "given", "chosen"),
    [
        (False, "Ann", {"id": 1}),
        (False, {"id": 2}, {"id": 2}),
        (True, [], []),
        (True, ["Bob", {"id": 1}], [{"id": 2}, {"id": 1}]),
    ],
)
def test_an_item_is_chosen_by_its_label_or_itself(multiple: bool, given: Any, chosen: Any) -> None:
    details = {"items": [{"id": 1}, {"id": 2}], "labels": ["Ann", "Bob"], "multiple": multiple}
    assert chosen_of(details, given) == chosen


@pytest.mark.parametrize(
    ("multiple", "given", "message"),
    [
        (False, "Cid", "'Cid' is not on offer."),
        (False, ["Ann"], "['Ann'] is not on offer."),
        (False, True, "True is not on offer."),
        (True, "Ann", "The answer must be a list of what is chosen, not text."),
        (True, ["Ann", 7], "7 is not on offer."),
    ],
)
def test_what_is_not_on_offer_is_refused(multiple: bool, given: Any, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        chosen_of({"items": [1, 2], "labels": ["Ann", "Bob"], "multiple": multiple}, given)
    assert (caught.value.message, caught.value.hint) == (message, "On offer: Ann, Bob.")
