"""A second, slow opinion on C2, C4.2, C9 and C10.3: the final statuses of a run, worked out from the definition alone.

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


def whole_run(case: Mapping[str, Any], story: Mapping[str, Any], undone: bool = False) -> dict[str, Any]:
    """How a run and the child runs of its calls end, rollbacks and all (C9, C10.3), without ``fail_fast``.

    Args:
        case: ``definition``; by node ``outcomes`` as for ``final_statuses``, and ``undo`` of compensations, ``fail`` or
            not; ``children``: the cases of the nodes that are calls.
        story: ``order`` in which nodes completed, and ``children``: their stories.
        undone: Whether the saga of its caller undoes it.

    Returns:
        ``status``, ``nodes``, ``compensated``, ``failed``, ``not_needed`` and ``children`` with the same of each child.
    """
    nodes, children = case["definition"]["nodes"], case["children"]
    calm = {name: whole_run(child, _below(story, name)) for name, child in children.items()}
    ends_of = {name: "fail" if child["status"] == "failed" else "out" for name, child in calm.items()}
    outcomes = {**case["outcomes"], **ends_of}
    status = final_statuses(case["definition"], outcomes)
    calm = {name: child for name, child in calm.items() if status[name] in ("completed", "failed")}
    declared = {name for name, node in nodes.items() if "compensate" in node}
    fails = run_fails(case["definition"], status)
    ends = "failed" if fails else ("cancelled" if undone else "completed")
    left = [
        name
        for name in reversed(story["order"])
        if name in declared or (name in calm and something_to_undo(children[name], calm[name]))
    ]
    lists: dict[str, list[str]] = {"compensated": [], "failed": [], "not_needed": []}
    if left and ends != "completed":
        lists["not_needed"] = [name for name in nodes if name in declared and status[name] != "completed"]
    elif ends == "cancelled":
        ends = "completed"  # there was nothing to undo
    for name in left if ends != "completed" else ():
        well = case["undo"].get(name) != "fail"
        if name not in declared:
            calm[name] = whole_run(children[name], _below(story, name), undone=True)
            well = not calm[name]["failed"]
        lists["compensated" if well else "failed"].append(name)
        status[name] = "compensated" if well else "compensation_failed"
    return {"status": ends, "nodes": status, **lists, "children": calm}


def _below(story: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return story["children"].get(name, {"order": [], "children": {}})


def something_to_undo(case: Mapping[str, Any], ended: Mapping[str, Any]) -> bool:
    """Whether a completed run holds anything that a rollback would undo."""
    nodes = case["definition"]["nodes"]
    done = [name for name, word in ended["nodes"].items() if word == "completed"]
    return any(
        "compensate" in nodes[name]
        or (name in ended["children"] and something_to_undo(case["children"][name], ended["children"][name]))
        for name in done
    )
