from __future__ import annotations

import asyncio
from typing import Any

import pytest

from floworch import compose, retry, timeout
from floworch.actions.combinators import composite, map_items, validate_with
from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.functions import spec_of
from floworch.actions.outcome import Outcome, Wait
from floworch.actions.registry import Registry
from floworch.errors import ActionError, ErrorKind, UsageError
from floworch.testing.actions import FakeHost, call_action, run_action


async def load(ctx: Context, order_id: str, limit: int = 5) -> dict[str, Any]:
    ctx.log(f"load {order_id}")
    return {"id": order_id, "limit": limit}


def price(previous: dict[str, Any], factor: float = 2.0) -> float:
    return float(previous["limit"] * factor)


async def finish(ctx: Context, previous: float, order_id: str) -> Outcome:
    ctx.data.set("price", previous)
    return Outcome(f"{order_id}: {previous}", "high")


class TestComposite:
    def test_runs_in_order_and_hands_on(self) -> None:
        host = FakeHost()
        assert run_action(composite([load, price, finish]), host, order_id="o-1", factor=3) == "o-1: 15.0"
        assert host.logs == [("info", "load o-1")]
        assert host.workflow_data.get("price") == 15.0

    async def test_the_last_answer_may_choose_a_port(self) -> None:
        assert (await call_action(composite([load, price, finish]), {"order_id": "a"})).port == "high"

    def test_its_parameters_are_those_of_all_steps(self) -> None:
        schema = spec_of(composite([load, price, finish])).params.model_json_schema()
        assert list(schema["properties"]) == ["order_id", "limit", "factor"]
        assert schema["required"] == ["order_id"]

    def test_the_first_failure_ends_it(self) -> None:
        def fail() -> None:
            raise ActionError("no stock", ErrorKind.NOT_FOUND)

        called: list[int] = []
        with pytest.raises(ActionError, match="no stock"):
            run_action(composite([fail, lambda: called.append(1)]))
        assert called == []

    def test_built_in_actions_are_named_by_id(self) -> None:
        assert run_action(composite(["data.set", "util.log"]), fields={"a": 1}, message="done") == "done"

    def test_a_step_that_waits_is_refused(self) -> None:
        def wait() -> Wait:
            return Wait("signal", name="x")

        with pytest.raises(ActionError, match="'Wait' waits or has a body"):
            run_action(composite([wait, wait]))

    def test_it_can_be_registered_under_a_name(self) -> None:
        mine = Registry()
        action("orders.all", into=mine)(composite([load, price]))
        assert mine.resolve("orders.all").prepare({"order_id": 1}) == {"order_id": "1", "limit": 5, "factor": 2.0}

    def test_an_empty_list_is_refused(self) -> None:
        with pytest.raises(UsageError, match="needs at least one action"):
            composite([])


class TestMapItems:
    def test_gives_results_in_item_order(self) -> None:
        async def slow_first(ctx: Context, n: int, add: int = 0) -> int:
            for _ in range(5 - n):
                await asyncio.sleep(0)
            return n * 10 + add

        host = FakeHost()
        assert run_action(map_items(slow_first), host, items=[1, 2, 3], add=1) == [11, 21, 31]
        assert max(fraction or 0 for fraction, _ in host.progressed) == 1.0

    def test_plain_functions_run_in_threads(self) -> None:
        assert run_action(map_items(lambda n: n + 1, concurrency=2), items=list(range(50))) == list(range(1, 51))
        assert run_action(map_items(lambda n: n), items=[]) == []

    def test_never_more_at_a_time_than_allowed(self) -> None:
        running: list[int] = []
        most: list[int] = []

        async def work(n: int) -> None:
            running.append(n)
            most.append(len(running))
            await asyncio.sleep(0)
            running.remove(n)

        run_action(map_items(work, concurrency=3), items=list(range(20)))
        assert max(most) == 3

    def test_the_first_failure_names_the_item_and_stops_the_rest(self) -> None:
        seen: list[int] = []

        async def work(n: int) -> None:
            seen.append(n)
            if n == 2:
                raise ActionError("bad", ErrorKind.NOT_FOUND)
            await asyncio.sleep(0)

        with pytest.raises(ActionError, match=r"^items\[2\]: bad$") as caught:
            run_action(map_items(work, concurrency=1), items=list(range(100)))
        assert caught.value.kind is ErrorKind.NOT_FOUND
        assert seen == [0, 1, 2]

    async def test_a_cancel_reaches_every_call(self) -> None:
        ended: list[int] = []
        started = asyncio.Event()

        async def work(n: int) -> None:
            try:
                started.set()
                await asyncio.Event().wait()
            finally:
                ended.append(n)

        task = asyncio.create_task(call_action(map_items(work, concurrency=2), {"items": [1, 2, 3]}))
        await started.wait()
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert sorted(ended) == [1, 2]

    @pytest.mark.parametrize(
        ("error", "message", "kind"),
        [
            (ConnectionError("down"), "items[1]: ConnectionError: down", ErrorKind.CONNECTION),
            (ActionError("no such order", "not_found_error", 9), "items[1]: no such order", ErrorKind.NOT_FOUND),
        ],
    )
    def test_the_first_failure_names_its_item(self, error: Exception, message: str, kind: ErrorKind) -> None:
        async def work(n: int) -> int:
            if n == 2:
                raise error
            return n

        with pytest.raises(ActionError) as caught:
            run_action(map_items(work), items=[1, 2, 3])
        assert (caught.value.message, caught.value.kind, caught.value.__cause__) == (message, kind, error)
        assert caught.value.retry_after == getattr(error, "retry_after", None)

    def test_bad_use_is_refused(self) -> None:
        with pytest.raises(UsageError, match="no parameter for the item"):
            map_items(lambda: None)
        with pytest.raises(UsageError, match="the items share one attempt"):
            map_items(compose([timeout(1), retry(3)], lambda n: n))
        with pytest.raises(UsageError, match="at least 1, not 0"):
            map_items(lambda n: n, concurrency=0)


class TestValidateWith:
    @pytest.mark.parametrize("answer", [None, True, "", []])
    def test_a_valid_value_goes_through(self, answer: Any) -> None:
        assert run_action(validate_with(lambda value: answer), value={"a": 1}) == {"a": 1}

    @pytest.mark.parametrize(
        ("answer", "message"),
        [(False, "does not pass"), ("too small", "too small"), (["no id", "no date"], "no id no date")],
    )
    def test_an_invalid_value_fails_with_what_was_found(self, answer: Any, message: str) -> None:
        with pytest.raises(ActionError, match=message) as caught:
            run_action(validate_with(lambda value: answer), value=1)
        assert caught.value.kind is ErrorKind.VALIDATION

    def test_the_value_has_the_type_that_was_declared(self) -> None:
        def small(n: int, limit: int = 3) -> bool:
            return n < limit

        assert run_action(validate_with(small), value="2") == 2
        assert run_action(validate_with(small), value=5, limit=9) == 5
        with pytest.raises(ActionError, match="'value' must be a whole number"):
            run_action(validate_with(small), value="many")

    def test_the_runs_data_can_be_checked(self) -> None:
        async def has_total(ctx: Context) -> bool:
            return ctx.data.has("total")

        assert run_action(validate_with(has_total), FakeHost(data={"total": 1})) is None
        with pytest.raises(ActionError, match="does not pass 'Has total'"):
            run_action(validate_with(has_total))

    def test_raising_value_error_is_a_finding_too(self) -> None:
        def check(value: int) -> None:
            raise ValueError("odd")

        with pytest.raises(ValueError, match="odd"):
            run_action(validate_with(check), value=1)

    def test_another_answer_is_a_mistake_of_the_function(self) -> None:
        with pytest.raises(ActionError, match="must return None, true, false, a text or a list of texts, not int"):
            run_action(validate_with(lambda value: 3), value=1)


@pytest.mark.parametrize("actions", [5, "util.log", None])
def test_a_composite_of_what_is_no_list_is_refused_at_once(actions: Any) -> None:
    """(interfaces 2)"""
    with pytest.raises(UsageError, match="composite takes a list of actions, not"):
        composite(actions)
