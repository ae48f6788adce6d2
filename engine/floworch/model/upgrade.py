"""Parameters that were written for an earlier version of their action, brought to the version that is here."""

from __future__ import annotations

from typing import Any, TypeVar

from floworch.model.catalog import ActionInfo, Catalog
from floworch.model.problem import Problem
from floworch.model.workflow import Compensation, Node, Workflow

Written = TypeVar("Written", Node, Compensation)


def upgraded(
    workflow: Workflow, catalog: Catalog, actions: dict[str, ActionInfo | None] | None = None
) -> tuple[Workflow, list[Problem]]:
    """Return a definition with the parameters of its actions as these are here, and what stands against that.

    Nodes and compensations are looked at.
    One without ``version`` was written for version 1. One that cannot be brought there stays as it is, with a
    Problem. A definition in which nothing is to be done is returned itself. ``actions`` keeps what was looked up.
    """
    actions = {} if actions is None else actions
    changed: dict[str, Node] = {}
    problems: list[Problem] = []
    for node_id, node in workflow.nodes.items():
        found = node
        try:
            found = _current(found, catalog, actions)
        except _RefusedError as refused:
            problems.append(refused.problem(node_id))
        if node.compensate is not None:
            try:
                undo = _current(node.compensate, catalog, actions)
                found = found.replace(compensate=undo) if undo is not node.compensate else found
            except _RefusedError as refused:
                problems.append(refused.problem(node_id, "compensate."))
        if found is not node:
            changed[node_id] = found
    return (workflow.replace(nodes={**workflow.nodes, **changed}) if changed else workflow), problems


def _current(written: Written, catalog: Catalog, actions: dict[str, ActionInfo | None]) -> Written:
    """The node or compensation for its action as it is here; itself when that is what it was written for."""
    if written.action not in actions:
        actions[written.action] = catalog.find_action(written.action)
    action = actions[written.action]
    here: int = getattr(action, "version", 1)  # of the catalogs of tests and tools, few know versions
    version = written.version if written.version is not None else 1
    return written if action is None or version == here else _upgrade(written, action, version, here)


class _RefusedError(Exception):
    def __init__(self, code: str, field: str, message: str, fix: str) -> None:
        super().__init__(message)
        self._parts = (code, field, message, fix)

    def problem(self, node_id: str, place: str = "") -> Problem:
        code, field, message, fix = self._parts
        return Problem(code, "error", f"nodes.{node_id}.{place}{field}", message, fix, node_id)


def _upgrade(node: Written, action: Any, written: int, here: int) -> Written:
    if not 1 <= written < here:
        raise _RefusedError(
            "unknown_version", "version", f"It is written for version {written} of {action.id!r}, and {here} is here.",
            "Install the version of the package that it was written with, or newer." if written > here
            else f"Write a version from 1 to {here}.",
        )  # fmt: skip
    try:
        params = action.upgrade(node.params, written)
    except Exception as error:  # noqa: BLE001 - the author's function met parameters that it did not expect
        raise _RefusedError(
            "bad_migration", "params",
            f"Its parameters cannot be brought from version {written} of {action.id!r} to {here}: "
            f"{type(error).__name__}: {error}.",
            f"Write them for version {here} and set version to {here}.",
        ) from None  # fmt: skip
    return node.replace(params=params, version=here)
