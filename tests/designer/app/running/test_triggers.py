"""The choice of the trigger that a run starts at."""

from __future__ import annotations

import pytest

from floworch.model.workflow import Edge, Node
from floworch_designer.app.running.triggers import choices


@pytest.fixture
def several(flow):
    """A workflow that a person, a schedule and a file start."""
    nodes = {
        "nightly": Node(action="trigger.schedule", title="Nightly", params={"cron": "0 3 * * *"}),
        "hand": Node(action="trigger.manual"),
        **flow().nodes,
    }
    edges = (Edge(source="nightly", target="first"), Edge(source="hand", target="first"), *flow().edges)
    return flow().replace(nodes=nodes, edges=edges)


def test_there_is_a_choice_only_of_several(flow, several):
    assert choices(flow()) == []
    assert choices(several) == ["nightly", "hand"]


def test_the_menu_beside_run_lists_them_and_starts_at_one(window, host, several, until):
    menu = window.triggers
    assert not menu.menuAction().isVisible()
    assert not window.commands["run.trigger"].isEnabled()
    window.document.reset(several)
    assert menu.menuAction().isVisible()
    menu.aboutToShow.emit()
    assert [(action.text(), action.isChecked()) for action in menu.actions()] == [("Nightly", False), ("hand", True)]
    menu.actions()[0].trigger()
    until(lambda: bool(host.asked))
    assert host.asked[0][-1] == {"trigger": "nightly"}


def test_the_keys_open_the_choice(window, several):
    window.document.reset(several)
    window.commands["run.trigger"].trigger()
    assert window.triggers.isVisible()
    window.triggers.close()


def test_every_version_of_a_workflow_is_asked_for_its_own_triggers(several):
    assert choices(several) == choices(several) == ["nightly", "hand"]
    fewer = several.replace(nodes={name: node for name, node in several.nodes.items() if name != "hand"}, edges=())
    assert choices(fewer) == []
    assert choices(several) == ["nightly", "hand"]
