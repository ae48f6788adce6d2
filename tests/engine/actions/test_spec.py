from __future__ import annotations

import subprocess
import sys
from typing import Annotated, Any

import pytest

from floworch.actions.build import build_spec
from floworch.actions.context import Context
from floworch.actions.describe import effect_text
from floworch.actions.registry import registry
from floworch.actions.widgets import Expression, widget
from floworch.errors import ActionError


async def act(ctx: Context, template: str, values: dict[str, Any] | None = None) -> None: ...


def test_ports_are_fixed_or_follow_the_parameters() -> None:  # (C2.7)
    assert build_spec(act, "t.a").success_ports({}) == ("out",)
    assert build_spec(act, "t.a", ports=("yes", "no")).success_ports({}) == ("yes", "no")
    spec = build_spec(act, "t.a", ports_of=lambda params: tuple(params["values"]))
    assert spec.success_ports({"values": {"x": 1, "y": 2}}) == ("x", "y")


def grow(path: str, mode: str = "replace", depth: Any = 0) -> None: ...


@pytest.mark.parametrize(
    ("params", "effect"),
    [
        ({}, "idempotent"),
        ({"mode": "append"}, "unsafe"),
        ({"mode": "look"}, "pure"),
        ({"mode": "{{ inputs.mode }}"}, "unsafe"),
        ({"mode": "look", "depth": 9}, "unsafe"),
        ({"mode": ["append"]}, "idempotent"),
    ],
)
def test_an_effect_may_depend_on_parameters(params: dict[str, Any], effect: str) -> None:
    """C7.8: the worst of what its parameters say; an expression may be anything."""
    by_value = {"mode": {"append": "unsafe", "look": "pure"}, "depth": {0: "pure", 9: "unsafe"}}
    spec = build_spec(grow, "t.grow", effects={**by_value, "depth": {9: "unsafe", 0: "pure"}})
    assert build_spec(grow, "t.grow", effects={"mode": by_value["mode"]}).effect_for({"path": "x"}) == "idempotent"
    assert spec.effect_for({"path": "x", **params}) == effect
    assert build_spec(grow, "t.grow").effect_for(params) == "idempotent"
    told = effect_text(spec)
    assert told.startswith("idempotent: ")
    assert "; with mode append unsafe: " in told


def test_parameters_are_checked_and_prepared() -> None:
    spec = build_spec(act, "t.a")
    assert [issue.path for issue in spec.check_params({})] == ["template"]
    assert spec.prepare({"template": "x"}) == {"template": "x", "values": None}
    with pytest.raises(ActionError, match="'template' is missing"):
        spec.prepare({})


def test_the_names_of_raw_parameters_come_from_another_one() -> None:
    spec = build_spec(act, "t.a", raw_params=["template"], names_param="values")
    assert spec.raw_names({"values": {"rows": 1}}) == {"rows"}
    assert spec.raw_names({}) == frozenset()
    assert build_spec(act, "t.a").raw_names({"values": {"rows": 1}}) == frozenset()


def test_actions_can_be_described_after_qt_was_imported() -> None:
    pytest.importorskip("PySide6")
    code = (
        "from floworch.actions.registry import registry\n"
        "import PySide6.QtCore\n"
        "assert registry.find_action('data.set').check_params({})\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_a_raw_parameter_with_the_field_of_an_expression_is_one_expression() -> None:
    """C15: an action of the user's own is checked as a built-in one; text that is no expression stays text."""

    async def pick(ctx: Context, where: Annotated[str, widget("expression")], note: str, plain: Expression) -> None: ...

    assert build_spec(pick, "t.pick", raw_params=["where", "note"]).expression_params == {"where"}
    rounds = build_spec(pick, "t.pick", raw_params=["where"], round_params=["where"], container=True)
    assert rounds.expression_params == frozenset()


@pytest.mark.parametrize(
    ("action", "names"),
    [("data.filter", {"where"}), ("db.wait", {"until"}), ("mqtt.wait", {"until"}), ("human.choose", {"label"}),
     ("data.template", set()), ("data.sort_limit", set())],
)  # fmt: skip
def test_the_built_in_actions_say_which_of_their_texts_are_expressions(action: str, names: set[str]) -> None:
    spec = registry.find_action(action)
    assert spec is not None
    assert spec.expression_params == names
