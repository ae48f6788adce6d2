"""Every error a person can meet, and the kinds an action may fail with (contract C4.1)."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


class ErrorKind(StrEnum):
    """The closed list of failure kinds of contract C4.1."""

    VALIDATION = "validation_error"
    PROCESSING = "processing_error"
    EXTERNAL_SERVICE = "external_service_error"
    CONNECTION = "connection_error"
    TIMEOUT = "timeout_error"
    RATE_LIMIT = "rate_limit_error"
    CIRCUIT_OPEN = "circuit_open_error"
    PERMISSION = "permission_error"
    NOT_FOUND = "not_found_error"
    CANCELLED = "cancelled"
    INTERNAL = "internal_error"


#: What ``on: [transient]`` stands for in a retry policy (C4.4).
TRANSIENT = frozenset({ErrorKind.CONNECTION, ErrorKind.TIMEOUT, ErrorKind.RATE_LIMIT, ErrorKind.EXTERNAL_SERVICE})


class FlowError(Exception):
    """Base of every error this product raises on purpose.

    Args:
        message: What is wrong and where, one sentence for a person.
        hint: What to do about it, one sentence; empty when there is nothing to add.
        problems: For an invalid definition, every Problem found (objects of ``floworch.Problem``).

    ``str(error)`` is the message; a traceback shows the hint as a note below it.
    ``exit_code`` is the process exit code the command line uses for it (interfaces.md section 3).
    """

    exit_code = 2

    def __init__(self, message: str, hint: str = "", problems: Sequence[Any] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.problems = tuple(problems)
        if hint:
            self._add_hint()

    def _add_hint(self) -> None:
        self.add_note(self.hint)


class DefinitionError(FlowError):
    """A definition that is malformed or invalid; ``problems`` lists everything found.

    ``str(error)`` names every problem with its place and what to do; ``message`` is one line with the first ones.
    """

    def _add_hint(self) -> None:
        if self.hint not in str(self):
            super()._add_hint()

    def __str__(self) -> str:
        if not any(problem.path for problem in self.problems):
            return self.message
        lines = [self.message]
        for problem in self.problems:
            fix = f" {problem.fix}" if problem.fix else ""
            place = "" if problem.path else "definition: "
            lines.append(f"  {problem.severity}: {place}{problem.text}{fix}")
        return "\n".join(lines)


class DefinitionWarning(UserWarning):
    """Something about a definition that does not make it invalid, told by ``WorkflowBuilder.build``.

    Args:
        problem: The ``floworch.Problem`` of severity warning.

    ``str(warning)`` says where, what, and what to do about it.
    """

    def __init__(self, problem: Any) -> None:
        super().__init__(f"{problem.text} {problem.fix}".rstrip())
        self.problem = problem


class UsageError(FlowError):
    """A request that cannot be carried out as asked: a bad id, an unknown name, a wrong state."""


class WrongArgument(UsageError, ValueError):  # noqa: N818 - reads as what it is
    """A value that a program makes, such as a retry policy, with an argument that is none it may have."""


class MigrationRefused(UsageError):  # noqa: N818
    """A run cannot go over to another definition (C7.5).

    ``migration`` says why, node by node: the object of ``floworch.run.migration.Migration.to_json``.
    """

    def __init__(self, message: str, hint: str = "", migration: dict[str, Any] | None = None) -> None:
        super().__init__(message, hint)
        self.migration = migration or {}


class ExpressionError(FlowError):
    """An expression that does not parse or evaluate.

    ``source`` is the expression text, ``offset`` the 0-based character place in it or None.
    """

    def __init__(self, message: str, source: str = "", offset: int | None = None, hint: str = "") -> None:
        super().__init__(message, hint)
        self.source = source
        self.offset = offset


class LimitExceeded(FlowError):  # noqa: N818 - reads as what happened
    """A documented limit of contract C13 was reached; the message names the limit and its setting."""


class NotTrusted(FlowError):  # noqa: N818
    """A definition would do what it may not do before the user trusts it; ``reasons`` says what, one sentence each."""

    exit_code = 5

    def __init__(self, message: str, hint: str = "", reasons: Sequence[str] = ()) -> None:
        super().__init__(message, hint)
        self.reasons = tuple(reasons)


class StoreError(FlowError):
    """The store cannot do what was asked: not writable, full, input/output error."""

    exit_code = 4


class RunNotFound(StoreError):  # noqa: N818
    """No run of that id in this store."""

    exit_code = 2


class RunExists(StoreError):  # noqa: N818
    """A run of that id is already in this store."""

    exit_code = 2


class RunLocked(StoreError):  # noqa: N818
    """Another live process owns the run (C7.4); ``owner`` holds its pid, host and boot id."""

    def __init__(self, message: str, hint: str = "", owner: dict[str, Any] | None = None) -> None:
        super().__init__(message, hint)
        self.owner = owner or {}


class RunLost(RunNotFound):
    """The directory of a run is there without its journal, or without the beginning of it: the run was never completely
    created, or its files are gone."""

    exit_code = 4


def store_of(file: Path | str) -> str:
    """The directory of the store that a file of it lies in, as a word for a command line; ``DIR`` when not known."""
    from pathlib import PurePath
    from shlex import quote

    parents = PurePath(file).parents
    place = next((parent.parent for parent in parents if parent.name in {"runs", "artifacts"}), None)
    return "DIR" if place is None else quote(str(place))


class CorruptJournal(StoreError):  # noqa: N818
    """A journal that was changed or damaged elsewhere than at its torn tail.

    Args:
        file: The segment file.
        offset: Byte offset of the first bad frame in it.
        expected: What should stand there.
        found: What stands there.
    """

    def __init__(self, file: Path | str, offset: int, expected: str, found: str) -> None:
        super().__init__(
            f"The journal {file} is damaged at byte {offset}: expected {expected}, found {found}.",
            f"Run 'floworch doctor --store {store_of(file)}' to see what can be recovered.",
        )
        self.file = str(file)
        self.offset = offset
        self.expected = expected
        self.found = found


class CorruptArtifact(StoreError):  # noqa: N818
    """A large value that is missing, or is not what its name says (C6.3).

    Args:
        digest: The sha256 that names it.
        file: Where it should be.
        expected: What should stand there.
        found: What stands there.
    """

    def __init__(self, digest: str, file: Path | str, expected: str, found: str) -> None:
        super().__init__(
            f"The artifact {digest[:16]} cannot be read: expected {expected} in {file}, found {found}.",
            f"Run 'floworch doctor --store {store_of(file)}' to see what is damaged; restore the file from a backup if "
            "there is one.",
        )
        self.digest = digest
        self.file = str(file)
        self.expected = expected
        self.found = found


class ActionError(FlowError):
    """What an action raises to fail its node with a chosen kind.

    Args:
        message: What went wrong, for a person.
        kind: One of ErrorKind (its string value is accepted).
        retry_after: Seconds to wait before the next attempt; overrides the computed delay (C4.4).
    """

    exit_code = 1

    def __init__(
        self,
        message: str,
        kind: ErrorKind | str = ErrorKind.PROCESSING,
        retry_after: float | None = None,
        hint: str = "",
    ) -> None:
        super().__init__(message, hint)
        self.kind = _kind(kind, message)
        self.retry_after = retry_after


def _kind(kind: ErrorKind | str, message: str) -> ErrorKind:
    try:
        return ErrorKind(kind)
    except ValueError:
        known = ", ".join(ErrorKind)
        raise ValueError(f"{kind!r} is not an error kind: use one of {known}. The error itself: {message}") from None


def struck_during(timeout: BaseException) -> Exception | None:
    """The error that was being dealt with when a timeout struck, such as the one whose back-off it cut short, or None.

    A timeout never hides it (C4.5): whoever raises a timeout error says it too.
    """
    seen: set[int] = set()
    error: BaseException | None = timeout
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        error = error.__cause__ or error.__context__
        if isinstance(error, Exception):
            return error
    return None


def timed_out(message: str, timeout: BaseException | None = None) -> ActionError:
    """A timeout_error with this message, which also tells what ``timeout`` struck during."""
    own = struck_during(timeout) if timeout is not None else None
    if own is None:
        return ActionError(message, ErrorKind.TIMEOUT)
    error = ActionError(f"{message}; the error before that: {text_of(own)} ({classify(own)})", ErrorKind.TIMEOUT)
    error.__cause__ = own
    return error


_BY_TYPE: tuple[tuple[type[BaseException], ErrorKind], ...] = (
    (TimeoutError, ErrorKind.TIMEOUT),
    (PermissionError, ErrorKind.PERMISSION),
    (FileNotFoundError, ErrorKind.NOT_FOUND),
    (ConnectionError, ErrorKind.CONNECTION),
    (ExpressionError, ErrorKind.VALIDATION),
    (LimitExceeded, ErrorKind.VALIDATION),
    (ValueError, ErrorKind.VALIDATION),
    (TypeError, ErrorKind.VALIDATION),
)


#: Socket errors that Python raises as plain OSError: no way to the other side, now.
_UNREACHABLE = frozenset(
    getattr(errno, name)
    for name in ("ENETDOWN", "ENETUNREACH", "ENETRESET", "EHOSTDOWN", "EHOSTUNREACH", "ENOTCONN", "EADDRNOTAVAIL")
    if hasattr(errno, name)
)


def text_of(error: BaseException) -> str:
    """What an exception says, as text that can be stored; its type's name when it says nothing or cannot say it."""
    try:
        text = str(error)
    except BaseException:  # noqa: BLE001 - somebody else's ``__str__`` may do anything (C4.6)
        text = ""
    return text.encode("utf-8", "backslashreplace").decode() or type(error).__name__


def classify(error: BaseException) -> ErrorKind:
    """Return the kind of an exception by the table of contract C15 ("Errors of Python code").

    pydantic's ValidationError is a ValueError and therefore a validation error; socket errors are
    ConnectionError, an OSError with a network's number (no route to the host) or, for name look-ups,
    ``socket.gaierror``, which is matched by name so that this module imports no socket.
    """
    if isinstance(error, ActionError):
        return error.kind
    for kind_of, kind in _BY_TYPE:
        if isinstance(error, kind_of):
            return kind
    if type(error).__name__ in {"gaierror", "herror"} or (isinstance(error, OSError) and error.errno in _UNREACHABLE):
        return ErrorKind.CONNECTION
    return ErrorKind.PROCESSING
