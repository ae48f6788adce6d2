"""pydantic's findings in the words of this product: where, what is wanted, what stands there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from floworch.actions.suggest import did_you_mean, meant
from floworch.model.catalog import ParamIssue

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

_SHOWN = 60
_WANTED: dict[str, str] = {
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing_size": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "decimal_type": "a decimal number",
    "decimal_parsing": "a decimal number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "string_type": "text",
    "bytes_type": "bytes",
    "path_type": "a path",
    "list_type": "a list",
    "tuple_type": "a list",
    "set_type": "a list",
    "iterable_type": "a list",
    "dict_type": "an object",
    "mapping_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "typed_dict_type": "an object",
    "dataclass_type": "an object",
    "none_required": "null",
    "datetime_type": "a date and time",
    "datetime_parsing": "a date and time",
    "datetime_from_date_parsing": "a date and time",
    "date_type": "a date",
    "date_parsing": "a date",
    "date_from_datetime_parsing": "a date",
    "time_type": "a time",
    "time_parsing": "a time",
    "url_type": "a URL",
    "url_parsing": "a URL",
    "uuid_type": "a UUID",
    "uuid_parsing": "a UUID",
    "literal_error": "one of {expected}",
    "enum": "one of {expected}",
    "const": "{expected}",
    "greater_than": "greater than {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than": "less than {lt}",
    "less_than_equal": "at most {le}",
    "multiple_of": "a multiple of {multiple_of}",
    "string_pattern_mismatch": "text of the form {pattern}",
    "too_long": "at most {max_length} entries",
    "timezone_aware": "a time with a zone",
}
#: What of an object may be meant when this is wanted and the whole of it was given.
_HELD: dict[str, type | tuple[type, ...]] = {
    "a list": (list, tuple),
    "text": str,
    "a whole number": int,
    "a number": (int, float),
}
#: Most fields that are named.
_FIELDS = 8


def show(value: Any) -> str:
    """Return a value for an error message, at most about 60 characters; containers are described, not printed."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Mapping):
        return "an object" if value else "an empty object"
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}"
    if isinstance(value, (str, int, float)):
        try:
            text = repr(value)
        except ValueError:  # more digits than the interpreter prints
            return "a very long whole number"
        return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}... ({len(text)} characters)"
    return f"a value of type {type(value).__name__}"


def holds_expression(value: Any) -> bool:
    """Whether ``{{`` stands in this text or anywhere in this list or object."""
    if isinstance(value, str):
        return "{{" in value
    if isinstance(value, Mapping):
        return any(holds_expression(part) for part in value.values())
    if isinstance(value, (list, tuple)):
        return any(holds_expression(part) for part in value)
    return False


def issues_of(
    error: ValidationError, values: Mapping[str, Any], model: type[BaseModel], *, literal: bool
) -> list[ParamIssue]:
    """Return one ParamIssue per wrong place, in the order found.

    Args:
        error: What pydantic found.
        values: What was checked.
        model: The model it was checked against; its names feed "did you mean".
        literal: Values that hold ``{{`` are not evaluated yet and count as fitting.
    """
    places: dict[str, list[tuple[dict[str, Any], Any]]] = {}
    for found in error.errors(include_url=False):
        path, value = _locate(values, found["loc"], found["type"])
        if literal and holds_expression(value) and found["type"] not in {"missing", "extra_forbidden"}:
            continue
        places.setdefault(path, []).append((dict(found), value))
    return [_issue(path, found, model, literal) for path, found in places.items()]


def _locate(values: Any, loc: Sequence[int | str], kind: str) -> tuple[str, Any]:
    """Walk a pydantic location in the input; union and key tags, which are no place in it, are left out."""
    path = ""
    current = values
    for position, step in enumerate(loc):
        inside = isinstance(current, Mapping) and step in current
        inside = inside or (isinstance(current, (list, tuple)) and isinstance(step, int) and step < len(current))
        if inside:
            current = current[step]  # pyright: ignore[reportArgumentType, reportCallIssue] - ``inside`` says it fits
        elif not (kind in {"missing", "extra_forbidden"} and position == len(loc) - 1):
            continue
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else str(step)
    return path, current


def _issue(path: str, found: list[tuple[dict[str, Any], Any]], model: type[BaseModel], literal: bool) -> ParamIssue:
    first, value = found[0]
    name = path.rpartition(".")[2]
    if first["type"] == "missing":
        return ParamIssue(path, f"'{path}' is missing.", f"Give '{name}' a value.")
    if first["type"] == "extra_forbidden":
        known = names_of(model) if path == name else ()
        fix = did_you_mean(meant(name, known) or name, known, "Parameters") or "Remove it."
        return ParamIssue(path, f"There is no parameter '{path}'.", fix, unknown=path == name)
    wanted = list(dict.fromkeys(_wanted(details) for details, _ in found))
    if len(wanted) == 1 and first["type"] in {"value_error", "assertion_error"}:
        return ParamIssue(path, f"'{path}': {_sentence(str(first['ctx']['error']))}")
    fix = "" if literal else _inside(value, wanted)
    return ParamIssue(path, f"'{path}' must be {' or '.join(wanted)}, not {show(value)}.", fix)


def _inside(value: Any, wanted: Sequence[str]) -> str:
    """What to do about an object that holds what is wanted: ``{{ nodes.a.output }}`` should have gone one step on."""
    held = next((types for name, types in _HELD.items() if name in wanted), ())
    fields = value.items() if isinstance(value, Mapping) else ()
    names = [str(name) for name, part in fields if isinstance(part, held) and not isinstance(part, bool)]
    if not names:
        return ""
    if len(names) == 1:
        return f"Its field '{names[0]}' is one: add .{names[0]} to the expression."
    return f"Take one of its fields, such as .{names[0]}: {', '.join(names[:_FIELDS])}."


def _wanted(found: Mapping[str, Any]) -> str:
    kind = found["type"]
    context = {key: _plain(part) for key, part in found.get("ctx", {}).items()}
    if kind in _WANTED:
        return _WANTED[kind].format(**context)
    if kind == "string_too_short":
        return "text that is not empty" if context["min_length"] == 1 else f"text of {context['min_length']} or more"
    if kind == "string_too_long":
        return f"text of at most {context['max_length']} characters"
    if kind == "too_short":
        return "a list that is not empty" if context["min_length"] == 1 else f"{context['min_length']} or more entries"
    if kind in {"value_error", "assertion_error"}:
        return str(context["error"])
    return str(found["msg"]).removeprefix("Input should be ").removeprefix("Value error, ")


def _plain(value: Any) -> Any:
    """A bound as people write it: 0, not 0.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def names_of(model: type[BaseModel]) -> list[str]:
    """Return the parameter names of a model as people write them."""
    return [field.alias or name for name, field in model.model_fields.items()]


def joined(issues: Iterable[ParamIssue]) -> tuple[str, str]:
    """Return one message and one hint that carry every issue."""
    issues = list(issues)
    return " ".join(issue.message for issue in issues), " ".join(dict.fromkeys(i.fix for i in issues if i.fix))
