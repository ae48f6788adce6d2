from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from floworch.errors import DefinitionError, UsageError
from floworch.model.codec import from_data, loads
from floworch.model.problem import Problem
from floworch.model.repair import apply_repair
from floworch.model.rules.codes import CODES
from floworch.model.validate import check_text, is_valid, require_valid, validate

IDS = st.sampled_from(["a", "b", "c", "my-node", "A B", ""])
TEXTS = st.sampled_from(
    [
        "{{ nodes.a.output }}",
        "{{ nodes.my-node.output }}",
        "{{ inputs.x | nope }}",
        "{{",
        "{% for %}",
        "}}",
        "{{ item }}",
        "{{ " + "(" * 300,
        "{{ nodes[inputs.x].output }}",
        "plain",
        "{{ nodes.a.status == 'x' and data }}",
        "\ud800 {{ a }}",
    ]
) | st.text(alphabet="{}%|.[]'\"abc nodes ", max_size=20)
VALUES = st.recursive(
    TEXTS | st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
)
NODES = st.fixed_dictionaries(
    {"action": st.sampled_from(["data.set", "flow.if", "flow.switch", "flow.foreach", "no.such", "py:m:f", ""])},
    optional={
        "params": st.dictionaries(
            st.sampled_from(["condition", "cases", "fields", "target", "items"]), VALUES, max_size=3
        ),
        "parent": IDS,
        "join": st.sampled_from(["all", "any", "first"]),
        "timeout": st.sampled_from([1, "x", "5s", -1]),
        "retry": st.fixed_dictionaries({}, optional={"on": st.lists(TEXTS, max_size=1), "delay": TEXTS}),
        "breakpoint": TEXTS | st.booleans(),
        "on_error": st.sampled_from(["fail", "continue"]),
        "compensate": st.fixed_dictionaries(
            {"action": TEXTS}, optional={"params": st.dictionaries(IDS, VALUES, max_size=1)}
        ),
        "middleware": st.lists(st.fixed_dictionaries({"use": TEXTS}, optional={"when": TEXTS}), max_size=2),
        "timout": VALUES,
    },
)
DEFINITIONS = st.fixed_dictionaries(
    {"id": IDS, "nodes": st.dictionaries(IDS, NODES, max_size=5)},
    optional={
        "edges": st.lists(st.fixed_dictionaries({"from": IDS, "to": IDS}, optional={"port": TEXTS}), max_size=6),
        "outputs": st.dictionaries(IDS, VALUES, max_size=2),
        "setings": VALUES,
        "inputs": st.dictionaries(IDS, st.fixed_dictionaries({}, optional={"default": VALUES}), max_size=1),
    },
)


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(data=DEFINITIONS)
def test_validation_never_raises_on_content(catalog: Any, data: dict[str, Any]) -> None:
    """(C2.1)"""
    workflow, _ = from_data(data)
    assert workflow is not None
    for problem in validate(workflow, catalog):
        assert problem.severity == CODES[problem.code][0]
        assert problem.message
        if problem.repair is not None:
            with contextlib.suppress(UsageError):
                apply_repair(workflow, problem.repair)


@pytest.mark.parametrize(
    ("nodes", "edges", "more"),
    [
        ({"A b": None, "c": None}, ["A b>c"], {}),
        ({"alpha": None, "b": None}, ["alpah>b"], {}),
        ({"a": {"action": "util.lgo"}}, [], {}),
        ({"a": None, "b": None}, ["a>b", "a>b"], {}),
        ({"a": None, "b": {"parent": "a"}}, [], {}),
        ({"a": {"timout": 5}}, [], {}),
        ({"s": {"action": "flow.if", "params": {"condition": "true"}}, "e": None}, ["s:true>e", "s:false>e"], {}),
        ({"s": {"action": "flow.if", "params": {"condition": "true"}}, "e": None}, ["s:ture>e"], {}),
        ({"my-n": None, "b": {"params": {"x": "{{ nodes.my-n.output }}"}}}, ["my-n>b"], {}),
        ({"a": {"params": {"x": ["{{ inputs.oder | uper }}"]}}}, [], {"inputs": {"order": {}}}),
        ({"a": {"params": {"x": "{{ order }}"}}}, [], {"inputs": {"order": {}}}),
        ({"alpha": None, "b": {"params": {"x": "{{ nodes.alhpa.total }}"}}}, ["alpha>b"], {}),
        ({"a": {"action": "file.read", "timeout": 1}}, [], {}),
    ],
)
def test_offered_repairs_remove_the_problem(workflow: Any, catalog: Any, nodes: Any, edges: Any, more: Any) -> None:
    made = workflow(nodes, edges, **more)
    first = validate(made, catalog)
    assert first
    for _ in range(5):
        repairs = [each.repair for each in validate(made, catalog) if each.repair]
        if not repairs:
            break
        made = apply_repair(made, repairs[0])
    assert {each.code for each in validate(made, catalog)} <= {"bad_param"}


def test_every_problem_at_once_errors_first(problems: Any) -> None:
    """(C2.1)"""
    found = problems(
        {"A": None, "b": {"action": "nope", "timeout": "x"}, "c": {"retry": {}, "middleware": [{"use": "retry"}]}},
        ["b>b", "c:odd>b", "c>zz"],
        outputs={"o": "{{ nope }}"},
    )
    assert {each.code for each in found} == {
        "bad_id",
        "unknown_action",
        "bad_duration",
        "two_retries",
        "cycle",
        "unknown_port",
        "unknown_node",
        "unknown_name",
    }
    severities = [each.severity for each in found]
    assert severities == sorted(severities)


def test_warnings_keep_a_definition_valid(problems: Any, workflow: Any, catalog: Any) -> None:
    """(C15)"""
    found = problems({"a": None, "b": None}, ["a>b", "a>b"])
    assert [each.severity for each in found] == ["warning"]
    assert is_valid(found)
    assert require_valid(workflow({"a": None, "b": None}, ["a>b", "a>b"]), catalog) == found


def test_an_invalid_definition_is_one_error_with_all_problems(workflow: Any, catalog: Any) -> None:
    with pytest.raises(DefinitionError, match=r"Workflow 'w' is not valid: .*no action") as caught:
        require_valid(workflow({"a": {"action": "x"}, "b": {"action": "y"}}), catalog)
    assert [each.code for each in caught.value.problems] == ["unknown_action", "unknown_action"]


def test_text_is_read_and_validated_in_one_go(catalog: Any) -> None:
    workflow, found = check_text('{"id": "w", "id": "w", "nodes": {}}', catalog)
    assert workflow is not None
    assert [each.code for each in found] == ["duplicate_key", "no_nodes"]
    assert check_text("{", catalog)[0] is None


def test_every_action_is_looked_up_once(workflow: Any, catalog: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    find = catalog.find_action
    monkeypatch.setattr(catalog, "find_action", lambda action_id: asked.append(action_id) or find(action_id))
    assert validate(workflow({f"n{number}": None for number in range(50)}), catalog) == []
    assert asked == ["data.set"]


def test_deeply_nested_parameters_do_not_overflow(catalog: Any) -> None:
    """(C13)"""
    text = (
        '{"id": "w", "nodes": {"a": {"action": "data.set", "params": {"fields": '
        + "[" * 200
        + '"{{ x }}"'
        + "]" * 200
        + "}}}}"
    )
    found = validate(loads(text), catalog)
    assert [each.code for each in found] == ["unknown_name"]
    assert isinstance(found[0], Problem)
