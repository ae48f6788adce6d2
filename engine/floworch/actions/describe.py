"""What an action or a layer is, in words: the same for the reference pages and for ``floworch actions show``."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from floworch.model.other_names import NODE_JOIN, OTHER_NAMES

if TYPE_CHECKING:
    from pydantic import BaseModel

    from floworch.actions.spec import ActionSpec

#: What each effect means for a person who has to decide.
EFFECTS = {
    "pure": "pure: it changes nothing, so it may run again",
    "idempotent": "idempotent: running it again does no harm",
    "unsafe": "unsafe: after a crash in the middle of it, a person decides whether it runs again",
}
#: Where an action runs, by ``run_on``.
PLACES = {"loop": "the engine's loop", "thread": "a thread", "process": "a worker process", "cluster": "the cluster"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter, or one field of a parameter's objects.

    Attributes:
        name: Its key.
        type: Its type in a few words; values to choose from stand between backticks.
        required: Whether it must be given.
        default: Its default as JSON text; empty when there is none to show.
        about: What it means, one or more sentences.
        raw: Whether the action evaluates its expressions itself.
        fields: The fields of the objects that it is or lists.
    """

    name: str
    type: str
    required: bool
    default: str
    about: str
    raw: bool = False
    fields: tuple[Parameter, ...] = ()


def effect_text(spec: ActionSpec) -> str:
    """What a second run of an action does, with the values of parameters that change it."""
    text = EFFECTS[spec.effect]
    for name, by_value in spec.effects.items():
        for value, effect in by_value.items():
            text += f"; with {name} {value} {EFFECTS[effect]}"
    return text


def parameters(model: type[BaseModel]) -> list[Parameter]:
    """Return the parameters of an action, or the options of a layer, in order."""
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})
    return [_parameter(*entry, definitions) for entry in _entries(schema)]


def output_fields(schema: Mapping[str, Any] | None) -> list[Parameter]:
    """Return the fields of an output that is an object; empty for any other."""
    definitions = (schema or {}).get("$defs", {})
    return [_parameter(*entry, definitions) for entry in _entries(schema or {})]


def output_text(schema: Mapping[str, Any] | None) -> str:
    """Return what an action gives in one sentence, without its fields."""
    if not schema:
        return "Any value." if schema is None else "None: it always fails."
    kind = type_text(schema, schema.get("$defs", {})).capitalize()
    return f"{kind}. {schema.get('description', '')}".rstrip()


def other_names(action: str) -> str:
    """Return other names that a definition may write for parameters of an action, as a sentence; empty for none."""
    pairs = OTHER_NAMES.get(action, {}).items()
    said = "; ".join(f"`{other}` is read as {own if own == NODE_JOIN else f'`{own}`'}" for other, own in pairs)
    return f"Other names: {said}." if said else ""


def about(spec: ActionSpec) -> str:
    """Return what an action does: its docstring up to the list of its parameters."""
    text = inspect.getdoc(spec.fn) or spec.summary
    for section in ("\nArgs:", "\nRaises:", "\nReturns:"):
        text = text.partition(section)[0]
    return text.strip()


def ports_text(spec: ActionSpec, mark: str = "") -> str:
    """Return the ports of an action in words, each between two ``mark`` (such as a backtick)."""
    if spec.ports_of is None:
        named = ", ".join(f"{mark}{port}{mark}" for port in spec.ports)
    else:
        named = "the ports named in its parameters"
        example = ", ".join(f"{mark}{port}{mark}" for port in spec.ports_of(spec.example))
        named += f" (in the example below: {example})" if example else ""
    return f"{named}; like every action also {mark}done{mark} and {mark}error{mark}"


def example(spec: ActionSpec) -> dict[str, Any]:
    """Return a node that uses an action, as it stands in a definition; ``<name>`` stands for what must be given."""
    version = {"version": spec.version} if spec.version != 1 else {}
    needed = spec.params.model_json_schema().get("required", ()) if not spec.example else ()
    return {"action": spec.id, **version, "params": {name: f"<{name}>" for name in needed} | dict(spec.example)}


def type_text(part: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """Return a JSON Schema's type in a few words: ``list of {fn, key, as}``, ``duration``, ``one of a, b``."""
    reference = str(part.get("$ref", "")).rpartition("/")[2]
    if reference:
        return type_text(definitions[reference], definitions)
    if part.get("evaluation") == "condition":
        return "condition"
    if part.get("widget") in {"duration", "secret"}:
        return str(part["widget"]) + (" or null" if any(b.get("type") == "null" for b in part.get("anyOf", ())) else "")
    if "enum" in part:
        return "one of " + ", ".join(f"`{value}`" for value in part["enum"])
    if "anyOf" in part:
        return " or ".join(dict.fromkeys(type_text(branch, definitions) for branch in part["anyOf"]))
    return _plain_type(part, definitions)


def _plain_type(part: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    kind = part.get("type")
    if isinstance(kind, list):
        return " or ".join(_plain_type({**part, "type": each}, definitions) for each in kind)
    if kind == "array":
        items = part.get("items") or {}
        return f"list of {type_text(items, definitions)}" if items else "list"
    if kind == "object":
        names = part.get("properties")
        return "{" + ", ".join(names) + "}" if names else "object"
    words = {"string": "text", "integer": "whole number", "boolean": "true or false", None: "any value"}
    return words.get(kind, str(kind))


def _entries(schema: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any], bool]]:
    required = set(schema.get("required", ()))
    return [(name, part, name in required) for name, part in (schema.get("properties") or {}).items()]


def _parameter(
    name: str,
    part: Mapping[str, Any],
    required: bool,
    definitions: Mapping[str, Any],
    around: frozenset[str] = frozenset(),
) -> Parameter:
    default = json.dumps(part["default"], ensure_ascii=False) if "default" in part and not required else ""
    text = json.dumps(part)
    fields = tuple(
        _parameter(*entry, definitions, around | {known})
        for known, model in definitions.items()
        if f'/{known}"' in text and known not in around  # a model may hold itself
        for entry in _entries(model)
    )
    kind = type_text(part, definitions)
    raw = part.get("evaluation") == "raw"
    return Parameter(name, kind, required, default, str(part.get("description", "")), raw, fields)
