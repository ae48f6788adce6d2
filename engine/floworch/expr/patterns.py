"""Regular expressions of authors, bounded in time: a pattern can need longer than the age of the world (C13)."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from floworch.errors import ExpressionError

#: Seconds that one match, or one replacement of all matches, may take.
MOST_SECONDS = 1.0


@lru_cache(maxsize=256)
def compiled(pattern: str, ignore_case: bool = False) -> Any:
    """The compiled pattern. Raises ExpressionError when it is none."""
    import regex

    try:
        return regex.compile(pattern, regex.IGNORECASE if ignore_case else 0)
    except (regex.error, RecursionError, OverflowError) as error:
        raise ExpressionError(f"{pattern[:80]!r} is not a regular expression: {error}.") from None


def bounded(pattern: str, call: Callable[..., Any], *args: Any) -> Any:
    """What a method of a compiled pattern returns for ``args``.

    Raises:
        ExpressionError: It takes longer than ``MOST_SECONDS``.
    """
    try:
        return call(*args, timeout=MOST_SECONDS)
    except TimeoutError:
        raise ExpressionError(
            f"The regular expression {pattern[:80]!r} takes longer than {MOST_SECONDS:g} s and was stopped.",
            hint="Write it without a repeat inside a repeat, such as (a+)+, or match a shorter text.",
        ) from None


def found(pattern: str, text: str, ignore_case: bool = False) -> bool:
    """Whether the pattern is somewhere in the text. Raises ExpressionError as ``compiled`` and ``bounded``."""
    return bounded(pattern, compiled(pattern, ignore_case).search, text) is not None
