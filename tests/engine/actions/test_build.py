from __future__ import annotations

import functools
from typing import Any, NoReturn, NotRequired, TypedDict

import pytest

from floworch.actions.build import build_spec, is_async, output_schema_of
from floworch.actions.context import Context
from floworch.actions.outcome import Expand, Outcome, Wait
from floworch.errors import UsageError


class Row(TypedDict):
    name: str
    size: NotRequired[int]


async def coroutine(ctx: Context, a: int = 1) -> dict[str, int]:
    """Do it.

    At length.
    """
    return {"a": a}


def plain(a: int = 1) -> list[Row]:
    return []


def test_what_is_not_said_comes_from_the_function() -> None:
    spec = build_spec(coroutine, "t.one")
    assert (spec.title, spec.summary, spec.effect, spec.run_on) == ("Coroutine", "Do it.", "idempotent", "loop")
    assert (spec.is_async, spec.takes_context, spec.ports, spec.category) == (True, True, ("out",), "python")
    assert build_spec(plain, "t.two").run_on == "thread"
    assert not build_spec(plain, "t.two").takes_context


def test_coroutine_functions_are_recognised_through_partials_and_objects() -> None:
    class Callable:
        async def __call__(self, ctx: Context) -> None: ...

    assert is_async(coroutine)
    assert is_async(functools.partial(coroutine, a=2))
    assert is_async(Callable())
    assert not is_async(plain)
    spec = build_spec(functools.partial(coroutine, a=2), "t.partial")
    assert spec.is_async
    assert spec.prepare({}) == {"a": 2}


def test_the_output_schema_is_the_return_annotation() -> None:
    assert output_schema_of(coroutine, "x") == {"type": "object", "additionalProperties": {"type": "integer"}}
    rows = output_schema_of(plain, "x")
    assert rows is not None
    assert rows["$defs"]["Row"]["required"] == ["name"]


def test_control_answers_say_nothing_about_the_output() -> None:
    def one() -> Outcome: ...  # type: ignore[empty-body]
    def two() -> int | Outcome | Wait: ...  # type: ignore[empty-body]
    def three() -> Expand | Wait: ...  # type: ignore[empty-body]
    def four() -> Any: ...
    def five() -> NoReturn: ...  # type: ignore[misc]
    def six() -> None: ...
    def seven() -> NoSuchName: ...  # type: ignore[name-defined] # noqa: F821
    def eight() -> Context: ...  # type: ignore[empty-body]

    schemas = [output_schema_of(fn, "x") for fn in (one, two, three, four, five, six, seven, eight)]
    assert schemas == [None, {"type": "integer"}, None, None, None, {"type": "null"}, None, None]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"effect": "none"}, "effect cannot be 'none'"),
        ({"effects": {"n": {1: "none"}}}, "effect cannot be 'none'"),
        ({"effects": {"zzz": {1: "pure"}}}, "there is no parameter 'zzz'"),
        ({"run_on": "moon"}, "run_on cannot be 'moon'"),
        ({"capabilities": ["money"]}, "unknown capability 'money'"),
        ({"ports": ["error"]}, "'error' cannot be a success port"),
        ({"ports": ["A b"]}, "'A b' cannot be a success port"),
        ({"subtitle": "b"}, "there is no parameter 'b'"),
        ({"raw_params": ["aa"]}, "there is no parameter 'aa'"),
    ],
)
def test_words_that_do_not_exist_are_refused_when_the_action_is_defined(options: Any, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        build_spec(coroutine, "t.bad", **options)


@pytest.mark.parametrize(("version", "migrate"), [(0, {}), (2, {2: dict}), (1, {0: dict})])
def test_a_migration_leads_from_an_earlier_version(version: int, migrate: Any) -> None:
    with pytest.raises(UsageError, match="version"):
        build_spec(lambda: None, "a.b", version=version, migrate=migrate)
