"""Actions that are cancelled by what they are: some end within one step of the loop, others only wait (C4.5, C7.3)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from floworch import Engine, MemoryStore, Workflow
from floworch.actions.registry import registry
from floworch.errors import ActionError
from floworch.testing import FakeHost, run_action
from floworch.testing.actions import call_action

AT_ONCE: dict[str, dict[str, Any]] = {
    "data.set": {"fields": {"a": 1}},
    "data.template": {"template": "{% for n in range(1000) %}{{ n }}{% endfor %}"},
    "flow.end": {"message": "x" * 1_000_000},
    "flow.if": {"condition": True},
    "flow.join": {},
    "flow.switch": {"cases": [{"when": True, "port": "a"}]},
    "flow.repeat": {"until": "{{ true }}"},
    "flow.try": {},
    "http.respond": {"body": {"a": ["x" * 100_000]}},
    "trigger.manual": {},
    "trigger.schedule": {"cron": "0 9 * * 1-5"},
    "trigger.webhook": {"path": "/x"},
    "util.datetime": {"op": "add", "value": "2026-01-31", "amount": "1 month"},
    "util.log": {"message": "x"},
}


@pytest.mark.parametrize("action", sorted(AT_ONCE))
def test_it_ends_within_one_step_so_that_no_cancel_can_fall_into_it(action: str) -> None:
    spec = registry.resolve(action)
    assert spec.is_async
    params = AT_ONCE[action]
    assert spec.check_params(params) == []
    step: Any = spec.fn(
        *([FakeHost(trigger={"event": {"respond": "end"}}).context(params=params)] if spec.takes_context else []),
        **spec.prepare(params),
    )
    with pytest.raises(StopIteration):
        step.send(None)


async def test_a_list_is_handed_to_the_loop_before_a_cancel_can_come() -> None:
    """flow.foreach looks at its items in a thread, for they may be a file: cancelled there it lists nothing."""
    task = asyncio.create_task(call_action("flow.foreach", {"items": [1, 2], "batch": 2}))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_a_template_without_end_is_ended_by_its_fuel() -> None:
    with pytest.raises(ActionError, match=r"steps|fuel|work"):
        run_action(
            "data.template", template="{% for n in range(10000) %}{% for m in range(10000) %}x{% endfor %}{% endfor %}"
        )


def test_a_failure_that_is_asked_for_comes_within_one_step() -> None:
    spec = registry.resolve("flow.fail")
    with pytest.raises(ActionError, match="no"):
        spec.fn(FakeHost().context(), **spec.prepare({"message": "no"})).send(None)


@pytest.mark.parametrize(
    ("action", "params"),
    [
        ("human.form", {"schema": {"name": {"type": "string"}}}),
        ("human.choose", {"items": ["a", "b"]}),
        ("human.approve", {"message": "?"}),
        ("flow.signal", {"name": "s"}),
        ("flow.wait", {"for": "1h"}),
    ],
)
async def test_a_run_that_waits_is_cancelled_at_once_and_what_follows_is_not_begun(
    action: str, params: dict[str, Any]
) -> None:
    flow = Workflow.model_validate({
        "id": "w",
        "nodes": {"a": {"action": action, "params": params}, "b": {"action": "util.log", "params": {"message": "x"}}},
        "edges": [{"from": "a", "to": "b"}],
    })  # fmt: skip
    async with Engine(store=MemoryStore()) as engine:
        run = await engine.start(flow)
        assert (await run.result()).nodes["a"].status == "waiting"
        await run.cancel()
        result = await run.result()
    assert result.status == "cancelled"
    assert {name: node.status for name, node in result.nodes.items()} == {"a": "cancelled", "b": "skipped"}
