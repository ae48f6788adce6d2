"""Quick fixes: what a problem's repair does in two words, and carrying it out as one undo step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from floworch.errors import FlowError
from floworch.model.problem import Problem
from floworch.model.repair import apply_repair
from floworch_designer.document.document import Document

_LABELS = {
    "set_field": "Set {field}",
    "unset_field": "Remove {field}",
    "set_layers": "Mend the middleware",
    "set_edge": "Use “{value}”",
    "remove_edge": "Remove connection",
    "rename_node": "Rename to “{value}”",
    "replace_text": "Use “{new}”",
    "rename_key": "Rename to “{value}”",
    "declare_input": "Declare input “{name}”",
}


def repair_label(repair: Mapping[str, Any]) -> str:
    """The words on the button of a repair; ``Fix`` for a form this version does not know."""
    label = _LABELS.get(str(repair.get("op")), "Fix")
    try:
        text = label.format_map({key: str(value) for key, value in repair.items()})
    except KeyError:
        text = "Fix"
    return text if len(text) <= 34 else f"{text[:33]}…"


def repair(document: Document, problem: Problem) -> str:
    """Carry out a problem's repair; returns why that failed, or an empty text."""
    if problem.repair is None:
        return "This problem has no quick fix."
    try:
        document.apply(apply_repair(document.workflow, problem.repair), repair_label(problem.repair))
    except FlowError as error:
        return f"{error.message} {error.hint}".strip()
    return ""
