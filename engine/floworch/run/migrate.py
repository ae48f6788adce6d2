"""Whether and how a run that stands still can go on with an edited definition (contract C7.5, C15). Pure.

What has ended well is kept; what has not run takes the new form; what is on its way and would change under its own
feet is refused. A node that did not run because of where the edges led is decided anew when the way to it changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from floworch.model.diff import Difference, diff
from floworch.model.workflow import Node, Workflow
from floworch.run.migrated import gone
from floworch.run.migration import Migration, NodeFate, What
from floworch.run.state import RunState
from floworch.run.status import NODE_STATUSES, NodeStatus, RunStatus

_S = NodeStatus
_DONE = frozenset({_S.COMPLETED, _S.REUSED})
_UNDONE = frozenset({_S.COMPENSATING, _S.COMPENSATED, _S.COMPENSATION_FAILED})
#: Did not run; the edges, or the run's end, decided so.
_DECIDED = frozenset({_S.SKIPPED, _S.BYPASSED, _S.CANCELLED})
_AGAIN = frozenset({RunStatus.FAILED, RunStatus.CANCELLED})


def plan_migration(
    state: RunState,
    old: Workflow,
    new: Workflow,
    *,
    rerun_changed: bool = False,
    allow_removed: bool = False,
    doubts_settled: bool = False,
) -> Migration:
    """Return what becomes of every node when a run goes over from ``old`` to ``new``.

    Args:
        state: The run; attempts that died with their process are accounted for already (C7.8).
        old: The definition that it has.
        new: A valid definition.
        rerun_changed: Let changed nodes that completed run again, with everything after them.
        allow_removed: Let nodes that completed be taken out.
        doubts_settled: Whether nodes in doubt are decided when the run goes on.
    """
    planner = _Planner(state, old, new, rerun_changed, allow_removed, doubts_settled)
    refusals = tuple(_refusals(state, old, new))
    fates = planner.fates()
    return Migration(state.run_id, planner.difference, tuple(fates), refusals, planner.payload())


def _refusals(state: RunState, old: Workflow, new: Workflow) -> Iterable[str]:
    if new.id != old.id:
        yield f"it is a run of the workflow {old.id!r}, and the other definition is of {new.id!r}"
    if state.status is RunStatus.COMPLETED:
        yield "it has completed: start a new run"
    elif state.status in (RunStatus.CANCELLING, RunStatus.ROLLING_BACK):
        yield f"it is {state.status.value.replace('_', ' ')}: let that end first"
    elif (state.saga is not None and state.saga.began) or any(
        NODE_STATUSES[code] in _UNDONE for code in state.node_status
    ):
        yield "it was compensated: start a new run"


class _Planner:
    """Decides node by node. ``what`` holds the fates of top-level nodes; those of body nodes follow their container."""

    def __init__(
        self, state: RunState, old: Workflow, new: Workflow, rerun: bool, allow_removed: bool, doubts_settled: bool
    ) -> None:
        self.state = state
        self.old = old
        self.new = new
        self.rerun = rerun
        self.allow_removed = allow_removed
        self.doubts_settled = doubts_settled
        self.difference = diff(old, new)
        self.edited = set(self.difference.stale)
        self.bodies = _edited_bodies(self.difference, old, new)
        self.rewired = {edge[2] for edge in (*self.difference.edges_added, *self.difference.edges_removed)}
        self.what: dict[str, tuple[What, str]] = {}
        self.reset: set[str] = set()
        self.handled_now = False
        self.reopened: set[str] = set()

    def fates(self) -> list[NodeFate]:
        """Every node of both definitions, in id order."""
        old, new = self.old.nodes, self.new.nodes
        for name in sorted(old):
            if old[name].parent is None:
                self.what[name] = self._kept(name) if name in new else self._removed(name)
        self._decide_anew()
        self._run_after()
        fates = []
        for name in sorted(old.keys() | new.keys()):
            what, reason = self.what.get(name) or self._inside(name)
            status = str(self.state.status_of(name)) if name in old else ""
            fates.append(NodeFate(name, what, reason, status))
        return fates

    # one top-level node

    def _status(self, name: str) -> NodeStatus:
        return NODE_STATUSES[self.state.node_status[self.state.index[name]]]

    def _begun(self, name: str) -> bool:
        """Whether a container has listed its items."""
        return (self.state.index[name], ()) in self.state.items

    def _removed(self, name: str) -> tuple[What, str]:
        status = self._status(name)
        if status in _DONE:
            if self.allow_removed:
                return "removed", "its result is forgotten"
            return "refused", "it has completed and would be taken out: allow that with allow_removed (--allow-removed)"
        return self._in_the_way(name, status) or ("removed", "")

    def _in_the_way(self, name: str, status: NodeStatus) -> tuple[What, str] | None:
        """Why a node that is on its way cannot be changed, or None."""
        if status is _S.IN_DOUBT and not self.doubts_settled:
            return "refused", "it is in doubt whether it took effect before a crash: decide that first (in_doubt)"
        if status in (_S.RUNNING, _S.WAITING, _S.RETRYING) and self._begun(name):
            return "refused", "its items are in progress: let it finish, or cancel the run"
        if (self.state.waits.get((self.state.index[name], ())) or {}).get("kind") == "call":
            return "refused", "the run that it called is in progress: let it finish, or cancel the run"
        return None

    def _kept(self, name: str) -> tuple[What, str]:
        status = self._status(name)
        if self.new.nodes[name].parent is not None:  # it moved into a body
            begun = status is not _S.PENDING and status not in _DECIDED
            return ("refused", "it has begun and would move into a container") if begun else self._again(name, "moved")
        edited, way = name in self.edited or name in self.bodies, name in self.rewired
        if status is _S.PENDING:
            return "runs", "changed" if edited else ""
        if status in _DONE:
            return self._done(name, edited, way)
        if status is _S.CANCELLED and edited and self._begun(name):
            return self._halted(name)
        if status in _DECIDED:
            if self.state.status in _AGAIN and status is not _S.BYPASSED:
                return "runs", f"was {status}"
            return self._again(name, "decided anew: the way to it changed") if edited or way else ("kept", "")
        if status is _S.FAILED:
            return self._failed(name, edited)
        if not edited:
            return "kept", "goes on"
        return self._in_the_way(name, status) or (
            ("kept", "its doubt is decided first") if status is _S.IN_DOUBT else self._again(name, "changed")
        )

    def _done(self, name: str, edited: bool, way: bool) -> tuple[What, str]:
        moved = self.state.migrated
        earlier = moved is not None and name in moved.stale
        if not (edited or way or earlier):
            return "kept", ""
        why = "changed" if edited else "the way to it changed" if way else "changed earlier"
        return self._again(name, why) if self.rerun else ("stale", f"{why}; its result is kept")

    def _failed(self, name: str, edited: bool) -> tuple[What, str]:
        error = self.state.errors.get(self.state.index[name]) or {}
        handled = _handles(self.old, name) and not error.get("uncaught")
        if handled:
            if not edited:
                return "kept", "its failure was handled"
            return self._again(name, "changed") if self.rerun else ("stale", "changed; its failure was handled")
        if not edited:
            if _handles(self.new, name) and not error.get("uncaught"):
                self.handled_now = True
                return "kept", "its failure is handled now"
            return ("runs", "failed") if self.state.status in _AGAIN else ("kept", "")
        return self._halted(name) if self._begun(name) else self._again(name, "failed and changed")

    def _halted(self, name: str) -> tuple[What, str]:
        """A changed container that failed or was cancelled after it had listed its items."""
        items = self.state.items[self.state.index[name], ()]
        if name not in self.edited:
            self.reopened.add(name)
            return self._again(name, "its body changed; items that ended well stay")
        if items.completed and not self.rerun:
            return "refused", (
                f"{items.completed} of its items are done and would run again: allow that with rerun_changed "
                "(--rerun-changed)"
            )
        return self._again(name, "changed; its items are listed anew")

    def _again(self, name: str, why: str) -> tuple[What, str]:
        self.reset.add(name)
        return "runs", why

    # what follows from it

    def _decide_anew(self) -> None:
        """Let what was skipped or bypassed be decided again where something before it goes another way."""
        failed = any(self._status(name) is _S.FAILED for name in self.reset if name in self.what)
        if failed or self.handled_now or self.old.settings.fail_fast != self.new.settings.fail_fast:
            for name in self.what:
                if name in self.new.nodes and self._status(name) in (_S.SKIPPED, _S.CANCELLED):
                    self.what[name] = self._again(name, "decided anew")
        self._spread(set(self.reset), lambda status: status in _DECIDED, "decided anew")

    def _run_after(self) -> None:
        """Whatever follows a completed node that runs again has worked with its old output: it runs again, too."""
        sources = {name for name in self.reset if name in self.what and self._status(name) in _DONE}
        self._spread(sources, lambda status: status is not _S.PENDING, "after one that runs again")

    def _spread(self, sources: set[str], which: Any, why: str) -> None:
        after: dict[str, list[str]] = {}
        for edge in self.new.edges:
            after.setdefault(edge.source, []).append(edge.target)
        todo, seen = sorted(sources), set(sources)
        while todo:
            for name in after.get(todo.pop(), ()):
                if name in seen or name not in self.what:  # new, or of a body
                    continue
                seen.add(name)
                status = self._status(name)
                if which(status) and self.what[name][0] != "refused":
                    self.what[name] = self._in_the_way(name, status) or self._again(name, why)
                    self.reopened.discard(name)
                if name in self.reset or status is _S.PENDING:
                    todo.append(name)

    # bodies and the whole

    def _inside(self, name: str) -> tuple[What, str]:
        """The fate of a new node, or of a body node: that of the outermost container around it."""
        old, new = self.old.nodes, self.new.nodes
        if name not in new:
            return "removed", ""
        around = _containers(new, name)
        outer = around[-1] if around else name
        if name not in old:
            what = self.what.get(outer, ("new", ""))[0]
            idle = what in ("kept", "stale")
            return "new", f"the container {outer} is kept and does not run again" if around and idle else ""
        if outer not in self.what:  # it moved, or its container is new
            return ("runs", "") if around and name not in self.edited else self._again(name, "moved")
        what, _ = self.what[outer]
        own = name in self.edited
        if what == "stale":
            return ("stale", "changed; its results are kept") if own else ("kept", "")
        if what == "refused":
            return ("refused", f"its container {outer} cannot change now") if own else ("kept", "")
        return what, "changed" if own else ""

    def payload(self) -> dict[str, Any]:
        """The payload of ``run_migrated`` after ``fates``, without the definition, its hash and inputs."""
        state, new = self.state, self.new.nodes
        names = [*state.node_ids, *sorted(new.keys() - set(state.node_ids))]
        index = {name: i for i, name in enumerate(names)}
        removed = sorted(state.index.keys() - new.keys())
        return {
            "nodes": names,
            "gone": sorted({*(i for i in gone(state) if names[i] not in new), *(index[name] for name in removed)}),
            "parents": [[index[name], index[node.parent]] for name, node in sorted(new.items()) if node.parent],
            "added": sorted(new.keys() - state.index.keys()),
            "removed": removed,
            "changed": sorted(self.edited),
            "reset": sorted(self.reset & new.keys()),
            "reopened": sorted(self.reopened),
            "stale": sorted(name for name, (what, _) in self.what.items() if what == "stale"),
        }


def _edited_bodies(difference: Difference, old: Workflow, new: Workflow) -> set[str]:
    """Containers in whose body something was added, taken out, changed or connected otherwise."""
    touched = {*difference.added, *difference.removed, *difference.stale}
    touched |= {edge[2] for edge in (*difference.edges_added, *difference.edges_removed)}
    found: set[str] = set()
    for nodes in (old.nodes, new.nodes):
        for name in touched & nodes.keys():
            found.update(_containers(nodes, name))
    return found


def _containers(nodes: dict[str, Node], name: str) -> list[str]:
    """The containers around a node, innermost first."""
    found: list[str] = []
    parent = nodes[name].parent
    while parent is not None and parent in nodes and parent not in found:
        found.append(parent)
        parent = nodes[parent].parent
    return found


def _handles(workflow: Workflow, name: str) -> bool:
    """Whether a failure of the node is handled by the definition (C4.2)."""
    if workflow.nodes[name].on_error == "continue":
        return True
    return any(edge.source == name and edge.port == "error" for edge in workflow.edges)
