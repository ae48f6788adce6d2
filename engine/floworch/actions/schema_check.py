"""JSON Schema, 2020-12: the library is imported when a schema is first used.

Patterns of a schema are matched as those of expressions are, bounded in time (C13): the library's own matching is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from floworch.errors import ExpressionError
from floworch.expr.patterns import found

#: Findings that one message lists; more are counted.
MOST = 20


def check_schema(schema: Mapping[str, Any]) -> None:
    """Refuse what is no JSON Schema.

    Raises:
        ValueError: Says where and why.
    """
    from jsonschema import Draft202012Validator, SchemaError

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        raise ValueError(f"this is not a JSON Schema: {error.json_path}: {error.message}") from None


class SchemaChecker:
    """Checks values against one schema. References lead only inside it: nothing is ever fetched.

    Args:
        schema: A valid JSON Schema.
    """

    def __init__(self, schema: Mapping[str, Any]) -> None:
        from referencing import Registry

        kind = _bounded_validator()
        # An empty registry: the default one would open addresses of the network.
        self._validator = kind(schema, registry=Registry(), format_checker=kind.FORMAT_CHECKER)

    def problems(self, value: Any) -> Iterator[str]:
        """Every finding as ``place: what is wrong``, in the order of places.

        Raises:
            ValueError: A reference in the schema leads nowhere or to itself, or a pattern takes too long.
        """
        from referencing.exceptions import Unresolvable

        try:
            listed = sorted(self._validator.iter_errors(value), key=lambda error: error.json_path)
        except Unresolvable as error:
            raise ValueError(f"the JSON Schema refers to {error.ref!r}, which is not in it") from None
        except RecursionError:
            raise ValueError("the JSON Schema refers to itself without end") from None
        except ExpressionError as error:
            raise ValueError(f"a pattern of the JSON Schema: {error.message} {error.hint}".rstrip()) from None
        for each in listed[:MOST]:
            place = each.json_path.removeprefix("$").removeprefix(".")
            yield f"{place}: {_short(each.message)}" if place else _short(each.message)
        if len(listed) > MOST:
            yield f"and {len(listed) - MOST} more"


def _short(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:120]} … {text[-60:]}"


@cache
def _bounded_validator() -> Any:
    """The library's validator with keywords of its own wherever it would match a pattern."""
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    keywords = Draft202012Validator.VALIDATORS
    rest = {name: _without_patterns(keywords[name]) for name in ("additionalProperties", "unevaluatedProperties")}
    own = {"pattern": _pattern, "patternProperties": _pattern_properties, **rest}
    return extend(Draft202012Validator, own)


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[Any]:
    from jsonschema import ValidationError

    if validator.is_type(instance, "string") and not found(pattern, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _pattern_properties(validator: Any, patterns: Mapping[str, Any], instance: Any, schema: Any) -> Iterator[Any]:
    if not validator.is_type(instance, "object"):
        return
    for pattern, subschema in patterns.items():
        for key in [key for key in instance if found(pattern, key)]:
            yield from validator.descend(instance[key], subschema, path=key, schema_path=pattern)


def _without_patterns(keyword: Callable[..., Any]) -> Callable[..., Iterator[Any]]:
    """The keyword as the library has it, but told by name which properties a pattern stands for."""

    def checked(validator: Any, value: Any, instance: Any, schema: Mapping[str, Any]) -> Iterator[Any]:
        if validator.is_type(instance, "object"):
            schema = _spelled_out(schema, instance)
        yield from keyword(validator, value, instance, schema) or ()

    return checked


def _spelled_out(schema: Any, instance: Mapping[str, Any]) -> Any:
    """A schema that says the same of this object by the names of its properties, and so do those in it."""
    if not isinstance(schema, Mapping):
        return schema
    made = dict(schema)
    patterns = made.pop("patternProperties", None) or {}
    named = dict(made.get("properties") or {})
    for key in instance:
        fit = [each for pattern, each in patterns.items() if found(pattern, key)]
        if fit:
            named[key] = {"allOf": [*fit, *([named[key]] if key in named else [])]}
    if named:
        made["properties"] = named
    for word in _LISTS:
        if isinstance(made.get(word), list):
            made[word] = [_spelled_out(each, instance) for each in made[word]]
    for word in _SINGLE:
        if word in made:
            made[word] = _spelled_out(made[word], instance)
    if isinstance(made.get("dependentSchemas"), Mapping):
        made["dependentSchemas"] = {k: _spelled_out(v, instance) for k, v in made["dependentSchemas"].items()}
    return made


_LISTS, _SINGLE = ("allOf", "anyOf", "oneOf"), ("if", "then", "else")
