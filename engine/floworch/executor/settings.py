"""Settings of a run: argument > environment > file > default (interfaces.md sections 2 and 3)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from floworch.actions.item_limit import item_limit
from floworch.actions.library.file_names import real_path, shown
from floworch.errors import UsageError
from floworch.limits import senseless
from floworch.model.durations import seconds
from floworch.model.rules.settings import MOST_CONCURRENCY
from floworch.model.workflow import RetryPolicy

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow

Durability = Literal["power", "process", "none"]
_DURABILITIES = ("power", "process", "none")
_ON = frozenset({"1", "true", "yes", "on"})

_OFF = frozenset({"", "0", "false", "no", "off"})
_LEVELS = ("debug", "info", "warning", "error")
Policy = TypeVar("Policy", bound=RetryPolicy)


def concurrency_of(workflow: Workflow, argument: int | None, usual: int | None = None) -> int:
    """Slots of a run: the argument, ``FLOWORCH_MAX_CONCURRENCY``, the file's setting, what is usual in its engine.

    Raises:
        UsageError: It is not a whole number from 1 to 10 000.
    """
    text = os.environ.get("FLOWORCH_MAX_CONCURRENCY")
    value: Any = argument
    if value is None and text:
        value = int(text) if text.isdecimal() and len(text) < 9 else text
    elif value is None:
        written = usual is None or "max_concurrency" in workflow.settings.model_fields_set
        value = workflow.settings.max_concurrency if written else usual
    return slots(value, _from("FLOWORCH_MAX_CONCURRENCY", argument))


def slots(value: Any, hint: str = "") -> int:
    """A largest number of nodes at the same time.

    Raises:
        UsageError: It is not a whole number from 1 to 10 000; ``hint`` says where it comes from.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_CONCURRENCY:
        raise UsageError(
            f"max_concurrency must be a whole number from 1 to {MOST_CONCURRENCY}, not {value!r}.",
            hint or "It is how many nodes run at the same time, such as 16.",
        )
    return value


def _from(variable: str, argument: Any = None) -> str:
    """Hint that names the variable of the environment which a wrong value comes from."""
    value = os.environ.get(variable)
    # The command line hands over what the environment says as an argument.
    return f"It is what {variable} says." if value and argument in (None, value) else ""


def breakpoints_of(argument: bool | None, recorded: bool = True) -> bool:
    """Whether breakpoints are honoured: the argument, else not where ``FLOWORCH_NO_BREAKPOINTS`` is set, else as
    ``recorded`` when the run was started.

    Raises:
        UsageError: The variable is neither on nor off.
    """
    if argument is not None:
        return argument
    return recorded and not switch("FLOWORCH_NO_BREAKPOINTS")


def switch(variable: str) -> bool:
    """Whether a variable of the environment is switched on; one that is not set, or empty, is off.

    Raises:
        UsageError: It is neither on (``1 true yes on``) nor off (``0 false no off``).
    """
    text = os.environ.get(variable, "").strip().lower()
    if text not in _ON and text not in _OFF:
        raise UsageError(
            f"{variable} must be 1 or 0, not {os.environ[variable]!r}.", "true, yes, on and false, no, off do, too."
        )
    return text in _ON


def check_limits(workflow: Workflow) -> None:
    """Say that a limit is wrong before a run exists.

    Raises:
        UsageError: The largest number of items, or of crashes of one attempt, makes no sense, or one of
            ``floworch.limits``.
    """
    for name, value in senseless():
        raise UsageError(f"{name} must be a whole number of at least 1, not {value!r}.")
    item_limit()
    crashes_of(workflow)


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
        raise UsageError(
            f"The largest number of crashes of one attempt must be at least 1, not {value!r}.",
            _from("FLOWORCH_MAX_CRASHES"),
        )
    return number


def folder_of(argument: str | os.PathLike[str] | None) -> str:
    """The absolute path of the folder that a run is started in, as its header keeps it: the argument, else the
    current one of this process.

    Raises:
        UsageError: There is no such folder.
    """
    try:
        folder = os.path.abspath(os.path.expanduser(os.fspath(argument))) if argument is not None else os.getcwd()
    except FileNotFoundError:
        raise UsageError("The current folder does not exist any more.", "Change to another folder.") from None
    if not os.path.isdir(folder):
        raise UsageError(f"There is no folder {folder} to start the run in.", "Create it, or name another one.")
    return shown(folder)


def recorded_folder(options: Mapping[str, Any]) -> str:
    """The folder that a run was started in, by its header's options; the current one for a run that has none."""
    folder = options.get("folder")
    return real_path(folder) if folder else os.getcwd()


def durability_of(workflow: Workflow, argument: str | None, usual: str | None = None) -> Durability:
    """Durability of a run: the argument, ``FLOWORCH_DURABILITY``, the file's setting, what is usual in its store.

    Raises:
        UsageError: It is not one of ``power process none``.
    """
    value = argument or os.environ.get("FLOWORCH_DURABILITY")
    if not value:
        written = usual is None or "durability" in workflow.settings.model_fields_set
        value = workflow.settings.durability if written else usual
    if value not in _DURABILITIES:
        raise UsageError(
            f"There is no durability {value!r}.",
            f"Use power, process or none. {_from('FLOWORCH_DURABILITY', argument)}".strip(),
        )
    return cast("Durability", value)


@dataclass(frozen=True, slots=True)
class RetryOverride:
    """What the environment says about every retry of the nodes of a run.

    Attributes:
        retries: Attempts after the first one, or None.
        delay: Seconds before the first retry, or None.
    """

    retries: int | None = None
    delay: float | None = None

    def of(self, policy: Policy) -> Policy:
        """The policy as the environment wants it."""
        changes: dict[str, Any] = {}
        if self.retries is not None:
            changes["max_attempts"] = self.retries + 1
        if self.delay is not None:
            changes["delay"] = self.delay
            if self.delay > seconds(policy.max_delay):
                changes["max_delay"] = self.delay
        return policy.replace(**changes) if changes else policy


def retry_override() -> RetryOverride:
    """What ``FLOWORCH_RETRY_COUNT`` and ``FLOWORCH_RETRY_DELAY`` say.

    Raises:
        UsageError: The count is not a whole number from 0, or the delay is not a duration.
    """
    count, delay = os.environ.get("FLOWORCH_RETRY_COUNT"), os.environ.get("FLOWORCH_RETRY_DELAY")
    if not count and not delay:
        return NO_OVERRIDE
    if count and not (count.isascii() and count.isdigit() and len(count) <= 4):
        raise UsageError(f"FLOWORCH_RETRY_COUNT must be a whole number from 0 to 9999, not {count!r}.")
    return RetryOverride(int(count) if count else None, _delay(delay) if delay else None)


#: The environment says nothing.
NO_OVERRIDE = RetryOverride()


def _delay(text: str) -> float:
    try:
        return seconds(float(text) if text.replace(".", "", 1).isdecimal() else text)
    except (ValueError, OverflowError):
        raise UsageError(
            f"FLOWORCH_RETRY_DELAY must be a duration, not {text!r}.", "Such as 2, 0.5, 250ms, 30s or 5m."
        ) from None


def log_level(default: str | None = None) -> str | None:
    """The level of Python's log for programs of this product: ``FLOWORCH_LOG_LEVEL`` in capitals, else ``default``.

    Raises:
        UsageError: It is not one of ``debug info warning error``.
    """
    level = os.environ.get("FLOWORCH_LOG_LEVEL")
    if not level:
        return default
    if level.lower() not in _LEVELS:
        raise UsageError(f"There is no log level {level!r}.", f"Set FLOWORCH_LOG_LEVEL to {', '.join(_LEVELS)}.")
    return level.upper()
