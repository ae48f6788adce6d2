"""``flow.if`` and ``flow.switch``: choose the port that fires (contract C2.7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from floworch.actions.complaints import show
from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.outcome import Outcome
from floworch.actions.params import UNSET
from floworch.actions.widgets import Expression, widget
from floworch.errors import ActionError, ErrorKind
from floworch.model.catalog import ParamIssue

Port = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
_RESERVED = frozenset({"done", "error"})


@action(
    "flow.if",
    title="If",
    category="flow",
    icon="split",
    subtitle="condition",
    effect="pure",
    ports=("true", "false"),
    condition_params=("condition",),
    output_schema={"type": "boolean", "description": "Whether the condition holds."},
    example={"condition": "{{ inputs.order.amount > 1000 }}"},
)
async def flow_if(ctx: Context, condition: Annotated[bool, Field(strict=True)]) -> Outcome:
    """Choose between two branches.

    Args:
        condition: An expression that gives true or false.
    """
    return Outcome(condition, "true" if condition else "false")


class Case(BaseModel):
    """One way out of a switch: ``{when, port}`` or ``{match, port}``."""

    model_config = ConfigDict(extra="forbid")

    when: Annotated[
        Any,
        Field(title="Condition", description="A condition: an expression that gives true or false, braces optional."),
    ] = None
    match: Annotated[Any, Field(title="Equals", description="The value that 'value' must equal.")] = None
    port: Annotated[Port, Field(description="The port that fires.")]


def switch_ports(params: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the ports of a switch: those of its cases in order, then the default; each once."""
    cases = params.get("cases")
    ports = [case.get("port") for case in cases if isinstance(case, Mapping)] if isinstance(cases, list) else []
    ports.append("default" if params.get("default") is True else params.get("default"))
    return tuple(dict.fromkeys(port for port in ports if isinstance(port, str) and port))


def _check(params: Mapping[str, Any]) -> list[ParamIssue]:
    cases = params.get("cases")
    issues: list[ParamIssue] = []
    if isinstance(cases, str):
        return [
            ParamIssue(
                "cases",
                "'cases' must be written out: the ports of a node are known before it runs.",
                "Write a list of {when, port} or {match, port}.",
            )
        ]
    for number, case in enumerate(cases if isinstance(cases, list) else ()):
        if isinstance(case, Mapping):
            issues += _check_case(f"cases[{number}]", case, "value" in params)
    issues += _check_port("default", params.get("default"))
    return issues


def _check_case(path: str, case: Mapping[str, Any], has_value: bool) -> list[ParamIssue]:
    issues = _check_port(f"{path}.port", case.get("port"))
    if ("when" in case) == ("match" in case):
        issues.append(
            ParamIssue(
                path,
                f"'{path}' must have either 'when' or 'match'.",
                "Give 'when' a condition, or 'match' the value to compare with.",
            )
        )
    elif "match" in case and not has_value:
        issues.append(
            ParamIssue(
                f"{path}.match",
                f"'{path}.match' has nothing to compare with.",
                "Give the node's parameter 'value', or use 'when' with a condition.",
            )
        )
    elif (
        "when" in case
        and not isinstance(case["when"], bool)
        and not (isinstance(case["when"], str) and case["when"].strip())
    ):
        issues.append(
            ParamIssue(
                f"{path}.when",
                f"'{path}.when' must be a condition, not {show(case['when'])}.",
                "Write an expression such as inputs.amount > 10.",
            )
        )
    return issues


def _check_port(path: str, port: Any) -> list[ParamIssue]:
    if isinstance(port, str) and "{{" in port:
        return [ParamIssue(path, f"'{path}' must be the name of a port, not an expression.", "Write the port's name.")]
    if isinstance(port, str) and port in _RESERVED:
        return [
            ParamIssue(path, f"'{path}' cannot be '{port}': every node has that port already.", "Choose another name.")
        ]
    return []


@action(
    "flow.switch",
    title="Switch",
    category="flow",
    icon="signpost",
    subtitle="value",
    effect="pure",
    ports_of=switch_ports,
    condition_params=("cases[].when",),
    check=_check,
    output_schema={"type": "string", "description": "The name of the port that fired."},
    example={"cases": [{"when": "{{ inputs.order.amount > inputs.limit }}", "port": "review"}], "default": "auto"},
)
async def flow_switch(
    ctx: Context,
    cases: Annotated[list[Case], widget("table", columns=["when", "match", "port"])],
    value: Annotated[Expression, Field(title="Value to compare")] = UNSET,
    default: Annotated[Port | bool | None, Field(title="Port when none holds")] = None,
) -> Outcome:
    """Choose one of several branches: the first case that holds.

    Args:
        cases: Tried in order. Each is {when, port}, a condition, or {match, port}, a value that 'value' must equal.
        value: What the 'match' of each case is compared with; types count, so 1 is not "1".
        default: The port that fires when no case holds, true for one that is called default; without it that is a
            validation_error.
    """
    for number, case in enumerate(cases):
        if _holds(case, number, value):
            return Outcome(case.port, case.port)
    if default is None or default is False:
        about = "" if value is UNSET else f" for the value {show(value)}"
        raise ActionError(
            f"No case holds{about}, and there is no default.",
            ErrorKind.VALIDATION,
            hint="Add a case, or give 'default' a port.",
        )
    port = "default" if default is True else default
    return Outcome(port, port)


def _holds(case: Case, number: int, value: Any) -> bool:
    given = case.model_fields_set
    if ("when" in given) == ("match" in given):
        raise ActionError(f"'cases[{number}]' must have either 'when' or 'match'.", ErrorKind.VALIDATION)
    if "match" in given:
        if value is UNSET:
            raise ActionError(
                f"'cases[{number}].match' has nothing to compare with: 'value' is missing.", ErrorKind.VALIDATION
            )
        return same(case.match, value)
    if not isinstance(case.when, bool):
        raise ActionError(
            f"'cases[{number}].when' must give true or false, not {show(case.when)}.",
            ErrorKind.VALIDATION,
            hint="Write a comparison, such as {{ inputs.amount > 10 }}.",
        )
    return case.when


def same(left: Any, right: Any) -> bool:
    """Whether two JSON values are equal; numbers by value, and true is not 1, also inside lists and objects."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(same(part, right[key]) for key, part in left.items())
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)
