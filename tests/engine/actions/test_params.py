from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import pytest
from pydantic import Field

from floworch.actions.build import build_spec
from floworch.actions.context import Context
from floworch.actions.functions import spec_of
from floworch.actions.params import (
    UNSET,
    NoParameters,
    check_model,
    check_params,
    params_model,
    portable_params,
    prepare_params,
    public_name,
    takes_context,
    widget_names,
)
from floworch.actions.registry import registry
from floworch.actions.widgets import Duration, Secret
from floworch.errors import ActionError, ErrorKind, UsageError
from floworch.model.catalog import ParamIssue

if TYPE_CHECKING:
    from decimal import Context as Elsewhere


async def order(
    ctx: Context,
    order_id: str,
    limit: Annotated[float, Field(gt=0, title="Upper limit")] = 1000.0,
    mode: Literal["fast", "safe"] = "fast",
    for_: Duration | None = "5m",  # type: ignore[assignment]
    json: dict[str, Any] | None = None,
    path: Path | None = None,
    key: Secret = "KEY",
    given: Any = UNSET,
    rows: list[int] = [],  # noqa: B006
) -> dict[str, Any]:
    """Check one order.

    Args:
        order_id: Which order.
        for_: How long.
    """
    return {}


SPEC = build_spec(order, "orders.check")


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = SPEC.params.model_json_schema()["properties"][name]
    return found


def test_the_signature_becomes_a_schema_with_help_titles_and_form_fields() -> None:
    assert schema("order_id") == {"type": "string", "title": "Order id", "description": "Which order."}
    assert schema("limit") == {"type": "number", "title": "Upper limit", "exclusiveMinimum": 0, "default": 1000.0}
    assert schema("mode")["enum"] == ["fast", "safe"]
    assert (schema("for")["widget"], schema("for")["default"]) == ("duration", "5m")
    assert schema("for")["description"] == "How long."
    assert schema("json")["widget"] == "keyvalue"
    assert schema("path")["widget"] == "file"
    assert schema("rows")["widget"] == "list"
    assert "default" not in schema("given")
    assert SPEC.params.model_json_schema()["required"] == ["order_id"]
    assert SPEC.params.model_json_schema()["additionalProperties"] is False
    assert widget_names(SPEC.params, "secret") == {"key"} == SPEC.raw_params


def test_prepared_parameters_are_the_keyword_arguments_with_defaults() -> None:
    kwargs = prepare_params(SPEC, {"order_id": 17, "for": "250ms", "path": "/tmp/x", "limit": "2"})
    assert kwargs == {
        "order_id": "17", "limit": 2.0, "mode": "fast", "for_": 0.25, "json": None, "path": Path("/tmp/x"),
        "key": "KEY", "given": UNSET, "rows": [],
    }  # fmt: skip
    assert prepare_params(SPEC, {"order_id": "a"})["for_"] == 300.0
    assert prepare_params(SPEC, {"order_id": "a", "given": None})["given"] is None


def test_prepared_arguments_can_be_sent_to_another_process_and_prepared_there() -> None:
    kwargs = prepare_params(SPEC, {"order_id": "a", "path": "/tmp/x", "for": "1m"})
    sent = portable_params(SPEC, kwargs)
    assert sent == {
        "order_id": "a", "limit": 1000.0, "mode": "fast", "for": 60.0, "json": None, "path": "/tmp/x", "key": "KEY",
        "rows": [],
    }  # fmt: skip
    assert prepare_params(SPEC, sent) == kwargs
    for action, params in (
        ("flow.switch", {"value": None, "cases": [{"match": None, "port": "a"}]}),
        ("data.group", {"items": [], "by": [{"key": "{{ item }}", "as": "n"}], "aggregates": [{"fn": "count"}]}),
    ):
        spec = registry.resolve(action)
        first = spec.prepare(params)
        json_text = json.dumps(spec.portable(first))
        assert spec.prepare(json.loads(json_text)) == first


def test_values_of_every_declared_kind_become_plain() -> None:
    @dataclass
    class Point:
        x: int

    class Word(Enum):
        A = "a"

    def act(point: Point, words: set[Word]) -> Any:
        return Point, Word

    spec = build_spec(act, "t.kinds")
    kwargs = spec.prepare({"point": {"x": "1"}, "words": ["a"]})
    assert kwargs == {"point": Point(1), "words": {Word.A}}
    assert spec.portable(kwargs) == {"point": {"x": 1}, "words": ["a"]}


def test_two_calls_never_share_a_default_list() -> None:
    first = prepare_params(SPEC, {"order_id": "a"})
    first["rows"].append(1)
    assert prepare_params(SPEC, {"order_id": "a"})["rows"] == []


def test_integers_keep_every_digit_and_outputs_stay_untouched() -> None:  # (C6.2)
    value = {"n": 10**30, "deep": [1, {"x": None}]}
    assert prepare_params(SPEC, {"order_id": "a", "json": value})["json"] == value


def test_every_wrong_parameter_is_named_in_one_error() -> None:
    with pytest.raises(ActionError) as caught:
        prepare_params(SPEC, {"limit": -1, "mode": "slow", "oder_id": "x"})
    assert caught.value.kind is ErrorKind.VALIDATION
    assert caught.value.message == (
        "'order_id' is missing. 'limit' must be greater than 0, not -1. "
        "'mode' must be one of 'fast' or 'safe', not 'slow'. There is no parameter 'oder_id'."
    )
    assert caught.value.hint == "Give 'order_id' a value. Did you mean 'order_id'?"


def test_literals_are_checked_and_expressions_accepted() -> None:  # (C2.1)
    issues = check_params(SPEC, {"order_id": "{{ inputs.id }}", "limit": "{{ inputs.limit }}", "mode": "slow"})
    assert [issue.path for issue in issues] == ["mode"]
    assert check_params(SPEC, {"order_id": "a", "rows": [1, "{{ inputs.n }}"]}) == []
    assert check_params(SPEC, {"order_id": "a", "fro": "1s"}) == [
        ParamIssue("fro", "There is no parameter 'fro'.", "Did you mean 'for'?")
    ]


def test_what_several_parameters_say_together_is_checked_by_the_action() -> None:
    def both(params: Any) -> list[ParamIssue]:
        return [ParamIssue("a", "seen before"), ParamIssue("pair", "a and b exclude each other")]

    async def act(ctx: Context, a: int, b: int = 0) -> None: ...

    spec = build_spec(act, "t.both", check=both)
    assert [issue.message for issue in check_params(spec, {"a": "x"})] == [
        "'a' must be a whole number, not 'x'.", "a and b exclude each other"
    ]  # fmt: skip


def test_a_condition_is_text_or_a_bool() -> None:
    async def act(ctx: Context, condition: bool) -> None: ...

    spec = build_spec(act, "t.condition", condition_params=["condition"])
    for good in (True, "data.x > 1", "{{ data.x > 1 }}"):
        assert check_params(spec, {"condition": good}) == []
    for bad in ("", "  ", 3, None):
        assert [issue.path for issue in check_params(spec, {"condition": bad})] == ["condition"]
    assert [issue.message for issue in check_params(spec, {})] == ["'condition' is missing."]
    part = spec.params.model_json_schema()["properties"]["condition"]
    assert part["evaluation"] == "condition"
    assert part["anyOf"] == [{"type": "boolean"}, {"type": "string"}]


def test_an_action_without_parameters_has_a_shared_model_and_refuses_names() -> None:
    async def act(ctx: Context) -> None: ...

    spec = build_spec(act, "t.none")
    assert spec.params is NoParameters
    assert prepare_params(spec, {}) == {}
    with pytest.raises(ActionError, match="There is no parameter 'x'"):
        prepare_params(spec, {"x": 1})


def test_rest_parameters_let_any_name_through() -> None:
    def act(first: int, **rest: Any) -> None: ...

    assert prepare_params(build_spec(act, "t.rest"), {"first": 1, "other": [2]}) == {"first": 1, "other": [2]}


def test_the_context_is_recognised_by_name_or_type() -> None:
    def by_name(ctx: Any) -> None: ...
    def by_type(run: Context) -> None: ...
    def without(value: int) -> None: ...

    assert takes_context(by_name)
    assert takes_context(by_type)
    assert not takes_context(without)
    assert not takes_context(lambda: None)


def test_keywords_are_called_by_their_name() -> None:
    assert [public_name(name) for name in ("for_", "as_", "size_", "for")] == ["for", "as", "size_", "for"]


def test_parameters_that_no_definition_could_name_are_refused() -> None:
    def hidden(_secret: int) -> None: ...
    def positional(a: int, /) -> None: ...

    for fn in (hidden, positional):
        with pytest.raises(UsageError, match="cannot be given by name"):
            params_model(fn, "t.bad")


def test_types_that_cannot_be_read_or_described_are_refused_with_the_place() -> None:
    def unreadable(when: Elsewhere) -> None: ...
    def unfit(lock: NotJson) -> None: ...

    with pytest.raises(UsageError, match=r"t\.a: the type of 'when', 'Elsewhere', cannot be read"):
        params_model(unreadable, "t.a")
    with pytest.raises(UsageError, match=r"t\.b: its parameters cannot be described") as caught:
        params_model(unfit, "t.b")
    assert "Use types that a JSON value can become" in caught.value.hint


class NotJson:
    """Nothing that JSON could become."""


def test_types_of_an_enclosing_function_are_found_when_the_body_uses_them() -> None:
    limit = Annotated[int, Field(le=3)]

    def act(n: limit) -> Any:  # type: ignore[valid-type]
        return limit

    with pytest.raises(ActionError, match="at most 3"):
        prepare_params(build_spec(act, "t.local"), {"n": 4})


def test_options_of_a_layer_are_checked_by_the_same_rules() -> None:
    assert check_model(SPEC.params, {"order_id": "a"}) == []
    assert check_model(SPEC.params, {})[0].path == "order_id"


def test_a_context_that_is_not_the_first_parameter_is_named() -> None:
    def late(order_id: str, c: Context) -> None: ...

    def bare(order_id, ctx): ...  # type: ignore[no-untyped-def]

    def own(ctx: Context, ctx2: int, context: int = 3) -> None: ...

    for function, name in ((late, "c"), (bare, "ctx")):
        with pytest.raises(UsageError, match=f"'{name}' is the context, which is given as the first") as caught:
            params_model(function, "my.action")
        assert f"({name}: Context, ...)" in caught.value.hint
    assert set(params_model(own, "my.action").model_fields) == {"ctx2", "context"}


def counted(n: int = 0, x: float = 0.0, m: int | None = None, each: list[Annotated[int, Field(gt=0)]] = []) -> Any:  # noqa: B006
    return n, x, m, each


@pytest.mark.parametrize(
    ("given", "says"),
    [({"n": True}, "'n' must be a whole number, not true"), ({"x": False}, "'x' must be a number, not false"),
     ({"m": True}, "'m' must be a whole number, not true")],
)  # fmt: skip
def test_true_and_false_are_no_numbers(given: dict[str, Any], says: str) -> None:
    """(C6.1: a bool is no number; interfaces 2: typed signature)"""
    spec = spec_of(counted)
    assert [issue.message.rstrip(".") for issue in check_params(spec, given)] == [says]
    with pytest.raises(ActionError, match=says):
        prepare_params(spec, given)
    assert prepare_params(spec, {"n": "5", "x": 2, "m": None, "each": [1]}) == {
        "n": 5,
        "x": 2.0,
        "m": None,
        "each": [1],
    }
