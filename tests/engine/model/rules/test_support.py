"""Fields that this version ignores are said to be ignored; they keep the definition valid (C15)."""

from __future__ import annotations

from typing import Any

import pytest

from floworch.model.validate import is_valid


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("tags", ["gpu"], "on this machine"),
        ("run_on", "cluster", "the node runs here"),
    ],
)
def test_an_ignored_field_is_one_warning(problems: Any, field: str, value: Any, said: str) -> None:
    found = problems({"a": {field: value}})
    (only,) = found
    assert (only.code, only.severity, only.path) == ("not_supported_yet", "warning", f"nodes.a.{field}")
    assert said in only.message
    assert "this version ignores" in only.message
    assert field in only.message
    assert only.fix
    assert only.repair is None  # what an author wrote is not thrown away
    assert is_valid(found)


def test_a_field_that_says_what_happens_anyway_is_fine(problems: Any) -> None:
    quiet = {"compensate": None, "breakpoint": False, "pin": None, "cache": None, "tags": [], "version": None}
    assert problems({"a": quiet | {"run_on": "process"}}, [], settings={"timeout": None}) == []
