"""Does a piece of work once per key and store, whichever run asks for it (C5.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from floworch.actions.context import Context
from floworch.actions.widgets import Duration
from floworch.errors import ActionError, ErrorKind, StoreError
from floworch.middleware.factory import factory
from floworch.middleware.flights import Flights
from floworch.middleware.kept import DiskShelf, directory_of, memory_of, pack, unpack
from floworch.middleware.layer import CallNext, Layer
from floworch.middleware.plain import digest, duration_text

_flights = Flights()


class IdempotencyOptions(BaseModel, extra="forbid"):
    """Options of the layer."""

    key: Any = Field(
        None, title="Key", json_schema_extra={"widget": "expression"},
        description="What makes two executions the same work, such as {{ inputs.order_id }}; expressions see params "
        "too. Empty: the node's own key, the same across attempts and resumes of one run.",
    )  # fmt: skip
    ttl: Duration | None = Field(
        None, gt=0, title="Lifetime", description="How long a result is remembered: 30s, 5m, 7d. Empty: for ever."
    )


@factory
def idempotency(key: Any = None, ttl: float | str | None = None) -> Layer:
    """Return the completed result for the same key in the store, if there is one, instead of running.

    Results, with their port and the data they wrote, belong to the node and stand beside the store, keys hashed and
    secrets taken out; those of a MemoryStore live as long as it does. Two executions of one process with the same
    key do not run at the same time.

    Args:
        key: A value, normally an expression; null or empty text is refused when it is evaluated. None for the
            context's ``idempotency_key``.
        ttl: Seconds, or text such as ``"7d"``; None for ever.

    Raises:
        UsageError: ``ttl`` is not a duration above zero.
    """
    options = IdempotencyOptions.model_validate({"key": key, "ttl": ttl})

    async def around(call_next: CallNext, ctx: Context) -> Any:
        hashed = digest(ctx.workflow_id, ctx.node, _key(options.key, ctx))
        home = ctx.home("store")
        directory = directory_of(home)
        shelf = memory_of(home) if directory is None else DiskShelf(directory, "idempotency")

        async def look() -> Any:
            try:
                return await shelf.get(hashed, ctx.now())
            except (ValueError, OSError) as error:  # running could do the work twice
                raise StoreError(f"the results of earlier work cannot be read: {error}") from error

        async def work() -> Any:
            result = await call_next(ctx)
            try:
                packed = pack(result, ctx)
                if packed is not None:
                    now = ctx.now()
                    await shelf.put(hashed, ctx.redact(packed), None if options.ttl is None else now + options.ttl, now)
            except (TypeError, OSError) as error:  # the work is done: failing would do it again
                ctx.log(f"the result could not be kept, the same work may be done again: {error}", "error")
            return result

        known, result = await _flights.one(f"{id(home)} {hashed}", ctx, look, work)
        if not known:
            return result
        ctx.log("this was done before: its result is used", "info")
        return unpack(result, ctx)

    return Layer("idempotency", around)


def _key(key: Any, ctx: Context) -> Any:
    if key is None:
        return ctx.idempotency_key
    value = ctx.resolve(key, {"params": ctx.params})
    if value is None or value == "":
        raise ActionError(
            "the idempotency key is empty: everything would count as the same work",
            ErrorKind.VALIDATION,
            hint=f"The key is {key!r}; make sure that it has a value in every run.",
        )
    return value


def chip(options: Mapping[str, Any]) -> str:
    """The lifetime: ``7d``."""
    return duration_text(options.get("ttl"))
