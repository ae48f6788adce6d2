"""The trigger at which a run starts, and what it was told: kept in the run's header as ``trigger``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from floworch.errors import UsageError
from floworch.model import values
from floworch.model.triggers import chosen_trigger, is_trigger
from floworch.run.plan import started_at

if TYPE_CHECKING:
    from floworch.executor.prepare import Prepared
    from floworch.store.protocol import RunHeader

#: What a caller of ``Engine.start`` gives: a node's id, or ``{"node": id, "event": {...}}`` with what it is to put out.
Trigger = str | Mapping[str, Any] | None


def starting(prepared: Prepared, trigger: Trigger) -> tuple[Prepared, dict[str, Any]]:
    """The definition as a run that starts at this trigger needs it, and its header options; see ``Engine.start``.

    Raises:
        UsageError: There is no such trigger, or what it is told is no JSON value.
    """
    given: Mapping[str, Any] = {"node": trigger} if trigger is None or isinstance(trigger, str) else trigger
    own = {} if prepared.beside is None else {"actions": prepared.beside.options}
    if given.get("node") is None and prepared.uses is not None and not any(map(is_trigger, prepared.uses)):
        return prepared, own
    chosen = chosen_trigger(prepared.workflow, given.get("node"))
    if chosen is None:
        return prepared, own
    event = given.get("event")
    if event is not None:
        try:
            values.encode(event)
        except (TypeError, ValueError) as error:
            raise UsageError(f"What trigger '{chosen}' is told is no JSON value: {error}.") from None
    plan = started_at(prepared.plan, chosen)
    kept = prepared if plan is prepared.plan else replace(prepared, plan=plan)
    return kept, {**own, "trigger": {"node": chosen, "event": event}}


def trigger_of(header: RunHeader) -> str | None:
    """The trigger at which a stored run started, or None."""
    kept = header.options.get("trigger")
    return kept.get("node") if isinstance(kept, dict) else None
