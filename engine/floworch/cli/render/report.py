"""What a person sees when something went wrong: one message, one hint, no traceback (interfaces.md section 3)."""

from __future__ import annotations

import os
import traceback
from collections.abc import Sequence
from typing import Any, TextIO

from floworch.cli.render.streams import OUTPUT, nobody_reads
from floworch.errors import FlowError, NotTrusted

#: Problems of a definition that are listed before the rest is only counted.
MAX_PROBLEMS = 50
_RED, _YELLOW, _DIM, _BOLD, _END = "\033[31m", "\033[33m", "\033[2m", "\033[1m", "\033[0m"
_BUG = "This is a bug. Run again with --debug and report what it shows."
#: Exceptions by which the command-line framework ends a command; by name, as its home differs between versions.
_FRAMEWORK = frozenset({"Exit", "Abort", "NoArgsIsHelpError"})


def coloured(stream: TextIO) -> bool:
    """Whether colours should be written to a stream: a terminal, and nobody asked for none (NO_COLOR)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


class Report:
    """Writes errors and warnings to a stream.

    Args:
        stream: Usually standard error.
        debug: Show the traceback as well.
        words: The command line as typed, for what is said about it.

    Attributes:
        said: The last failure as an object for programs: ``{"message", "hint"}`` and what there is of ``problems`` and
            ``reasons``; empty before.
    """

    def __init__(self, stream: TextIO, debug: bool = False, words: Sequence[str] = ()) -> None:
        self.said: dict[str, Any] = {}
        self._words = words
        self._stream = stream
        self._debug = debug or os.environ.get("FLOWORCH_DEBUG", "").strip().lower() in {"1", "true", "yes", "on"}
        self._colours = coloured(stream)

    def failure(self, error: Exception) -> int | None:
        """Report an error and return the exit code for it; None for one that is not ours to report."""
        if isinstance(error, FlowError):
            self._flow_error(error)
            code = error.exit_code
        elif isinstance(error, BrokenPipeError):
            nobody_reads()
            return 0
        elif _is(error, _FRAMEWORK):
            return None
        elif _is(error, frozenset({"ClickException"})):
            from floworch.cli.render.usage import usage_words

            message, hint = usage_words(error, self._words)
            self._said(message, hint)
            code = 2
        elif isinstance(error, FileNotFoundError) and not error.filename and _folder_is_gone():
            self._said("The current folder does not exist any more.", "Change to another folder.")
            code = 2
        elif isinstance(error, OSError):
            where = f" ({error.filename})" if error.filename else ""
            if error.filename == OUTPUT:
                nobody_reads()  # else what it holds would be tried again, and fail again, at the end
            self._said(f"{error.strerror or error}{where}.", _os_hint(error))
            code = 4
        else:
            self._said(f"Unexpected {type(error).__name__}: {error}", _BUG)
            code = 1
        if self._debug:
            self._stream.write("".join(traceback.format_exception(error)))
        return code

    def message(self, word: str, text: str, colour: str = "") -> None:
        """Write one line that begins with a word such as ``Error``."""
        self._stream.write(f"{self._paint(word + ':', _BOLD + colour)} {text}\n")

    def warning(self, text: str) -> None:
        """Write one warning."""
        self.message("Warning", text, _YELLOW)

    def hint(self, text: str) -> None:
        """Write one line of help, if there is any."""
        if text:
            self._stream.write(f"{self._paint('Hint:', _DIM)} {text}\n")

    def _said(self, message: str, hint: str) -> None:
        self.said = {"message": message, "hint": hint}
        self.message("Error", message, _RED)
        self.hint(hint)

    def _flow_error(self, error: FlowError) -> None:
        self.said = {"message": error.message, "hint": error.hint}
        if error.problems:
            self.said["problems"] = [problem.to_json() for problem in error.problems]
        if isinstance(error, NotTrusted):
            self.said["reasons"] = list(error.reasons)
        shown = _headline(error)
        self.message("Error", shown, _RED)
        for problem in error.problems[:MAX_PROBLEMS]:
            if not problem.path and problem.message in shown:
                continue  # said already
            fix = f" {problem.fix}" if problem.fix else ""
            mark = "warning" if problem.severity == "warning" else "error"
            self._stream.write(f"  {mark}: {problem.text}{self._paint(fix, _DIM)}\n")
        if len(error.problems) > MAX_PROBLEMS:
            self._stream.write(f"  ... and {len(error.problems) - MAX_PROBLEMS} more.\n")
        listed = any(problem.path and problem.fix == error.hint for problem in error.problems)
        if error.hint not in error.message and not listed:
            self.hint(error.hint)

    def _paint(self, text: str, colour: str) -> str:
        return f"{colour}{text}{_END}" if self._colours and text else text


def _headline(error: FlowError) -> str:
    """The message without the problems that are listed below it."""
    errors = [problem for problem in error.problems if problem.severity == "error"]
    for problem in errors if any(each.path for each in errors) else ():
        head, said, _ = error.message.partition(f": {problem.message.rstrip('.')}")
        if said:
            return f"{head}: {len(errors)} problem{'' if len(errors) == 1 else 's'}."
    return error.message


def _is(error: Exception, names: frozenset[str]) -> bool:
    return any(kind.__name__ in names for kind in type(error).__mro__)


def _folder_is_gone() -> bool:
    try:
        os.getcwd()
    except FileNotFoundError:
        return True
    return False


def _os_hint(error: OSError) -> str:
    import errno

    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return "Free some space; a run that was stopped by it can be resumed."
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return "Check the permissions, or choose another place; that of the store with --store or FLOWORCH_STORE."
    return ""
