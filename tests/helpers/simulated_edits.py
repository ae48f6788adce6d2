"""What somebody else does to simulated runs: going over to an edited definition (C7.5), and runs of a part (C7.6)."""

from __future__ import annotations

import copy
import random
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from part_kit import earlier_of
from run_dialogue import NoCatalog
from simulated_children import Broken

from floworch.model.codec import dumps, logic_hash
from floworch.model.workflow import Workflow
from floworch.run.core import Core
from floworch.run.events import Event, EventKind
from floworch.run.explanation import Form, Plan
from floworch.run.migrate import plan_migration
from floworch.run.part import Part, plan_part
from floworch.run.plan import compile_plan
from floworch.run.recover import lose_attempts
from floworch.run.status import RunStatus

if TYPE_CHECKING:
    from simulation import Simulation


def edited(run: Simulation) -> dict[str, Any]:
    """The definition with a step after a node, and other parameters of one; those of one that failed mend it."""
    chance, new = run.chance, copy.deepcopy(run.definition)
    nodes = new["nodes"]
    top = [name for name, node in nodes.items() if "parent" not in node]
    name = chance.choice(list(nodes))
    failed = [each for each in top if run.state.status_of(each) == "failed" and run.answers[each]["how"] == "fail"]
    if failed and chance.random() < 0.7:
        name = failed[0]
        run.answers[name], run.mended = {"how": "ok"}, True
    nodes[name]["params"] = {"edited": True}
    nodes["new"] = {"action": "t.any", "effect": "pure"}
    new["edges"].append({"from": chance.choice(top), "to": "new", "port": chance.choice(["out", "done"])})
    return new


def can_go_on(run: Simulation) -> bool:
    """Whether somebody may edit the run after it has failed, and let it go on."""
    saga = run.state.saga
    return run.state.status is RunStatus.FAILED and (saga is None or not saga.began)


def mend(run: Simulation) -> None:
    """Somebody mends most of what fails and retries the run as it is (C7.9)."""
    run.retries_left, run.retried, run.mended = 0, 1, True
    for answer in run.answers.values():
        if answer["how"] == "fail" and run.chance.random() < 0.8:
            answer["how"] = "ok"
    run._own(run.folded())
    run.trace.append(f"{len(run.journal)}: retry")
    run.tell(run.scheduler.retry)


def go_over(run: Simulation) -> bool:
    """Whoever takes the run over edits it first; False when it stays as it is, and this process goes on with it."""
    if not run.journal or (run.state.status.final and not can_go_on(run)) or run.chance.random() < 0.3:
        return False
    definition = edited(run)
    workflow = Workflow.model_validate(definition)
    core = Core(run.plan, run.state, 1)
    core.now = run.now
    lose_attempts(core, "crash")
    rerun = run.chance.random() < 0.3
    migration = plan_migration(run.state, run.plan.workflow, workflow, rerun_changed=rerun)
    if not migration.possible:
        run.refused += 1
        run._own(run.folded())
        return False
    for name in migration.payload["reset"]:
        if not rerun and run.state.status_of(name) == "completed":
            raise Broken(f"{name} has completed and would run again, which nobody asked for")
    plan = compile_plan(workflow, NoCatalog(), migration.payload["nodes"])  # type: ignore[arg-type]
    text = {"definition": dumps(workflow), "definition_hash": logic_hash(workflow)}
    saga = {"compensates": plan.compensates} if plan.undo else {}
    core.emit(EventKind.RUN_MIGRATED, payload={**migration.payload, **saga, **text})
    run.journal += core.batch
    run.versions.append((definition, plan))
    run.answers["new"] = {"how": "ok"}
    run.edits_left -= 1
    run.trace.append(f"{len(run.journal)}: migrate")
    run.mended = run.mended or run.state.status is RunStatus.FAILED
    if run.chance.random() < 0.3:  # the process dies before all of it is durable
        run.disturbances += 1
        kept = run.chance.randint(run.durable, len(run.journal))
        if kept < len(run.journal):
            run.edits_left += 1
            run.versions.pop()
        run.recover(kept)
    else:
        run.recover(len(run.journal))
    return True


def runs_again(event: Event, key: tuple[int, tuple[int, ...]]) -> bool:
    """Whether an edited definition lets a node run again, or the container that it is in; a retry lets none (C7.9)."""
    if event.kind == EventKind.RUN_RETRIED:
        return False
    assert event.payload is not None
    names, parents = event.payload["nodes"], dict(map(tuple, event.payload["parents"]))
    node = key[0]
    while node in parents:
        node = parents[node]
    return names[node] in event.payload["reset"]


# runs of a part


def random_part(first: Simulation, chance: random.Random) -> tuple[list[str], Any]:
    """Which nodes change before the second run, and what plans the part of it that runs."""
    top = [name for name, node in first.definition["nodes"].items() if "parent" not in node]
    some = tuple(chance.sample(top, min(len(top), chance.randint(1, 2))))
    forms: list[dict[str, Any]] = [{"to": some}, {"from_": some[:1]}, {"from_": some[:1], "to": some[-1:]}]
    forms.append({"only_changed": True})
    form = Form(**chance.choice(forms))
    changed = [name for name in top if chance.random() < 0.3]
    earlier = earlier_of(SimpleNamespace(plan=first.plan, events=first.journal))  # type: ignore[arg-type]
    return changed, lambda workflow: plan_part(workflow, form, earlier, NoCatalog(), {})  # type: ignore[arg-type]


def check_part(run: Simulation, part: Part) -> None:
    """What is taken over or left out never starts, and what runs is not taken over."""
    ids = run.plan.ids
    started = {ids[event.node] for event in run.journal if event.kind == EventKind.NODE_STARTED}
    for name, choice in part.explanation.nodes.items():
        runs = choice.plan is Plan.RUNS
        if name in started and not runs and "parent" not in run.definition["nodes"][name]:
            raise Broken(f"{name} started although it is {choice.plan}: {choice.reason}")
        if runs and run.statuses()[name] == "reused":
            raise Broken(f"{name} was taken over although it runs: {choice.reason}")
