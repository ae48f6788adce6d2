from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("PySide6")


@pytest.fixture(scope="module")
def docs(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("keys_docs")


def test_the_page_of_keys_in_the_repository_is_up_to_date(docs: ModuleType) -> None:
    assert docs.main(["--check"]) == 0, "run python scripts/keys_docs.py"


def test_the_page_lists_every_action_once_and_is_written_anew(docs: ModuleType, tmp_path: Path) -> None:
    page = docs.page()
    assert all(page.count(f"| `{row.id}` |") == 1 for row in docs.ROWS)
    place = tmp_path / "keyboard.md"
    assert docs.main(["--check", "--page", str(place)]) == 1
    assert docs.main(["--page", str(place)]) == 0
    assert docs.main(["--check", "--page", str(place)]) == 0
