"""The answer to a form or a choice as it is typed: ``--set field=value``, a word for what is chosen, or JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from floworch.cli.support.inputs import parse_value
from floworch.cli.support.json_value import json_value
from floworch.errors import UsageError
from floworch.executor.answers import waiting_key
from floworch.model.workflow import Input

if TYPE_CHECKING:
    from floworch.executor.answers import Item
    from floworch.run.state import RunState
    from floworch.store.protocol import RunStore


def item_of(text: str | None) -> Item | None:
    """The item of a container as it is typed: ``2``, or ``0,2`` in nested ones.

    Raises:
        UsageError: It is no number, or no list of such.
    """
    if text is None:
        return None
    numbers = [part.strip() for part in text.strip("[] ").split(",")]
    if not all(part.isdecimal() for part in numbers):
        raise UsageError(f"--item {text} is not the number of an item.", "The first item is 0; in nested loops 0,2.")
    return int(numbers[0]) if len(numbers) == 1 else tuple(map(int, numbers))


def recorded(run: str, node: str, item: str | None) -> str:
    """What is said once an answer is durable; ``item`` as it was typed."""
    return f"The answer for {node}{f', item {item},' if item else ''} of run {run} is recorded."


def with_way_on(said: str, run: str, flag: str) -> Callable[[RunStore], str]:
    """What ``control`` says once it is durable: of a run that no process works on also how it goes on.

    Args:
        said: The sentence for any run.
        run: The run.
        flag: Text that names the store in suggested commands.
    """

    def words(store: RunStore) -> str:
        return said if store.owner(run) is not None else f"{said}\nGo on with: floworch resume {run}{flag}"

    return words


def answer_of(
    state: RunState, node: str, words: Sequence[str], settings: Sequence[str], item: Item | None = None
) -> Any:
    """What was typed, as ``RunHandle.submit`` takes it.

    Args:
        state: The run, which says what the node asks for.
        node: Id of the node.
        words: JSON of the whole answer; of a choice also what is chosen, in its own words, one or several.
        settings: ``field=value`` each, read by the type of the field; they win over the JSON.
        item: Which item of a container.

    Raises:
        UsageError: Nothing is asked there, or by several items; or it is neither, a field is unknown, or a value does
            not fit its type.
    """
    details = state.waits[waiting_key(state, node, item, "form")].get("details") or {}
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
