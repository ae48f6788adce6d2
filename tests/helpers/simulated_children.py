"""The child runs of a simulated run: each with a journal of its own, so that it outlives its caller's process (C10.3).

A child is a small machine: it works, waits for something outside, stops, and ends. What its store knows stays through a
crash; that somebody works on it does not. Everything it reports may come at any time later, in between anything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from floworch.run.events import EventKind

if TYPE_CHECKING:
    from simulation import Simulation

    from floworch.run.state import Scope

    Key = tuple[int, Scope]

ENDED = ("completed", "failed", "cancelled")


class Broken(AssertionError):  # noqa: N818 - what is broken is a promise
    """An invariant does not hold."""


@dataclass
class Child:
    """One child run.

    Attributes:
        key: The call. how: how it goes, of ``random_child``.
        status: As its store has it: ``none active suspended stopped completed failed cancelled``.
        begun, ends, naps: How often it began, ended and fell asleep.
        here: The process of its caller works on it.
        asked: What it is asked for: ``pause``, ``cancel`` or nothing. news: what it is still to report.
        undoing: Its rollback has begun after it had completed.
        turn: Of the requests to go on in this process, the last one that was carried out.
    """

    key: Key
    how: dict[str, Any]
    status: str = "none"
    begun: int = 0
    ends: int = 0
    naps: int = 0
    here: bool = False
    asked: str = ""
    news: str = ""
    undoing: bool = False
    turn: int = 0


class Children:
    """All children of one run."""

    def __init__(self, run: Simulation) -> None:
        self.run = run
        self.by_name: dict[str, Child] = {}

    def let_go(self) -> None:
        """The caller's process is gone, and with it the processes of its children."""
        for child in self.by_name.values():
            child.here, child.asked, child.news, child.turn = False, "", "", 0
            if child.status in ("active", "suspended"):
                child.status = "stopped"

    def plan(self, key: Key, how: dict[str, Any]) -> dict[str, Any]:
        """The wait of a call, which names its child."""
        node, scope = key
        name = self.run.plan.ids[node] + "".join(f"._{index}" for index in scope)
        child = self.by_name.setdefault(name, Child(key, how))
        due = self.run.now + how["timeout"] if how["timeout"] else None
        again = child.ends if child.status in ("failed", "cancelled") else None
        return {"kind": "call", "name": name, "due": due, "on_timeout": "fail", "details": {"again": again}}

    # what the scheduler asks

    def obey(self, key: Key, what: str, detail: Any) -> None:
        """Carry out one request."""
        wait = self.run.state.waits.get(key)
        if wait is None:
            return
        child = self.by_name[wait["name"]]
        if what == "go":
            child.turn = detail[1]
            self._go(child, wait)
        elif what == "pause":
            child.asked = child.asked or "pause"
            if not child.here:
                child.here, child.asked, child.news = True, "", "stopped"
        elif what == "undo":
            self._undo(child)
        else:
            child.here, child.asked = True, "cancel"
            child.news = "" if child.news == "stopped" else child.news
            if child.status == "none" or child.status in ENDED:
                child.news = child.status

    def _go(self, child: Child, wait: dict[str, Any]) -> None:
        ids, journal = self.run.plan.ids, self.run.journal[: self.run.durable]
        if not any(e.payload and e.payload.get("wait", {}).get("name") == wait["name"] for e in journal):
            raise Broken(f"the child of {ids[child.key[0]]} begins before its name is durable")
        child.here, child.asked, child.news = True, "", ""
        if child.status in ENDED:
            if child.status == "completed" or child.ends != wait["details"]["again"]:
                child.news = child.status
                return
            child.undoing = False
        elif child.status == "none":
            child.begun += 1
            if child.begun > 1:
                raise Broken("a child began twice")
        child.status = "active"

    def _undo(self, child: Child) -> None:
        """Roll it back; asked twice (a cancel that finds it completed tells so again), it does so once."""
        if child.status == "completed" and not child.news:
            if not child.how["undo"]:
                raise Broken("a child is undone that has nothing to undo")
            child.here, child.undoing, child.status = True, True, "active"
        elif child.status == "cancelled":
            child.news = child.status

    # what may happen

    def moves(self) -> list[Callable[[], None]]:
        """What children can do now."""
        found: list[Callable[[], None]] = []
        for child in self.by_name.values():
            if child.news:
                found.append(lambda child=child: self.report(child))
            elif child.here and child.status in ("active", "suspended", "stopped"):
                found.append(lambda child=child: self.live(child))
        return [move for move in found for _ in range(2)]

    def live(self, child: Child) -> None:
        """One child does the next thing."""
        run = self.run
        if child.asked == "cancel" and (child.undoing or run.chance.random() < 0.8):
            self._end(child, "cancelled")
        elif child.asked == "pause" and run.chance.random() < 0.8:
            child.asked, child.status, child.news = "", "stopped", "stopped"
        elif child.undoing:
            self._end(child, "cancelled")
        elif child.status == "suspended":
            child.status, child.news = "active", "active"
        elif child.status == "stopped":
            child.here = child.asked == "cancel"  # it stopped and told so
            child.status = "active" if child.here else "stopped"
        elif child.naps < child.how["naps"]:
            child.naps += 1
            child.status, child.news = "suspended", "suspended"
        else:
            self._end(child, "failed" if child.ends < child.how["failures"] else "completed")

    def _end(self, child: Child, how: str) -> None:
        child.ends += how != "cancelled"
        child.status, child.news = how, how

    def report(self, child: Child) -> None:
        """The caller hears of it."""
        run, news = self.run, child.news
        child.news = ""
        if news in (*ENDED, "none", "stopped"):
            child.here, child.asked = False, ""
        detail: dict[str, Any] = {"turn": child.turn}
        if news == "completed":
            detail = {"outputs": {"of": run.plan.ids[child.key[0]]}, "undo": child.how["undo"]}
        elif news in ("failed", "cancelled"):
            detail = {"error": {"kind": "connection_error", "message": f"the child {news}"}}
        elif news == "stopped":
            detail["reason"] = "paused"
        run.tell(run.scheduler.child, *child.key, news, detail, run.chance.random())

    # what must hold

    def check_still(self, paused: bool) -> None:
        """Nothing works on a child of a paused run, and every child of a suspended one waits (C7.1, C8.3)."""
        bad = ("active", "suspended") if paused else ("active",)
        for name, child in self.by_name.items():
            if child.here and child.status in bad and child.news not in (*ENDED, "active"):
                raise Broken(f"the run is {'paused' if paused else 'suspended'} and its child {name} is {child.status}")

    def check_end(self) -> None:
        """No child outlives its caller, and what a child did is undone when its caller's run is."""
        run = self.run
        completed = {(e.node, e.scope) for e in run.journal if e.kind == EventKind.NODE_COMPLETED}
        for name, child in self.by_name.items():
            if child.begun and child.status not in ENDED:
                raise Broken(f"the run has ended and its child {name} is {child.status}")
            if child.key in completed and child.status not in ("completed", "none") and not run.decided:
                raise Broken(f"the call of {name} completed and its child {child.status}")
            lost = child.status == "completed" and child.key not in completed and child.how["undo"]
            if lost and not run.decided:
                raise Broken(f"the child {name} completed and its call did not: nobody undoes it")
