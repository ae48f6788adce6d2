"""Random editing while runs go on, in a real window on a virtual screen: no exception, flat memory, no long frame.

``make soak`` does it for half an hour; ``make proof`` for three minutes, or as long as ``FLOWORCH_SOAK_SECONDS`` says.
What is done and measured is in ``tests/helpers/window_soak.py``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

pytest.importorskip("psutil")
pytest.importorskip("PySide6")

SECONDS = float(os.environ.get("FLOWORCH_SOAK_SECONDS", "180"))
SEED = os.environ.get("FLOWORCH_TEST_SEED", "20260101")
#: Megabytes, and widgets, that the second half may add at rest to what the window had at half time.
GROWTH = 30.0
WIDGETS = 250
#: Megabytes that it may add when it has stopped growing: what is loaded at its first use, once.
ONCE = 60.0
SCRIPT = Path(__file__).parent.parent / "helpers" / "window_soak.py"


@pytest.mark.proof
@pytest.mark.skipif(not shutil.which("xvfb-run"), reason="needs Xvfb (packaging/system-packages.sh test)")
@pytest.mark.timeout(SECONDS * 2 + 400)
def test_editing_while_runs_go_on(tmp_path: Path, artifacts: Path) -> None:
    command = ["xvfb-run", "-a", "-s", "-screen 0 1600x1000x24", sys.executable, str(SCRIPT), str(SECONDS), SEED]
    done = subprocess.run(
        [*command, str(tmp_path)], env=os.environ | {"QT_QPA_PLATFORM": "xcb"}, capture_output=True, text=True,
        timeout=SECONDS * 2 + 300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-8000:]
    found = json.loads(done.stdout.splitlines()[-1])
    (artifacts / "designer-soak.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
    assert found["failures"] == []
    assert found["done"] > SECONDS
    assert found["runs"] >= 3
    assert found["frames"] > 100
    assert found["over"] == 0, found["long"]
    first, middle, last = (median(found["memory"][at : at + 3]) for at in (0, 3, 6))
    stopped = last - middle < (last - first) / 4
    assert last - first < (ONCE if stopped else GROWTH), f"{last - first:.0f} MB more: {found['memory']}"
    widgets = median(found["widgets"][-3:]) - median(found["widgets"][:3])
    assert widgets < WIDGETS, f"{widgets} widgets more: {found['widgets']}"
