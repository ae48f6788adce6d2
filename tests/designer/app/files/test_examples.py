"""The examples of the gallery: all there, with what each one needs and does."""

from __future__ import annotations

from importlib.resources import files

import pytest

from floworch.actions.registry import registry
from floworch.model.codec import dumps, load, loads
from floworch.model.validate import validate
from floworch_designer.app.files.examples import FIRST, examples, in_words, shipped, write_called
from floworch_designer.settings.words import speak


@pytest.fixture(scope="module")
def found():
    return {example.name: example for example in examples()}


def test_every_example_but_the_called_ones_is_there_and_says_what_it_is_about(found):
    shipped = {path.name for path in files("floworch_resources").joinpath("examples").iterdir()}
    called = {f"{name}.flow.json" for example in found.values() for name in example.calls}
    assert {f"{name}.flow.json" for name in found} | called == shipped
    assert len(found) == 12
    assert next(iter(found)) == FIRST
    assert all(example.title and example.workflow.description for example in found.values())


@pytest.mark.parametrize(
    ("name", "needs", "does"),
    [
        ("api-polling", "asks for: Address of the API", "reach"),
        ("approval-chain", "waits for your answer", ""),
        ("sub-workflows", "count-lines.flow.json is put beside it", "run Python code"),
        ("csv-to-sqlite", "", "run Python code and read or write files"),
    ],
)
def test_it_says_what_must_be_there_and_what_would_happen(found, name, needs, does):
    said = found[name].needs()
    assert needs in " ".join(said)
    assert bool(said) is bool(needs)
    what = found[name].does(registry)
    assert does in what
    assert bool(what) is bool(does)


def test_what_an_example_calls_is_put_beside_it_once(found, tmp_path):
    target = tmp_path / "mine.flow.json"
    (written,) = write_called(found["sub-workflows"].calls, target)
    assert load(written).id == "count-lines"
    written.write_text("mine", encoding="utf-8")
    assert write_called(found["sub-workflows"].calls, target) == []
    assert written.read_text(encoding="utf-8") == "mine"


@pytest.fixture
def german(qapp):
    speak("de")
    yield
    speak("en")


def test_in_a_german_window_every_word_of_an_example_is_german_and_it_does_the_same(german):
    """designer.md, 6: what is translated is what a person reads; names and expressions stay."""
    for name, text in shipped().items():
        english: list[str] = []
        in_words(text, lambda said, english=english: english.append(said) or "x")
        translated: list[str] = []
        made = in_words(text)
        in_words(made, lambda said, translated=translated: translated.append(said) or "x")
        alike = {one for one, other in zip(english, translated, strict=True) if one == other}
        assert alike <= {"Port", "SHA-256"}, name
        plain = (in_words(text, lambda _: "x"), in_words(made, lambda _: "x"))
        assert plain[0] == plain[1], name
        assert [each.code for each in validate(loads(made), registry)] == [
            each.code for each in validate(loads(text), registry)
        ], name


def test_the_gallery_is_told_in_german_and_what_is_written_beside_is_german_too(german, tmp_path):
    found = {example.name: example for example in examples()}
    assert next(iter(found)) == FIRST
    assert found[FIRST].title == "Ordnerprüfung"
    assert found["api-polling"].needs() == ["Zum Start fragt er nach: Adresse der API."]
    titles = [example.title.casefold() for example in found.values()][1:]
    assert titles == sorted(titles)
    (written,) = write_called(found["sub-workflows"].calls, tmp_path / "mine.flow.json")
    assert (load(written).id, load(written).name) == ("count-lines", "Zeilen zählen")
    assert written.read_text(encoding="utf-8") == dumps(load(written))


def test_the_files_are_english_and_written_as_they_are(qapp, tmp_path):
    (written,) = write_called(("count-lines",), tmp_path / "mine.flow.json")
    assert written.read_text(encoding="utf-8") == shipped()["count-lines"]
    assert load(written).name == "Count lines"
