from __future__ import annotations

import pickle

import pytest

from floworch.model.jsontext import MAX_BYTES, Spelled, read_json, too_deep


def problem(text: str | bytes) -> tuple[str, str, str, str]:
    """Code, path, message and fix of the only problem of a text."""
    _, problems = read_json(text)
    (only,) = problems
    assert only.severity == "error"
    return only.code, only.path, only.message, only.fix


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ('{"id": "a",\n "x": [1, 2,]\n}', "Line 2, column 1", "Remove the comma before the closing bracket"),
        ('{"id": 1,}', "Line 1, column 9", "Remove the comma"),
        ("{'id': 1}", "Line 1, column 2", "double quotes"),
        ('{"id": True}', "Line 1, column 8", "Write true instead of True"),
        ('{"id": None}', "Line 1, column 8", "Write null instead of None"),
        ('{"id": NaN}', "Line 1, column 8: NaN", "Use null"),
        ('{"t": "NaN",\n "id": -Infinity}', "Line 2, column 8: -Infinity", "Use null"),
        ('// note\n{"id": 1}', "Line 1, column 1", "no comments"),
        ('{"id": 1 // note\n}', "Line 1, column 10", "no comments"),
        ('{"id" 1}', "Line 1, column 7", "colon"),
        ('{"id": 1 "b": 2}', "Line 1, column 10", "comma between"),
        ('{"id": "a\nb"}', "Line 1, column 10: invalid control character.", r"as \\n"),
        (r'{"id": "C:\q"}', "Line 1, column", "two backslashes"),
        ("{} {}", "Line 1, column 4", "Remove what follows"),
        ('{"id": "abc', "Line 1, column 8", "Close the text with a double quote"),
        ('{"id": [1', "Line 1, column 10", "ends too early"),
        ("", "Line 1, column 1", "The file is empty"),
        ("   \n", "Line 2, column 1", "The file is empty"),
        ("{id: 1}", "Line 1, column 2", "double quotes"),
        ("hello", "Line 1, column 1", "Check what stands at this place: 'hello'"),
    ],
)
def test_malformed_text_gives_line_column_and_a_hint(text: str, place: str, hint: str) -> None:
    code, path, message, fix = problem(text)
    assert (code, path) == ("malformed_json", "")
    assert place in message or place.split(",", maxsplit=1)[0] in message
    assert hint.replace("\\\\", "\\") in fix


def test_every_repeated_key_is_an_error_with_its_path() -> None:
    """(C15) Duplicate JSON keys are an error."""
    value, problems = read_json('{"a": {"x": 1, "x": 2, "y": [{"z": 1, "z": 1, "z": 2}]}, "b": 1, "b": 2}')
    assert sorted((each.code, each.path) for each in problems) == [
        ("duplicate_key", "a.x"),
        ("duplicate_key", "a.y[0].z"),
        ("duplicate_key", "b"),
    ]
    assert value["b"] == 2


def test_a_repeated_key_inside_an_overwritten_object_is_still_found() -> None:
    _, problems = read_json('{"a": {"x": 1, "x": 2}, "a": 1}')
    assert {each.code for each in problems} == {"duplicate_key"}


@pytest.mark.parametrize("bomb", ["[" * 100_000, "[" * 100_000 + "]" * 100_000, '{"a":' * 600 + "1" + "}" * 600])
def test_nesting_bombs_are_one_problem_and_no_crash(bomb: str) -> None:
    """(C13)"""
    assert problem(bomb)[0] == "too_deep"


def test_depth_is_measured_without_a_deep_stack() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    assert too_deep(deep)
    assert not too_deep({"a": [[{}]]})


def test_sizes_are_limited() -> None:
    """(C13)"""
    assert problem(b" " * (MAX_BYTES + 1))[0] == "too_large"
    assert problem('{"a": ' + "9" * 200_000 + "}")[0] == "number_range"
    assert problem('{"a": {"b": [1e999]}}')[:2] == ("number_range", "a.b[0]")


def test_text_that_is_not_utf8_names_the_byte() -> None:
    code, _, message, _ = problem(b'{"id":\n "\xff"}')
    assert code == "encoding"
    assert "line 2" in message
    assert "0xff" in message


def test_a_byte_order_mark_is_no_problem() -> None:
    assert read_json(b"\xef\xbb\xbf{}") == ({}, [])
    assert read_json("\ufeff{}") == ({}, [])


def test_numbers_remember_an_unusual_spelling_only() -> None:
    value, _ = read_json("[1.50, 1e3, 1.5, 7, -0.0]")
    assert [type(each) for each in value] == [Spelled, Spelled, float, int, float]
    assert value == [1.5, 1000.0, 1.5, 7, 0.0]
    assert value[0].text == "1.50"
    assert type(pickle.loads(pickle.dumps(value[0]))) is float


def test_integers_of_any_size_are_read() -> None:
    value, problems = read_json("[" + "7" * 5000 + "]")
    assert not problems
    assert value == [7 * (10**5000 - 1) // 9]


@pytest.mark.parametrize(
    ("text", "path", "shown"),
    [
        (r'{"a": ["x", "\ud800 y"]}', "a[1]", r"\ud800"),
        (r'{"a": {"\udc00": 1}}', r"a.\udc00", r"\udc00"),
        ('{"a": "\ud800"}', "a", r"\ud800"),
    ],
)
def test_half_of_a_character_is_named_with_its_place(text: str, path: str, shown: str) -> None:
    """No journal can hold it: said before a run begins (C13)."""
    (problem,) = read_json(text)[1]
    assert (problem.code, problem.severity, problem.path) == ("half_character", "error", path)
    assert shown in problem.message
    assert problem.fix


def test_both_halves_are_a_character() -> None:
    assert read_json(r'{"a": "\ud83d\ude00"}') == ({"a": "\U0001f600"}, [])


def test_a_bundle_in_place_of_a_definition_is_called_one() -> None:
    value, (found,) = read_json(b"PK\x03\x04\x14\x00\x00\x00\x08\x00\xd2")
    assert value is None
    assert (found.code, found.message) == ("encoding", "The file is a ZIP archive, not a definition.")
    assert "floworch run" in found.fix
