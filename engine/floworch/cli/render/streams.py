"""Standard streams as a command can rely on them, whatever it was started with."""

from __future__ import annotations

import codecs
import io
import os
import sys
from contextlib import suppress
from typing import IO, Any

#: How errors name standard output.
OUTPUT = "standard output"


class Printed:
    """What this command has written so far; ``json``: a whole JSON document, so that no second one may follow.

    ``followed``: it has begun to follow a run, so that how that one stops is told by the run itself.
    """

    json = False
    followed = False


def prepare_streams() -> None:
    """Make the three standard streams fit to be used.

    One that was closed (``>&-``, a service without a console) is the null device. Where a stream takes plain ASCII,
    which is what Python makes of a locale that says nothing, it gets UTF-8, as Python itself does by default; in any
    other encoding a character that it lacks is written as an escape instead of ending the command. Standard error that
    cannot be written (a full disk, a terminal that was closed) is not: a run goes on without its progress.
    """
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, _null(number, mode))
        elif mode == "w":
            _widen(stream)
            setattr(sys, name, _guarded(stream, number))


def nobody_reads() -> None:
    """Let what is still written to standard output go nowhere: whoever read it has enough of it."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def finish_streams() -> None:
    """Write out what standard output still holds; a reader that has gone is no error."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        nobody_reads()


def _null(number: int, mode: str) -> IO[str]:
    """The null device as a stream, at the stream's own number where that is free, so that no other file gets it."""
    opened = os.open(os.devnull, os.O_RDWR)
    if opened != number:
        with suppress(OSError):
            os.fstat(number)
            number = opened  # somebody else's file lies there already
        if opened != number:
            os.dup2(opened, number)
            os.close(opened)
    return os.fdopen(number, mode, encoding="utf-8", errors="backslashreplace", closefd=False)


class _Guarded(io.FileIO):
    """A standard stream: what goes wrong with standard output names it, what goes wrong with standard error is passed
    over, because nobody could be told."""

    def write(self, data: Any) -> int | None:  # type: ignore[override]  # typeshed mixes text files in
        """As ``FileIO.write``."""
        try:
            return super().write(data)
        except OSError as error:
            if self.fileno() == 2:
                return len(memoryview(data).cast("B"))
            if isinstance(error, BrokenPipeError):
                raise
            raise OSError(error.errno, error.strerror, OUTPUT) from None


def _guarded(stream: Any, number: int) -> Any:
    """The stream with errors as ``_Guarded`` has them; one that is not the process's own stays as it is."""
    try:
        if os.name == "nt" or type(stream) is not io.TextIOWrapper or stream.fileno() != number:
            return stream
        stream.flush()
    except (OSError, ValueError):
        return stream
    raw = _Guarded(number, "w", closefd=False)
    return io.TextIOWrapper(
        raw if stream.write_through else io.BufferedWriter(raw),  # python -u, PYTHONUNBUFFERED
        encoding=stream.encoding, errors=stream.errors, line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )  # fmt: skip


def _widen(stream: Any) -> None:
    try:
        plain = codecs.lookup(stream.encoding or "ascii").name == "ascii"
        stream.reconfigure(encoding="utf-8" if plain else stream.encoding, errors="backslashreplace")
    except (AttributeError, LookupError, ValueError):
        return  # not a real stream: a test's, or a program's that embeds this one
