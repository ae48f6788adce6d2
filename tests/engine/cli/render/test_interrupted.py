"""What an interrupted command says (C15)."""

from __future__ import annotations

import pytest

from floworch.cli.render.interrupted import interrupted_line
from floworch.cli.render.streams import Printed


@pytest.mark.parametrize(("verb", "followed", "said"), [
    ("run", False, "before the run had begun"), ("retry", False, "it is as it was"), ("run", True, ""),
    ("events", False, ""), (None, False, ""),
])  # fmt: skip
def test_only_what_is_true_is_said(
    monkeypatch: pytest.MonkeyPatch, verb: str | None, followed: bool, said: str
) -> None:
    monkeypatch.setattr(Printed, "followed", followed)
    line = interrupted_line(verb)
    assert said in line
    assert bool(line) is bool(said)
