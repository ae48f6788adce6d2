"""A parameter that takes a list gets the whole output of a step that gives an object (C15)."""

from __future__ import annotations

from typing import Any

from floworch.expr import path_text, whole_expression
from floworch.expr.paths import plain_path
from floworch.model.completion.lists import held, list_params
from floworch.model.rules.draft import Draft, Repair, listing

#: Fields that are offered at most.
MOST = 8


def check_wholes(draft: Draft) -> None:
    """Warn where a run would fail because only a field of the output is a list, and offer the fields."""
    for node_id, node in draft.examined("wholes"):
        model: Any = getattr(draft.action(node.action), "params", None)
        texts = {name: value for name, value in node.params.items() if isinstance(value, str) and "{{" in value}
        if not texts or not hasattr(model, "model_json_schema"):
            continue
        for name in texts.keys() & list_params(model).keys():
            _check(draft, node_id, name, texts[name])


def _check(draft: Draft, node_id: str, name: str, text: str) -> None:
    inner = whole_expression(text)
    path = plain_path(inner) if inner is not None else None
    if inner is None or path is None or len(path) != 3 or path[::2] != ("nodes", "output"):
        return
    draft.look_again()  # it hangs on the other step, and on what that gave in a run
    source = str(path[1])
    step = draft.workflow.nodes.get(source)
    if step is None or step.disabled or any(layer.use == "pin" for layer in step.middleware):
        return  # what it gives is not what its action gives
    output = draft.given(source) if draft.given is not None else None
    last = {"nodes": {source: {"output": output}}} if output is not None else None
    found = held(draft.workflow, source, node_id, name, draft.catalog, last)
    if found is None or found.rows:
        return
    place = f"nodes.{node_id}.params.{name}"
    fields = (found.lists or found.unknown)[:MOST]
    choices: list[Repair] = [
        {"op": "replace_text", "path": place, "old": inner.strip(), "new": path_text((*map(str, path), field))}
        for field in fields
    ]
    message = f"{name!r} wants a list, and {source!r} gives an object."
    if len(fields) == 1:
        fix = f"Take its field {fields[0]!r}."
    else:
        fix = f"Take one of its fields: {listing(fields)}." if fields else "Use the output of a step that gives a list."
    repair: Repair | None = choices[0] if len(choices) == 1 else {"op": "choose", "choices": choices}
    draft.add("whole_output", place, message, fix, node_id, repair if choices else None)
