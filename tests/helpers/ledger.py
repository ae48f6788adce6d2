"""Actions for tests of compensation that note what they did and what was undone."""

from __future__ import annotations

from typing import Any

from engine_kit import Kit

from floworch.actions.context import Context
from floworch.errors import ActionError, ErrorKind


class Ledger:
    """Actions that note what they did: ``do`` gives ``{"id": node[item]}``, ``undo`` takes an id, ``bad`` fails."""

    def __init__(self, **more: Any) -> None:
        self.undone: list[Any] = []
        self.keys: dict[str, str] = {}

        async def do(ctx: Context) -> dict[str, Any]:
            self.keys[f"{ctx.node}{list(ctx.scope)}"] = ctx.idempotency_key
            return {"id": f"{ctx.node}{list(ctx.scope)}"}

        async def undo(ctx: Context, what: Any = None) -> None:
            self.undone.append(what)
            self.keys[f"~{ctx.node}{list(ctx.scope)}"] = ctx.idempotency_key

        async def bad() -> None:
            raise ActionError("no", ErrorKind.PROCESSING)

        self.kit = Kit(do=do, undo=undo, bad=bad, **more)


def declared(what: Any = "{{ output.id }}", **more: Any) -> dict[str, Any]:
    return {"action": "t.do", "compensate": {"action": "t.undo", "params": {"what": what}, **more}}
