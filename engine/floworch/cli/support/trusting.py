"""The gate of the command line: what a definition may do that the user has not agreed to (exit code 5)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from floworch.actions.connections import connections
from floworch.actions.secret_sources import from_environment, stored_names
from floworch.cli.render.commands import typed
from floworch.errors import NotTrusted
from floworch.model.called import calls
from floworch.trust.mentions import ANY

if TYPE_CHECKING:
    from floworch.actions.connections import Connection
    from floworch.actions.registry import Registry
    from floworch.actions.sources import Listed
    from floworch.model.problem import Problem
    from floworch.model.workflow import Workflow
    from floworch.trust import Report, Verdict


def admit(workflow: Workflow, registry: Registry, trust: bool = False) -> dict[str, list[str]]:
    """Return options of ``Engine.start`` for a definition: ``secrets``, what it may read, when it is not trusted.

    Of a trusted one that calls a workflow which only the run names, ``called_secrets``: those that it names itself.

    Naming a file is consent to built-in and installed actions, and to secrets in the environment. Python files beside
    the definition and secrets that are stored on this machine, also those of a connection of the user, ask for trust;
    with ``FLOWORCH_REQUIRE_TRUST=1`` everything does.

    Args:
        workflow: The definition.
        registry: The actions that are known.
        trust: Trust it for this run (``--trust``).

    Raises:
        NotTrusted: It would do more; ``reasons`` says what.
        UsageError: ``FLOWORCH_TRUST`` or ``FLOWORCH_REQUIRE_TRUST`` cannot be read.
    """
    from floworch.executor.settings import switch
    from floworch.trust import TrustStore, changed_since, inspect, trust_once

    switch("FLOWORCH_REQUIRE_TRUST")  # one that cannot be read is always told
    if trust:
        trust_once(workflow)
        return _for_called(workflow, registry)
    verdict = TrustStore().verdict(workflow)
    if verdict.trusted:
        return _for_called(workflow, registry)
    name = str(workflow.source or workflow.id)
    report = inspect(workflow, registry)
    reasons = asks_for_trust(report, verdict)
    if reasons:
        changed = changed_since(verdict, workflow, report)
        state = "was changed since you trusted it" if verdict.changed else "is not trusted"
        if changed is not None and changed.beside:
            state = f"is as you trusted it, but what it uses is not, {changed.of_files()}"
        look = f"See what it would do with {typed('inspect', name)}. Then {typed('trust', name)}, or add --trust once."
        if workflow.source is None:  # it came on standard input
            look = "Save it to a file to see what it would do with 'floworch inspect FILE'; or add --trust once."
        if changed is not None and (new := changed.short()):
            reasons.append(f"new since then: {new}")
        raise NotTrusted(
            f"{name} {state}: {'; '.join(reasons)}.",
            look,
            reasons,
        )
    known = connections()
    through = {secret for name in verdict.connections if name in known for secret in known[name].secrets}
    return {"secrets": sorted(verdict.secrets | through)}


def _for_called(workflow: Workflow, registry: Registry) -> dict[str, list[str]]:
    """What a workflow that only the run names may read: trust in its caller covers nothing that nobody has seen."""
    from floworch.trust import inspect

    if not calls(workflow):
        return {}
    report = inspect(workflow, registry)
    if not any("{{" in each.what for each in report.calls):
        return {}
    names = {each.what for each in report.secrets}
    return {} if ANY in names else {"called_secrets": sorted(names)}


def with_own_actions(workflow: Workflow, registry: Registry, problems: list[Problem]) -> list[Problem]:
    """The problems of a definition, with the actions of the folder beside it known.

    Of a definition without trust nothing is imported: an action that a file there defines, as its text shows, is then a
    warning that it is not known before.
    """
    from floworch.executor.beside import local_actions
    from floworch.model.validate import validate
    from floworch.trust import TrustStore
    from floworch.trust.places import LOCAL_ACTIONS

    own = local_actions(workflow, registry)
    if not own or workflow.source is None:
        return problems
    if TrustStore().verdict(workflow).trusted:
        return validate(workflow, registry.with_folder(workflow.source.parent / LOCAL_ACTIONS))
    return [_softened(problem, workflow, own) for problem in problems]


def _softened(problem: Problem, workflow: Workflow, own: dict[str, Listed]) -> Problem:
    from floworch.model.validate import unknown_name

    listed = own.get(unknown_name(problem, workflow) or "")
    if listed is None:
        return problem
    message = f"{listed.id} stands in {listed.source}, which is not imported before you trust the definition."
    fix = f"Run {typed('trust', str(workflow.source))} once you have looked at it."
    return replace(problem, severity="warning", message=message, fix=fix)


def asks_for_trust(report: Report, verdict: Verdict) -> list[str]:
    """Why 'floworch run' would ask for trust in a definition first, one sentence each; none when it would not.

    Args:
        report: What it would do.
        verdict: What is known of it; one that is trusted asks for nothing.

    Raises:
        UsageError: ``FLOWORCH_REQUIRE_TRUST`` cannot be read.
    """
    from floworch.executor.settings import switch

    if verdict.trusted:
        return []
    reasons = []
    if report.local_files:
        reasons.append(f"it would run the Python code beside it ({_some(report.local_files)})")
    known = connections()
    used = {each.what for each in report.connections} - verdict.connections
    guarded = sorted(name for name in used if name in known and _guarded(known[name], verdict.secrets))
    if guarded:
        reasons.append(f"it would log in with your connection{'s' if len(guarded) > 1 else ''} {_some(guarded)}")
    named = {each.what for each in report.secrets if not each.via and _stored(each.what)}
    asked = sorted(named - verdict.secrets)
    if asked:
        reasons.append(f"it would read your stored secret{'s' if len(asked) > 1 else ''} {_some(asked)}")
    required = switch("FLOWORCH_REQUIRE_TRUST")
    return reasons or (["FLOWORCH_REQUIRE_TRUST is set"] if required else [])


def _guarded(connection: Connection, allowed: frozenset[str]) -> bool:
    """Whether using a connection needs consent: it logs in with a key file, or with stored secrets not yet allowed."""
    return bool(connection.get("key_file")) or any(_stored(name) for name in {*connection.secrets} - allowed)


def _stored(secret: str) -> bool:
    """Whether a secret is in the keyring of this user; those of the environment were given to this very process."""
    return secret in stored_names() and from_environment(secret) is None


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
