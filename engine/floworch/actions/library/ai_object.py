"""A JSON object out of a model: found in its answer, checked against a schema, repaired once when it does not fit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from floworch.actions.context import Context
from floworch.actions.library.ai_client import Model, Usage, ask
from floworch.errors import ActionError, ErrorKind
from floworch.model.values import parse_int

_SHOWN = 5


def object_in(text: str) -> tuple[dict[str, Any], str]:
    """Return the JSON object that an answer is, also inside a fence of Markdown, and what is wrong with it."""
    plain = text.strip()
    if plain.startswith("```") and plain.endswith("```"):
        plain = plain[3:-3].removeprefix("json").strip()
    try:
        found = json.loads(plain, parse_int=parse_int, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        return {}, str(error)
    return (found, "") if isinstance(found, dict) else ({}, "it is no object")


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON value")


def complaints(value: Mapping[str, Any], schema: Mapping[str, Any]) -> list[str]:
    """What a JSON Schema (2020-12) finds wrong with a value, a few sentences."""
    from jsonschema import Draft202012Validator

    found = sorted(Draft202012Validator(dict(schema)).iter_errors(dict(value)), key=lambda each: each.json_path)
    return [f"{each.json_path}: {each.message[:200]}" for each in found[:_SHOWN]]


async def ask_object(
    ctx: Context, model: Model, messages: list[dict[str, Any]], schema: Mapping[str, Any]
) -> tuple[dict[str, Any], Usage, bool]:
    """Ask for an object that fits a schema; one that does not goes back once with what is wrong.

    Returns:
        The object, the tokens of all questions, and whether it had to be repaired.

    Raises:
        ActionError: processing_error when the second answer does not fit either; those of ``ask``.
    """
    used = Usage(prompt_tokens=0, completion_tokens=0, total_tokens=0)
    talk = list(messages)
    for repaired in (False, True):
        answer = await ask(ctx, model, talk, as_json=True)
        for name in used:
            used[name] += answer.usage[name]  # type: ignore[literal-required]
        value, broken = object_in(answer.text)
        wrong = [f"not JSON: {broken}"] if broken else complaints(value, schema)
        if not wrong:
            return value, used, repaired
        if not repaired:
            ctx.log(f"The answer does not fit and goes back once: {'; '.join(wrong)}", "warning")
        talk += [
            {"role": "assistant", "content": answer.text},
            {"role": "user", "content": f"That does not fit: {'; '.join(wrong)}. Answer with the corrected JSON only."},
        ]
    raise ActionError(
        f"The model's answer does not fit, after a repair, too: {'; '.join(wrong)}.",
        ErrorKind.PROCESSING,
        hint="Explain the fields, give examples, or use another model.",
    )
