"""Takes secret values out of texts and JSON values (contract C6.5)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from floworch.executor.secret_forms import SHORTEST, forms_of

HIDDEN = "•••"
#: What is left of a secret beside an ellipsis is hidden when it is this share of it, and at the end of a text.
_FRAGMENT, _LOOSE_FRAGMENT = 0.25, 0.5
_ELLIPSIS = re.compile(r"\.{3,}|…+")
_NUMBER = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?")
_ENCODED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_cached_forms = lru_cache(maxsize=256)(forms_of)
Span = tuple[int, int]


class Redactor:
    """Knows some secret values and hides them. Adding is safe from any thread.

    Values shorter than ``SHORTEST`` characters are hidden only where they are a whole text.
    """

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._values: frozenset[str] = frozenset()  # replaced, never changed: threads read secrets too
        self._forms: tuple[str, ...] = ()
        self._numbers: frozenset[Decimal] = frozenset()
        for value in values:
            self.add(value)

    def __bool__(self) -> bool:
        """Whether there is anything to hide."""
        return bool(self._values)

    def add(self, value: str) -> None:
        """Hide a value from now on."""
        if value and value not in self._values:
            self._forms = tuple(sorted({*self._forms, *_cached_forms(value)}, key=len, reverse=True))
            self._values = self._values | {value}
            if len(value) >= SHORTEST and _NUMBER.fullmatch(value):
                self._numbers = self._numbers | {Decimal(value)}

    def text(self, text: str) -> str:
        """Return the text with every form of every value replaced by dots.

        Also found: values that were percent-encoded or broken over lines, and what is left of one that was cut
        beside an ellipsis or at the end of the text.
        """
        if not self._values or not text:
            return text
        if text in self._values:
            return HIDDEN
        found = list(self._spans(text))
        return _without(text, found) if found else text

    def value(self, value: Any) -> Any:
        """Return a JSON value with the same done to its texts, keys, bytes and numbers; tuples become lists."""
        return self._value(value) if self._values else value

    def _value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, Mapping):
            return {self.text(key) if isinstance(key, str) else key: self._value(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._value(item) for item in value]
        if self._numbers and isinstance(value, (int, float, Decimal)):
            return HIDDEN if value in self._numbers else value
        return self._bytes(value) if isinstance(value, bytes) else value

    def _bytes(self, data: bytes) -> bytes:
        text = data.decode("utf-8", "surrogateescape")
        hidden = self.text(text)
        return data if hidden == text else hidden.encode("utf-8", "surrogateescape")

    def _spans(self, text: str) -> Iterator[Span]:
        yield from _found(text, self._forms)
        if "%" in text and _ENCODED.search(text):
            yield from self._decoded(text)
        if "\n" in text:
            yield from self._joined(text)
        yield from self._fragments(text)

    def _decoded(self, text: str) -> Iterator[Span]:
        """Places in a text whose percent-encoding was undone; ``+`` may stand for a space."""
        for source in {text, text.replace("+", " ")}:
            decoded, places = _percent_decoded(source)
            yield from _mapped(_found(decoded, self._forms), places)
            twice, inner = _percent_decoded(decoded)
            if twice != decoded:
                yield from _mapped(_mapped(_found(twice, self._forms), inner), places)

    def _joined(self, text: str) -> Iterator[Span]:
        """Places in a text without its line breaks, for values that were broken over lines."""
        joined = text.replace("\r", "").replace("\n", "")
        if any(form in joined for form in self._forms):
            kept = [i for i, character in enumerate(text) if character not in "\r\n"]
            for start, end in _found(joined, self._forms):
                yield kept[start], kept[end - 1] + 1

    def _fragments(self, text: str) -> Iterator[Span]:
        """Beginnings and ends of values that were cut: shortened texts carry an ellipsis, others just end."""
        yield from self._before(text, len(text.rstrip()), _LOOSE_FRAGMENT)
        if "..." in text or "…" in text:
            for cut in _ELLIPSIS.finditer(text):
                yield from self._before(text, _skipped(text, cut.start(), -1), _FRAGMENT)
                yield from self._after(text, _skipped(text, cut.end(), 1), _FRAGMENT)

    def _before(self, text: str, end: int, share: float) -> Iterator[Span]:
        """The longest beginning of each form that ends there."""
        for form in self._forms:
            least = max(SHORTEST, int(len(form) * share))
            start = max(0, end - len(form) + 1)
            while (start := text.find(form[:least], start, end)) >= 0:
                if form.startswith(text[start:end]):
                    yield start, end
                    break
                start += 1

    def _after(self, text: str, start: int, share: float) -> Iterator[Span]:
        """The longest end of each form that begins there."""
        for form in self._forms:
            least = max(SHORTEST, int(len(form) * share))
            end = start + len(form) - 1
            while (at := text.rfind(form[-least:], start, end)) >= 0:
                if form.endswith(text[start : at + least]):
                    yield start, at + least
                    break
                end = at + least - 1


def _skipped(text: str, place: int, step: int) -> int:
    """The place after the quotes and blanks beside an ellipsis, a few at most."""
    for _ in range(4):
        beside = text[place - 1 : place] if step < 0 else text[place : place + 1]
        if not beside or beside not in "'\" \t\r\n":
            break
        place += step
    return place


def _found(text: str, forms: Iterable[str]) -> Iterator[Span]:
    for form in forms:
        start = text.find(form)
        while start >= 0:
            yield start, start + len(form)
            start = text.find(form, start + 1)


def _without(text: str, spans: Iterable[Span]) -> str:
    """The text with every stretch of overlapping or touching places replaced once."""
    pieces: list[str] = []
    done = 0
    for start, end in sorted(spans):
        if start > done or (start == 0 and not pieces):
            pieces += [text[done:start], HIDDEN]
        done = max(done, end)
    return "".join(pieces) + text[done:]


def _mapped(spans: Iterable[Span], places: Callable[[int], Span]) -> Iterator[Span]:
    for start, end in spans:
        yield places(start)[0], places(end - 1)[1]


def _percent_decoded(text: str) -> tuple[str, Callable[[int], Span]]:
    """The text with percent-encoding undone, and the way from a place in it to the place in the text."""
    pieces: list[str] = []
    starts: list[int] = [0]  # where each piece begins in the decoded text
    origins: list[Sequence[int] | int] = []  # where its characters begin in the text: a list, or the first of a row
    done = 0
    for match in _ENCODED.finditer(text):
        characters = bytes.fromhex(match[0].replace("%", "")).decode("utf-8", "surrogateescape")
        places, at = [], match.start()
        for character in characters:
            places.append(at)
            at += 3 * len(character.encode("utf-8", "surrogateescape"))
        for piece, origin in ((text[done : match.start()], done), (characters, [*places, at])):
            pieces.append(piece)
            origins.append(origin)
            starts.append(starts[-1] + len(piece))
        done = match.end()
    pieces.append(text[done:])
    origins.append(done)

    def places_of(index: int) -> Span:
        number = bisect_right(starts, index) - 1
        inside, origin = index - starts[number], origins[number]
        if isinstance(origin, int):
            return origin + inside, origin + inside + 1
        return origin[inside], origin[inside + 1]

    return "".join(pieces), places_of
