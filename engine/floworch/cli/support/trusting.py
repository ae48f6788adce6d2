"""The gate of the command line: what a definition may do that the user has not agreed to (exit code 5)."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from floworch.errors import NotTrusted

if TYPE_CHECKING:
    from floworch.actions.registry import Registry
    from floworch.model.workflow import Workflow
    from floworch.trust import Report


def admit(workflow: Workflow, registry: Registry, trust: bool = False) -> dict[str, list[str]]:
    """Return the option ``secrets`` of ``Engine.start`` for a definition: what it may read; empty when it is trusted.

    Naming a file is consent to built-in and installed actions, and to secrets in the environment. Python files beside
    the definition and secrets that are stored on this machine ask for trust; with ``FLOWORCH_REQUIRE_TRUST=1``
    everything does.

    Args:
        workflow: The definition.
        registry: The actions that are known.
        trust: Trust it for this run (``--trust``).

    Raises:
        NotTrusted: It would do more; ``reasons`` says what.
        UsageError: ``FLOWORCH_TRUST`` or ``FLOWORCH_REQUIRE_TRUST`` cannot be read.
    """
    from floworch.executor.settings import switch
    from floworch.trust import TrustStore, inspect

    required = switch("FLOWORCH_REQUIRE_TRUST")
    if trust:
        return {}
    verdict = TrustStore().verdict(workflow)
    if verdict.trusted:
        return {}
    name = str(workflow.source or workflow.id)
    reasons = _reasons(inspect(workflow, registry), verdict.secrets)
    if required and not reasons:
        reasons = ["FLOWORCH_REQUIRE_TRUST is set"]
    if reasons:
        state = "was changed since you trusted it" if verdict.changed else "is not trusted"
        file = quote(name)
        raise NotTrusted(
            f"{name} {state}: {'; '.join(reasons)}.",
            f"See what it would do with 'floworch inspect {file}'. Then 'floworch trust {file}', or add --trust once.",
            reasons,
        )
    return {"secrets": sorted(verdict.secrets)}


def _reasons(report: Report, allowed: frozenset[str]) -> list[str]:
    from floworch.actions.connections import connections
    from floworch.actions.secret_sources import from_environment, stored_names

    reasons = []
    if report.local_files:
        reasons.append(f"it would run the Python code beside it ({_some(report.local_files)})")
    stored, known = stored_names(), connections()
    named = [each.what for each in report.secrets if each.what in stored and from_environment(each.what) is None]
    asked = sorted(set(named) - allowed)
    keys = sorted({each.what for each in report.connections if (c := known.get(each.what)) and c.get("key_file")})
    if keys:
        reasons.append(f"it would use the key of your connection {_some(keys)}")
    if asked:
        reasons.append(f"it would read your stored secret{'s' if len(asked) > 1 else ''} {_some(asked)}")
    return reasons


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
