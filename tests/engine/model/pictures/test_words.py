"""What a card and an edge say."""

from __future__ import annotations

from floworch.model.pictures.words import condition_of, condition_on, detail_of, label_of, title_of
from floworch.model.workflow import Node


def test_a_title_comes_first_and_the_id_stays_to_be_found() -> None:
    named = Node(action="file.read", title="Read it")
    assert (title_of("r", named), detail_of("r", named)) == ("Read it", "file.read (r)")
    bare = Node(action="py:my.module:check", disabled=True)
    assert (title_of("c", bare), detail_of("c", bare)) == ("c", "check, disabled")
    assert detail_of("c", Node(action="a.b", title="T", disabled=True)) == "a.b (c, disabled)"


def test_only_other_ports_than_out_are_named() -> None:
    assert [label_of(port) for port in ("out", "error", "approved")] == ["", "error", "approved"]


def test_a_wire_of_a_choice_has_its_condition() -> None:
    test = Node(action="flow.if", params={"condition": "{{ inputs.n > 5 }}"})
    ports = ("true", "false", "done", "error")
    assert [condition_on(test, port, "otherwise") for port in ports] == ["inputs.n > 5", "otherwise", "", ""]
    cases = [{"port": "big", "when": "{{ inputs.n > 5 }}"}, {"port": "error", "when": "{{ true }}"}]
    switch = Node(action="flow.switch", params={"cases": cases, "default": "small"})
    ports = ("big", "small", "done", "error")
    assert [condition_on(switch, port, "otherwise") for port in ports] == ["inputs.n > 5", "otherwise", "", ""]
    assert condition_on(Node(action="util.log"), "out", "otherwise") == ""


def test_the_default_port_of_a_switch_is_told_by_either_form() -> None:
    for default in (True, "default"):
        node = Node(action="flow.switch", params={"cases": [], "default": default})
        assert condition_of(node, "default") == "default (else)"
        assert condition_on(node, "default", "otherwise") == "otherwise"
