"""Which trigger a run starts at; the others are bypassed (interfaces.md section 4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from floworch.errors import UsageError
from floworch.model.workflow import Workflow

if TYPE_CHECKING:
    from floworch.model.graph import Plan

#: Every action whose id begins so is a start card: ``floworch serve`` listens for it, nothing leads to it.
PREFIX = "trigger."
MANUAL = "trigger.manual"
WEBHOOK = "trigger.webhook"
#: Answers the web request that a run was started by.
RESPOND = "http.respond"


def is_trigger(action: str) -> bool:
    """Whether an action is a start card."""
    return action.startswith(PREFIX)


def triggers_of(workflow: Workflow) -> list[str]:
    """Ids of the triggers of a definition, in the order of the file."""
    return [name for name, node in workflow.nodes.items() if node.action.startswith(PREFIX) and node.parent is None]


def chosen_trigger(workflow: Workflow, wanted: str | None) -> str | None:
    """The trigger that a run starts at: the wanted one, else the first manual one, else the first that is enabled.

    None when the workflow has no trigger.

    Raises:
        UsageError: The wanted one is no trigger of this workflow.
    """
    found = triggers_of(workflow)
    if wanted is not None:
        if wanted not in found:
            known = ", ".join(found)
            raise UsageError(
                f"Workflow '{workflow.id}' has no trigger '{wanted}'.",
                f"It has {known}." if known else "Add a node with an action such as trigger.schedule.",
            )
        return wanted
    enabled = [name for name in found if not workflow.nodes[name].disabled] or found
    manual = [name for name in enabled if workflow.nodes[name].action == MANUAL]
    return next(iter(manual or enabled), None)


def idle_triggers(workflow: Workflow, chosen: str | None) -> list[str]:
    """The triggers that do not start a run; one that goes on with a definition without ``chosen`` starts at none."""
    return [name for name in triggers_of(workflow) if name != chosen]


def unreached(plan: Plan, idle: Iterable[str]) -> dict[int, str]:
    """The nodes that cannot run when these triggers do not start the run, each with the trigger it is behind (C2.4).

    The triggers themselves and what is inside a container that cannot run are among them.
    """
    dead = {plan.index[node]: node for node in idle if node in plan.index}
    for i in plan.order if dead else ():
        behind = [dead.get(link.source) for link in plan.incoming[i]]
        missed = next((each for each in behind if each is not None), None)
        if i in dead or missed is None:
            continue
        if plan.nodes[i].join == "all" or None not in behind:
            dead[i] = missed
    for i in range(len(plan.ids)) if dead else ():
        for container in plan.enclosing(i):
            if container in dead:
                dead.setdefault(i, dead[container])
    return dead
