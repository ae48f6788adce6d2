"""Standard input where a command takes a file: the name ``-``, as for jq and kubectl."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from floworch.errors import UsageError

if TYPE_CHECKING:
    from floworch.actions.registry import Registry
    from floworch.model.workflow import Workflow

#: What is said of standard input where a file would be named.
NAME = "Standard input"


def is_stdin(file: Path | None) -> bool:
    """Whether a file argument is the one word ``-``; ``./-`` is a file of that name."""
    return file is not None and str(file) == "-"


def read_stdin(what: str, most: int, example: str) -> bytes:
    """Everything on standard input.

    Somebody at a terminal is told that the command waits for them.

    Args:
        what: What is wanted, such as ``the definition``.
        most: Bytes that are taken at most.
        example: A command line that gives it.

    Raises:
        UsageError: Nothing came, more came than is taken, or it cannot be read.
    """
    if sys.stdin.isatty():
        sys.stderr.write(f"Type {what} here, and end it with Ctrl+D.\n")
    try:
        data = sys.stdin.buffer.read(most + 1)
    except OSError as error:
        raise UsageError(f"{NAME} cannot be read: {error.strerror or error}.", f"Such as: {example}") from None
    if len(data) > most:
        raise UsageError(f"{NAME} has more than {most} bytes.", "Name a file and let a step read it.")
    if not data.strip():
        raise UsageError(f"{NAME} is empty, where '-' looks for {what}.", f"Such as: {example}")
    return data


def piped_text() -> bytes:
    """The text of a definition on standard input. Raises UsageError when there is none."""
    from floworch.model.jsontext import MAX_BYTES

    return read_stdin("the definition", MAX_BYTES, "floworch run - < my.flow.json")


def piped(registry: Registry) -> Workflow:
    """The definition on standard input: it lies in no file, so that nothing beside it belongs to it.

    Raises:
        UsageError: There is none. DefinitionError: It is not a definition; ``problems`` lists everything found.
    """
    from floworch.model.validate import text_checked

    return text_checked(piped_text(), registry, NAME)
