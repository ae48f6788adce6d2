from __future__ import annotations

from typing import Any

import pytest

from floworch.actions.library.flow_choice import same, switch_ports
from floworch.actions.outcome import Outcome
from floworch.actions.registry import registry
from floworch.errors import ActionError, ErrorKind, ExpressionError
from floworch.testing.actions import FakeHost, call_action

AMOUNT = FakeHost(inputs={"amount": 12, "limit": 10, "kind": "b"})


class TestIf:
    @pytest.mark.parametrize(
        ("condition", "port"),
        [
            ("inputs.amount > inputs.limit", "true"),
            ("{{ inputs.amount < 5 }}", "false"),
            (True, "true"),
            (False, "false"),
        ],
    )
    async def test_the_condition_chooses_the_port(self, condition: Any, port: str) -> None:  # (C2.7)
        assert await call_action("flow.if", {"condition": condition}, AMOUNT) == Outcome(port == "true", port)

    async def test_only_true_and_false_are_answers(self) -> None:  # (C15)
        with pytest.raises((ActionError, ExpressionError)):
            await call_action("flow.if", {"condition": "{{ inputs.amount }}"}, AMOUNT)

    def test_it_declares_its_ports(self) -> None:
        assert registry.resolve("flow.if").success_ports({}) == ("true", "false")

    def test_what_is_no_condition_is_found_before_it_runs(self) -> None:
        spec = registry.resolve("flow.if")
        assert spec.check_params({"condition": "data.x"}) == []
        assert [issue.message for issue in spec.check_params({"condition": 5})] == ["'condition' must be a condition."]
        assert [issue.message for issue in spec.check_params({})] == ["'condition' is missing."]
        with pytest.raises(ActionError, match="'condition' must be true or false, not 'yes'"):
            spec.prepare({"condition": "yes"})


WHEN = {"cases": [{"when": "{{ inputs.amount > 100 }}", "port": "large"},
                  {"when": "{{ inputs.amount > inputs.limit }}", "port": "review"},
                  {"when": True, "port": "late"}]}  # fmt: skip
MATCH = {"value": "{{ inputs.kind }}", "cases": [{"match": "a", "port": "one"}, {"match": "b", "port": "two"}]}


class TestSwitch:
    async def test_the_first_condition_that_holds_wins(self) -> None:
        assert await call_action("flow.switch", WHEN, AMOUNT) == Outcome("review", "review")

    async def test_the_first_match_wins(self) -> None:
        assert await call_action("flow.switch", MATCH, AMOUNT) == Outcome("two", "two")

    async def test_without_a_match_the_default_fires(self) -> None:
        params = {
            "value": 1,
            "cases": [{"match": "1", "port": "text"}, {"match": True, "port": "yes"}],
            "default": "other",
        }
        assert (await call_action("flow.switch", params)).port == "other"
        assert (await call_action("flow.switch", {**params, "value": None, "cases": []})).port == "other"

    async def test_null_can_be_matched(self) -> None:
        params = {"value": None, "cases": [{"match": None, "port": "none"}]}
        assert (await call_action("flow.switch", params)).port == "none"

    async def test_no_match_and_no_default_is_a_validation_error(self) -> None:  # (C2.7)
        with pytest.raises(ActionError, match="No case holds for the value 'x', and there is no default") as caught:
            await call_action("flow.switch", {**MATCH, "value": "x"})
        assert caught.value.kind is ErrorKind.VALIDATION
        with pytest.raises(ActionError, match="No case holds, and"):
            await call_action("flow.switch", {"cases": [{"when": False, "port": "a"}]})

    async def test_a_condition_must_give_a_bool(self) -> None:
        params = {"cases": [{"when": "{{ inputs.amount }}", "port": "a"}]}
        with pytest.raises(ActionError, match=r"'cases\[0\]\.when' must give true or false, not 12"):
            await call_action("flow.switch", params, AMOUNT)

    async def test_a_default_of_true_is_the_port_of_that_name(self) -> None:
        params = {"value": 3, "cases": [{"match": 1, "port": "one"}], "default": True}
        assert registry.resolve("flow.switch").success_ports(params) == ("one", "default")
        assert await call_action("flow.switch", params) == Outcome("default", "default")

    def test_the_ports_are_those_of_the_cases_and_the_default(self) -> None:
        spec = registry.resolve("flow.switch")
        assert spec.success_ports({**WHEN, "default": "auto"}) == ("large", "review", "late", "auto")
        assert switch_ports({"cases": [{"port": "a"}, {"port": "a"}, 5, {}], "default": "a"}) == ("a",)
        assert switch_ports({"cases": "{{ inputs.cases }}"}) == ()
        assert switch_ports({}) == ()

    async def test_conditions_need_no_braces(self) -> None:
        """C15: as those of flow.if."""
        cases = [{"when": "inputs.n > 9", "port": "a"}, {"when": " true ", "port": "b"}]
        assert registry.resolve("flow.switch").check_params({"cases": cases}) == []
        for n, port in ((10, "a"), (1, "b")):
            assert (await call_action("flow.switch", {"cases": cases}, host=FakeHost(inputs={"n": n}))).port == port

    @pytest.mark.parametrize(
        ("params", "path", "message"),
        [
            ({"cases": "{{ inputs.cases }}"}, "cases", "must be written out"),
            ({"cases": [{"port": "a"}]}, "cases[0]", "must have either 'when' or 'match'"),
            ({"cases": [{"port": "a", "when": True, "match": 1}], "value": 1}, "cases[0]", "either 'when' or 'match'"),
            ({"cases": [{"match": 1, "port": "a"}]}, "cases[0].match", "has nothing to compare with"),
            ({"cases": [{"when": " ", "port": "a"}]}, "cases[0].when", "must be a condition"),
            ({"cases": [{"when": 5, "port": "a"}]}, "cases[0].when", "must be a condition"),
            ({"cases": [{"when": True, "port": "{{ x }}"}]}, "cases[0].port", "not an expression"),
            ({"cases": [{"when": True, "port": "error"}]}, "cases[0].port", "cannot be 'error'"),
            ({"cases": [{"when": True, "port": "A B"}]}, "cases[0].port", "must be text of the form"),
            ({"cases": [{"when": True}]}, "cases[0].port", "is missing"),
            ({"cases": [], "default": "done"}, "default", "cannot be 'done'"),
            ({"cases": [{"when": True, "port": "a", "if": 1}]}, "cases[0].if", "There is no parameter"),
        ],
    )
    def test_mistakes_are_found_before_it_runs(self, params: dict[str, Any], path: str, message: str) -> None:
        issues = registry.resolve("flow.switch").check_params(params)
        assert [issue.path for issue in issues] == [path]
        assert message in issues[0].message

    async def test_what_only_the_run_can_know_is_checked_then(self) -> None:
        spec = registry.resolve("flow.switch")
        ctx = FakeHost().context()
        with pytest.raises(ActionError, match="must have either 'when' or 'match'"):
            await spec.fn(ctx, **spec.prepare({"cases": [{"port": "a"}]}))
        with pytest.raises(ActionError, match="'value' is missing"):
            await spec.fn(ctx, **spec.prepare({"cases": [{"port": "a", "match": 1}]}))


def test_values_are_the_same_by_value_and_type() -> None:
    assert same(1, 1.0)
    assert same({"a": [1, None]}, {"a": [1, None]})
    assert not same(1, True)
    assert not same([1], [True])
    assert not same({"a": 1}, {"b": 1})
    assert not same("1", 1)
