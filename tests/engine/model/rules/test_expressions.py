from __future__ import annotations

from typing import Any

import pytest

PLACE = "nodes.a.params.fields.x"


def node(text: Any, **more: Any) -> dict[str, Any]:
    return {"a": {"params": {"fields": {"x": text}}, **more}}


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("{{ inputs. }}", "bad_expression", "character"),
        ("{{ 1 + }}", "bad_expression", "unexpected end of the expression (character 4)"),
        ("a {{ b c }}", "bad_expression", "unexpected identifier"),
        ("{% if data.x %}", "bad_expression", ""),
        ("{{ foo }}", "unknown_name", "'foo', which does not exist"),
        ("{{ item.x }}", "unknown_name", "'item' exists only inside a container"),
        ("{{ output }}", "unknown_name", "only in compensate"),
        ("{{ data.x | uper }}", "unknown_filter", "There is no filter 'uper' (character 10)."),
        ("{{ data.x | map('uper') | list }}", "unknown_filter", "There is no filter 'uper' (character 15)."),
        ("{{ 1 is bogus }}", "unknown_test", "There is no test 'bogus' (character 6)."),
        ("{{ data.x is not bogus }}", "unknown_test", "There is no test 'bogus' (character 15)."),
        (
            "n: {{ data.x | selectattr('a', 'bogus') | list }}",
            "unknown_test",
            "There is no test 'bogus' (character 33).",
        ),
        ("{% if data.x is bogus %}y{% endif %}", "unknown_test", "There is no test 'bogus' (character 17)."),
        ("{{ bogus(1) }}", "unknown_name", "There is no function 'bogus' (character 1)."),
        ("{{ 1 + len(data.x) }}", "unknown_name", "There is no function 'len' (character 5)."),
        ("{{ run.name }}", "unknown_field", "run.name does not exist"),
        ("{{ nodes }}", "whole_nodes", "The expression takes all of 'nodes'"),
        ("n: {{ nodes | length }}", "whole_nodes", "The expression takes all of 'nodes'"),
        ("{% set all = nodes %}{{ all.a.status }}", "whole_nodes", "The expression takes all of 'nodes'"),
        ("{{ secrets | to_json }}", "whole_nodes", "The expression takes all of 'secrets'"),
        ("{{ data.x.__class__ }}", "private_name", "There is no '__class__' (character 8)"),
        ("n: {{ ''.__class__.__mro__ }}", "private_name", "There is no '__class__' (character 10)"),
        ("{{ nodes.zz.output }}", "unknown_node", "There is no node 'zz'"),
        ("{{ nodes.zz.output[1:] }}", "unknown_node", "There is no node 'zz'"),
        ("{{ (inputs.zz | list)[:2] }}", "unknown_input", "There is no input 'zz'"),
        ("{{ foo[data.x:] }}", "unknown_name", "'foo', which does not exist"),
        ("{{ inputs.zz }}", "unknown_input", "There is no input 'zz'"),
        ("{{ (data.x | length > 1) and inputs['q'] }}", "unknown_input", "'q'"),
    ],
)
def test_what_is_wrong_is_known_before_a_run(problems, text: str, code: str, said: str) -> None:  # type: ignore[no-untyped-def]
    """(C6.4)"""
    (found,) = problems(node(text))
    assert (found.code, found.path, found.node) == (code, PLACE, "a")
    assert said in found.message


@pytest.mark.parametrize(
    "text",
    [
        "plain text",
        "{{ data.anything.goes }}",
        "{{ run.id }} {{ run.workflow }}",
        "{{ secrets.TOKEN }}",
        "{{ range(3) }}",
        "{% for item in data.list %}{{ item.x | upper }}{% endfor %}",
        "{% set q = 1 %}{{ q }}",
        5,
        None,
        [{"y": True}],
        "{{ data.x is defined and data.y | default('a | b') == 'nodes.x-y' }}",
        "{{ {'k': data.v} }}",
        "{{ inputs.ok }}",
        "{{ data.n is divisibleby 3 and data.n is not none or data.s is in ['a'] }}",
        "{{ data.l | select('odd') | reject('>', 3) | map('string') | map(attribute='x') | list }}",
        "{{ data.l | selectattr('a') | rejectattr('a', 'equalto', 1) | list }}",
        "{% macro twice(x) %}{{ x }}{{ x }}{% endmacro %}{{ twice(1) }} this is bogus, a | pipe",
        "{{ data.text.upper() }}{{ 'a is bogus | b' }}",
    ],
)
def test_good_expressions_have_no_problem(codes, text: Any) -> None:  # type: ignore[no-untyped-def]
    assert codes(node(text), [], inputs={"ok": {}}) == []


def test_the_dot_form_of_an_id_that_is_no_identifier_offers_the_other_form(problems) -> None:  # type: ignore[no-untyped-def]
    """(C15)"""
    nodes = {"my-node": None, "1st": None, **node("{{ nodes.my-node.output }}{{ nodes.1st.output }}")}
    found = problems(nodes, ["my-node>a", "1st>a"])
    assert {(each.code, each.repair["new"]) for each in found} == {
        ("dotted_id", "nodes['my-node']"),
        ("dotted_id", "nodes['1st']"),
    }
    good = {"my-node": None, **node("{{ nodes['my-node'].output }}")}
    assert problems(good, ["my-node>a"]) == []


def test_names_close_to_what_was_meant(problems) -> None:  # type: ignore[no-untyped-def]
    nodes = {"pay": None, **node("{{ order }} {{ pay.total }} {{ input.x }}")}
    found = {each.repair["old"]: each.fix for each in problems(nodes, ["pay>a"], inputs={"order": {}})}
    assert found == {
        "order": "Write inputs.order.",
        "pay": "Write nodes.pay.output.",
        "input": "Did you mean 'inputs'?",
    }


def test_items_are_there_inside_containers(codes) -> None:  # type: ignore[no-untyped-def]
    """(C10.1, C15)"""
    outer = {"action": "flow.foreach"}
    nodes = {
        "o": outer,
        "i": {**outer, "parent": "o"},
        "a": {"parent": "i", "params": {"x": "{{ item }}{{ index }}{{ outer.item }}"}},
    }
    assert codes(nodes) == []
    nodes = {"o": outer, "a": {"parent": "o", "params": {"x": "{{ item }}{{ outer.item }}"}}}
    assert codes(nodes) == [("unknown_name", "nodes.a.params.x")]


def test_raw_parameters_see_the_item_of_their_action(codes) -> None:  # type: ignore[no-untyped-def]
    """(C15)"""
    assert codes({"f": {"action": "data.filter", "params": {"where": "{{ item.x > 1 }}"}}}) == []
    assert codes({"f": {"action": "data.filter", "params": {"items": "{{ item.x }}"}}}) == [
        ("unknown_name", "nodes.f.params.items")
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('item.status = "paid"', "bad_expression"),
        ("item >> 1", "bad_expression"),
        ("item +", "bad_expression"),
        ("itme > 1", "unknown_name"),
        ("item | foo > 1", "unknown_filter"),
        ("item is bogus", "unknown_test"),
        ("nodes.gone.output > item", "unknown_node"),
    ],
)
def test_a_raw_expression_without_braces_is_checked_as_with_them(problems, text: str, code: str) -> None:  # type: ignore[no-untyped-def]
    """C15, C6.4: what can be known to be wrong is known before a run."""
    for where in (text, f"{{{{ {text} }}}}"):
        (found,) = problems({"f": {"action": "data.filter", "params": {"where": where}}})
        assert (found.code, found.path, found.node) == (code, "nodes.f.params.where", "f")
    (found,) = problems(
        {"a": {"action": "shell.run", "compensate": {"action": "data.filter", "params": {"where": text}}}}
    )
    assert (found.code, found.path) == (code, "nodes.a.compensate.params.where")


@pytest.mark.parametrize(
    "where", ["item.size > 1000 and item.extension == '.py'", " true ", "item.n > outer.item.n", ""]
)
def test_a_right_raw_expression_without_braces_is_no_problem(codes, where: str) -> None:  # type: ignore[no-untyped-def]
    assert codes({"f": {"action": "data.filter", "params": {"where": where}}}) == []


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("inputs.n > 3", None),
        ("{{ inputs.n > 3 }}", None),
        ("x {{ inputs.n }}", "bad_condition"),
        ("", "bad_condition"),
        ("inputs.n >", "bad_expression"),
        ("inputs.zz == 1", "unknown_input"),
        ("true", None),
    ],
)
def test_conditions_need_no_braces(codes, condition: str, code: str | None) -> None:  # type: ignore[no-untyped-def]
    expected = [code] if code else []
    nodes = {"a": {"action": "flow.if", "params": {"condition": condition}}}
    assert [each for each, _ in codes(nodes, [], inputs={"n": {}})] == expected
    cases = [{"when": condition, "port": "b"}]
    if condition not in ("", "x {{ inputs.n }}"):  # texts that the action's own check speaks of
        found = codes({"a": {"action": "flow.switch", "params": {"cases": cases}}}, [], inputs={"n": {}})
        assert found == [(each, "nodes.a.params.cases[0].when") for each in expected]
    stop = {"a": {"breakpoint": condition, "middleware": [{"use": "logging", "when": condition}]}}
    assert [each for each, _ in codes(stop, [], inputs={"n": {}})] == expected * 2


def test_compensation_sees_the_output_of_its_node(codes) -> None:  # type: ignore[no-untyped-def]
    """(C15)"""
    undo = {"action": "util.log", "params": {"message": "{{ output.id }} {{ nope }}"}}
    assert codes({"a": {"compensate": undo}}) == [("unknown_name", "nodes.a.compensate.params.message")]


def test_compensation_sees_its_own_node_and_those_before_it_only(codes) -> None:  # type: ignore[no-untyped-def]
    """(C9)"""
    text = "{{ nodes.a.output }} {{ nodes.before.output }} {{ nodes.later.output }}"
    undo = {"action": "util.log", "params": {"message": text}}
    found = codes({"before": {}, "a": {"compensate": undo}, "later": {}}, ["before>a", "a>later"])
    assert found == [("not_upstream", "nodes.a.compensate.params.message")]


def test_conditions_of_a_compensation_need_no_braces(codes) -> None:  # type: ignore[no-untyped-def]
    """(C6.4)"""
    undo = {"action": "flow.if", "params": {"condition": "output.paid and inputs.zz"}}
    assert codes({"a": {"compensate": undo}}) == [("unknown_input", "nodes.a.compensate.params.condition")]


def test_options_of_layers_are_checked(codes) -> None:  # type: ignore[no-untyped-def]
    layer = {"use": "logging", "with": {"prefix": "{{ inputs.zz }}"}}
    assert codes({"a": {"middleware": [layer]}}, [], middleware=[layer]) == [
        ("unknown_input", "nodes.a.middleware[0].with.prefix"),
        ("unknown_input", "middleware[0].with.prefix"),
    ]


def test_a_function_of_another_language_is_offered_as_the_filter_that_it_is(problems) -> None:  # type: ignore[no-untyped-def]
    fixes = {text: problems(node(f"{{{{ {text} }}}}"))[0].fix for text in ("len(data.x)", "upper(data.x)", "now()")}
    assert fixes == {
        "len(data.x)": "Write it as a filter: value | length.",
        "upper(data.x)": "Write it as a filter: value | upper.",
        "now()": "There is cycler, dict, joiner, namespace and range, and filters.",
    }
