"""Layers of your own (contract C5.2, C5.4)."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, Concatenate, Generic, ParamSpec, overload

from pydantic import BaseModel, ConfigDict, create_model

from floworch.actions.context import Context
from floworch.actions.params import Parameters
from floworch.actions.registry import Registry, registry
from floworch.actions.spec import LayerSpec
from floworch.errors import UsageError
from floworch.middleware.factory import check, named
from floworch.middleware.layer import CallNext, Layer, OwnLayer

P = ParamSpec("P")
Function = Callable[Concatenate[CallNext, Context, P], Awaitable[Any]]


class CustomLayer(Generic[P]):
    """What ``@middleware`` makes of a function: a maker of layers that is also a layer itself.

    ``stamp(label="x")`` makes a configured layer, so that ``stamp(label="x")(action)`` wraps an action;
    ``stamp(call_next, ctx)`` calls the function with the defaults of its options.

    Attributes:
        spec: What is registered.
    """

    makes_layer = True

    def __init__(self, name: str, function: Function[P], *, title: str = "", summary: str = "", icon: str = "") -> None:
        self.name = name
        self.function = function
        functools.update_wrapper(self, function)
        self._signature = _options_signature(name, function)
        text = summary or (inspect.getdoc(function) or "").split("\n", 1)[0]
        words = title or name.replace("_", " ").capitalize()
        self.spec = LayerSpec(name, self._make, _options(name, self._signature), words, text, icon)

    @overload
    def __call__(self, call_next: CallNext, ctx: Context, /) -> Awaitable[Any]: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Layer: ...
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Make a layer with these options, or run around ``call_next`` when there is a context.

        Raises:
            UsageError: An option is unknown, missing or does not fit.
        """
        if "ctx" in kwargs or (len(args) > 1 and isinstance(args[1], Context)):
            function: Any = self.function
            return function(*args, **kwargs)
        given = named(self.name, self._signature, args, kwargs)
        check(self.name, self.spec, self._signature, given)
        layer = self._make(self.spec.options.model_validate(given))
        layer.options, layer.maker = given, self
        layer.portable = "<locals>" not in self.function.__qualname__
        return layer

    def made_of(self) -> tuple[Any, ...]:
        """What tells it from others (``floworch.actions.fingerprint``)."""
        return (self.name, self.function)

    def __repr__(self) -> str:
        return f"<middleware {self.name}>"

    def _make(self, options: BaseModel) -> Layer:
        function: Any = self.function
        values = {field: getattr(options, field) for field in type(options).model_fields} | (options.model_extra or {})
        return Layer(self.name, OwnLayer(self.name, function, values))


def middleware(
    name: str,
    *,
    title: str = "",
    summary: str = "",
    icon: str = "",
    target: Registry = registry,
    replace: bool = False,
) -> Callable[[Function[P]], CustomLayer[P]]:
    """Register ``async def layer(call_next, ctx, option=default, ...)`` under ``name``.

    Its further parameters become the options of ``with``: typed, validated and shown in the designer; those behind
    ``*`` are given by name only. What is left in place of the function makes layers of it in Python, as
    ``retry`` does: ``layer(option=1)(action)``.

    ``name`` is the word for ``use``; ``title``, ``summary`` (by default the docstring's first line) and ``icon`` are
    what the designer shows; ``target`` is the registry to register in. ``replace`` puts the layer in the place of the
    built-in one of that name, for every definition that this process runs.

    Raises:
        UsageError: The function is not asynchronous, or does not take ``(call_next, ctx)``; the name is no word, or
            that of a built-in layer and ``replace`` is not given.
    """
    if not isinstance(name, str):  # written as a bare @middleware
        raise UsageError("A middleware needs a name.", 'Write it as @middleware("name").')
    if not name or any(each.isspace() for each in name):
        raise UsageError(
            f"{name!r} cannot be the name of a middleware.", "Name it in one word, as 'use' of a definition will."
        )

    def register(function: Function[P]) -> CustomLayer[P]:
        bare = function.function if isinstance(function, CustomLayer) else function
        found = CustomLayer(name, bare, title=title, summary=summary, icon=icon)
        target.register_layer(found.spec, replace=replace)
        return found

    return register


def _options_signature(name: str, function: Callable[..., Any]) -> inspect.Signature:
    """The parameters of a layer's function that are its options."""
    hint = "Write it as: async def layer(call_next, ctx, option=default)."
    if not inspect.iscoroutinefunction(function):
        raise UsageError(f"The middleware {name!r} must be an 'async def' function.", hint)
    try:
        signature = inspect.signature(function, eval_str=True)
    except NameError as error:
        raise UsageError(
            f"The middleware {name!r}: a type of its options cannot be read: {error}.",
            "Import the type at the top of the module, not only under TYPE_CHECKING or inside a function.",
        ) from error
    every = list(signature.parameters.values())
    places = [each for each in every if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)]
    if len(places) < 2 and not any(each.kind is each.VAR_POSITIONAL for each in every):
        raise UsageError(f"The middleware {name!r} must take (call_next, ctx).", hint)
    named_ones = (
        inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD
    )  # fmt: skip
    return signature.replace(parameters=[each for each in every if each not in places[:2] and each.kind in named_ones])


class _AnyOptions(Parameters):
    """Options of a layer with ``**rest``, which takes others, too."""

    model_config = ConfigDict(extra="allow")


def _options(name: str, signature: inspect.Signature) -> type[BaseModel]:
    fields: dict[str, Any] = {}
    base: type[BaseModel] = Parameters
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.VAR_KEYWORD:
            base = _AnyOptions
            continue
        note = Any if parameter.annotation is inspect.Parameter.empty else parameter.annotation
        default = ... if parameter.default is inspect.Parameter.empty else parameter.default
        fields[parameter.name] = (note, default)
    model: type[BaseModel] = create_model(f"{name.title()}Options", __base__=base, **fields)
    return model
