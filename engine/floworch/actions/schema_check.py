"""JSON Schema, 2020-12: the library is imported when a schema is first used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

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
        from jsonschema import Draft202012Validator
        from referencing import Registry

        # An empty registry: the default one would open addresses of the network.
        self._validator = Draft202012Validator(
            schema, registry=Registry(), format_checker=Draft202012Validator.FORMAT_CHECKER
        )

    def problems(self, value: Any) -> Iterator[str]:
        """Every finding as ``place: what is wrong``, in the order of places.

        Raises:
            ValueError: A reference in the schema leads nowhere.
        """
        from referencing.exceptions import Unresolvable

        try:
            found = sorted(self._validator.iter_errors(value), key=lambda error: error.json_path)
        except Unresolvable as error:
            raise ValueError(f"the JSON Schema refers to {error.ref!r}, which is not in it") from None
        for each in found[:MOST]:
            place = each.json_path.removeprefix("$").removeprefix(".")
            yield f"{place}: {_short(each.message)}" if place else _short(each.message)
        if len(found) > MOST:
            yield f"and {len(found) - MOST} more"


def _short(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:120]} … {text[-60:]}"
