"""Large values of events: which parts of a payload may become artifacts, and a state's letting go of them (C6.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from floworch.run.events import Event, EventKind

if TYPE_CHECKING:
    from floworch.run.state import RunState

#: Payload keys whose value is kept whole: outputs of nodes, items and forms; item lists; what a signal brings.
WHOLE = ("output", "items", "payload")


def split(payload: dict[str, Any], keep: Callable[[Any], Any]) -> dict[str, Any]:
    """The payload with every value that users made handed to ``keep``, which returns it or a reference to it.

    Args:
        payload: Of any event; it is not changed.
        keep: Called with each value that may stand alone.
    """
    changed = {
        key: keep(payload[key]) for key in WHOLE if key in payload and not (key == "items" and in_parts(payload))
    }
    if "items" in changed:
        if "rounds" in payload:  # a repeat's list grows: only what is in it may go
            changed["items"] = [keep(item) for item in payload["items"]]
        elif changed["items"] is not payload["items"]:
            changed["total"] = len(payload["items"])
    if isinstance(outputs := payload.get("outputs"), dict):
        changed["outputs"] = {name: keep(value) for name, value in outputs.items()}
    data = payload.get("data")
    if isinstance(data, dict) and isinstance(written := data.get("set"), dict):
        changed["data"] = {**data, "set": {name: keep(value) for name, value in written.items()}}
    return {**payload, **changed}


def in_parts(payload: dict[str, Any]) -> bool:
    """Whether the items of a container are in parts, each an artifact already (``floworch.artifact.Parts``)."""
    return type(payload["items"]) is dict


def let_go(state: RunState, event: Event, kept: Event) -> None:
    """Replace the values of an event that was folded by the references that its journal has.

    Args:
        state: A state that ``event`` was applied to.
        event: The event with its values.
        kept: The same event as it was journaled.
    """
    before, after = event.payload or {}, kept.payload or {}
    if "output" in after:
        _output(state, event, before["output"], after["output"])
    for key, value in (before.get("data") or {}).get("set", {}).items():
        if state.data.get(key) is value:
            state.data = {**state.data, key: after["data"]["set"][key]}
    if "outputs" in after and state.outputs is before["outputs"]:
        state.outputs = after["outputs"]
    if event.kind == EventKind.SIGNAL_RECEIVED:
        state.signals = [
            (seq, name, after.get("payload") if seq == event.seq else value) for seq, name, value in state.signals
        ]


def _output(state: RunState, event: Event, value: Any, reference: Any) -> None:
    node, scope = event.node, event.scope
    if event.kind == EventKind.FORM_SUBMITTED:
        if (answer := state.approvals.get((node, scope))) is not None and answer.get("output") is value:
            answer["output"] = reference
    elif event.kind == EventKind.ITEM_COMPLETED:
        items = state.items.get((node, scope[:-1]))
        if items is not None and items.results[scope[-1]] is value:
            items.results[scope[-1]] = reference
    elif scope:
        body = state.body_of(node, scope)
        if body is not None and body.output is value:
            body.output = reference
    elif state.output[node] is value:
        state.output[node] = reference
