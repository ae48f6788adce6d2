"""What an action's return value means to the scheduler."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from floworch.actions.outcome import Expand, Outcome, Rounds, Wait
from floworch.artifact import Parts
from floworch.errors import ActionError, ErrorKind
from floworch.executor.wire import with_fields
from floworch.model.values import check_value

if TYPE_CHECKING:
    from floworch.actions.context import Context
    from floworch.executor.steps import Step


def classify_result(result: Any, ctx: Context, step: Step) -> dict[str, Any] | tuple[str, Any] | None:
    """Return the payload of ``node_completed`` (None when it would be empty), or ``(how, detail)``.

    Raises:
        TypeError: The output is not a JSON value (C6.2).
        ActionError: A control answer from an action that may not give it.
    """
    if type(result) in _CONTROL:
        return _control(result, step)
    payload: dict[str, Any] = {}
    if type(result) is Outcome:
        if result.port is not None:
            payload["port"] = result.port
            if result.also:
                payload["also"] = list(result.also)
        result = result.output
    if result is not None:
        payload["output"] = step.taken(checked_output(result, "the output"))
    written = ctx.written
    if written is not None:
        changes = written.changes()
        if changes is not None:
            payload["data"] = changes
    return payload or None


def checked_output(output: Any, where: str) -> Any:
    """What an action returned, with an object of its fields in place of every pydantic model and dataclass in it.

    Raises:
        TypeError: It is not a JSON value (C6.2).
    """
    try:
        check_value(output, where)
    except TypeError:
        output = with_fields(output)
        check_value(output, where)
    return output


_CONTROL = frozenset({Wait, Expand, Rounds})


def _control(result: Any, step: Step) -> tuple[str, Any]:
    if type(result) is Wait:
        return "waiting", _wait(result)
    return "expanded", _expansion(result, step) if type(result) is Expand else _rounds(result, step)


def _wait(result: Wait) -> dict[str, Any]:
    wait = asdict(result)
    check_value(wait, "what the node waits for")
    return wait


def _expansion(result: Expand, step: Step) -> tuple[Sequence[Any], int, str]:
    _must_hold_a_body(step)
    items = result.items
    if not isinstance(items, Parts):  # else they were encoded, and so examined
        check_value(items, "the item list")
        items = step.taken(list(items))
    return items, max(1, int(result.concurrency)), result.on_item_error


def _rounds(result: Rounds, step: Step) -> tuple[list[Any], int, str, dict[str, Any]]:
    _must_hold_a_body(step)
    rounds = asdict(result)
    start = rounds.pop("start")
    check_value(start, "'start'")
    rounds["catch"] = list(result.catch)
    return [step.taken(start)], 1, "stop", rounds


def _must_hold_a_body(step: Step) -> None:
    if not step.spec.container:
        raise ActionError(f"{step.spec.id} is not a container and has no body to run", ErrorKind.INTERNAL)
