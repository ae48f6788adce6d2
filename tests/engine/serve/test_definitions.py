"""Definitions that are edited while they are served."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from floworch.errors import NotTrusted, UsageError
from floworch.serve.definitions import Definitions, Source


class Reading:
    """Definitions that are single words; ``bad`` is none, ``idle`` starts nothing, ``foreign`` is not trusted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: list[str] = []
        self.read: list[str] = []
        self.definitions = Definitions(self.sources, self.plan, self.say)  # type: ignore[arg-type]

    def sources(self) -> list[Source]:
        return [Source(file, True) for file in sorted(self.folder.glob("*.flow.json"))]

    def plan(self, source: Source) -> str | None:
        word = source.file.read_text()
        self.read.append(word)
        if word == "bad":
            raise UsageError("It is bad.", "Mend it.")
        if word == "foreign":
            raise NotTrusted("It is not trusted.", "Trust it.", ["it would run"])
        return None if word == "idle" else word

    def say(self, event: str, **facts: Any) -> None:
        self.said.append(f"{event} {Path(facts['path']).name} {facts['message']}")

    def write(self, **words: str) -> None:
        for name, word in words.items():
            (self.folder / f"{name}.flow.json").write_text(word)


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    return Reading(tmp_path)


def test_only_what_changed_is_read_again(reading: Reading) -> None:
    reading.write(a="one", b="two", c="idle")
    assert reading.definitions.first() == ["one", "two"]
    assert reading.definitions.folders == [str(reading.folder)]
    assert reading.definitions.look() is None
    reading.read.clear()
    reading.write(b="three")
    assert (reading.definitions.look(), reading.read) == (["one", "three"], ["three"])
    reading.write(c="four", d="five")
    assert reading.definitions.look() == ["one", "three", "four", "five"]
    (reading.folder / "a.flow.json").unlink()
    assert reading.definitions.look() == ["three", "four", "five"]
    assert reading.said == []


@pytest.mark.parametrize("word", ["bad", "foreign"])
def test_a_bad_edit_is_reported_once_and_the_old_one_stays(reading: Reading, word: str) -> None:
    reading.write(a="one", b="two")
    reading.definitions.first()
    reading.write(a=word)
    assert reading.definitions.look() is None
    assert reading.definitions.look() is None
    assert len(reading.said) == 1
    assert reading.said[0].endswith("It is served as it was before.")
    reading.write(b="three")
    assert reading.definitions.look() == ["one", "three"]
    reading.write(a="four")
    assert reading.definitions.look() == ["four", "three"]
    reading.write(c=word)
    assert reading.definitions.look() is None
    assert reading.said[1].endswith("It is not served until then.")


def test_inputs_and_actions_beside_it_are_part_of_a_definition(reading: Reading) -> None:
    reading.write(a="one")
    reading.definitions.first()
    (reading.folder / "a.inputs.json").write_text("{}")
    assert reading.definitions.look() == ["one"]
    (reading.folder / "actions").mkdir()
    (reading.folder / "actions" / "own.py").write_text("")
    assert reading.definitions.look() == ["one"]
    assert reading.definitions.look() is None


@pytest.mark.parametrize("word", ["bad", "foreign"])
def test_at_the_start_a_bad_one_of_a_folder_is_named_and_the_others_are_served(reading: Reading, word: str) -> None:
    reading.write(a=word, b="two")
    assert reading.definitions.first() == ["two"]
    assert len(reading.said) == 1
    assert reading.said[0].startswith("error a.flow.json It is ")
    assert reading.said[0].endswith("It is not served until then.")
    assert reading.definitions.look() is None
    assert len(reading.said) == 1
    reading.write(a="one")
    assert reading.definitions.look() == ["one", "two"]


def test_at_the_start_a_bad_one_that_is_named_or_alone_is_refused(reading: Reading) -> None:
    reading.write(b="bad")
    with pytest.raises(UsageError, match="It is bad"):
        reading.definitions.first()
    reading.write(a="one")
    reading.sources = lambda: [Source(reading.folder / f"{name}.flow.json", False) for name in "ab"]  # type: ignore[method-assign]
    definitions = Definitions(reading.sources, reading.plan, reading.say)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="It is bad"):
        definitions.first()
