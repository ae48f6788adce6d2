"""Shape errors of a definition (wrong type, missing field, word not in a list) said for people."""

from __future__ import annotations

import difflib
import json
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from floworch.model.problem import Problem

_MOST = 1000

#: Keys and numbers from the top of a definition to a value in it.
Place = tuple[int | str, ...]


def shape_problems(error: ValidationError, data: Any) -> list[Problem]:
    """One Problem per place that does not have the shape of a definition, at most 1000."""
    problems: dict[tuple[str, str], Problem] = {}
    for item in error.errors(include_url=False, include_context=True, include_input=True)[:_MOST]:
        place, rest = _place(item["loc"], data, item["type"] == "missing")
        path = path_of(place)
        problem = _problem(item, place, path)
        if place[:1] == ("edges",):  # an edge is named as a whole; the message says which field
            problem = replace(problem, path=path_of(place[:2]))
        problems.setdefault((path, problem.message if not rest else ""), problem)
    return list(problems.values())


def places_of(error: ValidationError, data: Any) -> list[Place]:
    """Every place that does not have the shape of a definition, each once."""
    items = error.errors(include_url=False, include_context=False, include_input=False)
    return list(dict.fromkeys(_place(item["loc"], data, item["type"] == "missing")[0] for item in items))


def _place(loc: Place, data: Any, missing: bool) -> tuple[Place, bool]:
    """The part of an error's location that exists in the file, without the names of union members."""
    place: list[int | str] = []
    for step in loc:
        if isinstance(data, dict) and isinstance(step, str) and (step in data or missing):
            place.append(step)
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int):
            place.append(step)
            data = data[step] if step < len(data) else None
        else:
            return tuple(place), True
    return tuple(place), False


def path_of(place: Place) -> str:
    """``nodes.a.params.x`` or ``edges[3].port``; a Problem of an edge has no more than ``edges[3]`` as its path."""
    text = ""
    for step in place:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _problem(item: Any, place: Place, path: str) -> Problem:
    kind: str = item["type"]
    node = str(place[1]) if len(place) > 1 and place[0] == "nodes" else None
    where = path or "The definition"
    context = item.get("ctx") or {}
    if kind == "missing":
        return Problem("missing_field", "error", path, f"{where} is missing.", f"Add {list(place)[-1]!r}.", node)
    if path == "format" and isinstance(item["input"], int) and item["input"] > 1:
        message = f"The file has format {item['input']}: it was written by a newer version; this one reads format 1."
        return Problem("bad_value", "error", path, message, "Install a newer version of floworch.", node)
    if kind == "literal_error":
        return _bad_word(item["input"], str(context.get("expected", "")), path, node)
    if kind in {"greater_than_equal", "less_than_equal", "greater_than", "less_than"}:
        limit = {"greater_than_equal": "at least", "less_than_equal": "at most", "greater_than": "more than"}
        bound = next(iter(context.values()), "")
        message = f"{where} is {_short(item['input'])}; it must be {limit.get(kind, 'less than')} {bound:g}."
        return Problem("out_of_range", "error", path, message, f"Write {limit.get(kind, 'less than')} {bound:g}.", node)
    wanted = _UNIONS.get(str(place[-1]) if place else "") or _wanted(kind)
    message = f"{where} is {_short(item['input'])}; it must be {wanted}."
    fix = f"Write {wanted}."
    if isinstance(item["input"], str) and tuple(place)[-2:-1] == ("middleware",):
        fix = f'Write {{"use": {json.dumps(item["input"], ensure_ascii=False)}}}.'
    return Problem("wrong_type", "error", path, message, fix, node)


_DURATION = "a duration: seconds, or a text such as '30s'"
_UNIONS = {
    "timeout": _DURATION,
    "delay": _DURATION,
    "max_delay": _DURATION,
    "when": "an expression, true or false",
    "breakpoint": "true, false or a condition",
}


def _bad_word(found: Any, expected: str, path: str, node: str | None) -> Problem:
    words = [word.strip(" '") for word in expected.replace(" or ", ",").split(",") if word.strip(" '")]
    close = [each for each in difflib.get_close_matches(str(found), words, 1) if each != f"un{found}"]  # the opposite
    allowed = ", ".join(words[:-1]) + f" or {words[-1]}" if len(words) > 1 else "".join(words)
    message = f"{path} is {_short(found)}; it must be {allowed}."
    repair = (
        {"op": "set_field", "node": node, "field": path.rsplit(".", 1)[-1], "value": close[0]}
        if (close and node and path.count(".") == 2)
        else None
    )
    close = [each for each in close if each != found]  # a text where a number is wanted
    fix = f"Did you mean {close[0]!r}?" if close else f"Write {allowed}."
    return Problem("bad_value", "error", path, message, fix, node, repair)


def _wanted(kind: str) -> str:
    words = {
        "string_type": "a text",
        "int_type": "a whole number",
        "int_from_float": "a whole number",
        "float_type": "a number",
        "bool_type": "true or false",
        "dict_type": "an object",
        "tuple_type": "a list",
        "list_type": "a list",
        "model_type": "an object",
        "model_attributes_type": "an object",
    }
    return words.get(kind, "something else (" + kind.replace("_", " ") + ")")


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, (list, tuple)):
        return "a list"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
