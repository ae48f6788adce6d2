"""The answer to a form or a choice as it is typed: ``--set field=value``, a word for what is chosen, or JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from floworch.cli.support.inputs import parse_value
from floworch.cli.support.json_value import json_value
from floworch.errors import UsageError
from floworch.model.workflow import Input

if TYPE_CHECKING:
    from floworch.run.state import RunState


def answer_of(state: RunState, node: str, words: Sequence[str], settings: Sequence[str]) -> Any:
    """What was typed, as ``RunHandle.submit`` takes it.

    Args:
        state: The run, which says what the node asks for.
        node: Id of the node.
        words: JSON of the whole answer; of a choice also what is chosen, in its own words, one or several.
        settings: ``field=value`` each, read by the type of the field; they win over the JSON.

    Raises:
        UsageError: It is neither, a field is unknown, or a value does not fit its type.
    """
    details = _asked(state, node)
    if not details and words:
        return _chosen(words[0], ())  # nothing is asked there, which ``submit`` says
    if "labels" in details:
        return _choice(node, details, words, settings)
    if len(words) > 1:
        raise UsageError(
            f"floworch submit has no place for '{words[1]}'.",
            "Write a form as --set FIELD=VALUE for each field, or as one JSON object in quotes.",
        )
    if words and not settings:
        return _json(words[0])
    values = _json(words[0]) if words else {}
    if not isinstance(values, dict):
        raise UsageError("The answer is not a JSON object of values by field.", "Or leave it out beside --set.")
    if not settings:
        raise UsageError(
            f"Nothing says what the answer for {node} is.",
            f"Write --set FIELD=VALUE for each field{_fields(details)}, or one JSON object.",
        )
    return values | _values(node, details, settings)


def _asked(state: RunState, node: str) -> Mapping[str, Any]:
    """What the first unanswered wait of a node asks for; empty when it waits for nothing, which ``submit`` says."""
    index = state.index.get(node)
    waits = [
        wait.get("details") or {}
        for key, wait in state.waits.items()
        if key[0] == index and wait.get("kind") == "form" and key not in state.approvals
    ]
    return waits[0] if waits else {}


def _choice(node: str, details: Mapping[str, Any], words: Sequence[str], settings: Sequence[str]) -> Any:
    labels: list[str] = details["labels"]
    some = ", ".join(labels[:20])
    if settings:
        raise UsageError(f"{node} asks to choose, and has no fields to set.", f"Write what is chosen: {some}.")
    if not words and not details.get("multiple"):
        raise UsageError(f"Nothing says what is chosen for {node}.", f"Choose one of: {some}.")
    chosen = [_chosen(word, labels) for word in words]
    if len(chosen) == 1 and (not details.get("multiple") or isinstance(chosen[0], list)):
        return chosen[0]
    if not details.get("multiple"):
        raise UsageError(f"{node} takes one of its items.", f"A label with blanks needs quotes. There is: {some}.")
    return chosen


def _chosen(word: str, labels: Sequence[str]) -> Any:
    """A label as it stands, else JSON, else the word, of which ``submit`` says that there is none such."""
    if word in labels:
        return word
    try:
        return json_value(word, "The answer")
    except UsageError:
        return word


def _json(text: str) -> Any:
    try:
        return json_value(text, "The answer")
    except UsageError as error:
        hint = "Write a form as --set FIELD=VALUE for each field, or as JSON in quotes, such as '{\"ok\": true}'."
        raise UsageError(error.message, hint) from None


def _values(node: str, details: Mapping[str, Any], settings: Sequence[str]) -> dict[str, Any]:
    fields: Mapping[str, Any] = details.get("fields") or {}
    found = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals or not name:
            raise UsageError(f"--set {setting} is not of the form FIELD=VALUE.", "Write for example --set amount=10.")
        if fields and name not in fields:
            raise UsageError(f"The form of {node} has no field '{name}'.", f"It has {', '.join(fields)}.")
        kind: Any = (fields.get(name) or {}).get("type") or "any"
        found[name] = parse_value(name, text, Input(type=kind), "Field")
    return found


def _fields(details: Mapping[str, Any]) -> str:
    names = ", ".join(details.get("fields") or ())
    return f" ({names})" if names else ""
