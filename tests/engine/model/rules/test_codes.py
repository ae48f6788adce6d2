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
    text = "".join(path.read_text(encoding="utf-8") for path in source.rglob("*.py") if path.name != "codes.py")
    builder = source.parent / "actions/builder.py"
    text += builder.read_text(encoding="utf-8")
    used = set(re.findall(r'(?:add\(|Problem\(|condition\(|, )\s*"([a-z_]+)", ', text)) | set(re.findall(r'"(\w+)"\)\s*$', text, re.M))
    assert not {code for code in re.findall(r'(?:draft\.add|_draft\.add|Problem)\(\s*"(\w+)"', text)} - set(CODES)
    assert not {code for code in CODES if f'"{code}"' not in text}
    assert used
