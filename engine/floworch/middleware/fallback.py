"""Gives something else when what is inside fails: a value, or the output of another action (C5.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from floworch.actions.complaints import show
from floworch.actions.context import Context
from floworch.actions.outcome import Expand, Outcome, Rounds, Wait
from floworch.errors import ActionError, ErrorKind, classify
from floworch.middleware.factory import factory
from floworch.middleware.layer import CallNext, Layer


class FallbackOptions(BaseModel, extra="forbid"):
    """Options of the layer."""

    value: Any = Field(
        None, title="Value instead",
        description="The output instead; expressions see error.kind, error.message and params.",
        json_schema_extra={"widget": "expression"},
    )  # fmt: skip
    action: str | None = Field(
        None, min_length=1, title="Action instead", description="Action to run instead of giving a value, by its id."
    )
    params: dict[str, Any] = Field(
        default_factory=dict, title="Parameters",
        description="Parameters of that action; expressions as for the value.",
        json_schema_extra={"widget": "keyvalue"},
    )  # fmt: skip

    @field_validator("action")
    @classmethod
    def _one_of_them(cls, action: str | None, info: ValidationInfo) -> str | None:
        if action is not None and info.data.get("value") is not None:
            raise ValueError("give either a value or an action, not both")
        return action

    @field_validator("params")
    @classmethod
    def _of_the_action(cls, params: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        if params and info.data.get("action", "") is None:
            raise ValueError("parameters belong to an action: name it")
        return params


@factory
def fallback(
    value: Any = None,
    *,
    action: str | Callable[..., Any] | None = None,
    params: Mapping[str, Any] | None = None,
) -> Layer:
    """Give ``value``, or what ``action`` gives, when what is inside fails for good.

    Cancelling is no failure. Without an error the layer does nothing. The failure is written to the node's log.

    Args:
        value: The output; texts in it may hold expressions that see ``error`` and ``params``.
        action: Id of an action to run instead, or a function; its port is not passed on, its failure is the node's.
        params: Its parameters, with the same expressions.

    Raises:
        UsageError: Both a value and an action are given, or parameters without an action.
    """
    options = FallbackOptions.model_validate({"value": value, "action": action, "params": dict(params or {})})

    async def around(call_next: CallNext, ctx: Context) -> Any:
        try:
            return await call_next(ctx)
        except Exception as error:  # noqa: BLE001 - replacing any failure is what it is for
            kind, message = str(classify(error)), str(error) or type(error).__name__
            names = {"error": {"kind": kind, "message": message}, "params": ctx.params}
            instead = f"the action {options.action}" if options.action is not None else "the fallback value"
            ctx.log(f"{kind}: {message}; using {instead}", "warning")
            if options.action is None:
                return ctx.resolve(options.value, names)
            try:
                return _output(await ctx.perform(options.action, options.params, names), options.action)
            except Exception as second:
                raise second from error

    return Layer("fallback", around)


def _output(result: Any, action: str) -> Any:
    if isinstance(result, (Wait, Expand, Rounds)):
        raise ActionError(
            f"the action {action} waits or has a body, so it cannot be a fallback",
            ErrorKind.VALIDATION,
            hint="Connect it to the node's error port instead.",
        )
    return result.output if isinstance(result, Outcome) else result


def chip(options: Mapping[str, Any]) -> str:
    """The action, or the value: ``→ 0``."""
    action = options.get("action")
    return f"→ {action if isinstance(action, str) else show(options.get('value'))}"
