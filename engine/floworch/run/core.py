"""The heart of scheduling: which node's edges are taken or missed, and what that means for its targets (contract C2).

Everything here is plain data and arithmetic. A *frame* is one graph in execution: the top level, or the body of one
item of one container. When a node ends, ``settle`` walks its outgoing edges; a target whose edges are all resolved is
either admitted to the ready queue or ends as skipped or bypassed at once, which settles its own edges (dead-path
elimination).
"""

from __future__ import annotations

from collections import deque
from typing import Any

from floworch.run.commands import Command, Op
from floworch.run.events import Event, EventKind
from floworch.run.fold import HANDLERS, PASSED
from floworch.run.plan import ALL, EMPTY, FIRST, TOP, Plan, pin_payload
from floworch.run.ports import OUT
from floworch.run.state import RunState, Scope
from floworch.run.status import NodeStatus

_SKIPPED, _BYPASSED = EventKind.NODE_SKIPPED, EventKind.NODE_BYPASSED


class Frame:
    """One graph in execution. Lists are by place in the body (``Plan.local``).

    Attributes:
        unresolved, taken: Incoming edges not resolved yet, and taken so far.
        bad: 1 where a missed edge came from a failed, cancelled or skipped node (C2.4); ``mark_bad`` writes it.
        exempt: 1 downstream of a failed node's fired error and done ports: may start after fail_fast (C4.3);
            ``mark_exempt`` writes it.
        decided: 1 once the node was admitted or ended.
        left: Nodes without a final status.
        error: First unhandled failure, with its node id, or None.
        stopping: Nothing new starts but exempt nodes.
        cut: Something was skipped or cancelled because the frame was stopped from outside.
    """

    __slots__ = ("bad", "body", "container", "cut", "decided", "error", "exempt", "left", "scope", "stopping", "taken",
                 "unresolved")  # fmt: skip

    def __init__(self, plan: Plan, container: int, scope: Scope) -> None:
        body = plan.bodies.get(container, EMPTY)
        size = len(body.nodes)
        self.body = body
        self.container = container
        self.scope = scope
        self.unresolved = list(body.incoming)
        self.taken = [0] * size
        self.bad: bytes | bytearray = body.zeros  # most frames never write to these two, and every item has a frame
        self.exempt: bytes | bytearray = body.zeros
        self.decided = bytearray(size)
        self.left = size
        self.error: dict[str, Any] | None = None
        self.stopping = False
        self.cut = False

    def mark_bad(self, place: int) -> None:
        """Set ``bad`` for the node at a place of the body."""
        if type(self.bad) is bytes:
            self.bad = bytearray(self.bad)
        self.bad[place] = 1  # type: ignore[index]

    def mark_exempt(self, place: int) -> None:
        """Set ``exempt`` for the node at a place of the body."""
        if type(self.exempt) is bytes:
            self.exempt = bytearray(self.exempt)
        self.exempt[place] = 1  # type: ignore[index]


class Loop:
    """One container in execution.

    Attributes:
        next: Index of the next item that may be opened. live: items open now.
        stopped: None, ``error`` (an item failed) or ``cancel`` (stopped from outside).
        error: The item failure that stopped it.
    """

    __slots__ = ("container", "error", "live", "next", "scope", "stopped")

    def __init__(self, container: int, scope: Scope) -> None:
        self.container = container
        self.scope = scope
        self.next = 0
        self.live = 0
        self.stopped: str | None = None
        self.error: dict[str, Any] | None = None


class Watch:
    """What keeps ready nodes from starting: breakpoints, and a step in which only one node may (C7.7).

    Attributes:
        breakpoints: Whether those of the plan are honoured.
        asked: Instances whose condition the shell evaluates; they are still in ``ready``.
        stepping: A step is under way. only: the instance that may start in it; None while it is still to be found.
        begun: It has started.
    """

    __slots__ = ("asked", "begun", "breakpoints", "only", "stepping")

    def __init__(self, breakpoints: bool = True) -> None:
        self.breakpoints = breakpoints
        self.asked: set[tuple[int, Scope]] = set()
        self.stepping = False
        self.only: tuple[int, Scope] | None = None
        self.begun = False


class Call:
    """How the child run of one call stands in this process (``floworch.run.calls``).

    Attributes:
        status: ``active suspended stopped`` or ``ending``. reason: why it stopped.
        late: It is ended because the call's timeout is over.
        turn: How often it was let go on; what it says of the time before the last one is out of date.
    """

    __slots__ = ("late", "reason", "status", "turn")

    def __init__(self, status: str, turn: int = 0) -> None:
        self.status = status
        self.turn = turn
        self.reason = ""
        self.late = False


class Core:
    """Everything the scheduler knows besides the fold, and the few primitives all of it is made from.

    Attributes:
        ready: Nodes that may start, in order: ``(node, scope)``.
        busy: Attempts that hold a slot; at most ``limit``.
        mode: ``idle running pausing stopped cancelling rolling_back``.
        held: A rollback that begins here is left to whoever resumes the run.
        batch, commands: What the current stimulus caused; the shell takes them.
        calls: Children of waiting calls, by ``(node, scope)``.
        asked: Rounds that ended and whose ``until`` the shell evaluates, by ``(container, scope)``.
        closing: Frames whose last node ended and that are not accounted for yet.
        watch: Breakpoints and steps; None in a run that has neither, which then costs nothing (``run.breaks``).
        most_crashes: Crashes of one attempt that end in doubt (C7.8).
        halt: What the pause that is under way says of itself, for the event that ends it.
    """

    __slots__ = ("asked", "batch", "busy", "calls", "closing", "commands", "frames", "halt", "held", "limit", "loops",
                 "mode", "most_crashes", "now", "plan", "ready", "root", "state", "watch")  # fmt: skip

    def __init__(self, plan: Plan, state: RunState, limit: int) -> None:
        self.plan = plan
        self.state = state
        self.limit = limit
        self.now = 0.0
        self.mode = "idle"
        self.busy = 0
        self.held = False
        self.ready: deque[tuple[int, Scope]] = deque()
        self.batch: list[Event] = []
        self.commands: list[Command] = []
        self.closing: deque[Frame] = deque()
        self.asked: dict[tuple[int, Scope], Frame] = {}
        self.watch: Watch | None = Watch() if plan.breakpoints else None
        self.halt: dict[str, Any] | None = None
        self.most_crashes = plan.max_crashes
        self.loops: dict[tuple[int, Scope], Loop] = {}
        self.calls: dict[tuple[int, Scope], Call] = {}
        self.root = Frame(plan, TOP, ())
        self.frames: dict[tuple[int, Scope], Frame] = {(TOP, ()): self.root}

    def emit(
        self, kind: int, node: int = -1, attempt: int = 0, scope: Scope = (), payload: dict[str, Any] | None = None
    ) -> Event:
        """Make the next event, fold it in and put it into the batch.

        ``RunState.apply`` without its checks: number and kind of an event that is made here are right.
        """
        state = self.state
        event = Event(state.seq, self.now, kind, node, attempt, scope, payload)
        HANDLERS[kind](state, event)  # type: ignore[misc]
        state.seq += 1
        self.batch.append(event)
        return event

    def command(self, op: int, node: int = -1, scope: Scope = (), attempt: int = 0, value: Any = None) -> None:
        """Ask the shell for something."""
        self.commands.append(Command(op, node, scope, attempt, value))

    def frame_of(self, node: int, scope: Scope) -> Frame:
        """The frame a node instance belongs to."""
        return self.frames[self.plan.parent[node], scope] if scope else self.root

    def settle(self, frame: Frame, node: int, fired: tuple[str, ...], bad: bool = False) -> None:
        """Resolve the outgoing edges of a node that has just ended.

        Args:
            frame: Its frame.
            node: Its index.
            fired: Ports that fired; PASSED stands for all but ``error``.
            bad: Whether the node failed, was cancelled or skipped (its missed edges skip, not bypass).
        """
        endings: deque[tuple[int, tuple[str, ...], bool]] | None = None
        if not self.plan.out[node]:  # an end of the graph: nothing to resolve
            frame.left -= 1
            if not frame.left and frame.container != TOP:
                self.closing.append(frame)
            return
        while True:
            frame.left -= 1
            for target in self.mark(frame, node, fired, bad):
                ending = self.decide(frame, target)
                if ending is not None:
                    if endings is None:
                        endings = deque()
                    endings.append((target, *ending))
            if not endings:
                break
            node, fired, bad = endings.popleft()
        if not frame.left and frame.container != TOP:
            self.closing.append(frame)

    def mark(self, frame: Frame, node: int, fired: tuple[str, ...], bad: bool) -> list[int]:
        """Mark a node's outgoing edges and return the targets that can be decided now."""
        plan = self.plan
        local, joins = plan.local, plan.join
        unresolved, decided = frame.unresolved, frame.decided
        decidable: list[int] = []
        for port, target in plan.out[node]:
            place = local[target]
            unresolved[place] -= 1
            if port in fired or (fired is PASSED and port != "error"):
                frame.taken[place] += 1
                if (bad and port != "out") or frame.exempt[local[node]]:
                    frame.mark_exempt(place)
                if not decided[place] and (not unresolved[place] or joins[target] == FIRST):
                    decidable.append(target)
            else:
                if bad:
                    frame.mark_bad(place)
                if not decided[place] and not unresolved[place]:
                    decidable.append(target)
        return decidable

    def decide(self, frame: Frame, node: int) -> tuple[tuple[str, ...], bool] | None:
        """Admit a node whose join is decided, or end it: then ``(fired ports, bad)`` for ``settle``."""
        place = self.plan.local[node]
        if frame.decided[place]:
            return None
        frame.decided[place] = 1
        taken = frame.taken[place]
        if self.plan.join[node] == ALL:
            runs = taken == frame.body.incoming[place]
        else:
            runs = taken > 0 or not frame.body.incoming[place]
        if not runs:
            if frame.bad[place]:
                self.emit(_SKIPPED, node, 0, frame.scope)
                return (), True
            self.emit(_BYPASSED, node, 0, frame.scope)
            return (), False
        if self.mode == "cancelling" or (frame.stopping and not frame.exempt[place]):
            self.emit(_SKIPPED, node, 0, frame.scope)
            frame.cut = True
            return (), True
        if node in self.plan.passive:
            return self._pass(frame, node), False
        self.ready.append((node, frame.scope))
        return None

    def _pass(self, frame: Frame, node: int) -> tuple[str, ...]:
        """End a node that would run and does not: a disabled one (C2.6), a pinned one in a run of a part (C7.6), or a
        trigger at which the run does not start."""
        if node in self.plan.idle:
            self.emit(_BYPASSED, node, 0, frame.scope)
            return ()
        if node not in self.plan.disabled:
            self.emit(EventKind.NODE_REUSED, node, 0, frame.scope, pin_payload(self.plan.pinned[node]))
            return OUT
        source = self.plan.single[node]
        output = self.output_of(source, frame.scope) if source is not None else None
        self.emit(_BYPASSED, node, 0, frame.scope, {"output": output, "passed": True})
        return PASSED

    def output_of(self, node: int, scope: Scope) -> Any:
        """The output of a node instance."""
        if scope:
            body = self.state.body_of(node, scope)
            return body.output if body is not None else None
        return self.state.output[node]

    def begin(self, frame: Frame) -> None:
        """Admit a fresh frame's roots (a node without incoming edges starts at once, C2.7)."""
        for node in frame.body.roots:
            ending = self.decide(frame, node)
            if ending is not None:
                self.settle(frame, node, *ending)

    def drop_parked(self, node: int, scope: Scope) -> None:
        """Tell the shell that nobody will come back to a retrying or waiting node's continuation."""
        self.command(Op.DROP, node, scope)


def stop(core: Core) -> None:
    """The run does nothing more by itself."""
    core.mode = "stopped"
    core.command(Op.STOPPED)


def status_code(core: Core, node: int, scope: Scope) -> int:
    """Status code of one node instance."""
    if not scope:
        return core.state.node_status[node]
    body = core.state.bodies.get(scope, {}).get(node)
    return body.status if body is not None else NodeStatus.PENDING.code
