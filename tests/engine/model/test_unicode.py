"""Texts that are no Unicode (C6.2)."""

from __future__ import annotations

from floworch.model.unicode import unicode_text


def test_lone_surrogates_become_escapes_and_the_rest_stays() -> None:
    assert unicode_text("a\ud800ü\udcff") == "a\\ud800ü\\udcff"
    assert unicode_text("plain ü 😀") == "plain ü 😀"
