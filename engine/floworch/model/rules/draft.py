"""What all rules share: the definition under examination, its plan, and the growing list of problems."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, Literal

from floworch.model.catalog import ActionInfo, Catalog
from floworch.model.graph import Plan, plan_of
from floworch.model.problem import Problem
from floworch.model.rules.codes import CODES
from floworch.model.rules.kept import Changes, Kept
from floworch.model.workflow import Node, Workflow

Repair = dict[str, Any]
Given = Callable[[str], Any]
_MOST_COMPARISONS = 400_000  # about half a second


class Draft:
    """One validation.

    Attributes:
        workflow: The definition.
        plan: Its graph.
        catalog: Where actions and layers are looked up.
        actions: The action of every node by number, None where it is unknown.
        problems: What was found so far.
        given: What a step gave in a run, or None where that is not known; itself None when there was no run.
        kept: What this validation leaves to the next one; None when there will be none.
        changes: What is different since the validation before; None when there was none.
    """

    def __init__(
        self,
        workflow: Workflow,
        catalog: Catalog,
        known: dict[str, ActionInfo | None] | None = None,
        given: Given | None = None,
        past: Kept | None = None,
        keep: bool = False,
    ) -> None:
        self.workflow = workflow
        self.plan: Plan = plan_of(workflow, past.workflow if past is not None else None)
        self.catalog = catalog
        self.given = given
        self.problems: list[Problem] = []
        self._found = {} if known is None else known
        self._comparisons = _MOST_COMPARISONS
        self._open = False
        self._recalled: dict[str, ActionInfo | None] = {}
        self.actions = [self.action(node.action) for node in self.plan.nodes]
        self.changes: Changes | None = None
        if past is not None:
            self._recalled = {each: catalog.find_action(each) for each in past.actions if each not in self._found}
            self.changes = Changes(past, workflow, self.plan, {**self._recalled, **self._found})
        #: The same object as in the validation before where nothing is another that ``Changes.form`` tells of.
        self.form = object() if self.changes is None or self.changes.form else self.changes.kept.form
        self.kept = Kept(workflow, catalog, self.plan, self._found, self.form) if keep else None

    def action(self, action_id: str) -> ActionInfo | None:
        """The action of that id, looked up once."""
        if action_id not in self._found:
            known = action_id in self._recalled
            self._found[action_id] = self._recalled[action_id] if known else self.catalog.find_action(action_id)
        return self._found[action_id]

    def examined(self, rule: str, *seen: object) -> Iterator[tuple[str, Node]]:
        """The nodes that a rule about single nodes has to look at, in the order of the definition.

        Those of which it said nothing in the validation before are left out while they, their actions and what else
        the rule has ``seen`` are the same; ``look_again`` has one looked at every time. A rule that says something of
        a node that it has not just been given must not use this.
        """
        silent = self._silent(rule, seen)
        found: set[str] = set()
        for node_id, node in self.workflow.nodes.items():
            if node_id in silent:
                continue
            said, self._open = len(self.problems), False
            yield node_id, node
            if len(self.problems) == said and not self._open:
                found.add(node_id)
        if self.kept is not None:
            self.kept.silent[rule] = (seen, silent | found if found else silent)

    def look_again(self) -> None:
        """What is said of the node at hand hangs on more than the definition: look at it every time."""
        self._open = True

    def _silent(self, rule: str, seen: tuple[object, ...]) -> frozenset[str]:
        """The nodes that a rule need not look at."""
        if self.changes is None or rule not in self.changes.kept.silent:
            return frozenset()
        before, silent = self.changes.kept.silent[rule]
        return silent.difference(self.changes.nodes) if _same(before, seen) else frozenset()

    def once(self, rule: Callable[[Draft], None], *seen: object) -> None:
        """Run a rule about the whole, unless it said nothing in the validation before and would see the same now."""
        before = self.changes.kept.resting.get(rule) if self.changes is not None else None
        said = len(self.problems)
        if before is None or not _same(before, seen):
            rule(self)
        if self.kept is not None and len(self.problems) == said:
            self.kept.resting[rule] = seen

    def suggest(self, word: str, words: Collection[str], otherwise: str = "") -> tuple[str, str | None]:
        """As ``did_you_mean``, until a definition full of mistakes has used up the time for guessing."""
        self._comparisons -= len(words)
        return did_you_mean(word, words, otherwise) if self._comparisons > 0 else (otherwise, None)

    def closest(self, word: str, words: Collection[str], alike: float) -> str | None:
        """The most similar of some words, where one is as similar as ``alike``, 0 to 1; bounded as ``suggest``."""
        self._comparisons -= len(words)
        found = difflib.get_close_matches(word, words, 1, alike) if self._comparisons > 0 else ()
        return found[0] if found else None

    def add(
        self, code: str, path: str, message: str, fix: str = "", node: str | None = None, repair: Repair | None = None
    ) -> None:
        """Note a problem; its severity is that of its code."""
        fix = fix or _FIXES.get(code, "Correct it, or remove it.")
        severity: Literal["error", "warning"] = "warning" if CODES[code][0] == "warning" else "error"
        self.problems.append(Problem(code, severity, path, message, fix, node, repair))

    def add_broken(self, code: str, path: str, name: str, node: str | None) -> bool:
        """Note that an action or layer is known and cannot be loaded; False when it is not known at all."""
        reason = self.catalog.broken.get(name)
        if reason is not None:
            noun = "middleware" if code == "unknown_layer" else "action"
            fix = "Correct the file or package that it comes from, or install what it needs."
            self.add(code, path, f"The {noun} {name!r} cannot be loaded: {reason.rstrip('.')}.", fix, node)
        return reason is not None


def _same(before: tuple[object, ...], now: tuple[object, ...]) -> bool:
    """Whether these are the same objects: values that are equal may still be told apart, as 1 and true."""
    return len(before) == len(now) and all(one is other for one, other in zip(before, now, strict=True))


#: What to do about a problem whose finder has nothing better to say.
_FIXES = {
    "bad_param": "Correct the parameter.",
    "bad_option": "Correct the option; 'floworch actions list --middleware' describes it.",
    "bad_expression": "Correct the expression.",
    "bad_condition": "Write one expression: {{ ... }}.",
    "unknown_name": "Use it where it exists, or remove it.",
}


def closest(word: str, words: Iterable[str]) -> str | None:
    """The most similar of some words, or None when none is similar enough."""
    found = difflib.get_close_matches(word, list(words), 1, 0.6)
    return found[0] if found else None


def did_you_mean(word: str, words: Iterable[str], otherwise: str = "") -> tuple[str, str | None]:
    """A fix in words, and the word it offers."""
    close = closest(word, words)
    return (f"Did you mean {close!r}?", close) if close else (otherwise, None)


def listing(words: Iterable[str], most: int = 10) -> str:
    """``a, b and c`` of the first words."""
    every = list(words)
    if len(every) > most:
        return ", ".join(every[:most]) + f" and {len(every) - most} more"
    return " and ".join([", ".join(every[:-1]), every[-1]]) if len(every) > 1 else "".join(every)


def step(path: str, key: str | int) -> str:
    """The path of an entry: ``a.b`` or ``a[0]``."""
    return f"{path}[{key}]" if isinstance(key, int) else f"{path}.{key}"
