"""Bundles in place of definitions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from floworch import load
from floworch.cli.support.bundles import definition_in
from floworch.exchange import bundle


def test_a_bundle_is_unpacked_beside_the_runs_and_other_versions_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.flow.json"
    file.write_text(json.dumps({"id": "a", "nodes": {"x": {"action": "util.log"}}}))
    assert definition_in(file, tmp_path / "store") == file
    monkeypatch.setattr(bundle, "VERSION", "0.0.7")
    bundle.write_bundle(load(file), tmp_path / "a.zip")
    found = definition_in(tmp_path / "a.zip", tmp_path / "store")
    assert found.is_relative_to(tmp_path / "store" / "bundles")
    assert found.name == "a.flow.json"
    assert "was made with 0.0.7" in capsys.readouterr().err
