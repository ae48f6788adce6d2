"""What a retry policy comes to, in words: the waits that are planned between the attempts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from floworch.model.workflow import RetryPolicy
from floworch_designer.settings.words import local_number, tr

#: Waits that are named one by one.
NAMED = 6


def planned(policy: RetryPolicy) -> str:
    """Such as ``Waits 1 s, 2 s between 3 attempts: 3 s in all, each up to 10 % shorter or longer.``"""
    attempts = policy.max_attempts
    if attempts == 1:
        return tr("One attempt, no retry.")
    waits = [policy.delay_before(number) for number in range(2, min(attempts, NAMED + 2) + 1)]
    named = ", ".join(_words(wait) for wait in waits[:NAMED])
    last = policy.delay_before(attempts)
    if attempts > NAMED + 1:
        named += f" … {_words(last)}"
    total = sum(policy.delay_before(number) for number in range(2, min(attempts, 10_000) + 1))
    total += last * max(0, attempts - 10_000)
    spread = tr(", each up to {jitter:.0%} shorter or longer", jitter=policy.jitter) if policy.jitter and last else ""
    return tr(
        "Waits {named} between {attempts:,} attempts: {total} in all{spread}.",
        named=named,
        attempts=attempts,
        total=_words(total),
        spread=spread,
    )


def planned_options(options: Mapping[str, Any]) -> str:
    """As ``planned``, of the options of a retry layer; empty while they are no policy."""
    lists = {name: tuple(options[name]) for name in ("on", "give_up_on") if isinstance(options.get(name), list)}
    try:
        return planned(RetryPolicy.model_validate({**options, **lists}))
    except (ValidationError, ValueError, TypeError):
        return ""


def _words(seconds: float) -> str:
    """A wait in short: ``250 ms``, ``1.5 s``, ``2 min 30 s``, ``1 h 5 min``."""
    if seconds < 1:
        return tr("{value:.0f} ms", value=seconds * 1000) if seconds else "0 s"
    if seconds < 60:
        return local_number(f"{seconds:.1f}".rstrip("0").rstrip(".") + " s")
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return (
            tr("{minutes} min {rest} s", minutes=minutes, rest=rest) if rest else tr("{minutes} min", minutes=minutes)
        )
    hours, minutes = divmod(minutes, 60)
    return tr("{hours:,} h {minutes} min", hours=hours, minutes=minutes) if minutes else local_number(f"{hours:,} h")
