"""What a value can be shown as (issue: input and output as table, tree, text, image or HTML; designer.md §6)."""

from __future__ import annotations

import base64

import pytest

from floworch_designer.inspector.value_kinds import MOST_COLUMNS, cell_of, columns_of, html_in, picture_in, tables_in

PNG = b"\x89PNG\r\n\x1a\n" + b"rest"


@pytest.mark.parametrize(
    ("value", "fields"),
    [
        ([{"a": 1}], [""]),
        ([[1, 2], [3, 4]], [""]),
        ({"rows": [{"a": 1}], "count": 1}, ["rows"]),
        ({"kept": [{"a": 1}], "dropped": [{"b": 1}, {"b": 2}]}, ["kept", "dropped"]),
    ],
)
def test_lists_of_objects_and_of_lists_are_tables(value, fields):
    """In the order of the fields: what a filter kept is what it gives, however few rows that are."""
    assert list(tables_in(value)) == fields


@pytest.mark.parametrize("value", [[], [1, 2], "text", {"a": {"b": 1}}, None, b"bytes", [[]], {"rows": []}])
def test_nothing_else_is_a_table(value):
    assert not tables_in(value)


def test_columns_are_those_of_all_of_the_first_rows_and_not_too_many():
    rows = [{"b": 1}, {"a": 2, "b": 3}]
    assert columns_of(rows) == ("b", "a")
    assert cell_of(rows[0], "a") is None
    assert columns_of([[1], [1, 2]]) == ("0", "1")
    assert cell_of([7, 8], "1") == 8
    assert cell_of([7], "1") is None
    assert cell_of(3, "a") is None
    assert len(columns_of([{str(n): n for n in range(500)}])) == MOST_COLUMNS


def test_a_picture_is_known_by_its_content_wherever_it_stands():
    url = "data:image/png;base64," + base64.b64encode(PNG).decode()
    for value in (PNG, {"status": 200, "body": PNG}, url, {"picture": url}):
        assert picture_in(value) == PNG
    assert picture_in(b"RIFF1234WEBPxx") is not None
    assert picture_in(b"RIFF1234WAVExx") is None
    assert picture_in("no picture") is None
    assert picture_in("data:image/png;base64,%%%%") is not None, "it claims to be one, and is shown as a broken one"


@pytest.mark.parametrize(
    "text", ["<!DOCTYPE html><p>", "  <html>", "<!-- c --><div class='a'>", "<table><tr>", "<H1>Title</H1>"]
)
def test_pages_are_known_by_how_they_begin(text):
    assert html_in(text) == text
    assert html_in({"status": 200, "body": text}) == text


@pytest.mark.parametrize("text", ["a < b", "<xml>", "<?xml version='1.0'?>", "plain", "", 5, ["<p>"]])
def test_other_texts_are_no_pages(text):
    assert html_in(text) is None
