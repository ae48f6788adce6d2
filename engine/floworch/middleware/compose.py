"""Stacks of layers around one action, and layers that apply under a condition (contract C5.1, C5.2)."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from floworch.actions.context import Context
from floworch.middleware.factory import layered
from floworch.middleware.layer import Around, CallNext, Layer, OwnLayer, wrap


def compose(layers: Sequence[Around | Layer], action: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``action`` inside a stack of layers; the first layer is outermost.

    Args:
        layers: ``async layer(call_next, ctx)`` callables, such as ``retry(3)`` or your own.
        action: A typed function; the result has the same parameters.

    Raises:
        UsageError: A layer that stands without a call has an option without a default.
    """
    given = [layered(layer) for layer in layers]
    stack = [layer if isinstance(layer, Layer) else _told(layer) for layer in given]

    async def around(call_next: CallNext, ctx: Context) -> Any:
        call = call_next
        for layer in reversed(stack):
            call = functools.partial(layer, call)
        return await call(ctx)

    return wrap(around, action, given)


def _told(function: Around) -> Around:
    """A bare function as a layer, which is told what to pass on."""
    return OwnLayer(getattr(function, "__name__", "layer"), function, {})


def conditional(condition: Callable[[Context], bool] | str, layer: Around | Layer) -> Layer:
    """Return a layer that applies ``layer`` only when ``condition`` holds for the execution.

    With an expression around a layer that a definition can hold, it is that layer with ``when``.

    Args:
        condition: A function of the context, or an expression such as ``"{{ inputs.careful }}"``.
        layer: The layer to apply.
    """
    inside = layered(layer)

    async def around(call_next: CallNext, ctx: Context) -> Any:
        holds = ctx.condition(condition) if isinstance(condition, str) else condition(ctx)
        return await (inside(call_next, ctx) if holds else call_next(ctx))

    options = getattr(inside, "options", None)
    if not isinstance(inside, Layer) or not isinstance(condition, str) or options is None or inside.when is not None:
        return Layer("conditional", around)
    layer = Layer(inside.name, around)
    layer.options, layer.maker, layer.portable, layer.when = options, inside.maker, inside.portable, condition
    return layer
