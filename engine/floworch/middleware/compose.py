"""Stacks of layers around one action, and layers that apply under a condition (contract C5.1, C5.2)."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

from floworch.actions.context import Context
from floworch.errors import ActionError, ErrorKind, UsageError
from floworch.middleware.factory import layered
from floworch.middleware.layer import Around, CallNext, Layer, OwnLayer, wrap

_WRITE = "Write it as: async def layer(call_next, ctx)."


def compose(layers: Sequence[Around | Layer], action: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``action`` inside a stack of layers; the first layer is outermost.

    Args:
        layers: ``async layer(call_next, ctx)`` callables, such as ``retry(3)`` or your own.
        action: A typed function; the result has the same parameters.

    Raises:
        UsageError: A layer is none, or one that stands without a call has an option without a default; or the two
            arguments are not a list and an action.
    """
    if callable(layers) or not callable(action):
        raise UsageError("compose takes a list of layers, then one action: compose([retry(3)], action).")
    given = [layered(layer) for layer in layers]
    stack = tuple(_told(layer) for layer in given)  # no list: what cannot change is known to be the same elsewhere

    async def around(call_next: CallNext, ctx: Context) -> Any:
        call = call_next
        for layer in reversed(stack):
            call = functools.partial(layer, call)
        return await call(ctx)

    return wrap(around, action, given)


def conditional(
    condition: Callable[[Context], bool | Awaitable[bool]] | str, layer: Around | Layer | None = None
) -> Layer:
    """Return a layer that applies ``layer`` only when ``condition`` holds for the execution.

    With an expression around a layer that a definition can hold, it is that layer with ``when``.

    Args:
        condition: A function of the context, which may be asynchronous, or an expression such as
            ``"{{ inputs.careful }}"``.
        layer: The layer to apply; ``compose`` makes one condition of several. Without one it is the action itself that
            depends on the condition: ``conditional(condition)(action)`` gives null where it does not hold.

    Raises:
        UsageError: One of them is neither.
    """
    if not isinstance(condition, str) and not callable(condition):
        raise UsageError(f"A condition is an expression or a function of the context, not {condition!r}.")
    given = layered(layer) if layer is not None else None
    inside = _told(given) if given is not None else None

    async def around(call_next: CallNext, ctx: Context) -> Any:
        holds = ctx.condition(condition) if isinstance(condition, str) else condition(ctx)
        if inspect.isawaitable(holds):
            holds = await holds
        if inside is None:
            return await call_next(ctx) if holds else None
        return await (inside(call_next, ctx) if holds else call_next(ctx))

    options = getattr(given, "options", None)
    if not isinstance(given, Layer) or not isinstance(condition, str) or options is None or given.when is not None:
        return Layer("conditional", around)
    found = Layer(given.name, around)
    found.options, found.maker, found.portable, found.when = options, given.maker, given.portable, condition
    return found


def _told(layer: Any) -> Layer | OwnLayer:
    """The layer to run: a bare function is told what to pass on, and has to be one that can run around an action."""
    if isinstance(layer, (Layer, OwnLayer)):
        return layer
    if not callable(layer):
        raise UsageError(f"A layer is a function, or made by one such as retry(3), not {layer!r}. {_WRITE}")
    name = getattr(layer, "__name__", type(layer).__name__)
    if not _takes_two(layer):
        raise UsageError(
            f"The layer {name!r} must take (call_next, ctx). {_WRITE} A function that takes an action and returns "
            f"another is called with it: {name}(action)."
        )
    awaited = inspect.iscoroutinefunction(layer) or inspect.iscoroutinefunction(type(layer).__call__)
    return OwnLayer(name, cast("Around", layer) if awaited else _awaitable(name, layer), {})


def _takes_two(function: Callable[..., Any]) -> bool:
    try:
        inspect.signature(function).bind(None, None)
    except TypeError:
        return False
    except ValueError:  # written in C: nobody can tell
        return True
    return True


def _awaitable(name: str, function: Callable[..., Any]) -> Around:
    """A plain function as a layer, which is fine as long as it returns what ``call_next(ctx)`` gave."""

    @functools.wraps(function)
    def checked(call_next: CallNext, ctx: Context) -> Awaitable[Any]:
        result = function(call_next, ctx)
        if not inspect.isawaitable(result):
            given = type(result).__name__
            raise ActionError(
                f"The layer {name!r} is no 'async def' function, and returned {given}.",
                ErrorKind.VALIDATION,
                hint=_WRITE,
            )
        return result

    return checked
