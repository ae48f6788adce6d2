"""Ranking by typed letters."""

from __future__ import annotations

from floworch_designer.settings.fuzzy import rank, score

NAMES = ["Read file", "Write file", "Run command", "If", "Wait for signal", "data.filter", "Filter rows"]


def best(query):
    return rank(query, NAMES, lambda name: ((name, 1.0),))[0]


def test_beginnings_of_words_win():
    assert best("wr") == "Write file"
    assert best("if") == "If"
    assert best("fil") == "Filter rows"
    assert best("signal") == "Wait for signal"


def test_scattered_letters_fit_and_wrong_order_does_not():
    assert best("rcmd") == "Run command"
    assert score("dmc", "Run command") is None


def test_separators_and_case_do_not_matter():
    assert score("DATA FILTER", "data.filter") is not None


def test_the_ellipsis_is_no_part_of_the_last_word():
    assert rank("open", ["Open the run", "Reopen", "Open…"], lambda name: ((name, 1.0),))[0] == "Open…"


def test_an_empty_query_keeps_the_order():
    assert rank("", NAMES, lambda name: ((name, 1.0),)) == NAMES
