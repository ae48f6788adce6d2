"""Calls of other workflows: they can be found and are valid, their inputs fit, none leads back to itself (C10.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from floworch.errors import DefinitionError
from floworch.model.called import CALL, MOST_DEPTH, find, key_of, references
from floworch.model.rules.draft import Draft, listing
from floworch.model.rules.settings import fits
from floworch.model.workflow import Workflow

#: The first problem of a called workflow in words, or None when it is valid; what it calls itself is left out.
Examine = Callable[[Workflow], str | None]


def check_calls(draft: Draft, examine: Examine) -> None:
    """Find workflows that are missing, invalid or lead back here, and inputs that do not fit.

    Args:
        draft: The definition.
        examine: Looks at each called workflow.
    """
    if not any(node.action == CALL for node in draft.workflow.nodes.values()):
        return
    walk = _Walk(draft, examine)
    for node_id, reference in references(draft.workflow):
        path = f"nodes.{node_id}.params"
        called = walk.open(draft.workflow, reference, node_id)
        if called is not None:
            _check_inputs(draft, called, draft.workflow.nodes[node_id].params.get("inputs", {}), path, node_id)
            walk.down(called, reference, node_id)


class _Walk:
    """Goes down the calls, each workflow as deep as it is found; one problem per call of the definition."""

    def __init__(self, draft: Draft, examine: Examine) -> None:
        self._draft = draft
        self._examine = examine
        self._examined: dict[str, str | None] = {}
        self._deepest: dict[str, int] = {}
        self._chain: list[tuple[str, str]] = []
        self._told: set[str] = set()
        own = draft.workflow
        if own.source is not None:
            self._chain.append((key_of(own), own.source.name))

    def _add(self, code: str, node_id: str, message: str, fix: str) -> None:
        if node_id not in self._told:
            self._told.add(node_id)
            self._draft.add(code, f"nodes.{node_id}.params.workflow", message, fix, node_id)

    def open(self, caller: Workflow, reference: str, node_id: str) -> Workflow | None:
        """The workflow behind a reference; None when it cannot be read, which is noted for ``node_id``."""
        try:
            return find(caller, reference)
        except DefinitionError as error:
            missing = error.message.startswith("There is no file")
            through = "" if caller is self._draft.workflow else f"{caller.id!r} calls {reference!r}: "
            fix = error.hint if not missing else "Check the path; it starts in the folder of the calling workflow."
            self._add("unknown_workflow" if missing else "bad_workflow", node_id, through + error.message, fix)
            return None

    def down(self, called: Workflow, reference: str, node_id: str) -> None:
        """Follow the calls of a called workflow."""
        key = key_of(called)
        keys = [each for each, _ in self._chain]
        depth = len(keys) + (self._draft.workflow.source is None)
        if key in keys:
            names = [name for _, name in self._chain[keys.index(key) :]]
            message = f"Workflows call each other in a circle: {' → '.join([*names, names[0]])}."
            self._add("call_cycle", node_id, message, "Remove one of the calls.")
        elif depth > MOST_DEPTH:
            message = f"The call of {reference!r} is {depth} calls deep; at most {MOST_DEPTH} are allowed."
            self._add("calls_too_deep", node_id, message, "Call fewer workflows from workflows that are called.")
        elif self._deepest.get(key, 0) < depth:
            self._deepest[key] = depth
            self._look_into(called, key, reference, node_id)

    def _look_into(self, called: Workflow, key: str, reference: str, node_id: str) -> None:
        if key not in self._examined:
            self._examined[key] = self._examine(called)
        wrong = self._examined[key]
        if wrong is not None:
            fix = f"'floworch validate {called.source}' lists everything." if called.source else "Repair it."
            self._add("bad_workflow", node_id, f"The workflow {reference!r} is not valid: {wrong}", fix)
        self._chain.append((key, called.source.name if called.source is not None else called.id))
        for _, further in references(called):
            deeper = self.open(called, further, node_id)
            if deeper is not None:
                self.down(deeper, further, node_id)
        self._chain.pop()


def _check_inputs(draft: Draft, called: Workflow, given: Any, path: str, node_id: str) -> None:
    """Compare the inputs of a call with those that the workflow declares."""
    if not isinstance(given, Mapping):
        return  # an expression; anything else is a ``bad_param``
    for name, value in given.items():
        place = f"{path}.inputs.{name}"
        declared = called.inputs.get(name)
        if declared is None:
            fix, close = draft.suggest(name, called.inputs, _declared(called))
            repair = {"op": "rename_key", "path": place, "value": close} if close and close not in given else None
            message = f"The workflow {called.id!r} has no input {name!r}."
            draft.add("bad_call_input", place, message, fix, node_id, repair)
        elif not (isinstance(value, str) and "{{" in value) and not fits(declared, value):
            message = f"The input {name!r} of {called.id!r} must be of type {declared.type}."
            draft.add("bad_call_input", place, message, "Change the value, or give an expression.", node_id)
    missing = [
        name
        for name, declared in called.inputs.items()
        if declared.required and "default" not in declared.model_fields_set and name not in given
    ]
    if missing:
        message = f"The workflow {called.id!r} needs the input{'s' if len(missing) > 1 else ''} {listing(missing)}."
        draft.add("bad_call_input", f"{path}.inputs", message, "Give a value or an expression for each.", node_id)


def _declared(called: Workflow) -> str:
    return f"It has {listing(called.inputs)}." if called.inputs else "It takes no inputs."
