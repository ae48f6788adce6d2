from __future__ import annotations

import re
from pathlib import Path

import floworch.model
from floworch.model.rules.codes import CODES, table

ROOT = Path(__file__).parents[4]


def test_the_reference_page_is_in_step_with_the_table() -> None:
    assert (ROOT / "docs/reference/problems.md").read_text(encoding="utf-8") == table()


def test_every_code_that_is_used_is_listed_and_the_other_way_round() -> None:
    source = Path(floworch.model.__file__).parent
    paths = [path for path in source.rglob("*.py") if path.name != "codes.py"]
    others = ("actions/builder.py", "actions/connection_names.py", "host/readiness.py")
    text = "".join(path.read_text(encoding="utf-8") for path in [*paths, *(source.parent / name for name in others)])
    named = set(re.findall(r'(?:raft\.add|Problem)\(\s*"(\w+)"', text))
    assert named
    assert named <= set(CODES)
    assert {code for code in CODES if f'"{code}"' not in text} == set()
