"""An input that is used and not declared gets the type that its uses want (C2.1: repairs)."""

from __future__ import annotations

from typing import Any

import pytest
from run_dialogue import workflow

from floworch import validate
from floworch.model.repair import apply_repair


def repairs(nodes: dict[str, Any]) -> list[dict[str, Any]]:
    found = validate(workflow(nodes))
    return [problem.repair or {} for problem in found if problem.code == "unknown_input"]


def step(action: str, **params: Any) -> dict[str, Any]:
    return {"action": action, "params": params}


@pytest.mark.parametrize(
    ("action", "param", "text", "kind"),
    [
        ("http.request", "url", "{{ inputs.x }}", "string"),
        ("http.request", "url", "https://{{ inputs.x }}/orders", "string"),
        ("http.request", "max_pages", "{{ inputs.x }}", "integer"),
        ("http.request", "max_mb", "{{inputs['x']}}", "number"),
        ("http.request", "verify", "{{ inputs.x }}", "boolean"),
        ("http.request", "form", "{{ inputs.x }}", "object"),
        ("http.request", "file", "{{ inputs.x }}", "string"),
        ("flow.if", "condition", "inputs.x", "boolean"),
        ("http.request", "body", "{{ inputs.x }}", None),  # may be several things
        ("http.request", "max_pages", "{{ inputs.x + 1 }}", None),
        ("http.request", "max_pages", "{{ inputs.x.pages }}", None),
        ("http.request", "url", "{% if inputs.x %}a{% endif %}", None),
        ("nobody.knows", "url", "{{ inputs.x }}", None),
        ("flow.if", "condition", "inputs.x > 3", None),
    ],
)
def test_the_parameter_says_the_type(action: str, param: str, text: str, kind: str | None) -> None:
    (repair,) = repairs({"a": step(action, **{param: text})})
    assert repair == {"op": "declare_input", "name": "x"} | ({"type": kind} if kind else {})


def test_uses_that_disagree_leave_any_type_and_those_that_do_not_say_do_not_count() -> None:
    url, pages = "{{ inputs.x }}", "{{ inputs.x }}"
    assert [each.get("type") for each in repairs({"a": step("http.request", url=url, max_pages=pages)})] == [None, None]
    found = repairs({"a": step("http.request", url="{{ inputs.y | upper }}", max_pages="{{ inputs.y }}")})
    assert [each.get("type") for each in found] == ["integer", "integer"]


def test_the_input_is_declared_with_it() -> None:
    drawn = workflow({"a": step("http.request", url="http://h", max_pages="{{ inputs.pages }}")})
    (problem,) = [each for each in validate(drawn) if each.code == "unknown_input"]
    assert problem.repair is not None
    declared = apply_repair(drawn, problem.repair).inputs["pages"]
    assert (declared.type, declared.required) == ("integer", True)
    assert apply_repair(drawn, {"op": "declare_input", "name": "pages"}).inputs["pages"].type == "any"


def nulls(text: Any, param: str = "message", action: str = "util.log", **declared: Any) -> list[str]:
    """Paths at which an input ``n``, a number unless said otherwise, is told to be null."""
    flow = workflow({"a": step(action, **{param: text})}, inputs={"n": {"type": "number", **declared}})
    return [problem.path for problem in validate(flow) if problem.code == "null_input"]


@pytest.mark.parametrize(
    "text",
    ["{{ inputs.n * 2 }}", "{{ 1 - inputs.n }}", "{{ -inputs['n'] }}", "is {{ inputs.n | round(2) }}",
     "{{ range(inputs.n) }}", "{{ inputs.n % 2 }}", "{%- set x = inputs.n + 1 %}{{ x }}"],
)  # fmt: skip
def test_a_number_that_may_be_left_out_is_told_where_it_is_calculated_with(text: str) -> None:
    """interfaces.md section 3: only required inputs stop a run; others that nobody gives are null."""
    assert nulls(text) == ["nodes.a.params.message"]
    assert nulls(text, required=True) == nulls(text, default=0) == nulls(text, type="any") == []


@pytest.mark.parametrize(
    "text",
    ["{{ inputs.n }}", "{{- inputs.n -}}", "{{ inputs.n + 1 if inputs.n is not none else 0 }}", "{{ inputs.n > 3 }}",
     "{{ (inputs.n | default(0, true)) * 2 }}", "{{ inputs.n }} - {{ run.id }}"],
)  # fmt: skip
def test_an_expression_that_can_do_with_null_is_not_told(text: str) -> None:
    assert nulls(text) == []


def test_a_parameter_that_must_be_a_number_is_told_too() -> None:
    assert nulls("{{ inputs.n }}", "max_mb", "http.request") == ["nodes.a.params.max_mb"]
