from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from floworch.actions.registry import registry


def test_the_code_of_the_page_does_what_it_says(project: Path) -> None:
    text = (project / "docs" / "how-to" / "write-an-action.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    names: dict[str, Any] = {"__name__": "how_to_page"}
    try:
        for block in blocks:
            exec(compile(block, "write-an-action.md", "exec"), names)
        assert len(blocks) == 4
        assert registry.resolve("orders.check").check_params({"order_id": "o-1", "patience": "2m"}) == []
    finally:
        registry._actions.pop("orders.check", None)
        registry._actions.pop("orders.archive", None)
