from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from floworch.actions.registry import registry
from floworch.errors import UsageError
from floworch.model.codec import loads
from floworch.model.workflow import Workflow
from floworch.serve.served import Folder, Hook, Schedule, serve_plan


def flow(inputs: dict[str, Any] | None = None, **nodes: dict[str, Any]) -> Workflow:
    return loads(json.dumps({"id": "w", "inputs": inputs or {}, "nodes": nodes})).at(Path("/flows/w.flow.json"))


def trigger(kind: str, **params: Any) -> dict[str, Any]:
    return {"action": f"trigger.{kind}", "params": params}


def test_triggers_are_worked_out_with_the_inputs_and_paths_start_beside_the_definition() -> None:
    made = flow(
        {"inbox": {"type": "string", "default": "in"}},
        hand=trigger("manual"), off={**trigger("schedule"), "disabled": True},
        nightly=trigger("schedule", cron="0 2 * * *", tz="Europe/Berlin", overlap="queue"),
        arrives=trigger("file", path="{{ inputs.inbox }}", settle="500ms", events=["created", "modified"]),
        hook=trigger("webhook", path="a/b/", respond="end"),
    )  # fmt: skip
    served = serve_plan(made, registry, {}, {"secrets": []})
    schedule, folder, hook = served.triggers
    assert isinstance(schedule, Schedule)
    assert (schedule.rule.spec, schedule.rule.missed, schedule.rule.overlap) == (
        "0 2 * * * Europe/Berlin", "run_once", "queue",
    )  # fmt: skip
    assert folder == Folder("arrives", "/flows/in", "*", ("created", "modified"), 0.5)
    assert hook == Hook("hook", "/a/b", "POST", "token", "127.0.0.1", "end", "Idempotency-Key")
    assert (served.inputs, served.folder, served.options) == ({"inbox": "in"}, "/flows", {"secrets": []})


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (flow({"x": {"type": "string", "required": True}}, t=trigger("schedule")), "needs the input|'x'"),
        (flow(t=trigger("file", path="{{ nodes.a.output }}")), "Trigger 't' of 'w' cannot be served"),
        (
            flow({"c": {"type": "string", "default": "nonsense"}}, t=trigger("schedule", cron="{{ inputs.c }}")),
            "schedule",
        ),
    ],
)
def test_what_cannot_be_served_is_said_at_once(made: Workflow, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        [each.rule.cron for each in serve_plan(made, registry, {}).triggers if isinstance(each, Schedule)]
