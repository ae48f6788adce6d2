"""A workflow that only the run names reads what its caller names, and no more, unless it is trusted itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from floworch import Engine
from floworch.actions.registry import registry
from floworch.actions.secret_sources import _write_names
from floworch.cli.support.trusting import admit
from floworch.model.codec import load
from floworch.model.workflow import Workflow
from floworch.trust import TrustStore


@pytest.fixture
def callers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes a trusted caller of ``child.flow.json``, which reads the stored secret THEIRS."""
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setattr("floworch.actions.secret_sources.keyring_get", lambda name: f"value of {name}")
    _write_names(frozenset({"MINE", "THEIRS"}))

    def make(reference: str, mine: str = "{{ secrets.MINE }}") -> Workflow:
        (tmp_path / "child.flow.json").write_text(json.dumps({"id": "child", "nodes": {"read": _log("THEIRS")}}))
        nodes = {
            "call": {"action": "flow.call", "params": {"workflow": reference}},
            "say": {"action": "util.log", "params": {"message": mine}},
        }
        path = tmp_path / "caller.flow.json"
        path.write_text(json.dumps({"id": "caller", "nodes": nodes}))
        TrustStore().trust(load(path))
        return load(path)

    return make


def _log(secret: str) -> dict[str, Any]:
    return {"action": "util.log", "params": {"message": f"{{{{ secrets.{secret} }}}}"}}


async def ended(flow: Workflow) -> tuple[str, str]:
    async with Engine() as engine:
        result = await (await engine.start(flow, **admit(flow, registry))).result()  # type: ignore[call-overload]
    return result.status, (result.error or {}).get("message", "")


DYNAMIC = "{{ 'child' ~ '.flow.json' }}"


async def test_it_is_refused_what_its_caller_does_not_name(callers: Any) -> None:
    flow = callers(DYNAMIC)
    assert admit(flow, registry) == {"called_secrets": ["MINE"]}
    status, message = await ended(flow)
    assert status == "failed"
    assert "THEIRS" in message


@pytest.mark.parametrize(
    ("reference", "mine"), [(DYNAMIC, "{{ secrets.THEIRS }}"), (DYNAMIC, "{{ secrets['THE' ~ 'IRS'] }}"),
                            ("child.flow.json", "x")],
)  # fmt: skip
async def test_what_the_caller_names_or_may_work_out_or_looked_into_is_read(
    callers: Any, reference: str, mine: str
) -> None:
    assert (await ended(callers(reference, mine)))[0] == "completed"


async def test_one_that_is_trusted_itself_reads_its_own(callers: Any, tmp_path: Path) -> None:
    flow = callers(DYNAMIC)
    TrustStore().trust(load(tmp_path / "child.flow.json"))
    assert (await ended(flow))[0] == "completed"
