from __future__ import annotations

from floworch.actions.registry import Registry
from floworch.model.catalog import ActionInfo, Catalog, ParamIssue


def test_the_registry_is_a_catalog() -> None:
    catalog: Catalog = Registry()
    action: ActionInfo | None = catalog.find_action("data.set")
    assert action is not None
    assert action.id == "data.set"
    assert not action.container
    assert "data.set" in catalog.action_ids()
    assert catalog.find_action("no.such") is None


def test_an_issue_says_where_and_what() -> None:
    assert ParamIssue("a.b", "m").fix == ""
