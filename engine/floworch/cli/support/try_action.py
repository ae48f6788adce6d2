"""One action run alone on the command line."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from floworch.errors import UsageError

if TYPE_CHECKING:
    from floworch.actions.spec import ActionSpec


def try_action(spec: ActionSpec, settings: Sequence[str], inputs: Sequence[str]) -> None:
    """Run an action with these parameters, else those of its example, and print what it gives.

    Args:
        spec: The action.
        settings: ``NAME=VALUE`` for each parameter; a value is JSON, else text. One replaces that of the example.
        inputs: ``NAME=VALUE`` for each input that expressions may name.

    Raises:
        ActionError: A parameter does not fit, or the action failed.
        UsageError: A setting has another form; the action needs a run around it.
    """
    from floworch.actions.folders import in_folder
    from floworch.actions.outcome import Expand, Outcome, Rounds, Wait
    from floworch.cli.render.text import print_json
    from floworch.testing.actions import FakeHost, call_action

    params = {**spec.example, **dict(map(_pair, settings))}
    if spec.container:
        raise UsageError(f"'{spec.id}' holds other steps, so it cannot run alone.", "Run a workflow that uses it.")

    own = spec.id.startswith("py:") or in_folder(
        getattr(spec.fn, "__module__", None) or ""
    )  # not known to every registry
    host = FakeHost(inputs=dict(map(_pair, inputs)))
    try:
        result = asyncio.run(call_action(spec.fn if own else spec.id, params, host))
    finally:
        sys.stderr.write("".join(f"{level}: {text}\n" for level, text in host.logs))
    if isinstance(result, (Wait, Expand, Rounds)):
        raise UsageError(f"'{spec.id}' waits for something that only a run has.", "Run a workflow that uses it.")
    port = ""
    if isinstance(result, Outcome):
        result, port = result.output, str(result.port)
    if port not in ("", "out"):
        sys.stderr.write(f"port: {port}\n")
    print_json(result)


def _pair(setting: str) -> tuple[str, Any]:
    name, equals, text = setting.partition("=")
    if not equals or not name:
        raise UsageError(f"{setting!r} is not of the form NAME=VALUE.", "Write for example --set limit=10.")
    try:
        return name, json.loads(text)
    except ValueError:
        return name, text
