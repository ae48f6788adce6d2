"""The type that an input must have where expressions use it, for the repair that declares it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from floworch.expr import is_template
from floworch.model.rules.draft import Draft

_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
#: What tells that an expression reckons with a value that is not there.
_GUARD = re.compile(r"\b(?:default|coalesce|is|if|none|null|and|or)\b", re.IGNORECASE)
_NUMBERS = frozenset({"integer", "number"})
_TYPES = frozenset({"string", "integer", "number", "boolean", "object", "array"})


def wanted(draft: Draft, name: str, path: str, node: str | None, text: str) -> str | None:
    """The type of the input ``name`` as the expression ``text`` at ``path`` wants it; None where that is not known.

    A text with words beside its expression wants a string, an expression that is the input and nothing else what the
    parameter is.
    """
    bare = re.compile(rf"""inputs\s*(\.\s*{re.escape(name)}|\[\s*(['"]){re.escape(name)}\2\s*\])""")
    inner = text.strip()
    if is_template(text):
        if _CODE.sub("", text).strip():
            return "string" if "{%" not in text else None
        inner = inner.removeprefix("{{").removesuffix("}}").strip("-").strip()
    if not bare.fullmatch(inner) or node is None:
        return None
    start = f"nodes.{node}."
    if path in (f"{start}breakpoint", f"{start}when"):
        return "boolean"
    field = path.removeprefix(f"{start}params.")
    action = draft.action(draft.workflow.nodes[node].action)
    if action is None or field == path:
        return None
    if field in action.condition_params or field in action.round_params:
        return "boolean"
    params = getattr(action, "params", None)
    if params is None or field in action.raw_params:
        return None
    return type_of(params.model_json_schema().get("properties", {}).get(field, {}))


def needs_number(draft: Draft, name: str, path: str, node: str | None, text: str) -> bool:
    """Whether the expression ``text`` at ``path`` fails when the input ``name`` is null: it calculates with it.

    One that asks whether there is a value, or falls back to another, is taken at its word.
    """
    codes = _CODE.findall(text) or [text]
    if any(_GUARD.search(code) for code in codes):
        return False
    found = rf"""\binputs\s*(?:\.\s*{re.escape(name)}\b|\[\s*['"]{re.escape(name)}['"]\s*\])"""
    after, before = (
        r"\s*(?:[*/+]|%(?!\})|-(?!\s*[%}]\})|\|\s*(?:round|abs|int|float)\b)",
        r"(?<![{%])[-+*/%]\s*|\brange\(\s*",
    )
    if any(re.search(f"{found}{after}|(?:{before}){found}", code) for code in codes):
        return True
    return wanted(draft, name, path, node, text) in _NUMBERS and not _may_be_null(draft, path, str(node))


def _may_be_null(draft: Draft, path: str, node: str) -> bool:
    """Whether the parameter at ``path`` takes null."""
    action = draft.action(draft.workflow.nodes[node].action)
    schema = getattr(action, "params").model_json_schema()  # noqa: B009 - ``wanted`` has found its type there
    field = schema.get("properties", {}).get(path.removeprefix(f"nodes.{node}.params."), {})
    return any(part.get("type") == "null" for part in field.get("anyOf", ()))


def type_of(schema: Mapping[str, Any]) -> str | None:
    """The one type that fits a schema besides null; None when there are several, or it does not say."""
    ways = [part for part in schema.get("anyOf", [schema]) if part.get("type") != "null"]
    if len(ways) != 1:
        return None
    kind = ways[0].get("type") if ways[0] is schema or "anyOf" not in ways[0] else type_of(ways[0])
    return kind if kind in _TYPES else None
