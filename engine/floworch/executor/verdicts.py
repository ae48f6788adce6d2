"""Conditions that the shell evaluates for the scheduler: of repeats (contract C10.2) and of breakpoints (C7.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from floworch.executor.failures import describe
from floworch.expr import compile_condition

if TYPE_CHECKING:
    from floworch.executor.environment import Environment
    from floworch.run.state import RunState, Scope


def verdict_of(
    state: RunState, environment: Environment, container: int, scope: Scope, result: Any
) -> tuple[bool, dict[str, Any] | None]:
    """Return ``(until holds, None)`` after the round ``scope``, or ``(False, error)`` when it cannot be evaluated.

    Args:
        state: The fold.
        environment: Makes the names that the condition sees.
        container: Index of the repeat.
        scope: Scope of the round; its body nodes can be read.
        result: What the round gave.
    """
    rounds = state.items[container, scope[:-1]].rounds
    if rounds is None or rounds.until is None:
        return False, None
    try:
        return bool(compile_condition(rounds.until).evaluate(environment.after_round(container, scope, result))), None
    except Exception as error:  # noqa: BLE001 - of any type (C4.6)
        return False, describe(error)


def break_verdict(
    environment: Environment, node: int, scope: Scope, condition: str
) -> tuple[bool, dict[str, Any] | None]:
    """Return ``(the breakpoint holds, None)``, or ``(False, error)`` when its condition cannot be evaluated.

    It sees what the parameters of the node would see now.
    """
    try:
        return bool(compile_condition(condition).evaluate(environment.context(node, scope))), None
    except Exception as error:  # noqa: BLE001 - of any type (C4.6)
        return False, describe(error)
