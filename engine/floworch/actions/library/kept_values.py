"""Values that outlive runs, as ``util.state`` and ``Context.state`` keep them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from floworch.actions.complaints import show
from floworch.actions.library.state_shelf import MISSING, Change, shelf_of
from floworch.actions.params import UNSET
from floworch.errors import ActionError, ErrorKind
from floworch.model.values import encode

if TYPE_CHECKING:
    from floworch.actions.context import Context

MOST = 1 << 20  # bytes of a value; more belongs into a file or a database


def perform(ctx: Context, op: str, key: str, value: Any, scope: str, identity: str) -> dict[str, Any]:
    """Read, keep, count with or remove a value; waits for others who change values of this store.

    Args:
        ctx: Who asks.
        op: ``get set increment delete``.
        key: Name of the value.
        value: What to keep or add, ``UNSET`` for none; for ``get`` what is given when there is none.
        scope: ``workflow`` or ``global``.
        identity: Of the change: one that is repeated with the same gives its result again.

    Returns:
        ``{"value", "existed"}``.

    Raises:
        ActionError: The values cannot be used, or this one cannot be kept or added.
    """
    shelf = shelf_of(ctx.home("store"))
    owner = f"workflow:{ctx.workflow_id}" if scope == "workflow" else "global"
    try:
        if op == "get":
            found = shelf.get(owner, key)
            missing = found is MISSING
            return {"value": (None if value is UNSET else value) if missing else found, "existed": not missing}
        result: dict[str, Any] = shelf.change(owner, key, _changes(ctx, op, key, value), identity, ctx.now())
    except OSError as error:
        raise ActionError(
            f"The kept values cannot be used: {error}.",
            ErrorKind.PROCESSING,
            hint="Check that the store's folder can be written and has free space.",
        ) from None
    return {"value": result["value"], "existed": result["existed"]}


def _changes(ctx: Context, op: str, key: str, value: Any) -> Change:
    if op == "delete":
        return lambda old: (MISSING, {"value": None, "existed": old is not MISSING})
    if op == "set":
        _check_value(ctx, key, value)
        return lambda old: (value, {"value": value, "existed": old is not MISSING})
    step = 1 if value is UNSET else value
    if not isinstance(step, (int, float)) or isinstance(step, bool):
        raise ActionError(f"'value' must be a number to add, not {show(step)}.", ErrorKind.VALIDATION)

    def increment(old: Any) -> tuple[Any, Any]:
        before = 0 if old is MISSING else old
        if not isinstance(before, (int, float)) or isinstance(before, bool):
            raise ActionError(
                f"'{key}' holds {show(before)}, which is no number to add to.",
                ErrorKind.VALIDATION,
                hint="Use another key, or set it to a number first.",
            )
        return before + step, {"value": before + step, "existed": old is not MISSING}

    return increment


def _check_value(ctx: Context, key: str, value: Any) -> None:
    if value is UNSET:
        raise ActionError("'value' is missing.", ErrorKind.VALIDATION, hint="Give 'value' what is to be kept.")
    if ctx.redact(value) != value:
        raise ActionError(
            f"The value for '{key}' holds a secret and is not kept.",
            ErrorKind.VALIDATION,
            hint="Read the secret where it is used.",
        )
    size = len(encode(value))
    if size > MOST:
        raise ActionError(
            f"The value for '{key}' has {size / 1048576:.1f} MiB, over the limit of {MOST >> 20} MiB.",
            ErrorKind.VALIDATION,
            hint="Write it to a file and keep its path.",
        )
