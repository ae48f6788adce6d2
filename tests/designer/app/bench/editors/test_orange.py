"""orange-canvas-core takes every step, where the extra ``rivals`` is installed; no figure is asserted."""

from __future__ import annotations

import pytest

from floworch_designer.app.bench import rivals

RIVAL = rivals.RIVALS[1]


@pytest.mark.slow
@pytest.mark.skipif(not rivals.installed(RIVAL), reason="the extra rivals is not installed")
def test_it_takes_every_step_in_a_process_of_its_own() -> None:
    found = rivals.measured(RIVAL, 60, 100)
    assert RIVAL.title == "orange-canvas-core"
    assert found["version"]
    assert all(found[step.key] > 0 for step in rivals.STEPS)
