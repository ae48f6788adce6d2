"""Names of Python functions in a definition, ``py:module:qualname``: which of them another process can follow."""

from __future__ import annotations

import re

PREFIX = "py:"
_WORD = r"[A-Za-z_]\w*"
#: A name that leads to something: module and qualified name; none of lambdas and functions in functions has this form.
NAME = re.compile(rf"py:({_WORD}(?:\.{_WORD})*):({_WORD}(?:\.{_WORD})*)")
#: What to do about a function of ``__main__``, which is another module in every program.
OF_A_SCRIPT = "A function of the script that was started is found only by that script: move it into a module."


def is_of_script(name: str) -> bool:
    """Whether it names a function of the program that was started."""
    return name.startswith(f"{PREFIX}__main__:")


def why_not_found_elsewhere(name: str) -> tuple[str, str] | None:
    """Why no other process finds what a name leads to, and what to do; None where it can, or for any other text."""
    if not name.startswith(PREFIX):
        return None
    if NAME.fullmatch(name) is None:
        return "a lambda or local function runs but cannot be saved", "Move the function to the top level of a module."
    return ("it is one of the script that was started", OF_A_SCRIPT) if is_of_script(name) else None
