from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from floworch import registry


@pytest.fixture(scope="module")
def docs(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("middleware_docs")


def test_the_page_in_the_repository_is_up_to_date(docs: ModuleType) -> None:
    assert docs.main(["--check"]) == 0


def test_tables_are_written_and_differences_found(docs: ModuleType, tmp_path: Path) -> None:
    page = tmp_path / "middleware.md"
    page.write_text(docs.PAGE.read_text(encoding="utf-8").replace("| `limit` |", "| `lmiit` |"), encoding="utf-8")
    assert docs.main(["--check", "--page", str(page)]) == 1
    assert docs.main(["--page", str(page)]) == 0
    assert page.read_text(encoding="utf-8") == docs.PAGE.read_text(encoding="utf-8")
    page.write_text(page.read_text(encoding="utf-8").replace("<!-- options: cache -->", ""), encoding="utf-8")
    assert docs.main(["--check", "--page", str(page)]) == 1


def test_every_example_on_the_page_is_a_layer_with_options_that_fit(docs: ModuleType) -> None:
    examples = re.findall(r"```json\n(.*?)```", docs.PAGE.read_text(encoding="utf-8"), re.DOTALL)
    found = [json.loads(text) for text in examples]
    entries = [entry for one in found for entry in (one if isinstance(one, list) else [one])]
    assert {entry["use"] for entry in entries} >= {"metrics", "circuit_breaker", "rate_limit", "cache", "dead_letter"}
    for entry in entries:
        assert registry.check_layer(entry["use"], entry.get("with", {})) == [], entry


def test_types_are_said_in_words(docs: ModuleType) -> None:
    assert docs.type_text({"anyOf": [{"type": "integer"}, {"type": "null"}]}) == "whole number"
    assert docs.type_text({"enum": ["run", "store"]}) == "one of `run`, `store`"
    assert docs.type_text({}) == "any value"
    assert docs.type_text({"widget": "duration"}) == "duration"
