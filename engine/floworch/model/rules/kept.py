"""What one validation leaves to the next one of the same definition, which then looks only at what has changed.

Kept is never what was found, only where nothing was found: a step that has a problem is looked at every time. So no
problem can be told of that is not there, and what is left out is left out because all that it was judged by is the
same: the step's own value, its actions, and what else each rule names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from floworch.model.graph import Plan
from floworch.model.workflow import Node, Workflow

if TYPE_CHECKING:
    from floworch.model.catalog import ActionInfo, Catalog
    from floworch.model.rules.mentions import Mentions

Actions = Mapping[str, "ActionInfo | None"]


@dataclass(slots=True, eq=False)
class Kept:
    """What is known after a validation; it is complete, and never changed, when the next one reads it.

    Attributes:
        workflow, catalog, plan, actions: What was validated, with every action that was looked up.
        form: The same object for as long as no step, edge, parent, action, join or ``on_error`` is another.
        silent: By rule, what else it looked at, and the steps of which it said nothing.
        resting: By rule about the whole that said nothing, what it looked at.
        mentions: By step of whose expressions nothing was said, what they name.
        secrets: Every secret in ``mentions``.
        layer_names: By layer, the names that its expressions see.
    """

    workflow: Workflow
    catalog: Catalog
    plan: Plan
    actions: Actions
    form: object
    silent: dict[str, tuple[tuple[object, ...], frozenset[str]]] = field(default_factory=dict)
    resting: dict[Callable[..., None], tuple[object, ...]] = field(default_factory=dict)
    mentions: dict[str, Mentions] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()
    layer_names: dict[str, frozenset[str]] = field(default_factory=dict)


class Changes:
    """What is different since a validation.

    Attributes:
        kept: What that validation left.
        nodes: Steps that are new or gone, have another value, or an action that is not the same any more.
        touched: Steps that came, went, or got another action or container, and all that lie in such ones.
        edges: Whether a step, an edge or a parent is another.
        form: Whether anything is that ``Kept.form`` stands for.
    """

    def __init__(self, kept: Kept, workflow: Workflow, plan: Plan, actions: Actions) -> None:
        self.kept = kept
        before, after = kept.workflow.nodes, workflow.nodes
        renewed = {name: each for name, each in kept.actions.items() if actions.get(name) is not each}
        self.nodes = {node_id for node_id, node in after.items() if before.get(node_id) is not node}
        if renewed:
            self.nodes |= {node_id for node_id, node in after.items() if not renewed.keys().isdisjoint(_uses(node))}
        gone = before.keys() - after.keys()
        self.edges = plan.index is not kept.plan.index
        other = {name for name, each in renewed.items() if _kind(each) != _kind(actions.get(name))}
        roots = {
            node_id
            for node_id in self.nodes
            if (old := before.get(node_id)) is None
            or (old.action, old.parent) != ((new := after[node_id]).action, new.parent)
            or new.action in other
        }
        self.touched = _with_bodies(roots | gone, after) if roots or gone else roots
        self.form = self.edges or bool(roots) or any(_joins(before[each]) != _joins(after[each]) for each in self.nodes)
        self.nodes |= gone


def _joins(node: Node) -> tuple[str, str]:
    return node.join, node.on_error


def _uses(node: Node) -> Iterator[Any]:
    """The ids of the actions that a step names."""
    yield node.action
    if node.compensate is not None:
        yield node.compensate.action
    for layer in node.middleware:
        action = layer.options.get("action")
        if isinstance(action, str):
            yield action


def _kind(action: ActionInfo | None) -> tuple[bool, bool] | None:
    """What the other steps see of an action."""
    return None if action is None else (action.container, action.own_item)


def _with_bodies(roots: Iterable[str], nodes: Mapping[str, Node]) -> set[str]:
    """Steps with everything that says it lies in them, however deep."""
    within: dict[str, list[str]] = {}
    for node_id, node in nodes.items():
        if node.parent is not None:
            within.setdefault(node.parent, []).append(node_id)
    found, stack = set(roots), list(roots)
    while stack:
        new = [each for each in within.get(stack.pop(), ()) if each not in found]
        found.update(new)
        stack += new
    return found


def below(kept: Plan, plan: Plan) -> set[str]:
    """The steps whose upstream may be another than in an earlier plan: those at and below every edge that differs."""
    ends = [{(each.ids[link.source], each.ids[link.target]) for link in each.links} for each in (kept, plan)]
    stack = [plan.index[target] for _, target in ends[0] ^ ends[1] if target in plan.index]
    found = set(stack)
    while stack:
        new = [link.target for link in plan.outgoing[stack.pop()] if link.target not in found]
        found.update(new)
        stack += new
    return {plan.ids[number] for number in found}
