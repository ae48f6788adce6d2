"""What is a bundle; opening them is tested beside making them, in ``test_bundle.py``."""

from __future__ import annotations

from pathlib import Path

from floworch.exchange.unbundle import is_bundle


def test_definitions_folders_and_missing_files_are_no_bundles(tmp_path: Path) -> None:
    (tmp_path / "a.flow.json").write_text("{}")
    assert not any(is_bundle(path) for path in (tmp_path, tmp_path / "a.flow.json", tmp_path / "none.zip"))
