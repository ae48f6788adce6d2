"""An action or a middleware in full: enough to write a workflow from."""

from __future__ import annotations

import json

import pytest

from floworch.actions.registry import registry
from floworch.cli.render.describe import describe_action, describe_layer


@pytest.fixture(autouse=True)
def width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def test_a_choice_shows_the_fields_of_its_cases_and_where_its_ports_come_from() -> None:
    text = describe_action(registry.resolve("flow.switch"))
    assert "cases: list of {when, match, port}, required" in text
    assert "        port: text, required\n            The port that fires." in text
    assert "in the example below: review, auto" in " ".join(text.split())
    assert "pure: it changes nothing" in text
    assert "the engine's loop" in text
    assert "Text. The name of the port that fired." in text


def test_rows_of_a_group_show_their_functions() -> None:
    text = " ".join(describe_action(registry.resolve("data.group")).split())
    assert "fn: one of sum, count, min" in text
    assert "`" not in text


def test_the_example_is_a_node() -> None:
    for spec in registry.all_actions():
        example = describe_action(spec).partition("of a definition\n")[2]
        (node,) = json.loads("{" + example + "}").values()
        assert node == {"action": spec.id, "params": dict(spec.example)}


def test_lines_fit_the_terminal() -> None:
    text = describe_action(registry.resolve("file.list")).partition("Category")[2].partition("Example")[0]
    assert max(map(len, text.splitlines())) <= 80


def test_the_entry_of_a_layer_is_valid_but_for_what_must_be_given() -> None:
    for spec in registry.all_layers():
        entry = json.loads(describe_layer(spec).partition("of the workflow\n")[2])
        assert entry["use"] == spec.id
        issues = registry.check_layer(spec.id, entry["with"]) or ()
        assert not [issue for issue in issues if "pip install" not in issue.message]  # an extra may be missing
    assert '"path": "<path>"' in describe_layer(next(s for s in registry.all_layers() if s.id == "dead_letter"))
