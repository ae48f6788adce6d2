"""Rules about fields of a JSON value: required, type, min, max, pattern, in, check."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from floworch.actions.complaints import show
from floworch.errors import ExpressionError
from floworch.expr.patterns import compiled
from floworch.expr.patterns import found as pattern_found

Type = Literal["string", "number", "integer", "boolean", "object", "array", "null"]
_MISSING: Any = object()
_TYPES: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, (int, float, Decimal)) and not isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, Mapping),
    "array": lambda value: isinstance(value, (list, tuple)),
    "null": lambda value: value is None,
}
_WORDS = {
    "eq": "==",
    "equals": "==",
    "ne": "!=",
    "lt": "<",
    "le": "<=",
    "lte": "<=",
    "gt": ">",
    "ge": ">=",
    "gte": ">=",
}
#: Checks that are keys of a rule by themselves.
_KEYS = ("min", "max", "pattern", "in", "type", "required")


def spelled_out(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule ``{field, check, value}`` with the key that its check stands for: ``{field, min}``. Others as they are."""
    found = dict(rule)
    word = found.get("check")
    word = _WORDS.get(word, word) if isinstance(word, str) else word
    if word in _KEYS and word not in found and ("value" in found or word == "required"):
        del found["check"]
        found[word] = found.pop("value", True)
    elif word in _COMPARISONS:
        found["check"] = word
    return found


def _same(left: Any, right: Any) -> bool:
    return bool(left == right) and isinstance(left, bool) is isinstance(right, bool)


def _ordered(left: Any, right: Any) -> bool:
    number = _TYPES["number"]
    return (number(left) and number(right)) or (isinstance(left, str) and isinstance(right, str))


def _holds(whole: Any, part: Any) -> bool:
    if isinstance(whole, str):
        return isinstance(part, str) and part in whole
    return isinstance(whole, (list, tuple, Mapping)) and any(_same(each, part) for each in whole)


#: Checks that are one word, by that word: what is compared with the rule's ``value``.
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": _same,
    "!=": lambda part, value: not _same(part, value),
    "<": lambda part, value: _ordered(part, value) and part < value,
    "<=": lambda part, value: _ordered(part, value) and part <= value,
    ">": lambda part, value: _ordered(part, value) and part > value,
    ">=": lambda part, value: _ordered(part, value) and part >= value,
    "contains": _holds,
    "not_in": lambda part, value: not _holds(value, part),
}


class FieldRule(BaseModel):
    """One rule. A field that is missing breaks only ``required``; null counts as missing unless ``type`` is null."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    field: str = Field("", title="Field", description="Which value: amount, order.lines[0].price; empty: the whole.")
    required: bool = Field(False, title="Required", description="It must be there and not null.")
    type: Type | None = Field(None, title="Type", description="What it must be.")
    min: float | None = Field(None, title="Least", description="Least number, or least length of a text or list.")
    max: float | None = Field(
        None, title="Greatest", description="Greatest number, or greatest length of a text or list."
    )
    pattern: str | None = Field(None, title="Pattern", description="Regular expression found somewhere in the text.")
    among: list[Any] | None = Field(None, alias="in", title="One of", description="The values it may have.")
    check: str | None = Field(
        None, title="Condition",
        description="Condition that sees value, such as value % 2 == 0; or one word that 'value' belongs to: "
        "== != < <= > >= contains not_in, or min max pattern in type required, as above.",
    )  # fmt: skip
    value: Any = Field(None, title="Compare with", description="What a check that is one word compares with.")

    @model_validator(mode="before")
    @classmethod
    def _spelled_out(cls, given: Any) -> Any:
        return spelled_out(given) if isinstance(given, Mapping) else given

    @model_validator(mode="after")
    def _has_a_word(self) -> FieldRule:
        if "value" in self.model_fields_set and self.check not in _COMPARISONS:
            words = " ".join((*_COMPARISONS, *_KEYS))
            raise ValueError(f"'value' belongs to a check that is one word: {words}")
        return self

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, value: str | None) -> str | None:
        try:
            compiled(value or "")
        except ExpressionError as error:
            raise ValueError(error.message.replace(repr((value or "")[:80]), "this", 1).rstrip(".")) from None
        return value


def broken_rules(rules: Iterable[FieldRule], value: Any, evaluate: Callable[[str, Any], Any]) -> list[str]:
    """Return one sentence per broken rule, in order.

    Args:
        rules: What must hold.
        value: A plain JSON value.
        evaluate: ``evaluate(check, field's value)`` for rules with ``check``; only ``True`` passes.
    """
    found: list[str] = []
    for rule in rules:
        part = pick(value, rule.field)
        name = f"'{rule.field}'" if rule.field else "the value"
        if part is _MISSING or (part is None and rule.type != "null"):
            if rule.required:
                found.append(f"{name} is missing" if part is _MISSING else f"{name} is null")
            continue
        found += [f"{name} must {wanted}, not {show(part)}" for wanted in _broken(rule, part, evaluate)]
    return found


def pick(value: Any, path: str) -> Any:
    """Return what stands at ``a.b[0].c`` in a value, or a marker that is no JSON value when nothing does."""
    for name, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path):
        if name and isinstance(value, Mapping) and name in value:
            value = value[name]
        elif index and isinstance(value, Sequence) and not isinstance(value, str) and int(index) < len(value):
            value = value[int(index)]
        else:
            return _MISSING
    return value


def found_at(value: Any, path: str) -> tuple[bool, Any]:
    """Whether something stands at ``a.b[0].c`` in a value, and what."""
    part = pick(value, path)
    return (False, None) if part is _MISSING else (True, part)


def _broken(rule: FieldRule, value: Any, evaluate: Callable[[str, Any], Any]) -> Iterable[str]:
    if rule.type is not None and not _TYPES[rule.type](value):
        yield f"be of type {rule.type}"
        return
    size = value if _TYPES["number"](value) else len(value) if isinstance(value, (str, list, tuple)) else None
    unit = "be" if _TYPES["number"](value) else "have a length of"
    if rule.min is not None and (size is None or size < rule.min):
        yield f"{unit} at least {rule.min:g}"
    if rule.max is not None and (size is None or size > rule.max):
        yield f"{unit} at most {rule.max:g}"
    if rule.pattern is not None and not (isinstance(value, str) and pattern_found(rule.pattern, value)):
        yield f"match {rule.pattern}"
    if rule.among is not None and not any(
        value == each and isinstance(value, bool) is isinstance(each, bool) for each in rule.among
    ):
        yield f"be one of {', '.join(map(show, rule.among))}"
    if rule.check in _COMPARISONS:
        if not _COMPARISONS[rule.check](value, rule.value):
            yield f"be {rule.check.replace('_', ' ')} {show(rule.value)}".replace("be contains", "contain")
    elif rule.check is not None and evaluate(rule.check, value) is not True:
        yield f"fulfil {rule.check}"
