"""Workflows whose effects can be counted in a file outside the store, for processes that crash."""

from __future__ import annotations

from typing import Any


def effect(name: str) -> str:
    """A shell command that leaves one line outside the store."""
    return f"printf '%s\\n' '{name}' >> \"$EFFECTS\""


def shell(name: str, *, before: str = "", **fields: Any) -> dict[str, Any]:
    """A node whose effect can be counted."""
    command = f"{before}{effect(name)}"
    return {"action": "shell.run", "params": {"command": command}, "effect": "idempotent", **fields}


#: A small workflow with a step of every kind that asks something different of the journal: a worker process, a shell, a
#: failure that is tried again, a step whose crash leaves a doubt, items, a timer, a choice, a branch not taken.
SMALL: dict[str, Any] = {
    "id": "small",
    "nodes": {
        "first": shell("first"),
        "again": shell(
            "again",
            before='[ -e "$EFFECTS.tried" ] || { touch "$EFFECTS.tried"; exit 1; }; ',
            retry={"max_attempts": 9, "delay": "10ms", "jitter": 0},
        ),
        "unsafe": {**shell("unsafe"), "effect": "unsafe"},
        "wait": {"action": "flow.wait", "params": {"for": "20ms"}},
        "loop": {"action": "flow.foreach", "params": {"items": [1, 2], "concurrency": 2}},
        "item": {**shell("item-{{ item }}"), "parent": "loop"},
        "code": {
            "action": "python.code",
            "params": {"code": "sum(values)", "inputs": {"values": [1, 2, 3]}},
            "effect": "pure",
        },
        "which": {"action": "flow.if", "params": {"condition": "{{ nodes.code.output == 6 }}"}},
        "yes": shell("yes"),
        "no": shell("no"),
    },
    "edges": [
        {"from": "first", "to": "again"},
        {"from": "first", "to": "unsafe"},
        {"from": "first", "to": "wait"},
        {"from": "wait", "to": "loop"},
        {"from": "unsafe", "to": "code"},
        {"from": "code", "to": "which"},
        {"from": "which", "to": "yes", "port": "true"},
        {"from": "which", "to": "no", "port": "false"},
    ],
    "outputs": {"sum": "{{ nodes.code.output }}"},
}


def undo(name: str) -> dict[str, Any]:
    """A compensation whose effect can be counted; its action is unsafe, and runs again after a crash all the same."""
    return {"action": "shell.run", "params": {"command": effect(f"undo-{name}")}}


#: The child of a child (C10.3).
INNER: dict[str, Any] = {
    "id": "inner",
    "inputs": {"who": {"type": "string"}},
    "nodes": {
        "meal": shell("meal-{{ inputs.who }}", compensate=undo("meal")),
        "tip": shell("tip"),
    },
    "edges": [{"from": "meal", "to": "tip"}],
    "outputs": {"ate": "{{ inputs.who }}"},
}

#: A child that calls another one between two steps.
OUTER: dict[str, Any] = {
    "id": "outer",
    "nodes": {
        "hotel": shell("hotel", compensate=undo("hotel")),
        "dinner": {"action": "flow.call", "params": {"workflow": "inner.flow.json", "inputs": {"who": "two"}}},
        "taxi": shell("taxi"),
    },
    "edges": [{"from": "hotel", "to": "dinner"}, {"from": "dinner", "to": "taxi"}],
    "outputs": {"ate": "{{ nodes.dinner.output.ate }}"},
}

#: A workflow that fails at its end and undoes what it did, items one by one, and its child's child first (C9, C15).
SAGA: dict[str, Any] = {
    "id": "saga",
    "nodes": {
        "book": shell("book", compensate=undo("book")),
        "seats": {"action": "flow.foreach", "params": {"items": [1, 2], "concurrency": 2}},
        "seat": shell("seat-{{ item }}", parent="seats", compensate=undo("seat-{{ item }}")),
        "tour": {"action": "flow.call", "params": {"workflow": "outer.flow.json"}},
        "pay": {"action": "flow.fail", "params": {"message": "on purpose"}},
    },
    "edges": [
        {"from": "book", "to": "seats"},
        {"from": "seats", "to": "tour"},
        {"from": "tour", "to": "pay"},
    ],
}


def full_definition() -> dict[str, Any]:
    """SMALL, and a step for every other feature.

    Waits for people, forms and signals, rounds, a caught failure, a thread, a large value, a secret, a breakpoint, and
    a child that fails and undoes what it, its child and that one's child did.
    """
    nodes = {
        **SMALL["nodes"],
        "each": {"action": "flow.foreach", "params": {"items": [1, 2, 3, 4, 5, 6], "concurrency": 2}},
        "left": {**shell("left-{{ item }}"), "parent": "each"},
        "right": {**shell("right-{{ item }}"), "parent": "each"},
        "rounds": {"action": "flow.repeat", "params": {"max": 3, "delay": "20ms"}},
        "round": {**shell("round-{{ index }}"), "parent": "rounds"},
        "attempt": {"action": "flow.try", "params": {"retry_block": 1, "delay": "10ms"}},
        "hopeless": {**shell("hopeless"), "parent": "attempt", "retry": {"max_attempts": 1}},
        "rescue": shell("rescue"),
        "paid": {"action": "flow.signal", "params": {"name": "paid"}},
        "ok": {"action": "human.approve", "params": {"message": "Go on?"}},
        "note": {
            "action": "file.write",
            "breakpoint": True,
            "params": {"path": "{{ inputs.folder }}/note.txt", "content": "{{ nodes.paid.output }}"},
        },
        "form": {"action": "human.form", "params": {"schema": {"amount": {"type": "integer"}}}},
        "rows": {"action": "data.set", "params": {"fields": {"rows": "{{ ['a row of a large value'] * 9000 }}"}}},
        "count": shell("rows-{{ nodes.rows.output.rows | length }}"),
        "pass": shell("pass", before='[ -n "$PASS" ] && echo "$PASS" && '),
        "trip": {"action": "flow.call", "params": {"workflow": "saga.flow.json"}, "on_error": "continue"},
        "last": shell("last", join="any"),
    }
    nodes["hopeless"]["params"] = {"command": effect("hopeless") + "; exit 3"}
    nodes["pass"]["params"]["env"] = {"PASS": "{{ secrets.pass }}"}
    edges = [
        *SMALL["edges"],
        {"from": "yes", "to": "each"},
        {"from": "left", "to": "right"},
        {"from": "loop", "to": "rounds"},
        {"from": "rounds", "to": "attempt"},
        {"from": "attempt", "to": "rescue", "port": "error"},
        {"from": "rescue", "to": "paid"},
        {"from": "each", "to": "ok"},
        {"from": "rounds", "to": "trip"},
        {"from": "loop", "to": "rows"},
        {"from": "rows", "to": "count"},
        {"from": "count", "to": "pass"},
        {"from": "pass", "to": "form"},
        {"from": "form", "to": "last"},
        {"from": "paid", "to": "note"},
        {"from": "note", "to": "last"},
        {"from": "ok", "to": "last", "port": "approved"},
    ]
    return {
        "id": "full",
        "inputs": {"folder": {"type": "string"}},
        "nodes": nodes,
        "edges": edges,
        "outputs": {
            **SMALL["outputs"],
            "paid": "{{ nodes.paid.output }}",
            "amount": "{{ nodes.form.output['values'].amount }}",
            "said": "{{ nodes.pass.output.stdout }}",
        },
        "settings": {"fail_fast": False},
    }


def edited_definition() -> dict[str, Any]:
    """``full_definition`` with one more step at its end, for a run that goes over to it."""
    full = full_definition()
    nodes = {**full["nodes"], "extra": shell("extra")}
    outputs = {**full["outputs"], "extra": "{{ nodes.extra.output.code }}"}
    return {**full, "nodes": nodes, "edges": [*full["edges"], {"from": "last", "to": "extra"}], "outputs": outputs}
