"""Runs of parts by hand: an earlier run from a dialogue, a plan for it, and the run that follows."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from run_dialogue import Dialogue, NoCatalog, output

from floworch.model.workflow import Workflow
from floworch.run.earlier import Earlier
from floworch.run.explanation import Form
from floworch.run.part import Part, plan_part
from floworch.run.plan import with_pins


def earlier_of(run: Dialogue, run_id: str = "one", inputs: dict[str, Any] | None = None) -> Earlier:
    """The run as another one sees it."""
    options: dict[str, Any] = {"parents": [list(pair) for pair in run.plan.parents]}
    if run.plan.compensates:
        options["compensates"] = run.plan.compensates
    header = SimpleNamespace(
        run_id=run_id, workflow_id="t", node_ids=run.plan.ids, inputs=inputs or {}, created_at=0.0, options=options
    )
    return Earlier(header, run.plan.workflow, run.events)  # type: ignore[arg-type]


def plan(definition: Workflow, earlier: Earlier | None, inputs: dict[str, Any] | None = None, **form: Any) -> Part:
    """Plan a run of a part."""
    return plan_part(definition, Form(**form), earlier, NoCatalog(), inputs or {})  # type: ignore[arg-type]


def begin(definition: Workflow, part: Part) -> Dialogue:
    """Begin the run that was planned."""
    run = Dialogue(definition)
    run.plan = run.scheduler.core.plan = with_pins(run.plan, part.pins)
    run.tell(run.scheduler.start_part, part.replays, False)
    return run


def plans(part: Part) -> dict[str, str]:
    """The plan of every node by id."""
    return {node: str(choice.plan) for node, choice in part.explanation.nodes.items()}


def named(name: str, scope: tuple[int, ...], attempt: int) -> Any:
    """An answer: every node gives its own name."""
    return output(name)
