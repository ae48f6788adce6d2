"""This designer takes the steps that its rivals take; no figure is asserted."""

from __future__ import annotations

import os

import pytest

from floworch_designer.app.bench import rivals
from floworch_designer.app.bench.editors import steps
from floworch_designer.app.bench.editors.ours import Designer


def test_the_canvas_takes_every_step(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_API", os.environ.get("QT_API", "pyside6"))  # an editor sets it: not for other tests
    found = steps.measured(Designer, 60)
    assert all(found[step.key] > 0 for step in rivals.STEPS)


@pytest.mark.slow
def test_its_program_prints_them() -> None:
    found = rivals.measured(rivals.OURS, 60, 100)
    assert found["version"] == ""
    assert all(found[step.key] > 0 for step in rivals.STEPS)
