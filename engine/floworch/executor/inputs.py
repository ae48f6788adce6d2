"""A run's inputs against what the definition declares (interfaces.md sections 1 and 3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from floworch.errors import UsageError
from floworch.model.own import own
from floworch.model.values import check_value, with_guests

if TYPE_CHECKING:
    from floworch.model.workflow import Input, Workflow

_FITS: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, Mapping),
    "array": lambda value: isinstance(value, (list, tuple)),
    "any": lambda value: True,
}


def complete_inputs(workflow: Workflow, given: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the inputs with defaults filled in; declared ones that are neither given nor required are null.

    Raises:
        UsageError: Names every input that is missing, undeclared or of another type.
    """
    if given is not None and not isinstance(given, Mapping):
        raise UsageError(f"Inputs are an object of names and values, not {type(given).__name__}.", _hint(workflow))
    given = dict(given or {})
    wrong = [_undeclared(name, workflow) for name in given if name not in workflow.inputs]
    inputs: dict[str, Any] = {}
    for name, declared in workflow.inputs.items():
        if name in given:
            complaint = _misfit(name, given[name], declared)
            if complaint:
                wrong.append(complaint)
            inputs[name] = given[name] if complaint else own(given[name])
        elif declared.required and "default" not in declared.model_fields_set:
            wrong.append(f"the input {name!r} is required")
        else:
            inputs[name] = own(with_guests(declared.default))
    if wrong:
        message = "; ".join(wrong)
        raise UsageError(f"{message[0].upper()}{message[1:]}.", _hint(workflow))
    return inputs


def _undeclared(name: str, workflow: Workflow) -> str:
    return f"the workflow {workflow.id!r} declares no input {name!r}"


def _misfit(name: str, value: Any, declared: Input) -> str:
    try:
        check_value(value, f"the input {name!r}")
    except TypeError as error:
        return str(error)
    if value is None and not declared.required:
        return ""
    if _FITS[declared.type](value):
        return ""
    return f"the input {name!r} must be of type {declared.type}, not {type(value).__name__}"


def _hint(workflow: Workflow) -> str:
    if not workflow.inputs:
        return "This workflow takes no inputs."
    words = [f"{name} ({declared.type}{', required' if declared.required else ''})"
             for name, declared in workflow.inputs.items()]  # fmt: skip
    return f"Declared inputs: {', '.join(words)}."
