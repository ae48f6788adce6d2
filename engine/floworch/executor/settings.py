"""Settings of a run: argument > environment > file > default (interfaces.md sections 2 and 3)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Literal, cast

from floworch.errors import UsageError

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow

Durability = Literal["power", "process", "none"]
_DURABILITIES = ("power", "process", "none")


def concurrency_of(workflow: Workflow, argument: int | None) -> int:
    """Slots of a run: the argument, ``FLOWORCH_MAX_CONCURRENCY``, the file's setting.

    Raises:
        UsageError: It is not a whole number of at least 1.
    """
    value: Any = argument
    if value is None:
        value = os.environ.get("FLOWORCH_MAX_CONCURRENCY") or workflow.settings.max_concurrency
    try:
        number = int(value)
    except ValueError:
        number = 0
    if number < 1:
        raise UsageError(f"The largest number of concurrent nodes must be at least 1, not {value!r}.")
    return number


def breakpoints_of(argument: bool | None, recorded: bool = True) -> bool:
    """Whether breakpoints are honoured: the argument, else not where ``FLOWORCH_NO_BREAKPOINTS`` is set, else as
    ``recorded`` when the run was started."""
    if argument is not None:
        return argument
    return recorded and os.environ.get("FLOWORCH_NO_BREAKPOINTS", "") in {"", "0"}


def crashes_of(workflow: Workflow) -> int:
    """Crashes of one attempt that end in doubt: ``FLOWORCH_MAX_CRASHES``, else the file's setting (C7.8).

    Raises:
        UsageError: It is not a whole number of at least 1.
    """
    value = os.environ.get("FLOWORCH_MAX_CRASHES") or workflow.settings.max_crashes
    try:
        number = int(value)
    except ValueError:
        number = 0
    if number < 1:
        raise UsageError(f"The largest number of crashes of one attempt must be at least 1, not {value!r}.")
    return number


def durability_of(workflow: Workflow, argument: str | None) -> Durability:
    """Durability of a run: the argument, ``FLOWORCH_DURABILITY``, the file's setting.

    Raises:
        UsageError: It is not one of ``power process none``.
    """
    value = argument or os.environ.get("FLOWORCH_DURABILITY") or workflow.settings.durability
    if value not in _DURABILITIES:
        raise UsageError(f"There is no durability {value!r}.", "Use power, process or none.")
    return cast("Durability", value)
