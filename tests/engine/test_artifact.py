"""References to large values: named by content, loaded on first use, shown up to a limit (C6.3)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from floworch import artifact
from floworch.artifact import SHOWN, Artifact, add_source, forget_values, loaded, shown
from floworch.errors import CorruptArtifact
from floworch.model.values import check_value, decode, encode


@pytest.fixture
def shelf() -> Iterator[dict[str, bytes]]:
    """Contents by digest, as one more source."""
    kept: dict[str, bytes] = {}
    add_source("shelf", lambda digest, _size: kept.get(digest))
    forget_values()
    yield kept
    artifact._sources.pop("shelf")


def put(shelf: dict[str, bytes], value: Any) -> Artifact:
    made = Artifact.of(encode(value))
    assert made.content is not None
    shelf[made.sha256] = made.content
    made.content = None
    return made


def test_a_reference_crosses_json_and_gives_the_value_of_every_type(shelf: dict[str, bytes]) -> None:
    """(C6.2, C6.3)"""
    value = {"n": 2**90, "price": Decimal("1.10"), "raw": b"\0\xff", "$type": "mine", "text": "é😀"}
    reference = put(shelf, value)
    check_value({"rows": [reference]}, "the output")
    found: list[Artifact] = []
    text = encode({"rows": [reference]}, found)
    assert (found, decode(text)["rows"][0], decode(text)["rows"][0].load()) == ([reference], reference, value)


def test_a_value_on_its_way_to_a_store_needs_no_store() -> None:
    assert Artifact.of(encode([1])).load() == [1]


def test_equal_values_are_one_artifact() -> None:
    first, second, other = Artifact.of(encode([1])), Artifact.of(encode([1])), Artifact.of(encode([2]))
    assert first == second
    assert len({first, second, other}) == 2
    assert first != [1]


def test_every_reference_inside_is_loaded_and_nothing_else_is_copied(shelf: dict[str, bytes]) -> None:
    plain = {"a": [1, {"b": 2}]}
    assert loaded(plain) is plain
    mixed = {"plain": plain, "rows": [put(shelf, "x"), 2], "pair": (1, put(shelf, [3]))}
    assert loaded(mixed) == {"plain": plain, "rows": ["x", 2], "pair": [1, [3]]}
    assert loaded(mixed)["plain"] is plain


def test_what_is_shown_is_the_value_up_to_a_limit_and_else_its_name(shelf: dict[str, bytes]) -> None:
    """(interfaces.md section 4)"""
    small, large = put(shelf, "x"), put(shelf, "x" * SHOWN)
    assert shown({"a": small, "b": [large]}) == {"a": "x", "b": [{"$artifact": large.sha256, "size": SHOWN + 2}]}


def test_a_missing_or_unreadable_content_is_a_named_error_and_is_shown_as_one(shelf: dict[str, bytes]) -> None:
    missing = Artifact("0" * 64, 70_000)
    with pytest.raises(CorruptArtifact, match=r"0000000000000000 cannot be read.*found none"):
        missing.load()
    assert shown(missing)["error"].startswith("The artifact 0000000000000000 cannot be read")
    broken = put(shelf, [1])
    shelf[broken.sha256] = b"[1"
    with pytest.raises(CorruptArtifact, match="an encoded value"):
        broken.load()

    def failing(_digest: str, _size: int) -> bytes:
        raise OSError(5, "Input/output error")

    add_source("shelf", failing)
    with pytest.raises(CorruptArtifact, match="Input/output error"):
        Artifact("1" * 64, 1).load()


def test_values_at_hand_are_bounded_and_the_newest_is_kept(
    shelf: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(artifact, "AT_HAND", 100)
    first, second, huge = put(shelf, "a" * 50), put(shelf, "b" * 50), put(shelf, "c" * 500)
    assert first.load() is first.load()
    second.load()
    shelf.clear()
    with pytest.raises(CorruptArtifact):
        first.load()
    assert second.load() == "b" * 50
    shelf[huge.sha256] = encode("c" * 500)
    huge.load()
    shelf.clear()
    assert huge.load() == "c" * 500


@pytest.mark.parametrize("text", ["", "x", f"{'0' * 64}", f"{'0' * 64}:", f"{'G' * 64}:1", f"../{'0' * 61}:1"])
def test_a_malformed_reference_is_refused(text: str) -> None:
    """A name that becomes a path is checked where it is read (C13)."""
    with pytest.raises(ValueError, match="artifact"):
        decode(encode({"x": 1})[:-1] + b',"$type2":0,"y":{"$type":"artifact","value":"' + text.encode() + b'"}}')


def test_a_value_deeper_than_any_journal_holds_is_left_as_it_is(shelf: dict[str, bytes]) -> None:
    """(C13) Looking for references in it ends nobody's stack."""
    put(shelf, "x")
    deep: Any = "x"
    for _ in range(5000):
        deep = [deep]
    assert loaded(deep) is deep
    assert shown(deep) is deep
