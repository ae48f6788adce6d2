"""Quick fixes: what a problem's repair does in two words, and carrying it out as one undo step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from floworch.errors import FlowError
from floworch.model.problem import Problem
from floworch.model.repair import apply_repair
from floworch_designer.document.document import Document
from floworch_designer.settings.findings import told
from floworch_designer.settings.words import mark, tr

_LABELS = {
    "set_field": mark("Set {field}"),
    "unset_field": mark("Remove {field}"),
    "set_param": mark("Set {param} to {value}"),
    "set_layers": mark("Mend the middleware"),
    "set_edge": mark("Use “{value}”"),
    "remove_edge": mark("Remove connection"),
    "rename_node": mark("Rename to “{value}”"),
    "replace_text": mark("Use “{new}”"),
    "rename_key": mark("Rename to “{value}”"),
    "declare_input": mark("Declare input “{name}”"),
    "choose": mark("Choose…"),
}
#: The filter that makes a value one word of a command.
QUOTE = "| quote"


def repair_label(repair: Mapping[str, Any]) -> str:
    """The words on the button of a repair; ``Fix`` for a form this version does not know."""
    old, new = str(repair.get("old", "")), str(repair.get("new", ""))
    if repair.get("op") == "replace_text" and new.startswith((f"{old}.", f"{old}[")):
        repair = {**repair, "new": new.removeprefix(old)}  # what is added is all there is to see
    if repair.get("op") == "replace_text" and new.count(QUOTE) > old.count(QUOTE):
        return tr("Add “| quote”")
    label = tr(_LABELS.get(str(repair.get("op")), mark("Fix")))
    try:
        text = label.format_map({key: str(value) for key, value in repair.items()})
    except KeyError:
        text = tr("Fix")
    return text if len(text) <= 34 else f"{text[:33]}…"


def choices(problem: Problem) -> list[Problem]:
    """The problem by each of its repairs: one where it is clear, several where a person has to choose, or none."""
    given = problem.repair
    if given is None:
        return []
    if given.get("op") != "choose":
        return [problem]
    return [replace(problem, repair=each) for each in given.get("choices", ())]


def repair(document: Document, problem: Problem) -> str:
    """Carry out a problem's repair; returns why that failed, or an empty text."""
    if problem.repair is None:
        return tr("This problem has no quick fix.")
    try:
        document.apply(apply_repair(document.workflow, problem.repair), repair_label(problem.repair))
    except FlowError as error:
        return told(error)
    return ""
