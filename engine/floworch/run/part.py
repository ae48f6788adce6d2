"""Which nodes a run of a part of a workflow runs, takes over, or leaves out (contract C7.6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from floworch.errors import UsageError
from floworch.model.triggers import idle_triggers, unreached
from floworch.run.changes import Changes
from floworch.run.earlier import Outcome
from floworch.run.events import EventKind
from floworch.run.explanation import Choice, Explanation, Form, Plan
from floworch.run.plan import pin_payload
from floworch.run.selection import Selection

if TYPE_CHECKING:
    from floworch.model.catalog import Catalog
    from floworch.model.workflow import Workflow
    from floworch.run.earlier import Earlier

_RUNS = Choice(Plan.RUNS, "")
_NOTHING = Outcome(None, {}, "there is no earlier result")


class Replay(NamedTuple):
    """What is written about a node before anything runs: an event of this kind with this payload."""

    node: int
    kind: EventKind
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """How a run of a part goes.

    Attributes:
        explanation: A Choice for every node.
        replays: What stands before anything runs, in the order in which the nodes ended in the earlier run.
        pins: Pinned nodes that are reached, or not, as their branches say; the other pins are among ``replays``.
    """

    explanation: Explanation
    replays: tuple[Replay, ...]
    pins: tuple[str, ...]


def plan_part(
    workflow: Workflow, form: Form, earlier: Earlier | None, catalog: Catalog, inputs: Mapping[str, Any],
    options: Mapping[str, Any] | None = None,
) -> Part:  # fmt: skip
    """Decide about every node; nothing runs for it.

    Args:
        workflow: A valid definition.
        form: What is asked for.
        earlier: The run whose results are taken over, or None.
        catalog: Where actions are looked up.
        inputs: The inputs of the run that is planned.
        options: Its header options ``folder`` and ``trigger``; nothing when it is not known where it begins.

    Raises:
        UsageError: A node is unknown or inside a container; a node to run from leads to none of those to run to; a
            result that is needed is missing.
    """
    return _Planner(Selection(workflow, form, catalog), earlier, inputs, options or {}).part()


class _Planner:
    def __init__(
        self, selection: Selection, earlier: Earlier | None, inputs: Mapping[str, Any], options: Mapping[str, Any]
    ) -> None:
        self.selection = selection
        self.graph = selection.graph
        self.form = selection.form
        self.earlier = earlier
        self.inputs, self.options = inputs, options
        self.choices: dict[int, Choice] = {}
        self.outcomes: dict[int, Outcome] = {}

    def part(self) -> Part:
        """Decide about every node."""
        self._choose()
        self._require_results()
        pins, settled = self._pins()
        replays = [*self._taken_over(), *settled, *self._left_out()]
        return Part(self._explanation(), tuple(replays), pins)

    # choosing

    def _choose(self) -> None:
        selection, choices = self.selection, self.choices
        for i in selection.order:
            if i not in selection.members:
                choices[i] = Choice(Plan.OUT, selection.why_out(i))
            elif i in selection.pinned:
                choices[i] = Choice(Plan.PINNED, "its pin stands for what it would give")
        rest = [i for i in selection.order if i not in choices]
        if self.form.only_changed:
            assert self.earlier is not None
            changes = Changes(selection, self.earlier, self.inputs, self.options)
            choices.update((i, self._changed_or_kept(i, changes)) for i in rest)
        elif self.form.from_:
            choices.update((i, self._below_or_kept(i)) for i in rest)
        else:
            choices.update((i, Choice(Plan.RUNS, selection.why_to(i))) for i in rest)

    def _below_or_kept(self, i: int) -> Choice:
        if i in self.selection.below_from:
            return Choice(Plan.RUNS, self.selection.why_from(i))
        return self._kept(i)

    def _changed_or_kept(self, i: int, changes: Changes) -> Choice:
        reason = changes.reasons.get(i)
        if reason is not None:
            return Choice(Plan.RUNS, reason)
        self.outcomes[i] = changes.outcome(i)
        return Choice(Plan.REUSED, self._reused_words(i, f"nothing changed since {changes.earlier.run_id}"))

    def _kept(self, i: int) -> Choice:
        """What stands for a node that is not below the nodes to run from."""
        node = self.graph.ids[i]
        outcome = self.earlier.outcome(node) if self.earlier is not None else _NOTHING
        error = outcome.payload.get("error")
        if error is not None and not self.selection.handles(i, error):
            outcome = Outcome(None, {}, f"it failed in {outcome.payload['reused_from']}")
        if outcome.kind is None:
            return Choice(Plan.OUT, f"nothing that runs needs it, and {outcome.why}")
        assert self.earlier is not None
        changed = Changes.own(self.selection, self.earlier, self.inputs, i, outcome) or outcome.doubtful
        if changed:
            outcome = Outcome(outcome.kind, {**outcome.payload, "changed": True})
        self.outcomes[i] = outcome
        words = self._reused_words(i, f"it is not below {_listed(self.form.from_)}")
        return Choice(Plan.REUSED, f"{words}, although {changed}" if changed else words)

    def _reused_words(self, i: int, otherwise: str) -> str:
        outcome = self.outcomes[i]
        run = outcome.payload.get("reused_from")
        if outcome.kind is EventKind.NODE_BYPASSED:
            return f"{otherwise}; {run} did not take its branch"
        if outcome.kind is EventKind.NODE_SKIPPED:
            return f"{otherwise}; {run} skipped it"
        if "error" in outcome.payload:
            return f"{otherwise}; {run} handled its failure"
        return otherwise

    def _require_results(self) -> None:
        """Refuse to run nodes below others of which nothing is there to take over."""
        if not self.form.reuses:
            return
        runs = [i for i, choice in self.choices.items() if choice.plan is Plan.RUNS]
        missing = [i for i in self.selection.above(runs) if self.choices[i].plan is Plan.OUT]
        if not missing:
            return
        missing.sort()
        names = [self.graph.ids[i] for i in missing]
        if self.earlier is None:
            raise UsageError(
                f"There is no completed run of {self.selection.workflow.id!r} that has a result of {_listed(names)}.",
                "Run the whole workflow once, or name a run with reuse (--reuse RUN).",
            )
        why = "; ".join(f"{name}: {self.earlier.outcome(name).why or 'it failed'}" for name in names[:5])
        raise UsageError(
            f"Run {self.earlier.run_id!r} has no result of {_listed(names)} to take over ({why}).",
            f"Run from {_listed(names)} as well, or take the results of another run with reuse (--reuse RUN).",
        )

    # what is written before anything runs

    def _taken_over(self) -> Iterable[Replay]:
        if self.earlier is None:
            return []
        ended = self.earlier.ended
        kept = sorted(self.outcomes, key=lambda i: ended(self.graph.ids[i]))
        return [Replay(i, kind, self.outcomes[i].payload) for i in kept if (kind := self.outcomes[i].kind) is not None]

    def _pins(self) -> tuple[tuple[str, ...], list[Replay]]:
        """Pinned nodes that their branches decide about, and those that stand because nothing above takes part."""
        natural, settled = [], []
        for i, choice in self.choices.items():
            if choice.plan is not Plan.PINNED:
                continue
            if all(self.choices[link.source].plan is not Plan.OUT for link in self.graph.incoming[i]):
                natural.append(self.graph.ids[i])
            else:
                settled.append(Replay(i, EventKind.NODE_REUSED, pin_payload(self.graph.nodes[i].pin)))
        return tuple(sorted(natural)), settled

    def _left_out(self) -> Iterable[Replay]:
        return [
            Replay(i, EventKind.NODE_BYPASSED, {"out": True})
            for i, choice in self.choices.items()
            if choice.plan is Plan.OUT
        ]

    # words

    def _explanation(self) -> Explanation:
        named: dict[str, Choice] = {}
        behind = self._behind_triggers()
        for i in self.selection.order:
            choice = self.choices[i]
            if choice.plan is Plan.RUNS and i in behind:
                choice = Choice(Plan.OUT, behind[i])
            elif choice.plan is Plan.RUNS and self.graph.nodes[i].disabled:
                choice = Choice(Plan.OUT, "it is disabled: its input is passed on")
            self._name(i, choice, named)
        reuse = self.earlier.run_id if self.earlier is not None else None
        return Explanation(self.selection.workflow.id, self.form, reuse, named)

    def _behind_triggers(self) -> dict[int, str]:
        """The nodes that triggers other than the one the run starts at would reach, and no one else; why, in words."""
        chosen = (self.options.get("trigger") or {}).get("node")
        if chosen is None:
            return {}
        idle = [
            node
            for node in idle_triggers(self.selection.workflow, chosen)
            if self.choices.get(self.graph.index[node], _RUNS).plan is Plan.RUNS
        ]
        starts = f"the run starts at {chosen}"
        return {
            i: starts if self.graph.ids[i] == trigger else f"it is behind {trigger}, and {starts}"
            for i, trigger in unreached(self.graph, idle).items()
        }

    def _name(self, i: int, choice: Choice, named: dict[str, Choice]) -> None:
        named[self.graph.ids[i]] = choice
        inner = Choice(choice.plan, f"it is inside {self.graph.ids[i]}")
        for child in self.graph.children.get(i, ()):
            self._name(child, inner, named)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
