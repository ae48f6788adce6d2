from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import QTranslator

from floworch import action


@pytest.fixture(scope="module")
def translations(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("translations")


def test_no_text_waits_for_its_translation(translations: ModuleType) -> None:
    known = translations.known(translations.FOLDER / "floworch_de.ts")
    missing = [text for text in translations.texts() if text not in known]
    assert not missing, f"python scripts/translations.py --say ENGLISH GERMAN for: {missing}"


def test_the_compiled_catalogue_holds_what_the_file_says(translations: ModuleType) -> None:
    path = translations.FOLDER / "floworch_de.ts"
    made, compiled = translations.known(path), QTranslator()
    assert len(made) > 150
    assert compiled.load(str(path.with_suffix(".qm")))
    assert {text: compiled.translate(translations.CONTEXT, text) for text in made} == made


def test_translations_keep_their_values(translations: ModuleType) -> None:
    import string

    def fields(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for text, german in translations.known(translations.FOLDER / "floworch_de.ts").items():
        assert fields(text) == fields(german), text
        assert text.endswith("…") == german.endswith("…"), text


def test_a_german_word_stands_for_one_concept(translations: ModuleType) -> None:
    wrong = translations.misworded("de", translations.known(translations.FOLDER / "floworch_de.ts"))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("text", "german"),
    [
        ("Pause the run", "Lauf anhalten"),
        ("Pause it first", "Halten Sie den Lauf zuerst an"),
        ("Stop the run", "Den Lauf anzuhalten"),
        ("An empty workflow", "Ein leerer Ablauf"),
        ("Timed out", "Zeit abgelaufen"),
        ("Retry {run}", "{run} wiederholen"),
        ("Restore", "Wiederherstellen"),
        ("Delay", "Pause"),
        ("Cancel", "Stoppen"),
        ("Run again", "Erneut ausführen"),
    ],
)
def test_a_word_of_another_concept_is_told(translations: ModuleType, text: str, german: str) -> None:
    (said,) = translations.misworded("de", {text: german})
    assert german in said
    assert "say " in said


def test_words_at_their_own_place_are_left(translations: ModuleType) -> None:
    made = {"Redo": "Wiederherstellen", "Pause": "Pausieren", "Repeat": "Wiederholen", "Hold Alt": "Alt halten",
            "It runs": "Es läuft", "The node holds it": "Der Knoten enthält es"}  # fmt: skip
    assert translations.misworded("de", made) == []


def test_texts_are_found_in_every_helper_and_a_new_one_is_unfinished(translations: ModuleType, tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text('x = tr("One {n}", n=1) + mark("Two") + counted(3, "Three", "Threes") + other("Four")')
    assert translations.literals(module) == {"One {n}", "Two", "Three", "Threes"}
    file = tmp_path / "x.ts"
    file.write_text(translations.file_of("de", ["One {n}", "A & <b>"], {"A & <b>": "Ä & <b>"}), encoding="utf-8")
    assert translations.known(file) == {"A & <b>": "Ä & <b>"}
    assert '<translation type="unfinished">' in file.read_text(encoding="utf-8")


def test_the_texts_of_other_peoples_actions_are_not_the_products(
    translations: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = translations.registry.copy()

    @action("tests.translations.foreign", title="Nobody translates this", into=theirs)
    def foreign() -> None: ...

    monkeypatch.setattr(translations, "registry", theirs)
    assert theirs.find_action("tests.translations.foreign") is not None
    assert "Nobody translates this" not in translations.texts()
