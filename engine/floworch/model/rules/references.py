"""What expressions say about inputs and other nodes, checked in one pass at the end."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from floworch.expr import path_text
from floworch.model.rules.draft import Draft, closest, listing
from floworch.model.rules.input_types import needs_number, wanted
from floworch.model.rules.mentions import Naming
from floworch.model.rules.offered import offered_edges
from floworch.model.secret_names import variable_of

if TYPE_CHECKING:
    from floworch.model.workflow import Input

_FIELDS = ("output", "status", "error")


class References:
    """Collects references to nodes; ``finish`` finds those to nodes that are not upstream, all at once.

    Attributes:
        naming: What the expressions of the node at hand name.
    """

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self.naming = Naming()
        self._secrets: set[str] = set()
        self._null: set[str] = set()
        self._pairs: dict[tuple[int, int], list[tuple[str, str, str]]] = {}
        #: Of inputs that are not declared: the types that their uses want, and the repairs that declare them.
        self._wanted: dict[str, set[str | None]] = {}
        self._declaring: list[dict[str, Any]] = []

    def input(self, name: str, path: str, node: str | None, text: str) -> None:
        """A reference to ``inputs.<name>`` in the expression ``text``."""
        declared = self._draft.workflow.inputs.get(name)
        self.naming.inputs.append(name)
        if declared is not None:
            if declared.type in ("integer", "number") and not declared.required:
                self.naming.once |= name in self._null
                self._number(name, declared, path, node, text)
            return
        fix, close = self._draft.suggest(name, self._draft.workflow.inputs, "Declare it under inputs.")
        repair: dict[str, Any] = {"op": "declare_input", "name": name}
        if close:
            repair = {"op": "replace_text", "path": path, "old": name, "new": close}
        else:
            self._wanted.setdefault(name, set()).add(wanted(self._draft, name, path, node, text))
            self._declaring.append(repair)
        self._draft.add("unknown_input", path, f"There is no input {name!r}.", fix, node, repair)

    def _number(self, name: str, declared: Input, path: str, node: str | None, text: str) -> None:
        """An input that is null when nobody gives it, said once for each."""
        if name not in self._null and declared.default is None and needs_number(self._draft, name, path, node, text):
            self._null.add(name)
            message = f"The input {name!r} may be left out and is null then, which is no number here."
            self._draft.add("null_input", path, message, "Give it a default, or declare it as required.", node)

    def secret(self, name: str, path: str, node: str | None) -> None:
        """A reference to the secret ``name``; said once for each, as it is set once for all."""
        knows = getattr(self._draft.catalog, "knows_secret", None)
        if knows is None:
            return
        self.naming.secrets.append(name)
        if name in self._secrets or knows(name):
            return
        self._secrets.add(name)
        fix = f"Where it runs, set the environment variable {variable_of(name)}, or run 'floworch secrets set {name}'."
        self._draft.add("secret_not_set", path, f"The secret {name!r} is not set on this machine.", fix, node)

    def node(
        self, reference: tuple[str, ...], path: str, node: str | None, number: int, inside: bool = False,
        after: bool = False,
    ) -> None:  # fmt: skip
        """A reference to ``nodes.<id>...`` in an expression of node ``number`` (-1: outputs, -2: workflow layers).

        ``inside``: it is evaluated after a round of that container's body, which it sees. ``after``: it is evaluated
        when its own node has completed, and sees that, too.
        """
        plan, name = self._draft.plan, reference[1]
        self.naming.nodes.append(name)
        target = plan.index.get(name)
        if target is None:
            fix, close = self._draft.suggest(name, plan.ids, "Add the node or change the expression.")
            repair = {"op": "replace_text", "path": path, "old": name, "new": close} if close else None
            self._draft.add("unknown_node", path, f"There is no node {name!r}.", fix, node, repair)
            return
        listed = reference[2:3] == ("errors",) and plan.nodes[target].action == "flow.foreach"
        if len(reference) > 2 and reference[2] not in _FIELDS and not listed:
            word, more = reference[2], reference[3:]
            close = closest(word, _FIELDS)
            right = path_text((*reference[:2], close, *more) if close else (*reference[:2], "output", word, *more))
            message = f"{path_text(reference[:3])} does not exist: a node has {listing(_FIELDS)}."
            repair = {"op": "replace_text", "path": path, "old": path_text(reference), "new": right}
            self._draft.add("unknown_field", path, message, f"Write {right}.", node, repair)
        if number == -1:
            self._visible_at_end(target, path)
        elif number >= 0 and not (inside and plan.parent[target] == number) and not (after and target == number):
            self._visible(target, number, path, node or "")

    def _visible_at_end(self, target: int, path: str) -> None:
        around = self._draft.plan.enclosing(target)
        if around:
            self._inside(target, around[-1], path, None)

    def _inside(self, target: int, container: int, path: str, node: str | None) -> None:
        plan = self._draft.plan
        message = f"Node {plan.ids[target]!r} runs inside {plan.ids[container]!r}, once per item."
        fix = f"Use the results: {path_text(('nodes', plan.ids[container], 'output'))}."
        self._draft.add("not_upstream", path, message, fix, node)

    def _visible(self, target: int, number: int, path: str, node: str) -> None:
        """Note the pair of nodes in one body that must be upstream of each other for the reference to hold."""
        plan = self._draft.plan
        if plan.parent[target] == target:
            return  # a node inside itself has its own problem
        level = {plan.parent[each]: each for each in (number, *plan.enclosing(number))}
        here = level.get(plan.parent[target])
        if here is None and plan.enclosing(target):
            self._inside(target, plan.enclosing(target)[-1], path, node)
        elif here == target:
            inner = "itself" if target == number else "the container it is in"
            message = f"{node!r} reads the node {plan.ids[target]!r}, which is {inner}."
            self._draft.add("not_upstream", path, message, "Read a node that runs before it.", node)
        elif here is not None:
            self.naming.pairs.append((plan.ids[target], plan.ids[here]))
            self._pairs.setdefault((target, here), []).append((path, node, plan.ids[target]))

    def finish(self, known: Collection[tuple[str, str]] = ()) -> set[str]:
        """Add the problems of all references to nodes that are not upstream; agree on the types of missing inputs.

        Args:
            known: Ids of nodes, and of those that they are known to be upstream of.

        Returns:
            The ids of the nodes with such a problem.
        """
        for repair in self._declaring:
            types = self._wanted[repair["name"]] - {None}
            if len(types) == 1:  # every use that says what it wants says the same
                repair["type"] = types.pop()
        plan = self._draft.plan
        found = plan.not_upstream(pair for pair in self._pairs if (plan.ids[pair[0]], plan.ids[pair[1]]) not in known)
        offered = offered_edges(plan, found)
        for pair in sorted(found):
            here = plan.ids[pair[1]]
            for path, node, name in self._pairs[pair]:
                message = f"{node!r} reads the node {name!r}, which has not run before it."
                fix = f"Connect {name} → {here}, directly or through others."
                if pair not in offered:
                    fix = f"Read a node that runs before {here!r}: an edge {name} → {here} would close a circle."
                self._draft.add("not_upstream", path, message, fix, node)
        return {node for pair in found for _, node, _ in self._pairs[pair]}
