"""Words by which people look for an action; what they find is in ``test_catalog.py``."""

from __future__ import annotations

from floworch_designer.palette.synonyms import SYNONYMS


def test_the_words_are_small_letters_each_once():
    for action, words in SYNONYMS.items():
        assert words == words.lower()
        assert len(words.split()) == len(set(words.split())), action
