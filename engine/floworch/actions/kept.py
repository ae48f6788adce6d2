"""``Context.state``: values that an action keeps for later runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from floworch.actions.context import Context

Scope = Literal["workflow", "global"]


class KeptState:
    """Values by key that outlive runs; they lie beside the store, where ``util.state`` finds them, too.

    Each change is one step that no other run comes between. ``increment`` counts once however often its attempt is
    repeated; to that end the increments of an attempt come in the same order each time. ``scope`` says whether a key
    belongs to this workflow, or to all workflows of the store. All raise ActionError where values cannot be kept; ones
    with a secret in them, or of more than 1 MiB, are refused.
    """

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._counted = (ctx.attempt, 0)

    def get(self, key: str, default: Any = None, *, scope: Scope = "workflow") -> Any:
        """The value of a key, else ``default``."""
        found = self._ask("get", key, None, scope, 0)
        return found["value"] if found["existed"] else default

    def set(self, key: str, value: Any, *, scope: Scope = "workflow") -> None:
        """Keep a JSON value."""
        self._ask("set", key, value, scope, self._next())

    def delete(self, key: str, *, scope: Scope = "workflow") -> None:
        """Remove a value; one that is not there does not matter."""
        self._ask("delete", key, None, scope, self._next())

    def increment(self, key: str, by: float = 1, *, scope: Scope = "workflow") -> float:
        """Add to a number, 0 where there is none, and return the sum."""
        number: float = self._ask("increment", key, by, scope, self._next())["value"]
        return number

    def _next(self) -> int:
        attempt, number = self._counted
        self._counted = (self._ctx.attempt, number + 1 if attempt == self._ctx.attempt else 1)
        return self._counted[1]

    def _ask(self, op: str, key: str, value: Any, scope: Scope, number: int) -> dict[str, Any]:
        ctx = self._ctx
        again = "" if op == "increment" else f":{ctx.attempt}"  # what is set anew is set, whatever it was set to before
        identity = f"{ctx.idempotency_key}:{ctx.node}:{op}:{number}:{key}{again}"
        return ctx.kept(op, key, value, scope, identity)
