"""Layers of your own (contract C5.2, C5.4)."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, create_model

from floworch.actions.context import Context
from floworch.actions.params import Parameters
from floworch.actions.registry import Registry, registry
from floworch.actions.spec import LayerSpec
from floworch.middleware.layer import CallNext, Layer

Function = Callable[..., Any]


def middleware(
    name: str, *, title: str = "", summary: str = "", icon: str = "", target: Registry = registry
) -> Callable[[Function], Function]:
    """Register ``async def layer(call_next, ctx, *, option=default, ...)`` under ``name``.

    Its keyword-only parameters become the options of ``with``: typed, validated and shown in the designer.

    ``name`` is the word for ``use``; ``title``, ``summary`` (by default the docstring's first line) and ``icon`` are
    what the designer shows; ``target`` is the registry to register in.

    Raises:
        TypeError: The function is not asynchronous.
    """

    def register(function: Function) -> Function:
        if not inspect.iscoroutinefunction(function):
            raise TypeError(f"middleware {name!r} must be an 'async def' function of (call_next, ctx)")
        text = summary or (inspect.getdoc(function) or "").split("\n", 1)[0]
        words = title or name.replace("_", " ").capitalize()
        target.register_layer(LayerSpec(name, _maker(name, function), _options(name, function), words, text, icon))
        return function

    return register


def _maker(name: str, function: Function) -> Callable[[Any], Layer]:
    def make(options: BaseModel) -> Layer:
        values = {field: getattr(options, field) for field in type(options).model_fields}

        if not values:
            return Layer(name, function)

        async def around(call_next: CallNext, ctx: Context) -> Any:
            return await function(call_next, ctx, **values)

        return Layer(name, around)

    return make


def _options(name: str, function: Function) -> type[BaseModel]:
    fields: dict[str, Any] = {}
    for parameter in inspect.signature(function, eval_str=True).parameters.values():
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            note = Any if parameter.annotation is inspect.Parameter.empty else parameter.annotation
            default = ... if parameter.default is inspect.Parameter.empty else parameter.default
            fields[parameter.name] = (note, default)
    model: type[BaseModel] = create_model(f"{name.title()}Options", __base__=Parameters, **fields)
    return model
