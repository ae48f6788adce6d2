"""Ranking by typed letters; pure. Used by the palette, quick-add, the search for middleware and the command palette."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def score(query: str, text: str) -> float | None:
    """How well ``query`` fits ``text``, higher is better; None when its letters do not occur in order.

    Whole words beat beginnings of words, these beat letters in a row, these beat scattered letters; shorter
    texts win among equals. Case, the separators ``. _ -`` and the ellipsis of what asks first do not matter.
    """
    needle = query.strip().lower()
    if not needle:
        return 0.0
    hay = text.lower().rstrip("…")
    plain = hay.replace(".", " ").replace("_", " ").replace("-", " ")
    total = 0.0
    for word in needle.replace(".", " ").replace("_", " ").replace("-", " ").split():
        found = _word_score(word, plain)
        if found is None:
            return None
        total += found
    return total - len(hay) * 0.01


def _word_score(word: str, hay: str) -> float | None:
    at = hay.find(word)
    if at >= 0:
        starts = at == 0 or hay[at - 1] == " "
        ends = at + len(word) == len(hay) or hay[at + len(word)] == " "
        best = 60.0 + (30.0 if starts else 0.0) + (10.0 if starts and ends else 0.0) - min(at, 20) * 0.2
        if not starts and f" {word}" in hay:
            best = 88.0
        return best
    return _scattered(word, hay)


def _scattered(word: str, hay: str) -> float | None:
    position, points, run = 0, 0.0, 0
    for letter in word:
        at = hay.find(letter, position)
        if at < 0:
            return None
        run = run + 1 if at == position and position else 0
        points += 3.0 if at == 0 or hay[at - 1] == " " else 1.0
        points += run - min(at - position, 10) * 0.15
        position = at + 1
    return points


def rank(query: str, items: Iterable[T], texts: Callable[[T], Iterable[tuple[str, float]]]) -> list[T]:
    """Items that fit, best first; ``texts`` gives an item's searchable texts, each with its weight (0 to 1)."""
    found = []
    for order, item in enumerate(items):
        scores = [
            value * weight if value > 0 else value
            for text, weight in texts(item)
            if (value := score(query, text)) is not None
        ]
        if scores:
            found.append((-max(scores), order, item))
    found.sort(key=lambda entry: entry[:2])
    return [item for _, _, item in found]
