"""Which nodes of a workflow changed since an earlier run, and why what it left no longer holds (contract C7.6).

A node runs again when its content key is another: its action, version or parameters, the edges into it, the inputs its
expressions name, or how a node above it ended. All that ran does when the run starts in another folder, and what begins
at another trigger. Besides, a node that reads the run's data runs again when a node that wrote what it may have seen
does: no edge need lead from one to the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from floworch.model.reads import Reads
from floworch.model.triggers import is_trigger
from floworch.run.content import content, content_key, outcome_hash, reads_within
from floworch.run.differences import REACH, difference
from floworch.run.plan import effect_with
from floworch.run.selection import Selection

if TYPE_CHECKING:
    from floworch.run.earlier import Earlier, Outcome

_LIBRARY = "floworch.actions.library."


class Changes:
    """What changed since a run.

    Attributes:
        earlier: That run.
        reasons: By number of every node that must run again, why.
    """

    def __init__(
        self,
        selection: Selection,
        earlier: Earlier,
        inputs: Mapping[str, Any],
        options: Mapping[str, Any] | None = None,
    ) -> None:
        self.earlier = earlier
        self.reasons: dict[int, str] = {}
        self._selection = selection
        self._graph = selection.graph
        self._inputs = inputs
        self._options = options or {}
        self._outcomes: dict[int, Outcome] = {}
        self._reads: dict[int, Reads] = {}
        for i in selection.order:
            if i in selection.members and i not in selection.pinned and (reason := self._own_reason(i)):
                self.reasons[i] = reason
        self._spread()
        while self._read_stale_data():
            self._spread()

    def outcome(self, i: int) -> Outcome:
        """How a node ended in the earlier run."""
        found = self._outcomes.get(i)
        if found is None:
            found = self._outcomes[i] = self.earlier.outcome(self._graph.ids[i])
        return found

    # a node by itself

    def _own_reason(self, i: int) -> str:
        node, outcome = self._graph.nodes[i], self.outcome(i)
        if self._graph.ids[i] in self._selection.form.from_:
            return "it is the node to run from"
        if elsewhere := self._begins_elsewhere(i, outcome):
            return elsewhere
        if outcome.kind is None:
            return outcome.why
        error = outcome.payload.get("error")
        if error is not None and not self._selection.handles(i, error):
            return f"it failed in {self.earlier.run_id}"
        if outcome.doubtful:
            return outcome.doubtful
        if outcome.ran:
            if node.cache is False:
                return "its field cache is false: its result is never taken over"
            reads = self._reads[i] = reads_within(self._graph, i, self._selection.catalog)
            if reads.run_id:
                return "it reads run.id or run.trigger, which is another in every run"
            if reads.environment:
                return "it reads the environment of the process, which is not recorded"
        return self.own(self._selection, self.earlier, self._inputs, i, outcome)

    def _begins_elsewhere(self, i: int, outcome: Outcome) -> str:
        """What of a node hangs on where the run begins: the trigger, and the folder of relative paths."""
        now, then = self._options.get("trigger") or {}, self.earlier.options.get("trigger") or {}
        name = self._graph.ids[i]
        if now and then and name in (now["node"], then["node"]):
            if now["node"] != then["node"]:
                return f"the run starts at {now['node']}, {self.earlier.run_id} at {then['node']}"
            if now.get("event") != then.get("event"):
                return f"its event is another one than in {self.earlier.run_id}"
        here, there = self._options.get("folder"), self.earlier.options.get("folder")
        if outcome.ran and here and there and here != there and not is_trigger(self._graph.nodes[i].action):
            return f"the run starts in the folder {here}, {self.earlier.run_id} in {there}"
        return ""

    @staticmethod
    def own(selection: Selection, earlier: Earlier, inputs: Mapping[str, Any], i: int, outcome: Outcome) -> str:
        """What changed in a node itself since the earlier run, as a sentence; empty when nothing did."""
        old, new = contents(selection, earlier, inputs, i)
        if not outcome.ran:  # what it would do does not matter, only whether it is reached
            return difference(old, new, REACH)
        if content_key(old, {}) == content_key(new, {}):
            return ""
        return difference(old, new) or "it changed"

    # what follows from others

    def _spread(self) -> None:
        """Nodes below others that run again run again, too."""
        for i in self._selection.order:
            if i in self.reasons or i not in self._selection.members:
                continue
            # of a pinned node, too: whether its pin is used hangs on what runs, so that the nodes below cannot know
            if reason := self._from_above(i):
                self.reasons[i] = reason

    def _from_above(self, i: int) -> str:
        for link in self._graph.incoming[i]:
            source, name = link.source, self._graph.ids[link.source]
            if source in self.reasons:
                verb = "hangs on what runs again" if source in self._selection.pinned else "runs again"
                return f"upstream {name} {verb}"
            if source in self._selection.pinned and i not in self._selection.pinned and self._pin_differs(source):
                return f"upstream {name} is pinned to another output"
        return ""

    def _pin_differs(self, i: int) -> bool:
        return outcome_hash({"output": self._graph.nodes[i].pin}) != self.outcome(i).hash

    # data

    def _read_stale_data(self) -> bool:
        """Find readers of data whose writers run again; whether there were any."""
        writers = self._stale_writers()
        if not writers:
            return False
        readers = [i for i in self._selection.order if i not in self.reasons and self._may_read(i)]
        present = [(i, self._graph.index[name]) for i in readers for name in writers if self._is_here(name)]
        apart = self._graph.not_upstream(present)
        found = False
        for i in readers:
            for name, keys in writers.items():
                if self._is_here(name) and (i, self._graph.index[name]) not in apart:
                    continue  # the writer lies below the reader, which cannot have seen what it wrote
                if self._sees(i, keys):
                    self.reasons[i] = f"it reads data that {name} wrote, and {name} {self._fate(name)}"
                    found = True
                    break
        return found

    def _is_here(self, name: str) -> bool:
        return name in self._graph.index

    def _fate(self, name: str) -> str:
        i = self._graph.index.get(name)
        if i is None:
            return "is gone"
        if i in self._selection.pinned:
            return "is pinned"
        return "runs again" if i in self._selection.members else "takes no part"

    def _stale_writers(self) -> dict[str, frozenset[str]]:
        """Keys by id of every node that wrote data in the earlier run and does not stand for the same again."""
        found = {}
        for name, keys in self.earlier.writers().items():
            i = self._graph.index.get(name)
            kept = i is not None and i in self._selection.members and i not in self._selection.pinned
            if not kept or i in self.reasons:
                found[name] = keys
        return found

    def _may_read(self, i: int) -> bool:
        return (
            i in self._reads
            and i in self._selection.members
            and (self._hidden(i) or self._reads[i].data != frozenset())
        )

    def _sees(self, i: int, keys: frozenset[str]) -> bool:
        named = self._reads[i].data
        return named is None or bool(named & keys) or self._hidden(i)

    def _hidden(self, i: int) -> bool:
        """Whether a node's own code may read data without its parameters saying so: a function with the context."""
        numbers = [i]
        while numbers:
            number = numbers.pop()
            node = self._graph.nodes[number]
            action = self._selection.action(number)
            if (node.effect or effect_with(action, node.params)) != "pure" and _reads_by_itself(action):
                return True
            numbers += self._graph.children.get(number, ())
        return False


def _reads_by_itself(action: Any) -> bool:
    home = getattr(getattr(action, "fn", None), "__module__", "") or ""
    return getattr(action, "takes_context", True) and not home.startswith(_LIBRARY)


def contents(
    selection: Selection, earlier: Earlier, inputs: Mapping[str, Any], i: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a node was in the earlier run, and what it is now."""
    catalog = selection.catalog

    def now(action: str) -> int:
        return int(getattr(catalog.find_action(action), "version", 1))

    def then(action: str) -> int:
        return int(earlier.versions.get(action, 1))

    old_number = earlier.graph.index[selection.graph.ids[i]]
    old = content(earlier.workflow, earlier.graph, old_number, catalog, then, earlier.inputs)
    return old, content(selection.workflow, selection.graph, i, catalog, now, inputs)
