from __future__ import annotations

import enum
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from floworch import compose, logging, retry, timeout
from floworch.actions.builder import WorkflowBuilder
from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.registry import registry
from floworch.errors import DefinitionError, DefinitionWarning, UsageError
from floworch.model.codec import dumps, loads, save
from floworch.model.workflow import Compensation, Layer, RetryPolicy, Workflow


async def validate_order(ctx: Context, order_id: str, limit: float = 1000.0) -> dict[str, Any]:
    """Check one order."""
    return {"id": order_id, "limit": limit}


def reserve(ctx: Context, amount: int = 1) -> str:
    """Reserve stock."""
    return f"{ctx.node} {amount}"


def release(ctx: Context, output: Any) -> None:
    """Give stock back."""


class Level(enum.StrEnum):
    WARN = "warning"


def problems_of(builder: WorkflowBuilder) -> list[tuple[str, str]]:
    with pytest.raises(DefinitionError) as caught:
        builder.build()
    return [(each.code, each.path) for each in caught.value.problems if each.severity == "error"]


def test_the_documented_example_builds() -> None:
    """(interfaces section 2)"""
    flow = (
        WorkflowBuilder("order-processing")
        .input("order_id", "string", required=True)
        .node("validate", validate_order, order_id="{{ inputs.order_id }}")
        .node("pay", "util.log", after="validate", retries=3, timeout=5.0, message="pay")
        .node("stock", reserve, after="validate", compensate=release)
        .choice("route", [("{{ data.order_valid }}", "ok")], default="bad", after=["pay", "stock"])
        .node("ship", "util.log", after="route:ok", message="ship")
        .output("shipped", "{{ nodes.ship.status }}")
        .build()
    )
    assert isinstance(flow, Workflow)
    assert flow.nodes["validate"].action == f"py:{__name__}:validate_order"
    assert flow.nodes["pay"].retry == RetryPolicy(max_attempts=4)
    assert flow.nodes["pay"].timeout == 5.0
    assert flow.nodes["pay"].params == {"message": "pay"}
    assert flow.nodes["stock"].compensate == Compensation(action=f"py:{__name__}:release")
    assert flow.nodes["route"].params == {"cases": [{"when": "{{ data.order_valid }}", "port": "ok"}], "default": "bad"}
    assert [(edge.source, edge.port, edge.target) for edge in flow.edges] == [
        ("validate", "out", "pay"),
        ("validate", "out", "stock"),
        ("pay", "out", "route"),
        ("stock", "out", "route"),
        ("route", "ok", "ship"),
    ]


def test_what_is_built_is_what_a_file_says() -> None:
    flow = (
        WorkflowBuilder("w", name="W", description="d")
        .settings(max_concurrency=2, fail_fast=False)
        .middleware("logging", {"use": "retry", "with": {"max_attempts": 2}})
        .input("n", "integer", default=3, title="N")
        .node(
            "a",
            "util.log",
            params={"message": "x"},
            title="A",
            join="any",
            run_on="thread",
            middleware=[Layer(use="logging")],
        )
        .edge("a", "b", "done")
        .node("b", "util.log", message="{{ nodes.a.status }}")
        .build()
    )
    text = dumps(flow)
    assert loads(text) == flow
    for line in ('"max_concurrency": 2', '"join": "any"', '{"from": "a", "port": "done", "to": "b"}', '"title": "A"'):
        assert line in text
    assert "on_error" not in text


def test_a_container_with_a_body() -> None:
    flow = (
        WorkflowBuilder("w")
        .foreach("loop", "{{ [1, 2] }}", concurrency=2)
        .node("one", "util.log", parent="loop", message="{{ item }}")
        .build()
    )
    assert flow.nodes["loop"].params == {"items": "{{ [1, 2] }}", "concurrency": 2}
    assert flow.nodes["one"].parent == "loop"


def test_option_names_always_mean_the_node() -> None:
    """(interfaces section 2) parameters with such a name go in params={}"""
    flow = (
        WorkflowBuilder("w")
        .node("s", "flow.signal" if False else "util.log", timeout=3, params={"message": "m"})
        .build()
    )
    assert flow.nodes["s"].timeout == 3
    assert flow.nodes["s"].params == {"message": "m"}


def test_a_timedelta_is_a_duration_wherever_one_is_wanted() -> None:
    span = timedelta(minutes=1, milliseconds=500)
    retry_policy = {"max_attempts": 2, "delay": span}
    flow = WorkflowBuilder("w").node("a", "flow.wait", for_=span).node("b", "util.log", message="x", timeout=span)
    built = flow.node("c", "util.log", message="x", retry=retry_policy).settings(timeout=span).build()
    assert (built.nodes["a"].params, built.nodes["b"].timeout, built.settings.timeout) == ({"for": 60.5}, 60.5, 60.5)
    assert built.nodes["c"].retry is not None
    assert built.nodes["c"].retry.delay == 60.5


def test_a_parameter_that_is_a_word_of_python_has_an_underscore() -> None:
    flow = WorkflowBuilder("w").node("a", "flow.wait", for_="5m").node("b", "file.read", path="x", as_="json").build()
    assert [node.params for node in flow.nodes.values()] == [{"for": "5m"}, {"path": "x", "as": "json"}]


def test_every_problem_comes_in_one_error() -> None:
    builder = (
        WorkflowBuilder("w")
        .node("a", "util.lgo", after="zz")
        .node("b", "util.log", message="{{ nodes.a.output }}")
        .node("b", "util.log", message="x", join="sometimes")
    )
    assert problems_of(builder) == [
        ("duplicate_node", "nodes.b"),
        ("bad_value", "nodes.b.join"),
        ("unknown_node", "edges[0]"),
        ("unknown_action", "nodes.a.action"),
    ]
    builder = (
        WorkflowBuilder("w").node("a", "util.lgo", after="zz").node("b", "util.log", message="{{ nodes.a.output }}")
    )
    assert {code for code, _ in problems_of(builder)} == {"unknown_node", "unknown_action", "not_upstream"}


def test_parameters_are_json_values() -> None:
    builder = WorkflowBuilder("w").node("a", "util.log", message={1, 2}, level=float("nan"))
    codes = problems_of(builder)
    assert ("bad_param", "nodes.a.params.message") in codes
    assert ("bad_param", "nodes.a.params.level") in codes
    flow = (
        WorkflowBuilder("w")
        .node("a", "util.log", message=PurePosixPath("/x"), level=Level.WARN, value=(1, [2]))
        .build()
    )
    assert flow.nodes["a"].params == {"message": "/x", "level": "warning", "value": [1, [2]]}


async def tell(ctx: Context, raw: bytes, price: Decimal, both: dict[str, Any]) -> list[Any]:
    """Give back what is given."""
    return [raw, price, both]


def test_bytes_datetimes_and_decimals_are_parameters_as_well() -> None:
    """C6.2: they run, are written down, and mean the same when they are read again."""
    when = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    both = {"raw": b"\xff", "rows": [when], "i": "{{ inputs.i }}"}
    flow = (
        WorkflowBuilder("w")
        .input("i", default=Decimal("2.50"))
        .node("a", tell, raw=b"x", price=Decimal("1.10"), both=both)
        .build()
    )
    expected = [b"x", Decimal("1.10"), {"raw": b"\xff", "rows": [when], "i": Decimal("2.50")}]
    again = loads(dumps(flow))
    assert again == flow
    assert [flow.run().nodes["a"].output, again.run().nodes["a"].output] == [expected, expected]


def test_defaults_and_outputs_are_json_values() -> None:
    """C6.2"""
    builder = WorkflowBuilder("w").input("i", default={1, 2}).node("a", "util.log", message="x")
    assert problems_of(builder.output("o", [float("inf")])) == [
        ("foreign_value", "inputs.i.default"),
        ("foreign_value", "outputs.o[0]"),
    ]


def test_a_parameter_that_holds_itself_is_refused_at_once() -> None:
    around: list[Any] = []
    around.append(around)
    with pytest.raises(UsageError, match="holds itself"):
        WorkflowBuilder("w").node("a", "util.log", message="x", value=around)


def test_a_registered_function_compensates_with_the_output_as_its_first_parameter() -> None:
    """C15: as a plain function does; the file says it."""

    @action("undo.order", into=(mine := registry.copy()))
    def undo(ctx: Context, order: dict[str, str], how: str = "") -> None: ...

    flow = WorkflowBuilder("t", catalog=mine).node("a", "util.log", message="x", compensate=undo).build()
    assert flow.nodes["a"].compensate == Compensation(action="undo.order", params={"order": "{{ output }}"})


def test_retry_policies_and_compensations_in_every_form() -> None:
    flow = (
        WorkflowBuilder("w")
        .node("a", "util.log", message="x", retry={"delay": "1s"}, retries=1)
        .node("b", "util.log", message="x", retry=RetryPolicy(max_attempts=7))
        .node("c", "util.log", message="x", compensate={"action": release, "params": {}})
        .node("d", "util.log", message="x", compensate=Compensation(action="util.log", params={"message": "undo"}))
        .build()
    )
    assert flow.nodes["a"].retry == RetryPolicy(max_attempts=2, delay="1s")
    assert flow.nodes["b"].retry == RetryPolicy(max_attempts=7)
    assert flow.nodes["c"].compensate == Compensation(action=f"py:{__name__}:release", params={})
    assert flow.nodes["d"].compensate == Compensation(action="util.log", params={"message": "undo"})


def test_a_retry_around_what_compensates_is_its_retry() -> None:
    """C9: a compensation has attempts of its own; a layer that asked for another one was left unheard."""

    def undo(action: Any) -> Any:
        flow = WorkflowBuilder("w").node("a", total, compensate=action).build()
        return flow.nodes["a"].compensate

    found = undo(retry(4, delay="1ms")(total))
    assert (found.action, found.retry.max_attempts, found.timeout) == (f"py:{__name__}:total", 4, None)
    found = undo({"action": compose([retry(2), timeout("5s")], total), "params": {"n": 1}})
    assert (found.retry.max_attempts, found.timeout, found.params) == (2, "5s", {"n": 1})
    assert undo(timeout("5s")(total)).retry is None
    for layers in ([timeout("5s"), retry(2)], [logging(), retry(2)], [retry(2, predicate=lambda error: True)]):
        with pytest.raises(UsageError, match="A retry among the layers of a compensation does nothing"):
            undo(compose(layers, total))


def test_a_lambda_builds_but_cannot_be_saved() -> None:
    """(interfaces section 2)"""
    flow = WorkflowBuilder("w").node("a", lambda: 1).build()
    with pytest.raises(UsageError, match="runs but cannot be saved"):
        dumps(flow)
    assert dumps(flow, portable=False)
    assert dumps(WorkflowBuilder("w").node("a", reserve).build())


@pytest.mark.parametrize("action", [3, None, object()])
def test_what_is_no_action_is_refused_at_once(action: Any) -> None:
    with pytest.raises(UsageError):
        WorkflowBuilder("w").node("a", action)


def test_what_is_no_id_or_no_setting_is_refused_at_once() -> None:
    for wrong in (3, ["a", None], [reserve]):
        with pytest.raises(UsageError, match="which is no id"):
            WorkflowBuilder("w").node("a", "util.log", message="x", after=wrong)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=r"no setting 'max_concurency'\. Did you mean 'max_concurrency'\?"):
        WorkflowBuilder("w").settings(max_concurency=3)


@pytest.mark.parametrize("layers", ["logging", retry(3), {"use": "logging"}, 5])
def test_middleware_that_is_no_list_is_refused_at_once(layers: Any) -> None:
    """A word would else be taken for a list of letters."""
    with pytest.raises(UsageError, match="The middleware of node 'a' is a list of layers, not") as caught:
        WorkflowBuilder("w").node("a", "util.log", message="x", middleware=layers)
    assert "[retry(3)]" in caught.value.hint


def test_what_is_no_middleware_is_refused_at_once() -> None:
    with pytest.raises(UsageError, match="A middleware is a name"):
        WorkflowBuilder("w").middleware(3)


def test_an_input_that_only_an_expression_names_is_declared_and_required() -> None:
    """The builder's promise of interfaces.md section 2: in Python the expression is the declaration."""
    flow = WorkflowBuilder("order").node("say", "util.log", message="{{ inputs.order_id }}").build()
    assert flow.inputs["order_id"].required
    assert flow.inputs["order_id"].type == "any"


@pytest.mark.parametrize(
    ("name", "fix"), [("order_di", "Did you mean 'order_id'?"), ("limit", "Declare it under inputs.")]
)
def test_where_inputs_are_declared_another_name_is_a_problem(name: str, fix: str) -> None:
    builder = WorkflowBuilder("order").input("order_id").node("say", "util.log", message=f"{{{{ inputs.{name} }}}}")
    with pytest.raises(DefinitionError, match=f"There is no input '{name}'. {re.escape(fix)}"):
        builder.build()


def test_a_call_of_a_workflow_value_runs_without_any_file() -> None:
    """(C10.3)"""
    child = WorkflowBuilder("double").node("d", "data.set", fields={"n": "{{ inputs.n * 2 }}"})
    child.output("n", "{{ nodes.d.output.n }}")
    flow = WorkflowBuilder("main").call("c", child.build(), {"n": 4}).output("n", "{{ nodes.c.output.n }}").build()
    assert flow.nodes["c"].params == {"workflow": "double", "inputs": {"n": 4}}
    assert flow.run().outputs == {"n": 8}
    with pytest.raises(UsageError, match="'double', which was attached"):
        dumps(flow)


def test_a_call_of_a_file_names_it(tmp_path: Path) -> None:
    save(WorkflowBuilder("leaf").node("a", "util.log", message="x").build(), tmp_path / "leaf.flow.json")
    flow = WorkflowBuilder("main").call("c", tmp_path / "leaf.flow.json", after=()).build()
    assert flow.nodes["c"].params == {"workflow": str(tmp_path / "leaf.flow.json")}
    with pytest.raises(DefinitionError, match="There is no file"):
        WorkflowBuilder("main").call("c", tmp_path / "none.flow.json").build()


def top_level(n: int = 1) -> int:
    return n


@pytest.mark.parametrize(
    ("action", "layers"),
    [
        (retry(3, delay=1.0)(top_level), [{"use": "retry", "with": {"max_attempts": 3, "delay": 1.0}}]),
        (
            compose([timeout("5s"), retry(on=("transient",))], top_level),
            [{"use": "timeout", "with": {"after": "5s"}}, {"use": "retry", "with": {"on": ["transient"]}}],
        ),
        (timeout(4)(logging()(top_level)), [{"use": "timeout", "with": {"after": 4}}, {"use": "logging"}]),
    ],
)
def test_layers_around_a_function_become_middleware_of_its_node(action, layers) -> None:
    """So that the definition can be saved and a run goes on anywhere (C5.2, C7.5)."""
    flow = WorkflowBuilder("w").node("a", action, n=2, middleware=["metrics"]).build()
    node = loads(dumps(flow)).nodes["a"]
    assert node.action == f"py:{__name__}:top_level"
    assert [each.model_dump(by_alias=True, exclude_unset=True) for each in node.middleware] == [
        {"use": "metrics"},
        *layers,
    ]


@pytest.mark.parametrize(
    ("action", "options"),
    [
        (retry(3)(lambda n=1: n), {}),
        (compose([lambda call_next, ctx: call_next(ctx)], top_level), {}),
        (retry(3)(top_level), {"retries": 1}),
    ],
)
def test_what_cannot_be_written_down_stays_around_the_function(action, options) -> None:
    node = WorkflowBuilder("w").node("a", action, **options).build().nodes["a"]
    assert "#" in node.action
    assert not node.middleware


def test_warnings_of_the_validator_reach_the_person_at_the_line_of_build() -> None:
    """C2.1: in a file ``validate`` tells them."""
    with pytest.warns(DefinitionWarning) as caught:
        WorkflowBuilder("w").node("a", "util.log", message="x", tags=["gpu"]).node("b", total, timeout=1).build()
    told = [(str(each.message), Path(each.filename)) for each in caught]
    assert [text.partition(":")[0] for text, _ in told] == ["nodes.b.timeout", "nodes.a.tags"]
    assert told[0][0].endswith("Run it in a process.")
    assert {place for _, place in told} == {Path(__file__)}


@pytest.mark.parametrize(
    ("options", "fix"),
    [
        ({"retires": 3}, "Did you mean the option 'retries' of the node?"),
        ({"on_eror": "continue"}, "Did you mean the option 'on_error' of the node?"),
        ({"depends_on": ["b"]}, "Did you mean the option 'after' of the node?"),
        ({"dependsOn": "b"}, "Did you mean the option 'after' of the node?"),
        ({"continue_on_error": True}, "Did you mean the option 'on_error' of the node?"),
        ({"params": {"timeout": 3}}, "'timeout' is a field of the node: give it beside 'params', not in it."),
        ({"itms": []}, "Did you mean 'items'?"),
        ({"zzzzz": 3}, "Parameters: items."),
    ],
)
def test_a_misspelt_option_of_the_node_is_named(options: dict[str, Any], fix: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        WorkflowBuilder("w").node("a", listed, **options).build()
    assert [problem.fix for problem in caught.value.problems] == [fix]


def total(n: int = 1) -> int:
    return n


def listed(items: list[int] | None = None) -> int:
    return len(items or ())


@pytest.mark.parametrize("cases", [5, "yes", {"yes": "no"}, [("yes",)], ["yes"], [("a", "b"), None]])
def test_cases_that_are_no_pairs_are_refused_at_once(cases: Any) -> None:
    """(C2.7)"""
    with pytest.raises(UsageError, match=r"The cases of 'route' are pairs \(condition, port\)") as caught:
        WorkflowBuilder("w").choice("route", cases)
    assert caught.value.hint.startswith("Such as")


def test_ids_that_are_no_texts_are_refused_at_once() -> None:
    """(C2.1)"""
    with pytest.raises(UsageError, match="The id of a workflow is a text, not 5"):
        WorkflowBuilder(5)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="The id of a node is a text, not None"):
        WorkflowBuilder("w").node(None, "util.log")  # type: ignore[arg-type]
