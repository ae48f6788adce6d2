"""Which module makes which form."""

from __future__ import annotations

from pathlib import Path

import pytest

from floworch import UsageError, loads
from floworch.cli.support import pictures

FLOW = loads('{"id": "f", "nodes": {"a": {"action": "util.log"}}}')


@pytest.mark.parametrize(
    ("form", "begins"), [("mermaid", "flowchart"), ("svg", "<svg "), ("dot", "digraph"), ("python", '"""f"""')]
)
def test_texts(form: str, begins: str) -> None:
    assert pictures.draw(FLOW, form).startswith(begins)


def test_without_the_designer_nothing_is_painted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match="not installed"):
        pictures.paint(FLOW, "png", tmp_path / "f.png")
