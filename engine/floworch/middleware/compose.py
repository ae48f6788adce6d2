"""Stacks of layers around one action, and layers that apply under a condition (contract C5.1, C5.2)."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from floworch.actions.context import Context
from floworch.middleware.layer import Around, CallNext, Layer, wrap


def compose(layers: Sequence[Around | Layer], action: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``action`` inside a stack of layers; the first layer is outermost.

    Args:
        layers: ``async layer(call_next, ctx)`` callables, such as ``retry(3)`` or your own.
        action: A typed function; the result has the same parameters.
    """

    async def around(call_next: CallNext, ctx: Context) -> Any:
        call = call_next
        for layer in reversed(layers):
            call = functools.partial(layer, call)
        return await call(ctx)

    return wrap(around, action, layers)


def conditional(condition: Callable[[Context], bool] | str, layer: Around | Layer) -> Layer:
    """Return a layer that applies ``layer`` only when ``condition`` holds for the execution.

    Args:
        condition: A function of the context, or an expression such as ``"{{ inputs.careful }}"``.
        layer: The layer to apply.
    """

    async def around(call_next: CallNext, ctx: Context) -> Any:
        holds = ctx.condition(condition) if isinstance(condition, str) else condition(ctx)
        return await (layer(call_next, ctx) if holds else call_next(ctx))

    return Layer("conditional", around)
