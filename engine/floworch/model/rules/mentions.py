"""What expressions of a step name beside it, and of which steps they need not be read again for that (C6.4, C15)."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, NamedTuple

from floworch.model.rules.kept import below

if TYPE_CHECKING:
    from floworch.model.graph import Plan
    from floworch.model.rules.draft import Draft


class Mentions(NamedTuple):
    """What the expressions of a step name, where nothing is wrong with them.

    Attributes:
        inputs, secrets: Names of inputs of the workflow, and of secrets.
        nodes: Ids of other steps, and what would be read otherwise if there were a step of that name.
        pairs: ``(a, b)`` for a step that has to be upstream of another one, which is this one or a container around it.
    """

    inputs: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()


class Naming:
    """Gathers what the expressions of the step at hand name.

    Attributes:
        once: Whether something may be wrong that is said once for the whole definition: at which step, hangs on others.
    """

    def __init__(self) -> None:
        self.once = False
        self.inputs: list[str] = []
        self.secrets: list[str] = []
        self.nodes: list[str] = []
        self.pairs: list[tuple[str, str]] = []

    def done(self) -> Mentions:
        """All of it, each name once."""
        inputs, secrets, nodes = (tuple(dict.fromkeys(each)) for each in (self.inputs, self.secrets, self.nodes))
        return Mentions(inputs, secrets, nodes, tuple(dict.fromkeys(self.pairs)))


def still_right(draft: Draft) -> dict[str, Mentions]:
    """The steps whose expressions were right in the validation before, and cannot be wrong now.

    Neither they nor anything that they name is another: an input, a step or what that lies in, what is upstream.
    """
    changes = draft.changes
    if changes is None or not _names_are_those(draft):
        return {}
    past = changes.kept
    right = {node_id: each for node_id, each in past.mentions.items() if node_id not in changes.nodes}
    now, before = draft.workflow.inputs, past.workflow.inputs
    inputs = set() if now is before else {name for name in {*now, *before} if now.get(name) is not before.get(name)}
    knows = getattr(draft.catalog, "knows_secret", None)
    secrets = {name for name in past.secrets if not knows(name)} if knows is not None else set[str]()
    if changes.touched or inputs or secrets:
        right = {
            node_id: each
            for node_id, each in right.items()
            if node_id not in changes.touched and _apart(each, inputs, secrets, changes.touched)
        }
    for node_id in _cut_off(draft.plan, changes.kept.plan, right) if changes.edges else ():
        del right[node_id]
    return right


def _names_are_those(draft: Draft) -> bool:
    """Whether every layer gives its expressions the names that it gave before."""
    own = getattr(draft.catalog, "layer_names", None)
    before = draft.changes.kept.layer_names if draft.changes is not None else {}
    return own is None or all(own(use) == names for use, names in before.items())


def _apart(each: Mentions, inputs: AbstractSet[str], secrets: AbstractSet[str], nodes: AbstractSet[str]) -> bool:
    """Whether a step names none of these."""
    return inputs.isdisjoint(each.inputs) and secrets.isdisjoint(each.secrets) and nodes.isdisjoint(each.nodes)


def _cut_off(plan: Plan, before: Plan, right: dict[str, Mentions]) -> set[str]:
    """Those of the steps that name one which is no longer upstream."""
    index, doubtful = plan.index, below(before, plan)
    asked = {
        (index[source], index[target]): None
        for each in right.values()
        for source, target in each.pairs
        if target in doubtful
    }
    found = {(plan.ids[source], plan.ids[target]) for source, target in plan.not_upstream(asked)}
    return {node_id for node_id, each in right.items() if not found.isdisjoint(each.pairs)} if found else set()
