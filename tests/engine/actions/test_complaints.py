from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from floworch.actions.complaints import holds_expression, issues_of, joined, show


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    port: str
    size: int = 0


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    name: str = ""
    count: Annotated[int, Field(ge=1, le=9)] = 1
    share: float = 0.5
    on: bool = True
    when: datetime | None = None
    mode: Literal["a", "b"] = "a"
    either: int | str | None = None
    short: Annotated[str, Field(min_length=1, max_length=3)] = "x"
    some: Annotated[list[int], Field(min_length=1)] = [1]
    cases: list[Inner] = []
    table: dict[str, int] = {}


def find(values: dict[str, Any], literal: bool = True) -> list[str]:
    try:
        Model.model_validate(values)
    except ValidationError as error:
        return [issue.message for issue in issues_of(error, values, Model, literal=literal)]
    return []


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"name": 5}, "'name' must be text, not 5."),
        ({"count": "many"}, "'count' must be a whole number, not 'many'."),
        ({"count": 1.5}, "'count' must be a whole number, not 1.5."),
        ({"count": 0}, "'count' must be at least 1, not 0."),
        ({"count": 10}, "'count' must be at most 9, not 10."),
        ({"share": float("inf")}, "'share' must be a finite number, not inf."),
        ({"share": None}, "'share' must be a number, not null."),
        ({"on": "maybe"}, "'on' must be true or false, not 'maybe'."),
        ({"when": "soon"}, "'when' must be a date and time, not 'soon'."),
        ({"mode": "c"}, "'mode' must be one of 'a' or 'b', not 'c'."),
        ({"either": [1]}, "'either' must be a whole number or text, not a list of 1."),
        ({"short": ""}, "'short' must be text that is not empty, not ''."),
        ({"short": "long"}, "'short' must be text of at most 3 characters, not 'long'."),
        ({"some": []}, "'some' must be a list that is not empty, not a list of 0."),
        ({"some": {"a": 1}}, "'some' must be a list, not an object."),
        ({"cases": [{"port": "a"}, {"size": 1}]}, "'cases[1].port' is missing."),
        ({"cases": [{"port": "a", "prot": "b"}]}, "There is no parameter 'cases[0].prot'."),
        ({"table": {"a": "x"}}, "'table.a' must be a whole number, not 'x'."),
        ({"table": True}, "'table' must be an object, not true."),
    ],
)
def test_each_finding_says_where_what_is_wanted_and_what_stands_there(values: dict[str, Any], message: str) -> None:
    assert find(values) == [message]


def test_a_value_with_an_expression_counts_as_fitting_until_it_is_evaluated() -> None:
    values = {"count": "{{ inputs.n }}", "table": {"a": "{{ 1 }}", "b": "x"}, "some": "{{ inputs.list }}"}
    assert find(values) == ["'table.b' must be a whole number, not 'x'."]
    assert len(find(values, literal=False)) == 4


def test_unknown_names_come_with_the_closest_one() -> None:
    values = {"cuont": 1}
    with pytest.raises(ValidationError) as caught:
        Model.model_validate(values)
    (issue,) = issues_of(caught.value, values, Model, literal=True)
    assert (issue.path, issue.fix) == ("cuont", "Did you mean 'count'?")
    assert joined([issue, issue])[1] == "Did you mean 'count'?"


def test_shown_values_are_short() -> None:
    assert show("x" * 500).endswith("... (502 characters)")
    assert show({}) == "an empty object"
    assert show(10**5000) == "a very long whole number"
    assert show(b"x") == "a value of type bytes"


def test_expressions_are_found_at_any_depth() -> None:
    assert holds_expression({"a": [1, {"b": "x {{ y }}"}]})
    assert not holds_expression({"a": [1, {"b": "x"}]})


@pytest.mark.parametrize(
    ("values", "fix"),
    [
        ({"some": {"numbers": [1], "of": 1}}, "Its field 'numbers' is one: add .numbers to the expression."),
        ({"some": {"a": [1], "n": 1, "b": []}}, "Take one of its fields, such as .a: a, b."),
        ({"name": {"stdout": "x", "code": 0}}, "Its field 'stdout' is one: add .stdout to the expression."),
        ({"count": {"ok": True, "text": "x"}}, ""),
        ({"some": "a,b"}, ""),
    ],
)
def test_an_object_that_holds_what_is_wanted_is_answered_with_the_way_to_it(values: dict[str, Any], fix: str) -> None:
    """``{{ nodes.a.output }}`` is the whole output; a step that makes several values gives an object."""
    with pytest.raises(ValidationError) as caught:
        Model.model_validate(values)
    found = {issue.path: issue.fix for issue in issues_of(caught.value, values, Model, literal=False)}
    assert found[next(iter(values))] == fix
