"""The outputs of a run, evaluated when every node has ended (contract C2.7, C15)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from floworch.executor.failures import describe
from floworch.expr import compile_value
from floworch.model.values import check_value
from floworch.run.status import NodeStatus

if TYPE_CHECKING:
    from floworch.executor.environment import Environment
    from floworch.expr import Compiled
    from floworch.run.plan import Plan
    from floworch.run.state import RunState


def run_outputs(
    plan: Plan, state: RunState, environment: Environment
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Return ``(outputs, None)``, or ``(None, error)`` when an expression cannot be evaluated.

    An expression that names a node which did not complete is null (C15).
    """
    outputs: dict[str, Any] = {}
    names = environment.context()
    for name, expression in plan.workflow.outputs.items():
        try:
            compiled = compile_value(expression)
            if compiled.constant:
                outputs[name] = compiled.value
            elif _names_incomplete(compiled, state):
                outputs[name] = None
            else:
                outputs[name] = compiled.evaluate(names)
            check_value(outputs[name], "the value")
        except Exception as error:  # noqa: BLE001 - of any type (C4.6)
            described = describe(error)
            described["message"] = f"the run output {name!r} cannot be evaluated: {described['message']}"
            return None, described
    return outputs, None


def _names_incomplete(compiled: Compiled, state: RunState) -> bool:
    return any(
        reference[0] == "nodes"
        and reference[1:2] != ()
        and reference[1] in state.index
        and reference[2:3] not in (("status",), ("error",), ("errors",))
        and not _has_output(state, reference[1])
        for reference in compiled.references
    )


def _has_output(state: RunState, node: str) -> bool:
    status = state.seen_status(state.index[node])
    # A disabled node hands its input's output on (C2.6); a branch that was not taken has none.
    passed_on = status is NodeStatus.BYPASSED and state.output[state.index[node]] is not None
    return passed_on or status is NodeStatus.COMPLETED
