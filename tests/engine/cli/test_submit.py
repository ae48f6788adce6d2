"""``floworch submit``: answers a waiting form, and says what does not fit."""

from __future__ import annotations

from typing import Any

FORM: dict[str, Any] = {
    "id": "form",
    "outputs": {"city": "{{ nodes.ask.output.values.city }}"},
    "nodes": {"ask": {"action": "human.form", "params": {"schema": {"city": {"required": True}}}}},
}


def test_a_form_is_answered_and_the_run_goes_on_with_resume(cli: Any) -> None:
    """interfaces.md section 3."""
    stopped = cli("run", cli.file(FORM), "--run-id", "f-1", "--exit-when-suspended", code=3)
    assert "floworch submit f-1 ask --set city=TEXT" in stopped.stderr
    assert "The field 'city' is required" in cli("submit", "f-1", "ask", "{}", code=2).stderr
    assert "is not JSON" in cli("submit", "f-1", "ask", "{city}", code=2).stderr
    assert "recorded" in cli("submit", "f-1", "ask", '{"city": "Ulm"}').stderr
    assert cli.json("show", "f-1", "--json")["nodes"]["ask"]["status"] == "waiting"
    cli("resume", "f-1")
    assert cli.json("show", "f-1", "--json")["outputs"] == {"city": "Ulm"}
    assert '"kind":"form_submitted"' in cli("events", "f-1").stdout.replace(" ", "")


CHOICE: dict[str, Any] = {
    "id": "choice",
    "outputs": {"one": "{{ nodes.one.output.chosen }}", "some": "{{ nodes.some.output.chosen }}"},
    "nodes": {
        "one": {"action": "human.choose", "params": {"items": ["red", "deep blue"]}},
        "some": {"action": "human.choose", "params": {"items": [1, 2, 3], "multiple": True}},
    },
}


def test_a_choice_is_answered_in_its_own_words(cli: Any) -> None:
    stopped = cli("run", cli.file(CHOICE), "--run-id", "c-1", "--exit-when-suspended", code=3)
    assert "one waits for a choice" in stopped.stderr
    assert "floworch submit c-1 one red" in stopped.stderr
    assert "There is: red, deep blue" in cli("submit", "c-1", "one", "deep", "blue", code=2).stderr
    assert "has no fields to set" in cli("submit", "c-1", "one", "--set", "a=b", code=2).stderr
    assert "Choose one of: red, deep blue" in cli("submit", "c-1", "one", code=2).stderr
    cli("submit", "c-1", "one", "deep blue")
    cli("submit", "c-1", "some", "1", "3")
    cli("resume", "c-1")
    assert cli.json("show", "c-1", "--json")["outputs"] == {"one": "deep blue", "some": [1, 3]}


def test_one_of_several_waiting_items_is_chosen_for_by_its_number(cli: Any) -> None:
    """C8.1, C10.1"""
    choose = {"items": ["{{ item }}1", "{{ item }}2"]}
    nodes = {
        "all": {"action": "flow.foreach", "params": {"items": ["a", "b"]}},
        "pick": {"action": "human.choose", "parent": "all", "params": choose},
    }
    definition = {"id": "picks", "outputs": {"all": "{{ nodes.all.output }}"}, "nodes": nodes}
    cli("run", cli.file(definition), "--run-id", "p-1", "--exit-when-suspended", code=3)
    assert "2 items of the node 'pick'" in cli("submit", "p-1", "pick", "a1", code=2).stderr
    assert "Choose one of: b1, b2" in cli("submit", "p-1", "pick", "--item", 1, code=2).stderr
    cli("submit", "p-1", "pick", "b2", "--item", 1)
    cli("submit", "p-1", "pick", "a1")
    cli("resume", "p-1")
    assert [each["chosen"] for each in cli.json("show", "p-1", "--json")["outputs"]["all"]] == ["a1", "b2"]
