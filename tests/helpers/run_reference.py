"""A second, slow opinion on C2 and C4.2: the final statuses of a run, worked out from the definition alone.

It shares no code with the scheduler and knows nothing of events, time or slots. Without ``fail_fast`` the statuses do
not depend on the order in which attempts end.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def final_statuses(definition: Mapping[str, Any], outcomes: Mapping[str, str]) -> dict[str, str]:
    """Return the status of every top-level node.

    Args:
        definition: A definition as JSON, without containers.
        outcomes: By node: ``fail``, or the success port that fires (``out`` when left out).
    """
    nodes = definition["nodes"]
    incoming: dict[str, list[tuple[str, str]]] = {name: [] for name in nodes}
    for edge in definition["edges"]:
        incoming[edge["to"]].append((edge["from"], edge.get("port", "out")))
    status: dict[str, str] = {}
    fired: dict[str, set[str]] = {}

    def settle(name: str) -> None:
        if name in status:
            return
        for source, _ in incoming[name]:
            settle(source)
        node = nodes[name]
        taken = [port in fired[source] for source, port in incoming[name]]
        join = node.get("join", "all")
        runs = all(taken) if join == "all" else (any(taken) or not taken)
        if not runs:
            missed = [source for (source, _), took in zip(incoming[name], taken, strict=True) if not took]
            bad = any(status[source] in ("failed", "skipped", "cancelled") for source in missed)
            status[name], fired[name] = ("skipped" if bad else "bypassed"), set()
        elif node.get("disabled"):
            status[name], fired[name] = "bypassed", {"out", "done", "true", "false"}
        elif outcomes.get(name) == "fail":
            status[name], fired[name] = "failed", {"error", "done"}
            if node.get("on_error") == "continue":
                fired[name].add("out")
        else:
            status[name], fired[name] = "completed", {outcomes.get(name) or "out", "done"}

    for name in nodes:
        settle(name)
    return status


def block_outcome(block: Mapping[str, Any], bad: Any, holds: Any, scope: tuple[int, ...] = ()) -> tuple[bool, Any]:
    """What a container, or a plain step inside one, comes to: ``(True, output)`` or ``(False, id of what failed)``.

    Args:
        block: ``{"name"}`` of a step, else also ``kind`` (each, repeat, try), ``most`` rounds or items, ``inside``:
            blocks that run one after the other, and ``collect`` of an each.
        bad: Whether a step fails: ``bad(name, scope)``.
        holds: Whether a repeat is over: ``holds(name, scope of the round)``.
        scope: Where it stands.
    """
    if "kind" not in block:
        fails = bad(block["name"], scope)
        return (False, block["name"]) if fails else (True, [block["name"], *scope])
    results: list[Any] = []
    for number in range(block["most"]):
        well, value = _once(block, bad, holds, (*scope, number))
        last = number + 1 == block["most"]
        if block["kind"] == "each":
            if not well and not block["collect"]:
                return False, value
            results.append(value if well else None)
        elif block["kind"] == "try":
            if well or last:
                return well, value
        elif not well:
            return False, value
        elif (met := holds(block["name"], (*scope, number))) or last:
            return True, {"last": value, "count": number + 1, "met": met}
    return True, results


def _once(block: Mapping[str, Any], bad: Any, holds: Any, scope: tuple[int, ...]) -> tuple[bool, Any]:
    value = None
    for part in block["inside"]:
        well, value = block_outcome(part, bad, holds, scope)
        if not well:
            return False, part["name"]
    return True, value


def run_fails(definition: Mapping[str, Any], statuses: Mapping[str, str]) -> bool:
    """Whether a node failed unhandled (C4.2)."""
    caught = {edge["from"] for edge in definition["edges"] if edge.get("port") == "error"}
    return any(
        word == "failed" and name not in caught and definition["nodes"][name].get("on_error") != "continue"
        for name, word in statuses.items()
    )
