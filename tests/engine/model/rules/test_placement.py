"""Tags name resources of a cluster's workers: elsewhere nobody heeds them (C14)."""

from __future__ import annotations

from typing import Any

import pytest

from floworch.model.validate import is_valid


@pytest.mark.parametrize("fields", [{}, {"run_on": "process"}])
def test_tags_without_a_cluster_are_one_warning(problems: Any, fields: dict[str, Any]) -> None:
    found = problems({"a": {"tags": ["gpu"], **fields}})
    (only,) = found
    assert (only.code, only.severity, only.path) == ("idle_tags", "warning", "nodes.a.tags")
    assert "'cluster'" in only.fix
    assert only.repair is None  # what an author wrote is not thrown away
    assert is_valid(found)


def test_a_node_on_a_cluster_may_have_tags_and_a_version(problems: Any) -> None:
    assert problems({"a": {"run_on": "cluster", "tags": ["gpu"], "version": 1}}) == []
    assert problems({"a": {"run_on": "cluster"}, "b": {"tags": [], "version": None}}) == []
