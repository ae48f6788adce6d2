"""Whether an output is what the action declares, which is what its reference page and the completion say of it."""

from __future__ import annotations

import json
from typing import Any

from floworch.actions.outcome import Expand, Outcome, Rounds, Wait
from floworch.actions.schema_check import SchemaChecker
from floworch.actions.spec import ActionSpec
from floworch.artifact import shown


def fits(spec: ActionSpec, result: Any) -> None:
    """The output of an action is what its reference page says of it."""
    output = result.output if isinstance(result, Outcome) else result
    if spec.output_schema is not None and not isinstance(result, (Wait, Expand, Rounds)):
        plain = json.loads(
            json.dumps(shown(output), default=str)
        )  # bytes, datetimes and decimals are texts in a schema
        assert list(SchemaChecker(spec.output_schema).problems(plain)) == [], spec.id
