"""The layers of a step, each put around the next one: made once, for all attempts of all runs of a definition."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any, cast

from floworch.actions.context import Context, host_of

if TYPE_CHECKING:
    from floworch.executor.layer_services import LayerServices

LayerCall = Callable[..., Any]


def stack_of(layers: Iterable[LayerCall]) -> LayerCall:
    """What runs an attempt through these layers, outermost first, when it is called with the context.

    It holds nothing of an attempt or a run: what lies below the layers is found by the context that arrives there.
    """
    call: LayerCall = _below
    for layer in reversed(tuple(layers)):
        put_around = getattr(layer, "put_around", None)  # ``OwnLayer``, whose module few runs need
        call = functools.partial(layer, call) if put_around is None else put_around(call)
    return call


def _below(ctx: Context) -> Awaitable[Any]:
    return cast("LayerServices", host_of(ctx)).below_layers(ctx)
