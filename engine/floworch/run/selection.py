"""Which nodes a run of a part is about: what leads to the nodes it runs to, what lies below those it runs from."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, Any

from floworch.errors import UsageError
from floworch.model.graph import Plan, plan_of

if TYPE_CHECKING:
    from floworch.model.catalog import ActionInfo, Catalog
    from floworch.model.workflow import Workflow
    from floworch.run.explanation import Form


class Selection:
    """The nodes outside containers, as the form of a run sees them; what is inside a container shares its fate.

    Attributes:
        workflow, form, catalog, graph: As given.
        order: Node numbers along the edges.
        pinned: Nodes whose pin stands for what they would give.
        members: Nodes that take part; without ``to`` all of them.

    Raises:
        UsageError: From the constructor, when a name in the form is unknown, is inside a container, or leads nowhere.
    """

    def __init__(self, workflow: Workflow, form: Form, catalog: Catalog) -> None:
        self.workflow = workflow
        self.form = form
        self.catalog = catalog
        self.graph: Plan = plan_of(workflow)
        self.order = [i for i in self.graph.order if self.graph.parent[i] < 0]
        self._to = [self._number(node) for node in form.to]
        self._from = [self._number(node) for node in form.from_]
        pinned = (i for i in self.order if i not in self._from and self._is_pinned(i))
        self.pinned = frozenset(pinned if form.partial else ())  # a run of the whole workflow uses no pins
        self.members = frozenset(self.order)
        if form.to:
            self.members = frozenset((*self._to, *self.above(self._to), *self._from))
            self._check_leads()

    def action(self, i: int) -> ActionInfo | None:
        """The action of a node, or None when it is unknown."""
        return self.catalog.find_action(self.graph.nodes[i].action)

    def _number(self, node: str) -> int:
        i = self.graph.index.get(node)
        if i is None:
            top = [self.graph.ids[i] for i in self.order]
            close = get_close_matches(node, top, 1)
            hint = f"Did you mean {close[0]!r}?" if close else f"There is: {', '.join(top[:12])}."
            raise UsageError(f"The workflow {self.workflow.id!r} has no node {node!r}.", hint)
        around = self.graph.enclosing(i)
        if around:
            outer = self.graph.ids[around[-1]]
            raise UsageError(
                f"The node {node!r} is inside {outer!r}, which runs or is taken over as a whole.", f"Name {outer!r}."
            )
        return i

    def _is_pinned(self, i: int) -> bool:
        node = self.graph.nodes[i]
        return node.pin is not None and not node.disabled and can_be_pinned(node.params, self.action(i))

    def _check_leads(self) -> None:
        reached = {*self._to, *self._closure(self._to, stop=frozenset())}
        for i in self._from:
            if i not in reached:
                goals = " or ".join(repr(node) for node in self.form.to)
                raise UsageError(
                    f"The node {self.graph.ids[i]!r} to run from does not lead to {goals}.",
                    "Name a node that lies above it, or the same one to run that alone.",
                )

    # what lies above and below

    def above(self, nodes: Iterable[int]) -> frozenset[int]:
        """Every node that some of these need, themselves left out: upstream by edges, as far as pins reach."""
        return self._closure(nodes, stop=self.pinned)

    def _closure(self, nodes: Iterable[int], stop: frozenset[int]) -> frozenset[int]:
        start = set(nodes)
        seen: set[int] = set()
        left = [i for i in start if i not in stop]
        while left:
            for link in self.graph.incoming[left.pop()]:
                if link.source not in seen and link.source not in start:
                    seen.add(link.source)
                    if link.source not in stop:
                        left.append(link.source)
        return frozenset(seen)

    @cached_property
    def below_from(self) -> frozenset[int]:
        """The nodes to run from and everything downstream of them."""
        found = set(self._from)
        for i in self.order:
            if any(link.source in found for link in self.graph.incoming[i]):
                found.add(i)
        return frozenset(found)

    # failures

    def handles(self, i: int, error: dict[str, Any]) -> bool:
        """Whether this definition handles the failure of a node (C4.2)."""
        if self.graph.nodes[i].on_error == "continue":
            return True
        return not error.get("uncaught") and any(link.port == "error" for link in self.graph.outgoing[i])

    # words

    def why_out(self, i: int) -> str:
        """Why a node that is no member takes no part."""
        goals = " or ".join(self.form.to)
        if any(link.target in self.pinned for link in self.graph.outgoing[i]):
            return f"it leads to {goals} only through a pinned node"
        return f"it does not lead to {goals}"

    def why_to(self, i: int) -> str:
        """Why a node runs when no earlier result is wanted."""
        if not self.form.to:
            pin = "; its pin is for runs of a part" if self.graph.nodes[i].pin is not None else ""
            return f"the whole workflow runs{pin}"
        return "it is the node to run to" if i in self._to else f"it leads to {' or '.join(self.form.to)}"

    def why_from(self, i: int) -> str:
        """Why a node runs when others are taken over."""
        if i in self._from:
            return "it is to run" if self._to == self._from else "it is the node to run from"
        source = next(link.source for link in self.graph.incoming[i] if link.source in self.below_from)
        return f"upstream {self.graph.ids[source]} runs again"


def can_be_pinned(params: dict[str, Any], action: ActionInfo | None) -> bool:
    """Whether an output says all about how a node of this action ends: not for a choice, which also fires a port."""
    return action is None or "out" in action.success_ports(params)
