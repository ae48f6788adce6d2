"""Layers of your own (C5.2, C5.4)."""

from __future__ import annotations

from typing import Any, cast

import pytest
from engine_kit import Kit
from run_dialogue import workflow

import floworch
from floworch import ActionError, DefinitionError, Engine, UsageError, WorkflowBuilder, compose, registry, retry
from floworch.actions.context import Context
from floworch.actions.registry import Registry
from floworch.middleware.custom import middleware
from floworch.middleware.layer import OwnLayer
from floworch.testing import FakeHost, run_action


async def test_keyword_parameters_become_checked_options() -> None:
    kit = Kit()

    @middleware("times", target=kit.registry)
    async def times(call_next: Any, ctx: Any, *, n: int = 2) -> Any:
        """Repeats. And more."""
        await call_next(ctx)
        return n

    spec = kit.registry.find_layer("times")
    assert spec is not None
    assert (spec.title, spec.summary) == ("Times", "Repeats. And more.")
    result = await kit.run(workflow({"a": {"action": "t.any", "middleware": [{"use": "times", "with": {"n": 3}}]}}))
    assert result.nodes["a"].output == 3
    async with kit.engine() as engine:
        with pytest.raises(DefinitionError):
            await engine.start(
                workflow({"a": {"action": "t.any", "middleware": [{"use": "times", "with": {"n": "many"}}]}})
            )


async def test_a_layer_with_open_keywords_takes_any_option() -> None:
    kit = Kit()

    @middleware("open", target=kit.registry)
    async def taking(call_next: Any, ctx: Any, n: int = 2, **rest: Any) -> Any:
        return [n, rest]

    layers = [{"use": "open", "with": {"n": 3, "colour": "red"}}]
    result = await kit.run(workflow({"a": {"action": "t.any", "middleware": layers}}))
    assert result.nodes["a"].output == [3, {"colour": "red"}]
    assert taking(colour="red").options == {"colour": "red"}


def test_a_plain_function_is_refused() -> None:
    with pytest.raises(UsageError, match="async def"):
        middleware("x", target=Kit().registry)(lambda call_next, ctx: None)


@pytest.mark.parametrize("known", [Registry(), registry], ids=["own", "global"])
def test_the_name_of_a_built_in_layer_is_refused_with_what_to_do(known: Registry) -> None:
    """(C5.4, as an action's id is) Else every definition that says ``retry`` would do something else without a word."""
    before = known.find_layer("retry")
    with pytest.raises(UsageError, match="'retry' is taken by a built-in layer") as caught:

        @middleware("retry", target=known)
        async def mine(call_next: Any, ctx: Any) -> Any: ...

    assert "Choose another name" in caught.value.hint
    assert "replace=True" in caught.value.hint
    assert known.find_layer("retry") is before


async def test_a_built_in_layer_is_replaced_where_that_is_said() -> None:
    kit = Kit()

    @middleware("retry", target=kit.registry, replace=True)
    async def mine(call_next: Any, ctx: Any) -> Any:
        return "mine"

    assert (await kit.run(workflow({"a": {"action": "t.any", "middleware": [{"use": "retry"}]}}))).nodes[
        "a"
    ].output == "mine"
    assert registry.find_layer("retry") is not kit.registry.find_layer("retry")


@pytest.mark.parametrize("function", [lambda call_next, ctx: None, 3])
def test_what_takes_no_inner_call_is_refused(function: Any) -> None:
    async def alone(ctx: Any) -> None:
        """Nothing to call."""

    for wrong in (function, alone):
        with pytest.raises(UsageError):
            middleware("x", target=Kit().registry)(wrong)
    with pytest.raises(UsageError, match="needs a name"):
        middleware(alone)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - written without a name


REGISTRY = Registry()


@middleware("stamp", target=REGISTRY)
async def stamp(call_next: Any, ctx: Any, label: str = "", *, times: int = 1) -> Any:
    """Marks what comes out."""
    return [label] * times + [await call_next(ctx)]


def double(n: int = 1) -> int:
    return 2 * n


def test_a_layer_of_ones_own_is_called_like_a_built_in_one() -> None:
    """C5.2"""
    assert run_action(stamp("x", times=2)(double), n=2) == ["x", "x", 4]
    assert run_action(compose([stamp(label="o"), stamp], double)) == ["o", ["", 2]]
    assert stamp.__name__ == "stamp"
    assert stamp.__doc__ == "Marks what comes out."


async def test_with_a_context_it_is_the_function_itself() -> None:
    async def inner(ctx: Any) -> str:
        return "in"

    assert await stamp(inner, FakeHost().context()) == ["", "in"]
    function: Any = stamp
    assert await function(inner, ctx=FakeHost().context(), label="x") == ["x", "in"]


@pytest.mark.parametrize(
    ("args", "options", "says"),
    [
        ((), {"lable": "x"}, "stamp(...): There is no parameter 'lable'. Did you mean 'label'?"),
        ((), {"times": "many"}, "stamp(...): 'times' must be a whole number, not 'many'."),
        (("a", 2), {}, "stamp(...) takes 1 value without a name, not 2. Give options by name: times=...."),
        ((double,), {}, "write stamp(...)(action)"),
    ],
)
def test_its_wrong_options_are_refused_at_once(args: Any, options: Any, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        stamp(*args, **options)
    assert says in str(caught.value)


def written(catalog: Registry, action: Any) -> tuple[str, list[Any]]:
    node = WorkflowBuilder("w", catalog=catalog).node("a", action).build().nodes["a"]
    return node.action, [layer.model_dump(by_alias=True, exclude_unset=True) for layer in node.middleware]


async def test_a_layer_at_the_top_of_a_module_is_written_into_the_definition() -> None:
    """(C5.4, interfaces section 2)"""
    where, use = f"py:{__name__}:double", f"py:{__name__}:stamp"
    for catalog in (REGISTRY, registry):
        assert written(catalog, stamp(label="x")(double)) == (where, [{"use": use, "with": {"label": "x"}}])
    assert written(REGISTRY, compose([retry(3), stamp], double)) == (
        where, [{"use": "retry", "with": {"max_attempts": 3}}, {"use": use}],
    )  # fmt: skip
    flow = WorkflowBuilder("w", catalog=REGISTRY).node("a", double, middleware=[stamp("q"), stamp]).build()
    assert [layer.options for layer in flow.nodes["a"].middleware] == [{"label": "q"}, {}]
    async with Engine(actions=REGISTRY) as engine:
        result = await (await engine.start(flow)).result()
    assert result.nodes["a"].output == ["q", ["", 2]]


def test_one_that_another_program_cannot_find_stays_around_the_function() -> None:
    """C7.5"""

    @middleware("local", target=REGISTRY)
    async def local(call_next: Any, ctx: Any) -> Any:
        return await call_next(ctx)

    @middleware("boxed", target=REGISTRY)
    async def boxed(call_next: Any, ctx: Any, box: Any = None) -> Any:
        return await call_next(ctx)

    held = boxed(object())
    held.portable = True  # as if it stood at the top
    for action in (local()(double), held(double)):
        name, layers = written(REGISTRY, action)
        assert not layers
        assert "#" in name
    flow = WorkflowBuilder("w", catalog=REGISTRY).node("a", double, middleware=["local"]).build()
    assert flow.nodes["a"].middleware[0].use == "local", "named on purpose"


def test_the_package_is_the_decorator() -> None:
    assert callable(floworch.middleware)


@pytest.mark.parametrize(
    ("wrong", "given"),
    [
        (lambda call_next, ctx: call_next(), "nothing"),
        (lambda call_next, ctx: call_next({"x": 1}), "dict"),
        (lambda call_next, ctx: call_next(ctx, 3), "more than the context"),
        (lambda call_next, ctx: call_next(ctx, x=3), "more than the context"),
    ],
)
async def test_a_call_next_without_the_context_alone_says_what_to_pass(wrong: Any, given: str) -> None:
    """(C5.2)"""
    kit = Kit()

    @middleware("wrong", target=kit.registry)
    async def layer(call_next: Any, ctx: Any) -> Any:
        return await wrong(call_next, ctx)

    node = {"action": "t.any", "middleware": [{"use": "wrong"}, {"use": "logging"}]}
    result = await kit.run(workflow({"a": node}))
    assert result.error is not None
    assert result.error["kind"] == "validation_error"
    assert (
        result.error["message"] == f"the middleware 'wrong' called call_next with {given}; it takes the context alone"
    )
    assert "await call_next(ctx)" in result.state.errors[0]["hint"]

    async def bare(call_next: Any, ctx: Any) -> Any:
        return await wrong(call_next, ctx)

    async def act() -> int:
        return 1

    with pytest.raises(ActionError, match=f"the middleware 'bare' called call_next with {given}"):
        await run_action(compose([bare], act))


async def test_a_layer_put_around_what_is_inside_it_does_what_it_does_when_it_is_called_with_both() -> None:
    """C5.2"""

    async def mark(call_next: Any, ctx: Any, label: str = "") -> Any:
        return [label, await call_next(ctx)]

    async def inside(ctx: Any) -> Any:
        return ctx.params["n"]

    layer, ctx = OwnLayer("mark", mark, {"label": "x"}), Context(cast("Any", None), "r", "w", "a", params={"n": 1})
    assert await layer.put_around(inside)(ctx) == await layer(inside, ctx) == ["x", 1]


@pytest.mark.parametrize("name", ["", " ", "two words", "line\n"])
def test_a_name_is_one_word(name: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name of a middleware"):
        middleware(name, target=Kit().registry)
