"""``floworch diff``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def test_equal_definitions_are_0_whatever_their_layout(cli: Any, hello: Path) -> None:
    definition = json.loads(hello.read_text())
    other = cli.file({**definition, "view": {"nodes": {"begin": [1, 2]}}, "description": ""}, "other.flow.json")
    assert cli("diff", hello, other).stdout == ""
    found = cli.json("diff", hello, other, "--json")
    assert (found["equal"], found["logic"], found["changed"]) == (True, False, {})


def test_a_difference_is_1_and_shown_down_to_the_field(cli: Any, hello: Path) -> None:
    definition = json.loads(hello.read_text())
    definition["nodes"]["greet"]["params"]["fields"]["text"] = "Hi"
    definition["nodes"]["more"] = {"action": "util.log"}
    del definition["edges"][1]
    other = cli.file(definition, "other.flow.json")
    lines = cli("diff", hello, other, code=1).stdout.splitlines()
    assert lines == [
        "+ node more",
        "~ node greet",
        '    params.fields.text: "Hello {{ inputs.name }}" -> "Hi"',
        "- edge greet -> end",
    ]
    found = cli.json("diff", hello, other, "--json", code=1)
    assert (found["equal"], found["logic"], found["added"]) == (False, True, ["more"])
    assert found["edges_removed"] == [["greet", "out", "end"]]
    assert found["changed"]["greet"] == [{"field": "params.fields.text", "old": "Hello {{ inputs.name }}", "new": "Hi"}]


def test_a_title_is_a_difference_but_none_of_logic(cli: Any, hello: Path) -> None:
    definition = json.loads(hello.read_text())
    definition["nodes"]["greet"]["title"] = "Greet"
    found = cli.json("diff", hello, cli.file(definition, "other.flow.json"), "--json", code=1)
    assert (found["equal"], found["logic"]) == (False, False)


def test_a_file_that_cannot_be_read_is_2(cli: Any, hello: Path, tmp_path: Path) -> None:
    cli("diff", hello, tmp_path / "none", code=2)
    (tmp_path / "bad").write_text("[]")
    cli("diff", tmp_path / "bad", hello, code=2)
