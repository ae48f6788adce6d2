"""What is said when a command is stopped by Ctrl+C before it has done its work."""

from __future__ import annotations

import sys

from floworch.cli.render.streams import Printed

NOT_BEGUN = "Stopped before the run had begun: there is nothing to resume."
_AS_IT_WAS = "Stopped before the run went on: it is as it was."
_WORDS = {"run": NOT_BEGUN, "demo": NOT_BEGUN, "resume": _AS_IT_WAS, "retry": _AS_IT_WAS, "step": _AS_IT_WAS}


def say_stopping() -> None:
    """Answer the first signal of a command whose run is not there yet."""
    sys.stderr.write("Stopping. Press Ctrl+C again to stop at once.\n")


def interrupted_line(verb: str | None) -> str:
    r"""A line about the run that a verb would have begun or continued; empty for other verbs, and once it was followed.

    >>> interrupted_line("run")
    'Stopped before the run had begun: there is nothing to resume.\n'
    """
    words = "" if Printed.followed else _WORDS.get(verb or "", "")
    return f"{words}\n" if words else ""
