"""Parameters that were written for an earlier version of their action, brought to the version that is here."""

from __future__ import annotations

from typing import Any

from floworch.model.catalog import ActionInfo, Catalog
from floworch.model.problem import Problem
from floworch.model.workflow import Node, Workflow


def upgraded(
    workflow: Workflow, catalog: Catalog, actions: dict[str, ActionInfo | None] | None = None
) -> tuple[Workflow, list[Problem]]:
    """Return a definition whose nodes have the parameters of the actions as they are here, and what stands against it.

    A node without ``version`` was written for version 1. A node that cannot be brought there stays as it is, with a
    Problem. A definition in which nothing is to be done is returned itself. ``actions`` keeps what was looked up.
    """
    actions = {} if actions is None else actions
    changed: dict[str, Node] = {}
    problems: list[Problem] = []
    for node_id, node in workflow.nodes.items():
        if node.action not in actions:
            actions[node.action] = catalog.find_action(node.action)
        action = actions[node.action]
        here: int = getattr(action, "version", 1)  # of the catalogs of tests and tools, few know versions
        written = node.version if node.version is not None else 1
        if action is None or written == here:
            continue
        try:
            changed[node_id] = _upgrade(node, action, written, here)
        except _RefusedError as refused:
            problems.append(refused.problem(node_id))
    return (workflow.replace(nodes={**workflow.nodes, **changed}) if changed else workflow), problems


class _RefusedError(Exception):
    def __init__(self, code: str, field: str, message: str, fix: str) -> None:
        super().__init__(message)
        self._parts = (code, field, message, fix)

    def problem(self, node_id: str) -> Problem:
        code, field, message, fix = self._parts
        return Problem(code, "error", f"nodes.{node_id}.{field}", message, fix, node_id)


def _upgrade(node: Node, action: Any, written: int, here: int) -> Node:
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
