"""Checks a node's parameters before it runs and its output afterwards (C5.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, Field, field_validator

from floworch.actions.context import Context
from floworch.actions.outcome import Expand, Outcome, Rounds, Wait
from floworch.actions.rules import FieldRule, broken_rules
from floworch.actions.schema_check import SchemaChecker, check_schema
from floworch.errors import ActionError, ErrorKind
from floworch.middleware.factory import factory
from floworch.middleware.layer import CallNext, Layer
from floworch.middleware.plain import plain


class Rule(FieldRule):
    """One rule about a node's parameters or its output."""

    on: Literal["input", "output"] = Field(
        "input", title="What is checked", description="The parameters or the output."
    )


class ValidationOptions(BaseModel, extra="forbid"):
    """Options of the layer."""

    input: dict[str, Any] | None = Field(
        None,
        title="Schema of the parameters",
        description="JSON Schema (2020-12) that the parameters must fit, with defaults filled in.",
    )
    output: dict[str, Any] | None = Field(
        None, title="Schema of the output", description="JSON Schema (2020-12) that the output must fit."
    )
    rules: list[Rule] = Field(
        default_factory=list, title="Rules", description="Simple rules about fields of the parameters or the output.",
        json_schema_extra={"widget": "table"},
    )  # fmt: skip

    @field_validator("input", "output")
    @classmethod
    def _is_schema(cls, value: dict[str, Any] | None) -> dict[str, Any] | None:
        if value is not None:
            check_schema(value)
        return value


@factory
def validation(
    input: Mapping[str, Any] | None = None,  # noqa: A002 - the option's name in a definition
    output: Mapping[str, Any] | None = None,
    rules: Sequence[Mapping[str, Any]] = (),
) -> Layer:
    """Fail with a validation_error that names everything wrong: before the action runs, and with its output.

    Args:
        input: JSON Schema of the parameters.
        output: JSON Schema of the output.
        rules: Objects with ``field`` and any of ``on required type min max pattern in check``; see ``Rule``.

    Raises:
        UsageError: A schema or a rule is malformed.
    """
    options = ValidationOptions.model_validate({"input": input, "output": output, "rules": list(rules)})
    schemas = {"input": options.input, "output": options.output}
    checkers = {side: SchemaChecker(schema) for side, schema in schemas.items() if schema is not None}
    by_side = {side: [rule for rule in options.rules if rule.on == side] for side in schemas}

    def check(ctx: Context, side: str, value: Any) -> None:
        found = list(checkers[side].problems(value)) if side in checkers else []
        found += broken_rules(by_side[side], value, _evaluator(ctx, side, value))
        if found:
            wrong = "; ".join(found)
            if side == "output":
                raise ActionError(f"the output of '{ctx.node}' is not as wanted: {wrong}", ErrorKind.VALIDATION)
            raise ActionError(f"the parameters of '{ctx.node}' are not as wanted: {wrong}", ErrorKind.VALIDATION)

    async def around(call_next: CallNext, ctx: Context) -> Any:
        if "input" in checkers or by_side["input"]:
            check(ctx, "input", plain(ctx.params))
        result = await call_next(ctx)
        if not isinstance(result, (Wait, Expand, Rounds)) and ("output" in checkers or by_side["output"]):
            check(ctx, "output", plain(result.output if isinstance(result, Outcome) else result))
        return result

    return Layer("validation", around)


def _evaluator(ctx: Context, side: str, whole: Any) -> Callable[[str, Any], Any]:
    """How a rule's ``check`` is evaluated: it sees ``value`` and the whole, as ``params`` or ``output``."""
    name = "params" if side == "input" else "output"
    return lambda text, value: ctx.resolve(text if "{{" in text else f"{{{{ {text} }}}}", {"value": value, name: whole})


def chip(options: Mapping[str, Any]) -> str:
    """``in, out, 2 rules``."""
    rules = options.get("rules") or []
    count = len(rules) if isinstance(rules, list) else 0
    parts = ["in"] * bool(options.get("input")) + ["out"] * bool(options.get("output"))
    return ", ".join(parts + ([f"{count} rule{'s' * (count != 1)}"] if count else []))
