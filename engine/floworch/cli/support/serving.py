"""Which definitions are served: read, checked and trusted before anything is listened for."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floworch.cli.render.commands import typed
from floworch.errors import NotTrusted, StoreError, UsageError
from floworch.serve.definitions import SUFFIX

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow
    from floworch.serve.definitions import Definitions, Source
    from floworch.serve.runs import Say
    from floworch.serve.served import Served

TOKEN_FILE = "webhook.token"
TOKEN_VARIABLE = "FLOWORCH_WEBHOOK_TOKEN"


def definitions(paths: Sequence[Path], store: Path | None, trust: bool, say: Say) -> tuple[Definitions, list[Served]]:
    """What is to be served: every definition with a trigger that can be, and what reads it again.

    A file that is named is run as 'floworch run' would; one that is found in a folder must be trusted, and one there
    that cannot be served is reported and keeps none of the others. Inputs come from
    ``NAME.inputs.json`` beside ``NAME.flow.json``, where there is one. ``trust`` is good for what is there now: what is
    edited later must be trusted by itself.

    Raises:
        DefinitionError: A definition that was named is invalid, or the only ones in a folder are.
        NotTrusted: The same: it is not trusted.
        UsageError: Nothing can be served, an input is missing, or a trigger's parameter does not fit.
    """
    from floworch.cli.support.bundles import definition_in
    from floworch.serve.definitions import Definitions, Source

    named = {path: definition_in(path, store) for path in paths if not path.is_dir()}

    def sources() -> list[Source]:
        found = {file.absolute(): Source(file, False) for file in named.values()}
        for path in paths:
            if path not in named:
                for file in sorted(path.glob(f"*{SUFFIX}")):
                    found.setdefault(file.absolute(), Source(file, True))
        return list(found.values())

    consent = [trust]

    def read(source: Source) -> Served | None:
        served = plan(source, consent[0])
        if served is not None and source.listed:
            _require_own_id(source, served, made.others(source.file))
        return served

    made = Definitions(sources, read, say)
    first = made.first()
    consent[0] = False
    if not first:
        raise UsageError(
            f"There is no {SUFFIX} file with a trigger in {', '.join(map(str, paths))}.", "Name another folder."
        )
    return made, first


def plan(source: Source, trust: bool) -> Served | None:
    """Read, check and admit one definition; None for one of a folder that starts nothing. Raises FlowError."""
    from floworch.actions.registry import registry
    from floworch.cli.support.inputs import gather_inputs
    from floworch.cli.support.trusting import admit
    from floworch.executor.prepare import check
    from floworch.model.validate import read_checked
    from floworch.serve.served import serve_plan

    workflow = read_checked(source.file, registry)
    if source.listed and not _starts(workflow):
        return None
    check(workflow, registry)
    if source.listed and not trust:
        _require_trust(workflow)
    options = admit(workflow, registry, trust)
    inputs = gather_inputs(workflow, source.inputs if source.inputs.exists() else None, ())
    served = serve_plan(workflow, registry, inputs, options)
    if not served.triggers:
        raise UsageError(
            f"{source.file} has no trigger to serve.",
            "Add a node such as trigger.schedule, trigger.file or trigger.webhook; or use 'floworch run'.",
        )
    return served


def _starts(workflow: Workflow) -> bool:
    """Whether a definition that was found in a folder is meant to be served."""
    from floworch.model.triggers import MANUAL, triggers_of

    nodes = (workflow.nodes[name] for name in triggers_of(workflow))
    return any(node.action != MANUAL and not node.disabled for node in nodes)


def _require_own_id(source: Source, served: Served, others: Sequence[Served]) -> None:
    """Two definitions of one id are one workflow to its memory: the second, often a copy, is not served."""
    for other in others:
        if other.workflow.id == served.workflow.id:
            raise UsageError(
                f"{source.file} has the id '{served.workflow.id}' of {other.workflow.source}.",
                "Give each definition that is served an id of its own.",
            )


def _require_trust(workflow: Workflow) -> None:
    from floworch.trust import TrustStore

    if not TrustStore().verdict(workflow).trusted:
        file = str(workflow.source)
        raise NotTrusted(
            f"{workflow.source} is not trusted: it was found in a folder, and would run unattended.",
            f"See what it would do with {typed('inspect', file)}. Then {typed('trust', file)}, or trust the folder, "
            "or add --trust once.",
            ["it would run unattended"],
        )


def token_of(served: Sequence[Served], store: Path, say: Callable[..., Any]) -> str:
    """What webhooks ask for: ``FLOWORCH_WEBHOOK_TOKEN``, else the content of a file beside the runs, made once.

    Raises:
        StoreError: The file cannot be read or written.
    """
    from floworch.serve.served import Hook

    if not any(isinstance(hook, Hook) and hook.auth == "token" for each in served for hook in each.triggers):
        return secrets.token_hex(24)  # nobody asks for it
    given = os.environ.get(TOKEN_VARIABLE, "").strip()
    if given:
        return given
    path = store.absolute() / TOKEN_FILE
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(opened, "w", encoding="ascii") as file:
                file.write(f"{secrets.token_hex(24)}\n")
        token = path.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise StoreError(f"The token of webhooks cannot be kept in {path}: {error}.") from None
    if not token:
        raise StoreError(f"{path} is empty.", "Remove it, and a new token is made.")
    say("serving", what=f"webhooks with the token in {path}")
    return token
