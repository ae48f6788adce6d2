"""What an action may return instead of a plain output, to speak to the scheduler."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Outcome:
    """An output together with the port that fires (contract C2.7).

    Attributes:
        output: The node's output, a JSON value.
        port: The success port that fires instead of ``out``; None fires ``out``.
        also: Further success ports that fire with it (``human.approve`` fires ``approved`` and ``out``).
    """

    output: Any = None
    port: str | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wait:
    """The node waits for something outside and holds no slot (contract C8).

    Attributes:
        kind: ``timer``, ``signal``, ``approval``, ``form`` or ``call``.
        name: The signal's name, or the run id of a call's child; empty otherwise.
        due: Epoch seconds when the timer fires or the wait times out; None waits for ever.
        on_timeout: ``complete`` (a timer), ``fail`` (timeout_error), or for approvals ``approve`` / ``reject``.
        details: What a person needs to see (message, assignees, schema), plain JSON; it is journaled.
    """

    kind: Literal["timer", "signal", "approval", "form", "call"]
    name: str = ""
    due: float | None = None
    on_timeout: Literal["complete", "fail", "approve", "reject"] = "fail"
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expand:
    """A container's answer: run the body once per item (contract C10.1).

    Attributes:
        items: The item list; it is journaled once. One in parts (``Parts``) is never held whole.
        concurrency: How many items run at a time, at least 1.
        on_item_error: ``stop`` fails the container at the first failed item, ``collect`` gives null for it.
    """

    items: Sequence[Any]
    concurrency: int = 4
    on_item_error: Literal["stop", "collect"] = "stop"


@dataclass(frozen=True, slots=True)
class Rounds:
    """A container's answer: run the body as a whole, one round after the other (contract C10.2, C15).

    Attributes:
        kind: ``repeat`` runs rounds until one is the last; ``try`` runs another one only after a failure.
        start: ``item`` of the first round of a repeat; each later one has the result of the round before.
        most: The most rounds, at least 1.
        until: Condition that ends a repeat, evaluated after each round; None runs ``most`` rounds.
        on_max: Whether a repeat completes or fails when ``most`` rounds did not fulfil ``until``.
        delay: Seconds between the end of a round and the next.
        catch: Error kinds that a try catches; empty stands for all.
    """

    kind: Literal["repeat", "try"]
    start: Any = None
    most: int = 1
    until: str | None = None
    on_max: Literal["complete", "fail"] = "complete"
    delay: float = 0.0
    catch: tuple[str, ...] = ()
