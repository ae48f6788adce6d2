"""Triggers begin a workflow: nothing leads to them, they lie in no container, and who answers one is waited for."""

from __future__ import annotations

from floworch.model.rules.draft import Draft
from floworch.model.triggers import RESPOND, WEBHOOK, is_trigger


def check_triggers(draft: Draft) -> None:
    """Find edges to triggers, triggers inside containers, and answers to web requests that are answered already."""
    draft.once(_check, draft.form)
    for number, node in enumerate(draft.plan.nodes):
        if node.action == WEBHOOK and not node.disabled:
            _check_answer(draft, number)


def _check(draft: Draft) -> None:
    plan = draft.plan
    for number, node in enumerate(plan.nodes):
        if not is_trigger(node.action):
            continue
        name = plan.ids[number]
        if node.parent is not None:
            message = f"The trigger {name!r} is inside {node.parent!r}: a run starts at the top level."
            repair = {"op": "unset_field", "node": name, "field": "parent"}
            draft.add("trigger_not_first", f"nodes.{name}.parent", message, "Take it out.", name, repair)
        for link in plan.incoming[number]:
            message = f"An edge leads to the trigger {name!r}, where a run starts."
            fix, remove = "Remove the edge.", {"op": "remove_edge", "edge": link.number}
            draft.add("trigger_not_first", f"edges[{link.number}]", message, fix, name, remove)


def _check_answer(draft: Draft, trigger: int) -> None:
    """Find a step that answers the request of a trigger which has answered it at once."""
    respond = draft.plan.nodes[trigger].params.get("respond", "now")
    answer = _answering(draft, trigger) if respond == "now" else None
    if answer is not None:
        name = draft.plan.ids[trigger]
        draft.add(
            "late_answer", f"nodes.{name}.params.respond",
            f"{name!r} answers the web request at once, so {answer!r} fails: nobody waits for its answer any more.",
            "Set 'respond' (When to answer) to end.", name,
            {"op": "set_param", "node": name, "param": "respond", "value": "end"},
        )  # fmt: skip


def _answering(draft: Draft, trigger: int) -> str | None:
    """The first step behind a trigger that answers web requests, also inside of containers; None without one."""
    plan = draft.plan
    found, stack = {trigger}, [trigger]
    while stack:
        number = stack.pop()
        if plan.nodes[number].action == RESPOND and not plan.nodes[number].disabled:
            return plan.ids[number]
        behind = [*plan.children.get(number, ()), *(link.target for link in plan.outgoing[number])]
        new = [each for each in reversed(behind) if each not in found]
        found.update(new)
        stack += new
    return None
