"""Names a workflow uses: where, and renamed everywhere."""

from __future__ import annotations

from typing import Any

import pytest

from floworch.model.workflow import Input, Layer, Node, Workflow
from floworch_designer.document.variables import Use, rename_variable, variables


def names(action: str) -> dict[str, str]:
    return {"connection": "connection", "sign": "secret"} if action == "db.query" else {}


def flow() -> Workflow:
    nodes = {
        "keep": Node(action="data.set", params={"target": "data", "fields": {"total": "{{ inputs.n + 1 }}"}}),
        "ask": Node(action="db.query", breakpoint="inputs['n'] > 3",
                    params={"connection": "shop", "sign": "KEY", "sql": "{{ data.total }} 'inputs.n'"}),
        "tell": Node(action="util.log",
                     params={"message": "{{ secrets.TOKEN }} {{ data['other'] }} {{ inputs.gone }}"}),
    }  # fmt: skip
    return Workflow(
        id="w", nodes=nodes, inputs={"n": Input(type="integer"), "unused": Input()}, outputs={"t": "{{ data.total }}"},
        middleware=(Layer(use="logging", when="inputs.n > 1"),),
    )  # fmt: skip


def test_every_name_is_found_with_its_places() -> None:
    found = {(row.kind, row.name): row for row in variables(flow(), names)}
    assert list(found) == [
        ("input", "n"), ("input", "unused"), ("input", "gone"), ("output", "t"), ("data", "total"), ("data", "other"),
        ("secret", "KEY"), ("secret", "TOKEN"), ("connection", "shop"),
    ]  # fmt: skip
    assert found["input", "n"].uses == (Use("keep", "params.fields"), Use("ask", "breakpoint"), Use("", "middleware"))
    assert found["data", "total"].uses == (Use("keep", "params.fields"), Use("ask", "params.sql"), Use("", "outputs.t"))
    assert found["input", "n"].declared
    assert found["data", "total"].declared
    assert not found["input", "gone"].declared
    assert not found["data", "other"].declared
    assert found["input", "unused"].uses == ()


def test_an_input_is_renamed_in_expressions_and_not_in_texts() -> None:
    made = rename_variable(flow(), "input", "n", "how many", names)
    assert list(made.inputs) == ["how many", "unused"]
    assert made.nodes["keep"].params["fields"] == {"total": '{{ inputs["how many"] + 1 }}'}
    assert made.nodes["ask"].breakpoint == 'inputs["how many"] > 3'
    assert made.middleware[0].when == 'inputs["how many"] > 1'
    assert "'inputs.n'" in made.nodes["ask"].params["sql"]
    assert rename_variable(made, "input", "how many", "n", names).inputs == flow().inputs


@pytest.mark.parametrize(
    ("kind", "old", "new", "where", "value"),
    [
        ("data", "total", "sum", ("keep", "fields"), {"sum": "{{ inputs.n + 1 }}"}),
        ("data", "total", "sum", ("ask", "sql"), "{{ data.sum }} 'inputs.n'"),
        ("secret", "KEY", "OTHER", ("ask", "sign"), "OTHER"),
        ("connection", "shop", "store", ("ask", "connection"), "store"),
    ],
)
def test_other_kinds_are_renamed_too(kind: Any, old: str, new: str, where: tuple[str, str], value: Any) -> None:
    made = rename_variable(flow(), kind, old, new, names)
    assert made.nodes[where[0]].params[where[1]] == value


def test_an_output_keeps_its_value_and_its_place() -> None:
    assert rename_variable(flow(), "output", "t", "total").outputs == {"total": "{{ data.total }}"}


@pytest.mark.parametrize("new", ["", " ", "unused"])
def test_a_name_that_is_empty_or_taken_is_refused(new: str) -> None:
    with pytest.raises(ValueError, match="name"):
        rename_variable(flow(), "input", "n", new)


def test_the_same_name_changes_nothing() -> None:
    made = flow()
    assert rename_variable(made, "input", "n", "n") is made
