"""What a rollback needs to know: what completed in which order, and what of ended items must be kept for it (C9).

A run has one of these only when a node of it declares a compensation, so that other runs pay nothing for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from floworch.artifact import Parts
from floworch.run.items import BodyNode, StoredItems, item_list, packed_list
from floworch.run.status import NodeStatus

if TYPE_CHECKING:
    from floworch.run.state import RunState, Scope

    Key = tuple[int, Scope]

_COMPLETED = NodeStatus.COMPLETED.code
_COMPENSATED = NodeStatus.COMPENSATED


class Undo:
    """The compensation that is on its way; there is one at a time.

    Attributes:
        key: ``(node, scope)``. attempt: number of its last attempt. lost: attempts that do not count (C15).
        running: Whether an attempt runs now. due: when the next one starts, epoch seconds, or None.
        crashes: So often in a row its process died while it ran.
    """

    __slots__ = ("attempt", "crashes", "due", "key", "lost", "running")

    def __init__(
        self,
        key: Key,
        attempt: int = 0,
        lost: int = 0,
        running: bool = False,
        due: float | None = None,
        crashes: int = 0,
    ):
        self.key = key
        self.attempt = attempt
        self.lost = lost
        self.running = running
        self.due = due
        self.crashes = crashes


class Saga:
    """The part of a run's state that its rollback reads.

    Attributes:
        declared: Nodes that declare a compensation. calls: calls that do not, and are undone by the saga of their child
            run where that has something to undo. keeps: body nodes whose records outlive their item for it.
        order: What completed and is not compensated, ``(node, scope)``, oldest first.
        kept: Records of ended items' body nodes, by scope and node.
        places: By ``(container, scope of an item)``: whether it is a try's round, and the list and place of the item.
        declined: The cancel that is on its way said not to compensate.
        began: A rollback has begun. outcome, error: how the run ends after it, ``failed`` or ``cancelled``, and why.
        current: The compensation on its way, or None.
        ended: Compensations in the order in which they ended: ``(node, scope, NodeStatus)``.
    """

    __slots__ = ("began", "calls", "current", "declared", "declined", "ended", "error", "keeps", "kept", "order",
                 "outcome", "places")  # fmt: skip

    def __init__(self, declared: Iterable[int], keeps: Iterable[int], calls: Iterable[int] = ()) -> None:
        self.declared = frozenset(declared)
        self.calls = frozenset(calls)
        self.keeps = frozenset(keeps)
        self.order: dict[Key, None] = {}
        self.kept: dict[Scope, dict[int, BodyNode]] = {}
        self.places: dict[Key, tuple[bool, Sequence[Any], int]] = {}
        self.declined = False
        self.began = False
        self.outcome = ""
        self.error: dict[str, Any] | None = None
        self.current: Undo | None = None
        self.ended: list[tuple[int, Scope, NodeStatus]] = []

    @classmethod
    def of(cls, compensates: Mapping[str, Sequence[int]] | None) -> Saga | None:
        """The saga of a run by ``Plan.compensates``, which its header holds; None when nothing is ever compensated."""
        if not compensates:
            return None
        return cls(compensates["nodes"], compensates["keep"], compensates.get("calls", ()))

    @property
    def declaration(self) -> dict[str, list[int]]:
        """What ``of`` takes: ``{"nodes", "keep", "calls"}``, as a run header has it."""
        return {"nodes": sorted(self.declared), "keep": sorted(self.keeps), "calls": sorted(self.calls)}

    # while the run goes forward

    def completed(self, state: RunState, node: int, scope: Scope, payload: Mapping[str, Any] | None = None) -> None:
        """Note a completion; one that completed again (after a retry of the run) counts with its last completion."""
        if node not in self.declared and not (node in self.calls and payload and payload.get("undo")):
            return
        self.order.pop((node, scope), None)
        self.order[node, scope] = None
        container = node
        for level in range(len(scope), 0, -1):
            container = state.parents[container]
            place = (container, scope[:level])
            if place not in self.places:
                items = state.items[container, scope[: level - 1]]
                is_try = items.rounds is not None and items.rounds.kind == "try"
                listed, index = items.items, scope[level - 1]
                # a list of its own is let go with its container: of such only the item is kept
                stored = isinstance(listed, (StoredItems, Parts))
                self.places[place] = (is_try, listed, index) if stored else (is_try, [listed[index]], 0)

    def keep(self, node: int, scope: Scope, body: BodyNode) -> None:
        """Keep the record of a body node whose item ends; a completed one is not replaced by one that is not."""
        if node not in self.keeps or (node in self.calls and (node, scope) not in self.order):
            return
        records = self.kept.setdefault(scope, {})
        if body.status == _COMPLETED or node not in records:
            records[node] = body

    def redeclare(self, state: RunState, compensates: Mapping[str, Sequence[int]]) -> None:
        """Another definition declares other compensations (C7.5): what completed outside containers is told anew.

        A node that is no longer completed, or declares none any more, goes; one that declares one now takes the place
        of its completion.
        """
        other = Saga.of(compensates)
        assert other is not None
        self.declared, self.keeps, self.calls = other.declared, other.keeps, other.calls
        undone = self.declared | self.calls
        kept = [key for key in self.order if key[0] in undone and self._ended_well(state, key)]
        fresh: list[Key] = [
            (node, ())
            for node in self.declared
            if node not in state.parents and state.node_status[node] == _COMPLETED and (node, ()) not in self.order
        ]
        for key in sorted(fresh, key=lambda key: (state.ended[key[0]] or 0.0, key[0])):
            ended = state.ended[key[0]] or 0.0
            later = (i for i, (node, scope) in enumerate(kept) if not scope and (state.ended[node] or 0.0) > ended)
            kept.insert(next(later, len(kept)), key)
        self.order = dict.fromkeys(kept)

    def _ended_well(self, state: RunState, key: Key) -> bool:
        """Whether a completion still counts: of a body node while its outermost container has its items."""
        node, scope = key
        if not scope:
            return node not in state.parents and state.node_status[node] == _COMPLETED
        while node in state.parents:
            node = state.parents[node]
        return (node, ()) in state.items

    # while it is rolled back

    def begin(self, payload: Mapping[str, Any]) -> None:
        """The rollback begins, or a process takes it up again."""
        self.began = True
        self.outcome = str(payload.get("outcome", "failed"))
        self.error = payload.get("error")

    def next(self) -> Key | None:
        """What is compensated now or next: the last completion that is left."""
        return next(reversed(self.order), None)

    def start(self, key: Key, attempt: int) -> None:
        """An attempt of a compensation begins."""
        if self.current is None or self.current.key != key:
            self.current = Undo(key)
        self.current.attempt, self.current.running, self.current.due = attempt, True, None

    def rest(self, due: float | None, lost: bool, crashes: int = 0) -> None:
        """The attempt ended and another one follows, at ``due`` or at once; a lost one does not count."""
        if self.current is not None:
            self.current.running, self.current.due = False, due
            self.current.lost += lost
            self.current.crashes = crashes

    def end(self, key: Key, status: NodeStatus) -> None:
        """A compensation has ended."""
        self.current = None
        if self.next() == key:
            self.order.popitem()
        else:
            self.order.pop(key, None)
        self.ended.append((*key, status))

    # what people and scripts see

    def lists(self, state: RunState) -> dict[str, list[str]]:
        """``{compensated, failed, not_needed}``; items as ``node[index]``, in the order in which they ended."""
        found: dict[str, list[str]] = {"compensated": [], "failed": [], "not_needed": []}
        if not self.began:
            return found
        for node, scope, status in self.ended:
            name = state.node_ids[node] + "".join(f"[{index}]" for index in scope)
            found["compensated" if status is _COMPENSATED else "failed"].append(name)
        done = {node for node, _, _ in self.ended} | {node for node, _ in self.order}
        found["not_needed"] = [state.node_ids[node] for node in sorted(self.declared - done)]
        return found

    # snapshots

    def pack(self) -> dict[str, Any]:
        """The changing part as JSON values; bodies are packed by the caller's ``_pack_body``."""
        undo = self.current
        return {
            "order": [[node, list(scope)] for node, scope in self.order],
            "places": [
                [node, list(scope), is_try, *_pack_list(listed), index]
                for (node, scope), (is_try, listed, index) in self.places.items()
            ],
            "declined": self.declined,
            "began": self.began,
            "outcome": self.outcome,
            "error": self.error,
            "current": None if undo is None else _pack_undo(undo),
            "ended": [[node, list(scope), str(status)] for node, scope, status in self.ended],
        }

    def unpack(self, packed: Mapping[str, Any]) -> None:
        """Take over what ``pack`` gave."""
        self.order = {(node, tuple(scope)): None for node, scope in packed["order"]}
        self.places = {
            (node, tuple(scope)): (is_try, item_list(listed, total), index)
            for node, scope, is_try, listed, total, index in packed["places"]
        }
        self.declined, self.began = packed["declined"], packed["began"]
        self.outcome, self.error = packed["outcome"], packed["error"]
        if packed["current"] is not None:
            node, scope, *rest = packed["current"]
            self.current = Undo((node, tuple(scope)), *rest)
        self.ended = [(node, tuple(scope), NodeStatus(word)) for node, scope, word in packed["ended"]]


def _pack_undo(undo: Undo) -> list[Any]:
    return [*undo.key, undo.attempt, undo.lost, undo.running, undo.due, undo.crashes]


def _pack_list(listed: Sequence[Any]) -> tuple[Any, int]:
    """A list, or the reference to it, and its length."""
    packed = packed_list(listed)
    return (list(packed) if packed is listed else packed), len(listed)
