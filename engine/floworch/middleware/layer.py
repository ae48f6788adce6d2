"""What a middleware layer is, and how one wraps an action (contract C5.2)."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from floworch.actions.context import Context
from floworch.actions.decorators import spec_of
from floworch.actions.spec import ActionSpec
from floworch.actions.threads import in_thread
from floworch.errors import ActionError, ErrorKind

CallNext = Callable[[Context], Awaitable[Any]]
Around = Callable[[CallNext, Context], Awaitable[Any]]


class Layer:
    """One configured layer.

    Called with ``(call_next, ctx)`` it runs around the rest of the stack; called with an action alone it returns that
    action wrapped in itself: ``retry(3, delay=1.0)(my_action)``.

    Args:
        name: The layer's word, such as ``retry``.
        around: ``async around(call_next, ctx) -> output``.

    Attributes:
        options: What was given to the function that made it; None of a layer that no definition can hold.
        maker: What ``@middleware`` made of the function of a layer of one's own; None of a built-in one.
        when: The expression without which it is left out; None when it always applies.
        portable: Whether a program that imports the layer's module knows it, so that a builder may write it down.
    """

    def __init__(self, name: str, around: Around) -> None:
        self.name = name
        self.around = around
        self.options: dict[str, Any] | None = None
        self.maker: Any = None
        self.when: str | None = None
        self.portable = True

    def __call__(self, inner: Callable[..., Any], ctx: Context | None = None) -> Any:
        """Run around ``inner(ctx)``, or wrap the action ``inner`` when there is no context."""
        if ctx is None:
            return wrap(self.around, inner, (self,))
        return self.around(inner, ctx)

    def made_of(self) -> tuple[Any, ...]:
        """What tells the layer from others (``floworch.actions.fingerprint``)."""
        return (self.name, self.around)

    def __repr__(self) -> str:
        return f"<layer {self.name}>"


class OwnLayer:
    """Runs a layer that somebody else wrote; a ``call_next`` without the context is told what to pass.

    Args:
        name: The layer's word.
        function: ``async function(call_next, ctx, **options)``.
        options: What it is given by name.
    """

    __slots__ = ("_function", "_name")

    def __init__(self, name: str, function: Callable[..., Awaitable[Any]], options: Mapping[str, Any]) -> None:
        self._name = name
        self._function = functools.partial(function, **options) if options else function

    def __call__(self, call_next: CallNext, ctx: Context) -> Awaitable[Any]:
        """Run around ``call_next(ctx)``."""
        return self._function(_handing_on(self._name, call_next), ctx)

    def put_around(self, call_next: CallNext) -> CallNext:
        """The layer with what is inside it, to be called with the context alone: nothing of ours runs then."""
        return functools.partial(self._function, _handing_on(self._name, call_next))

    def made_of(self) -> tuple[Any, ...]:
        """What tells the layer from others (``floworch.actions.fingerprint``)."""
        return (self._name, self._function)


def _handing_on(name: str, call_next: CallNext) -> CallNext:
    """What a layer that somebody else wrote is given to go on with."""

    def handed_on(ctx: Any = None, *more: Any, **options: Any) -> Awaitable[Any]:
        """Go on with what is inside a layer. Raises ActionError when it is not given the context alone."""
        if type(ctx) is Context and not more and not options:
            return call_next(ctx)
        return _looked_at(name, call_next, ctx, more, options)

    return handed_on


def _looked_at(
    name: str, call_next: CallNext, ctx: Any, more: tuple[Any, ...], options: Mapping[str, Any]
) -> Awaitable[Any]:
    if more or options or not hasattr(ctx, "params"):
        given = "nothing" if ctx is None else "more than the context" if more or options else type(ctx).__name__
        raise ActionError(
            f"the middleware {name!r} called call_next with {given}; it takes the context alone",
            ErrorKind.VALIDATION,
            hint="Write: await call_next(ctx), or await call_next(ctx.replace(params={...})) to change the input.",
        )
    return call_next(ctx)


async def call_spec(spec: ActionSpec, ctx: Context) -> Any:
    """Call an action with the context's parameters; a plain function runs in a thread."""
    params = dict(ctx.params)
    if spec.is_async:
        return await (spec.fn(ctx, **params) if spec.takes_context else spec.fn(**params))
    if spec.takes_context:
        return await in_thread(spec.fn, ctx, **params)
    return await in_thread(spec.fn, **params)


def wrap(around: Around, action: Callable[..., Any], layers: Sequence[Around | Layer] = ()) -> Callable[..., Any]:
    """Return an asynchronous action with the same parameters that runs ``action`` inside ``around``.

    ``layers`` are what ``around`` consists of, outermost first. The result keeps them and the action as
    ``floworch_wraps``, from which a builder writes both into the definition, and ``around`` as ``floworch_around``, by
    which an engine runs the layers itself when the action goes to another process.
    """
    spec = spec_of(action)

    async def wrapped(ctx: Context, **params: Any) -> Any:
        return await around(functools.partial(call_spec, spec), ctx.replace(params=params))

    signature = inspect.signature(spec.fn)
    parameters = list(signature.parameters.values())
    if not spec.takes_context:
        context = inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation="Context")
        parameters = [context, *(p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in parameters)]
    functools.update_wrapper(wrapped, spec.fn)
    del wrapped.__wrapped__  # type: ignore[attr-defined]
    wrapped.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    wrapped.__dict__.pop("spec", None)
    wrapped.floworch_wraps = (tuple(layers), action)  # type: ignore[attr-defined]
    wrapped.floworch_around = around  # type: ignore[attr-defined]
    return wrapped
