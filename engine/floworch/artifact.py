"""Large values that are kept outside the journal (contract C6.3): a small reference that loads on first use. Pure.

The content of an artifact is the value as ``floworch.model.values.encode`` writes it; its name is the sha256 of that.
So a reference is good wherever some store has the content, and two equal values are one artifact.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, ClassVar

from floworch.errors import CorruptArtifact

#: Values over this many encoded bytes become artifacts.
LARGE = 64 * 1024
#: Artifacts up to this many bytes are shown as their value (interfaces.md section 4).
SHOWN = 1024 * 1024
#: Encoded bytes of decoded values that are kept at hand; the newest one always is.
AT_HAND = 64 * 1024 * 1024
#: Parts of a list in parts that are kept decoded: items run in their order, some at a time.
PARTS_AT_HAND = 3
#: Levels that are looked through for references: a journal holds nothing deeper (``floworch.model.values``).
DEEPEST = 288

#: Gives the content of an artifact, or None when it has no such one. Raises CorruptArtifact, OSError.
Source = Callable[[str, int], bytes | None]

_sources: dict[str, Source] = {}
_at_hand: OrderedDict[str, tuple[int, Any]] = OrderedDict()


class Artifact:
    """A reference to a large value. Equal references are equal; ``load`` gives the value.

    Attributes:
        sha256: Hex digest of the encoded value, which names it.
        size: Its bytes, encoded.
        content: The encoded value while it is on its way to a store, else None.
    """

    __slots__ = ("content", "sha256", "size")

    #: How many references this process has made: while there are none, nobody needs to look for any.
    made = 0
    #: How an encoded value is read; ``floworch.model.values`` sets it.
    decode: ClassVar[Callable[[bytes], Any]]

    def __init__(self, digest: str, size: int, content: bytes | None = None) -> None:
        self.sha256 = digest
        self.size = size
        self.content = content
        Artifact.made += 1

    @classmethod
    def of(cls, content: bytes) -> Artifact:
        """The artifact with this encoded value."""
        return cls(sha256(content).hexdigest(), len(content), content)

    def load(self) -> Any:
        """The value, which must not be changed.

        Raises:
            CorruptArtifact: No store that this process has opened has it, or what it has is not it.
        """
        found = _at_hand.get(self.sha256)
        if found is not None:
            return found[1]
        content = self.read()
        try:
            value = Artifact.decode(content)
        except ValueError as error:
            raise CorruptArtifact(self.sha256, "artifact", "an encoded value", str(error)) from error
        if b'"artifact"' in content:  # a part of it may be an artifact of its own
            value = loaded(value)
        _remember(self.sha256, self.size, value)
        return value

    def read(self) -> bytes:
        """The encoded value. Raises CorruptArtifact."""
        if self.content is not None:
            return self.content
        for source in reversed(tuple(_sources.values())):
            try:
                content = source(self.sha256, self.size)
            except OSError as error:
                raise CorruptArtifact(
                    self.sha256, "artifact", "a readable file", error.strerror or str(error)
                ) from error
            if content is not None:
                return content
        raise CorruptArtifact(self.sha256, "artifact", "its file", "none")

    def shown(self) -> Any:
        """The value up to ``SHOWN`` bytes, else ``{"$artifact", "size"}``; with ``error`` when it cannot be read."""
        reference = {"$artifact": self.sha256, "size": self.size}
        if self.size > SHOWN:
            return reference
        try:
            return self.load()
        except CorruptArtifact as error:
            return {**reference, "error": error.message}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Artifact) and other.sha256 == self.sha256

    def __hash__(self) -> int:
        return hash(self.sha256)

    def __repr__(self) -> str:
        return f"<Artifact {self.sha256[:12]} {self.size} bytes>"


class Parts(Sequence[Any]):
    """A long list in artifacts of some items each; an item is loaded with its part, of which the last few are at hand.

    Args:
        parts: The artifacts, each a list.
        starts: The index of the first item of each.
        total: How many items there are.
    """

    __slots__ = ("_loaded", "_total", "parts", "starts")

    def __init__(self, parts: Sequence[Artifact], starts: Sequence[int], total: int) -> None:
        self.parts = list(parts)
        self.starts = list(starts)
        self._total = total
        self._loaded: OrderedDict[int, list[Any]] = OrderedDict()

    def __len__(self) -> int:
        return self._total

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(self._total))]
        if not -self._total <= index < self._total:
            raise IndexError(index)
        index %= self._total
        number = bisect_right(self.starts, index) - 1
        return self._part(number)[index - self.starts[number]]

    def __iter__(self) -> Iterator[Any]:
        for number in range(len(self.parts)):
            yield from self._part(number)

    def _part(self, number: int) -> list[Any]:
        found = self._loaded.get(number)
        if found is None:
            artifact = self.parts[number]
            try:
                found = self._loaded[number] = Artifact.decode(artifact.read())
            except ValueError as error:
                raise CorruptArtifact(artifact.sha256, "artifact", "an encoded value", str(error)) from error
            if len(self._loaded) > PARTS_AT_HAND:
                self._loaded.popitem(last=False)
        return found

    def to_json(self) -> dict[str, Any]:
        """As a journal holds it: ``{"parts": [artifacts], "starts": [...]}``; its length stands beside it."""
        return {"parts": self.parts, "starts": self.starts}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Parts) and (self.parts, self.starts) == (other.parts, other.starts)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{self._total} items in {len(self.parts)} parts>"


def add_source(name: str, source: Source) -> None:
    """Look for contents here too, before the sources that were added earlier; one of the same name is replaced."""
    _sources.pop(name, None)
    _sources[name] = source


def _remember(digest: str, size: int, value: Any) -> None:
    _at_hand[digest] = (size, value)
    kept = sum(each for each, _value in tuple(_at_hand.values()))
    while kept > AT_HAND and len(_at_hand) > 1:
        kept -= _at_hand.popitem(last=False)[1][0]


def forget_values() -> None:
    """Keep no decoded value at hand: the next ``load`` reads its file."""
    _at_hand.clear()


def loaded(value: Any) -> Any:
    """The value with every reference in it loaded; the same object when there is none. Raises CorruptArtifact."""
    return _replaced(value, Artifact.load) if Artifact.made else value


def shown(value: Any) -> Any:
    """The value as people and scripts see it: small artifacts inlined, large ones named (``Artifact.shown``)."""
    return _replaced(value, Artifact.shown) if Artifact.made else value


def _replaced(value: Any, put: Callable[[Artifact], Any], left: int = DEEPEST) -> Any:
    kind = type(value)
    if kind is Artifact:
        return put(value)
    if not left:
        return value
    left -= 1
    if kind is dict or (kind is not str and isinstance(value, Mapping)):
        changed = {key: new for key, item in value.items() if (new := _replaced(item, put, left)) is not item}
        return {**value, **changed} if changed else value
    if kind is list or kind is tuple:
        items = [_replaced(item, put, left) for item in value]
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    return value
