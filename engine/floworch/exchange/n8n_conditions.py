"""Conditions of n8n's If, Switch and Filter steps, of every version, as one expression."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from floworch.exchange.foreign import Values, entries, mapping, texts

ValueOf = Callable[[Values, Any], Any]
#: Operation -> the expression, with the left and the right side filled in.
_OPERATIONS = {
    "equals": "{0} == {1}", "equal": "{0} == {1}", "notEquals": "{0} != {1}", "notEqual": "{0} != {1}",
    "contains": "{1} in {0}", "notContains": "{1} not in {0}", "gt": "{0} > {1}", "larger": "{0} > {1}",
    "gte": "{0} >= {1}", "largerEqual": "{0} >= {1}", "lt": "{0} < {1}", "smaller": "{0} < {1}",
    "lte": "{0} <= {1}", "smallerEqual": "{0} <= {1}", "startsWith": "{0} is startingwith({1})",
    "endsWith": "{0} is endingwith({1})", "regex": "{0} | regex_match({1})", "true": "{0} == true",
    "false": "{0} == false", "exists": "{0} is defined", "notExists": "{0} is not defined",
    "empty": "not ({0} | default(none, true))", "isEmpty": "not ({0} | default(none, true))",
    "notEmpty": "({0} | default(none, true)) is not none", "isNotEmpty": "({0} | default(none, true)) is not none",
    "after": "{0} > {1}", "before": "{0} < {1}", "dateTime_after": "{0} > {1}", "dateTime_before": "{0} < {1}",
    "lengthEquals": "({0} | length) == {1}", "lengthGt": "({0} | length) > {1}", "lengthLt": "({0} | length) < {1}",
}  # fmt: skip


def condition(values: Values, value_of: ValueOf, params: Mapping[str, Any]) -> str:
    """The condition of a step, in braces; one that cannot be converted is told and is ``false``."""
    given = mapping(params.get("conditions"))
    found: list[str | None] = []
    if isinstance(given.get("conditions"), list):
        found = [_new(values, value_of, each) for each in entries(given["conditions"])]
        words = "and" if given.get("combinator", "and") == "and" else "or"
    else:
        found = [
            _one(values, value_of, texts(each.get("operation")) or "equal", each.get("value1"), each.get("value2"))
            for group in given.values()
            for each in entries(group)
        ]
        words = "or" if params.get("combineOperation") == "any" else "and"
    parts = [part for part in found if part is not None]
    if not parts:
        if not found:
            values.partly("It has no condition.")
        return "{{ false }}"
    return "{{ " + (parts[0] if len(parts) == 1 else f" {words} ".join(f"({part})" for part in parts)) + " }}"


def one_case(values: Values, value_of: ValueOf, params: Mapping[str, Any], case: Mapping[str, Any]) -> str:
    """The condition of one case of a switch."""
    if "conditions" in case:
        return condition(values, value_of, case)
    found = _one(values, value_of, texts(case.get("operation")) or "equal", params.get("value1"), case.get("value2"))
    return "{{ false }}" if found is None else f"{{{{ {found} }}}}"


def _new(values: Values, value_of: ValueOf, each: Mapping[str, Any]) -> str | None:
    operator = mapping(each.get("operator"))
    return _one(values, value_of, texts(operator.get("operation")), each.get("leftValue"), each.get("rightValue"))


def _one(values: Values, value_of: ValueOf, operation: str, left: Any, right: Any) -> str | None:
    form = _OPERATIONS.get(operation)
    if form is None:
        values.lost(f"The comparison {operation or '(none)'} was not converted; it is false now.")
        return None
    one, two = _side(value_of(values, left)), _side(value_of(values, right))
    if one is None or ("{1}" in form and two is None):
        return None
    return form.replace("{0}", one).replace("{1}", str(two)) if "{1}" not in one else None


def _side(value: Any) -> str | None:
    """One side of a comparison; None when it holds what was not converted."""
    if isinstance(value, str):
        if "[not converted: " in value:
            return None
        inner = value.strip()
        if inner.startswith("{{") and inner.endswith("}}") and inner.count("{{") == 1:
            text = inner[2:-2].strip()
            return text if text.replace(".", "").replace("_", "").isalnum() else f"({text})"
        if "{{" in value:
            return None
    return json.dumps(value, ensure_ascii=False) if value is not None else "none"
