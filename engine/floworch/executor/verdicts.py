"""Whether a repeat goes on: its condition, evaluated after a round (contract C10.2)."""

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
