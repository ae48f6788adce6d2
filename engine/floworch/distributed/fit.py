"""Which workers can take an attempt; what is missing is listed before anything is submitted (contract C14). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from floworch.errors import ActionError, ErrorKind
from floworch.versions import VERSION


@dataclass(frozen=True, slots=True)
class WorkerFacts:
    """One worker.

    Attributes:
        address, name: As the scheduler knows it.
        tags: Its resources and how much of each it has.
        threads: How many bodies it runs at a time.
        versions: ``floworch``, ``python``, ``distributed``; empty when they could not be asked for.
        actions: By id: ``{"version"}`` or ``{"missing": why}``.
        problem: Why it could not be asked, or empty.
    """

    address: str
    name: str = ""
    tags: Mapping[str, float] = field(default_factory=dict)
    threads: int = 1
    versions: Mapping[str, str] = field(default_factory=dict)
    actions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    problem: str = ""

    def lacks_tags(self, tags: Sequence[str]) -> list[str]:
        """Tags that it does not offer."""
        return [tag for tag in tags if self.tags.get(tag, 0) < 1]


def fitting(
    cluster: str, node: str, workers: Sequence[WorkerFacts], tags: Sequence[str], action: str, version: int
) -> list[str]:
    """Addresses of the workers that offer every tag and have the action in that version.

    Raises:
        ActionError: connection_error when there is no worker at all; validation_error when none fits, with the list of
            what is missing.
    """
    if not workers:
        raise ActionError(
            f"The cluster {cluster} has no worker.", ErrorKind.CONNECTION, hint=f"Start one: floworch worker {cluster}"
        )
    offering = [worker for worker in workers if not worker.lacks_tags(tags)]
    found = [worker.address for worker in offering if not _wrong(worker, action, version)]
    if found:
        return found
    missing = _missing_tags(workers, tags) if not offering else []
    missing += _wrong_everywhere(offering or list(workers), action, version)
    raise ActionError(
        f"No worker of the cluster {cluster} can run {node!r}: {'; '.join(missing)}.",
        ErrorKind.VALIDATION,
        hint=f"See what its workers have: floworch cluster check {cluster}",
    )


def _missing_tags(workers: Sequence[WorkerFacts], tags: Sequence[str]) -> list[str]:
    nowhere = [tag for tag in tags if all(worker.lacks_tags([tag]) for worker in workers)]
    if not nowhere:
        return [f"no worker offers all of the tags {', '.join(tags)} together"]
    known = sorted({tag for worker in workers for tag in worker.tags})
    word = "tag" if len(nowhere) == 1 else "tags"
    return [f"no worker offers the {word} {', '.join(nowhere)} (offered: {', '.join(known) or 'none'})"]


def _wrong_everywhere(workers: Sequence[WorkerFacts], action: str, version: int) -> list[str]:
    """What is wrong with each worker, told once for all that share it."""
    by_reason: dict[str, list[str]] = {}
    for worker in workers:
        reason = _wrong(worker, action, version)
        if reason:
            by_reason.setdefault(reason, []).append(worker.name or worker.address)
    return [
        f"{reason} ({', '.join(names[:5])}{', ...' if len(names) > 5 else ''})" for reason, names in by_reason.items()
    ]


def _wrong(worker: WorkerFacts, action: str, version: int) -> str:
    """Why a worker cannot run an action, or empty."""
    if worker.problem:
        return worker.problem
    if worker.versions.get("floworch") != VERSION:
        return f"floworch {worker.versions.get('floworch')} is installed where {VERSION} is needed"
    found = worker.actions.get(action, {})
    if "version" not in found:
        return f"the action {action} is missing: {str(found.get('missing', 'not asked for')).rstrip('.')}"
    if found["version"] != version:
        return f"the action {action} is there in version {found['version']} where {version} is needed"
    return ""
