"""The language of the window: chosen, followed, translated; values are filled in."""

from __future__ import annotations

import pytest

from floworch_designer.settings.words import LANGUAGES, counted, language_of, local_number, mark, speak, tr


@pytest.fixture
def german(qapp):
    speak("de")
    yield
    speak("en")


@pytest.mark.parametrize(
    ("chosen", "system", "expected"),
    [("", "de_AT", "de"), ("", "C", "en"), ("", "fr_FR", "en"), ("en", "de_DE", "en"), ("de", "en_GB", "de"),
     ("tlh", "de_DE", "de"), ("de-CH", "C", "de")],
)  # fmt: skip
def test_the_language_is_the_chosen_one_else_the_systems_else_english(chosen, system, expected):
    assert language_of(chosen, system) == expected
    assert expected in LANGUAGES


def test_english_needs_no_catalogue_and_values_are_filled_in(qapp):
    assert tr("Keep {n} of {all}", n=1, all=2) == "Keep 1 of 2"
    assert mark("x") == "x"
    assert tr("Braces {stay} without values") == "Braces {stay} without values"
    assert (counted(1, "1 thing", "{n} things"), counted(1200, "1 thing", "{n} things")) == ("1 thing", "1,200 things")
    assert counted(2, "1 thing in {place}", "{n} things in {place}", place="a box") == "2 things in a box"


def test_qts_own_words_are_german_then(german):
    from PySide6.QtCore import QCoreApplication

    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen"


def test_numbers_are_written_as_the_language_does(german):
    assert counted(1200, "1 run", "{n} runs") == "1.200 Läufe"
    assert tr("{count:,} items", count=1234567) == "1.234.567 Elemente"
    assert tr("{count} problems, v1.0", count="1.5") == "1.5 problems, v1.0", "what is no number stays"
    assert local_number("1,234.5 s") == "1.234,5 s"
    speak("en")
    assert local_number("1,234.5 s") == "1,234.5 s"


def test_english_comes_back(qapp):
    speak("de")
    speak("en")
    assert tr("Undo") == "Undo"
