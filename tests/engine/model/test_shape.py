from __future__ import annotations

from typing import Any

import pytest

from floworch.model.codec import from_data
from floworch.model.problem import Problem
from floworch.model.shape import path_of


def problem(node: dict[str, Any], **more: Any) -> Problem:
    """The only shape problem of a definition with this node."""
    _, problems = from_data({"id": "w", "nodes": {"n": {"action": "a.b", **node}}, **more})
    (only,) = problems
    return only


@pytest.mark.parametrize(
    ("node", "path", "message"),
    [
        ({"retry": {"max_attempts": 0}}, "retry.max_attempts", "is 0; it must be at least 1."),
        ({"retry": {"jitter": 2}}, "retry.jitter", "is 2; it must be at most 1."),
        ({"retry": {"max_attempts": "3"}}, "retry.max_attempts", "is '3'; it must be a whole number."),
        ({"retry": {"delay": [1]}}, "retry.delay", "is a list; it must be a duration"),
        ({"timeout": {}}, "timeout", "is an object; it must be a duration"),
        ({"disabled": "yes"}, "disabled", "is 'yes'; it must be true or false."),
        ({"middleware": {}}, "middleware", "is an object; it must be a list."),
        ({"middleware": [{"use": "x", "when": 3}]}, "middleware[0].when", "it must be an expression, true or false."),
        ({"params": []}, "params", "is a list; it must be an object."),
        ({"title": None}, "title", "is null; it must be a text."),
        ({"tags": "gpu"}, "tags", "it must be a list."),
    ],
)
def test_wrong_types_say_what_is_there_and_what_must_be(node: dict[str, Any], path: str, message: str) -> None:
    found = problem(node)
    assert (found.path, found.node) == (f"nodes.n.{path}", "n")
    assert message in found.message
    assert found.message.startswith(f"nodes.n.{path}")


def test_a_bare_name_of_a_layer_is_told_how_it_is_written() -> None:
    """C5.1: in Python a name alone is a layer, in a file it is not."""
    assert problem({"middleware": ["logging"]}).fix == 'Write {"use": "logging"}.'
    assert problem({}, middleware=["logging"]).fix == 'Write {"use": "logging"}.'
    assert problem({"middleware": [3]}).fix == "Write an object."


def test_a_word_that_is_none_of_the_list_offers_the_closest_as_a_repair() -> None:
    found = problem({"join": "fist"})
    assert found.code == "bad_value"
    assert found.message == "nodes.n.join is 'fist'; it must be all, any or first."
    assert found.fix == "Did you mean 'first'?"
    assert found.repair == {"op": "set_field", "node": "n", "field": "join", "value": "first"}
    assert problem({"run_on": 5}).repair is None


def test_the_opposite_of_a_word_is_no_guess() -> None:
    found = problem({"effect": "safe"})
    assert (found.fix, found.repair) == ("Write pure, idempotent or unsafe.", None)


def test_a_word_like_none_of_the_list_is_answered_with_the_list() -> None:
    found = problem({"join": "some"})
    assert found.message == "nodes.n.join is 'some'; it must be all, any or first."
    assert (found.fix, found.repair) == ("Write all, any or first.", None)


def test_a_missing_field_is_named() -> None:
    found = problem({}, edges=[{"from": "n"}])
    assert (found.code, found.path, found.fix) == ("missing_field", "edges[0]", "Add 'to'.")


def test_long_values_are_cut_in_messages() -> None:
    assert len(problem({"join": "x" * 5000}).message) < 200


def test_paths_are_written_as_authors_know_them() -> None:
    assert path_of(("nodes", "a", "middleware", 2, "use")) == "nodes.a.middleware[2].use"
    assert path_of((0,)) == "[0]"


def test_a_file_of_a_newer_version_is_called_so() -> None:
    problems = from_data({"format": 99, "id": "x", "nodes": {}, "edges": []})[1]
    assert [problem.path for problem in problems] == ["format"]
    assert "written by a newer version" in problems[0].message
    assert "newer version" in problems[0].fix


def test_everything_wrong_says_what_to_do() -> None:
    data = {
        "id": 7,
        "nodes": {"a": {"action": 1, "join": "some", "retry": {"max_attempts": 0}, "params": []}},
        "edges": {},
    }
    problems = from_data(data)[1]
    assert len(problems) >= 5
    assert all(problem.fix for problem in problems)
