"""What this machine lacks."""

from __future__ import annotations

import sys
import threading
import tomllib
from pathlib import Path
from typing import Any

import pytest

from floworch.actions import secret_sources
from floworch.actions.library.extras import NEEDS
from floworch.host.readiness import EXTRAS, extras, keyring_state, lacking
from floworch.model.workflow import Workflow

ROOT = Path(__file__).parents[3]


def flow(*nodes: dict[str, Any]) -> Workflow:
    return Workflow.model_validate({"id": "f", "nodes": {f"n{i}": node for i, node in enumerate(nodes)}})


def test_every_extra_of_the_package_is_known() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert set(EXTRAS) == set(declared) - {"all", "dev", "rivals"}  # no action needs those
    assert {extra for _, extra in NEEDS.values()} <= set(EXTRAS)
    assert all(each.purpose for each in extras())


def test_a_missing_extra_is_told_with_its_actions_and_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncssh", None)
    (ssh,) = [each for each in extras() if each.name == "ssh"]
    assert ssh.missing == ("asyncssh",)
    assert "file.sftp" in ssh.purpose
    assert "ssh.run" in ssh.purpose
    assert ssh.install == "pip install 'floworch[ssh]'"


def test_a_definition_whose_library_is_missing_is_warned_about_once(monkeypatch: pytest.MonkeyPatch) -> None:
    workflow = flow(
        {"action": "ssh.run"},
        {"action": "ssh.run"},
        {"action": "util.log", "compensate": {"action": "mqtt.publish"}},
        {"action": "mail.send", "disabled": True},
        {"action": "util.log", "run_on": "cluster"},
    )
    assert lacking(workflow) == []
    for library in ("asyncssh", "aiomqtt", "aiosmtplib", "distributed"):
        monkeypatch.setitem(sys.modules, library, None)
    found = [(each.code, each.severity, each.path, each.fix) for each in lacking(workflow)]
    assert found == [
        ("missing_library", "warning", "nodes.n0.action", "Install it: pip install 'floworch[ssh]'"),
        ("missing_library", "warning", "nodes.n2.compensate.action", "Install it: pip install 'floworch[mqtt]'"),
        ("missing_library", "warning", "nodes.n4.run_on", "Install it: pip install 'floworch[cluster]'"),
    ]


def test_a_secret_in_a_keyring_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    workflow = flow({"action": "util.log", "params": {"message": "{{ secrets.PW }}"}})
    assert lacking(workflow) == []  # it is not kept here: 'secret_not_set' says so
    monkeypatch.setattr(secret_sources, "stored_names", lambda: frozenset({"PW"}))
    monkeypatch.setattr(secret_sources, "keyring_title", no_keyring)
    (problem,) = lacking(workflow)
    assert (problem.code, problem.severity, problem.node) == ("no_keyring", "warning", "n0")
    monkeypatch.setenv("FLOWORCH_SECRET_PW", "x")
    assert lacking(workflow) == []


def no_keyring(*_: Any) -> str:
    raise secret_sources.NoKeyring("There is none.", "Start one.")


def broken(*_: Any) -> str:
    raise RuntimeError("bus")


@pytest.mark.parametrize(
    ("get", "usable", "why"),
    [
        (lambda _: None, True, ""),
        (no_keyring, False, "There is none."),
        (broken, False, "It fails: bus."),
    ],
)
def test_the_keyring_is_tried(monkeypatch: pytest.MonkeyPatch, get: Any, usable: bool, why: str) -> None:
    monkeypatch.setattr(secret_sources, "keyring_title", lambda: "Ring")
    monkeypatch.setattr(secret_sources, "keyring_get", get)
    state = keyring_state()
    assert (state["usable"], state["name"], state["why"]) == (usable, "Ring", why)
    assert bool(state["hint"]) is not usable


def test_a_keyring_that_waits_for_a_person_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()
    monkeypatch.setattr(secret_sources, "keyring_title", lambda: answered.wait(60) and "Ring")
    state = keyring_state(0.01)
    answered.set()
    assert "did not answer" in state["why"]
