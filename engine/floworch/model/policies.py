"""Retry policies that a program makes, checked as they are made: a file's are Problems of its definition (C4.4)."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from floworch.errors import ErrorKind, WrongArgument
from floworch.model.durations import seconds
from floworch.model.shape import shape_problems
from floworch.model.workflow import RetryPolicy

#: More attempts than this is a mistake.
MOST_ATTEMPTS = 10_000
#: Words of ``on`` and ``give_up_on``.
KINDS = frozenset(kind.value for kind in ErrorKind) | {"transient", "all"}
_DURATIONS = "Such as 30, '250ms', '30s', '5m', '2h' or '7d'."


def check_policy(given: Mapping[str, Any]) -> None:
    """See that these arguments make a retry policy.

    Raises:
        WrongArgument: They do not; the message names every argument that is wrong.
    """
    fields = RetryPolicy.model_fields
    found = [
        (f"a retry policy has no {name!r}", _close(name, fields) or f"There is {', '.join(fields)}.")
        for name in given.keys() - fields.keys()
    ]
    try:
        policy = RetryPolicy.model_validate(dict(given))
    except ValidationError as error:
        found += [(each.message.rstrip("."), each.fix) for each in shape_problems(error, dict(given))]
    else:
        found += [(message.rstrip("."), fix) for message, fix in _faults(policy)]
    if found:
        raise WrongArgument(f"RetryPolicy: {'; '.join(message for message, _ in found)}.", found[0][1])


def _faults(policy: RetryPolicy) -> Iterator[tuple[str, str]]:
    """What is wrong with a policy whose arguments have the right types, each with what to do."""
    for name in ("delay", "max_delay"):
        try:
            seconds(getattr(policy, name))
        except ValueError as error:
            yield f"{name}: {error}", _DURATIONS
    if policy.max_attempts > MOST_ATTEMPTS:
        yield f"max_attempts is {policy.max_attempts}; it must be at most {MOST_ATTEMPTS}", "Use a smaller number."
    for name in ("on", "give_up_on"):
        for kind in getattr(policy, name):
            if kind not in KINDS:
                fix = _close(kind, KINDS) or f"One of {', '.join(sorted(KINDS))}."
                yield f"{name}: {kind!r} is not an error kind", fix


def _close(word: str, words: Any) -> str:
    close = difflib.get_close_matches(word, sorted(words), 1, 0.6)
    return f"Did you mean {close[0]!r}?" if close else ""
