"""Parameter sets are files beside the definition."""

from __future__ import annotations

import json

import pytest

from floworch.errors import UsageError
from floworch_designer.app.inputs.input_sets import DEFAULT, InputSets, completed, plain


@pytest.fixture
def sets(tmp_path):
    return InputSets(tmp_path / "orders.flow.json")


def test_they_lie_where_the_command_line_and_the_server_read_them(sets, tmp_path):
    from floworch.serve.definitions import Source

    assert sets.path(DEFAULT) == Source(tmp_path / "orders.flow.json", False).inputs
    sets.write(DEFAULT, {"limit": 3})
    sets.write("night run", {"limit": 9, "name": "Ä"})
    assert json.loads((tmp_path / "orders.night run.inputs.json").read_text(encoding="utf-8")) == {
        "limit": 9,
        "name": "Ä",
    }
    assert sets.names() == [DEFAULT, "night run"]
    assert sets.read("night run") == {"limit": 9, "name": "Ä"}


def test_those_of_another_definition_are_not_listed(sets, tmp_path):
    for name in ("orders.eu.flow.json", "orders.eu.inputs.json", "other.inputs.json", "orders.a.b.inputs.json"):
        (tmp_path / name).write_text("{}")
    assert sets.names() == []


def test_secrets_are_never_stored(sets):
    given = {"api_key": "s3", "user_password": "p", "authToken": "t", "limit": 1}
    assert sets.write("a", given) == ["api_key", "user_password", "authToken"]
    assert sets.read("a") == plain(given) == {"limit": 1}
    assert "s3" not in sets.path("a").read_text()
    assert completed({"limit": 2}, given) == {**given, "limit": 2}
    assert completed({}, {"limit": 1}) == {}, "what a set leaves out stays out"


def test_a_set_is_renamed_and_deleted(sets):
    sets.write("a", {"x": 1})
    sets.write("b", {"x": 2})
    with pytest.raises(UsageError, match="already"):
        sets.rename("a", "b")
    sets.rename("a", "c")
    assert (sets.names(), sets.read("c")) == (["b", "c"], {"x": 1})
    sets.remove("c")
    sets.remove("c")
    assert sets.names() == ["b"]


@pytest.mark.parametrize("name", ["", "../x", "a/b", "a.b", "-a", "x" * 70, "a\n"])
def test_odd_names_write_nothing(sets, tmp_path, name):
    with pytest.raises(UsageError, match="cannot be the name"):
        sets.write(name, {})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", ["", "[1]", "{", "7", '{"a": 1} x', "[" * 100_000])
def test_garbage_is_told(sets, content):
    sets.path("a").write_text(content)
    with pytest.raises(UsageError, match=r"orders\.a\.inputs\.json is no parameter set"):
        sets.read("a")
