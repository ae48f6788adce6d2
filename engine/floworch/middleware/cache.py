"""Gives the result of an earlier execution with the same key instead of running again (C5.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field

from floworch.actions.context import Context
from floworch.actions.widgets import Duration
from floworch.middleware.factory import factory
from floworch.middleware.flights import Flights
from floworch.middleware.kept import DiskShelf, Shelf, directory_of, memory_of, pack, unpack
from floworch.middleware.layer import CallNext, Layer
from floworch.middleware.plain import digest, duration_text

Scope = Literal["run", "store"]
_flights = Flights()


class CacheOptions(BaseModel, extra="forbid"):
    """Options of the layer."""

    key: Any = Field(
        None, title="Key", description="What results are told apart by; expressions see params too. Empty: all params.",
        json_schema_extra={"widget": "expression"},
    )  # fmt: skip
    ttl: Duration | None = Field(
        None, gt=0, title="Lifetime", description="How long a result is good: 30s, 5m, 7d. Empty: for ever."
    )
    scope: Scope = Field(
        "run", title="Scope", description="run: within a run, in memory. store: for all runs of the store, on disk."
    )


@factory
def cache(key: Any = None, ttl: float | str | None = None, scope: Scope = "run") -> Layer:
    """Keep what is inside returns, with its port and the data it wrote, and give it when the key comes again.

    Results belong to the node: another node with the same key has its own. Only successful results that are JSON
    values are kept, on disk only those without a secret; keys are hashed. Whoever comes while the first still runs
    waits for it. A cache that cannot be read or written is left out, with a line in the node's log.

    Args:
        key: A value, normally an expression such as ``"{{ params.url }}"``; None for all parameters.
        ttl: Seconds, or text such as ``"5m"``; None for ever.
        scope: ``run`` or ``store``. Results of a store in memory live as long as it does.

    Raises:
        UsageError: A value is out of its range.
    """
    options = CacheOptions.model_validate({"key": key, "ttl": ttl, "scope": scope})

    async def around(call_next: CallNext, ctx: Context) -> Any:
        wanted = ctx.params if options.key is None else ctx.resolve(options.key, {"params": ctx.params})
        hashed = digest(ctx.workflow_id, ctx.node, wanted)
        home = ctx.home(options.scope)
        directory = directory_of(home) if options.scope == "store" else None
        shelf: Shelf
        if directory is not None:
            shelf = DiskShelf(directory, "cache")
        else:
            shelf, hashed = memory_of(home), f"cache {hashed}"  # what ``idempotency`` keeps is on the same shelf

        async def look() -> Any:
            return await _read(shelf, hashed, ctx)

        async def work() -> Any:
            result = await call_next(ctx)
            await _write(shelf, hashed, result, ctx)
            return result

        known, result = await _flights.one(f"{id(home)} {hashed}", ctx, look, work)
        if not known:
            return result
        ctx.log("the result comes from the cache", "debug")
        return unpack(result, ctx)

    async def _write(shelf: Shelf, hashed: str, result: Any, ctx: Context) -> None:
        try:
            packed = pack(result, ctx)
            if packed is None or (isinstance(shelf, DiskShelf) and ctx.redact(packed) != packed):
                return
            now = ctx.now()
            await shelf.put(hashed, packed, None if options.ttl is None else now + options.ttl, now)
        except (TypeError, OSError) as error:
            ctx.log(f"the result could not be kept in the cache: {error}", "warning")

    return Layer("cache", around)


async def _read(shelf: Shelf, hashed: str, ctx: Context) -> dict[str, Any] | None:
    try:
        return await shelf.get(hashed, ctx.now())
    except (ValueError, OSError) as error:
        ctx.log(f"the cache could not be read: {error}", "warning")
        return None


def chip(options: Mapping[str, Any]) -> str:
    """The lifetime, and the scope when it is the store: ``5m, store``."""
    words = [duration_text(options.get("ttl")), "store" if options.get("scope") == "store" else ""]
    return ", ".join(filter(None, words))
