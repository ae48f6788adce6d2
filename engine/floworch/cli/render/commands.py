"""Commands inside a sentence, quoted so that they can be copied as they stand."""

from __future__ import annotations

from shlex import join


def typed(*words: str) -> str:
    """``'floworch WORDS'``; in backquotes where the command itself holds a quote."""
    command = join(("floworch", *words))
    return f"`{command}`" if "'" in command else f"'{command}'"
