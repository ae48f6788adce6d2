"""Which names of Python functions another process can follow (interfaces section 2)."""

from __future__ import annotations

import pytest

from floworch.model.python_names import is_of_script, why_not_found_elsewhere


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("util.log", None),
        ("retry", None),
        ("py:pack.mod:Class.method", None),
        ("py:mod:outer.<locals>.inner#3", "top level of a module"),
        ("py:mod", "top level of a module"),
        ("py:__main__:f", "move it into a module"),
    ],
)
def test_a_name_that_no_other_process_finds_says_what_to_do(name: str, fix: str | None) -> None:
    reason = why_not_found_elsewhere(name)
    assert (reason is None) == (fix is None)
    assert reason is None or (fix or "") in reason[1]
    assert is_of_script(name) == (name == "py:__main__:f")
