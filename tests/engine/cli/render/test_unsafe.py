"""Unsafe steps that a pause now interrupts are named (C7.1, C7.8)."""

from __future__ import annotations

from run_dialogue import Dialogue, expands, workflow

from floworch.cli.render.unsafe import interrupted_text, unsafe_running
from floworch.model.codec import dumps
from floworch.store.protocol import RunHeader

FLOW = workflow(
    {
        "pay": {"action": "shell.run"},
        "look": {"action": "shell.run", "effect": "idempotent"},
        "loop": {"action": "flow.foreach"},
        "each": {"action": "python.code", "parent": "loop"},
    }
)


def header() -> RunHeader:
    ids = Dialogue(FLOW).plan.ids
    return RunHeader("r", "t", dumps(FLOW).encode(), "", {}, ids, 0.0, "0", {})


def test_only_unsafe_steps_that_run_are_named_containers_never() -> None:
    run = Dialogue(FLOW).start()
    loop = next(command for command in run.started if run.plan.ids[command.node] == "loop")
    run.answer(expands([1, 2]), loop)
    assert unsafe_running(run.state, header()) == ["each", "pay"]
    said = interrupted_text(run.state, header())
    assert "each, pay" in said
    assert "without --now" in said


def test_nothing_is_said_of_safe_steps_or_of_a_run_without_a_header() -> None:
    run = Dialogue(workflow({"look": {"action": "shell.run", "effect": "idempotent"}})).start()
    other = RunHeader("r", "t", dumps(run.plan.workflow).encode(), "", {}, run.plan.ids, 0.0, "0", {})
    assert interrupted_text(run.state, other) == ""
    assert interrupted_text(Dialogue(FLOW).start().state, None) == ""
