from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def docs(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("action_docs")


def test_a_page_holds_parameters_output_and_a_valid_example(docs: ModuleType) -> None:
    page = docs.pages()["human.approve.md"]
    assert page.startswith("# Approve (`human.approve`)\n")
    assert '| `timeout` | duration or null | `"7d"` | How long to wait for an answer; null waits for ever. |' in page
    assert "- `by` (text) Who answered." in page
    example = json.loads(page.partition("```json\n")[2].partition("```")[0])
    assert example["action"] == "human.approve"


def test_the_pages_in_the_repository_are_up_to_date(docs: ModuleType) -> None:
    assert docs.main(["--check"]) == 0


def test_pages_are_written_replaced_and_removed(docs: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "old.action.md").write_text("gone")
    assert docs.main(["--check", "--folder", str(tmp_path)]) == 1
    assert docs.main(["--folder", str(tmp_path)]) == 0
    assert not (tmp_path / "old.action.md").exists()
    assert "data.set.md" in {path.name for path in tmp_path.iterdir()}
    assert docs.main(["--check", "--folder", str(tmp_path)]) == 0
