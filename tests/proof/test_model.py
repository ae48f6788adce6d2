"""The Promela model of scheduler, journal and crash (``run.pml``), checked with spin, and that it speaks of this code.

C3, C7.2, C7.4, C7.8: no lost completion, no double confirmation, no stuck run.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from floworch.run.status import NODE_TRANSITIONS, NodeStatus

MODEL = Path(__file__).with_name("run.pml")

#: Changes that the table allows and the model leaves out, with the reason.
LEFT_OUT = {
    "pending_to_reused": "a partial run decides it before anything starts",
    "retrying_to_failed": "a layer around the retry gives up: for slots and journal the same as running_to_failed",
    "waiting_to_failed": "the table's short form of waiting_to_running and running_to_failed, which a timeout takes",
    "completed_to_compensating": "compensation begins when no other attempt runs",
    "compensating_to_compensated": "compensation",
    "compensating_to_compensation_failed": "compensation",
    "failed_to_pending": "the retry of a run that has ended is a new run of the model",
    "cancelled_to_pending": "the retry of a run that has ended",
    "skipped_to_pending": "the retry of a run that has ended",
}


def test_the_models_actions_are_the_codes_transitions() -> None:
    """Every labelled action is in the table, and every change of the table is labelled or left out for a reason."""
    words = "|".join(map(str, NodeStatus))
    labels = set(re.findall(rf"\b((?:{words})_to_(?:{words})):", MODEL.read_text()))
    table = {f"{old}_to_{new}" for old, news in NODE_TRANSITIONS.items() for new in news}
    assert labels <= table, "the model does what the code must not"
    assert table - labels == set(LEFT_OUT), "the code does what the model does not know"


def verify(folder: Path, model: str, *definitions: str) -> str:
    """Let spin search all states; returns what the verifier says."""
    missing = [name for name in ("spin", "gcc") if shutil.which(name) is None]
    if missing:
        message = f"{' and '.join(missing)} not found: scripts/setup.sh proof installs spin, gcc and libc6-dev"
        if os.environ.get("FLOWORCH_REQUIRE_SPIN"):
            pytest.fail(message)
        pytest.skip(message)
    (folder / "run.pml").write_text(model)
    subprocess.run(["spin", "-a", *definitions, "run.pml"], cwd=folder, check=True, capture_output=True, timeout=60)
    compiler = ["gcc", "-O2", "-w", "-DSAFETY", "-DCOLLAPSE", "-o", "pan", "pan.c"]
    subprocess.run(compiler, cwd=folder, check=True, capture_output=True, timeout=120)
    done = subprocess.run([str(folder / "pan"), "-m100000"], cwd=folder, check=True, capture_output=True, timeout=900)
    said = done.stdout.decode()
    assert "max search depth too small" not in said, said
    return said


def errors(said: str) -> int:
    found = re.search(r"errors: (\d+)", said)
    assert found, said
    return int(found[1])


@pytest.mark.slow
def test_no_order_of_events_and_one_crash_breaks_a_promise(tmp_path: Path) -> None:
    said = verify(tmp_path, MODEL.read_text(), "-DCRASHES=1")
    assert errors(said) == 0, said


@pytest.mark.proof
@pytest.mark.timeout(1000)
@pytest.mark.parametrize(("slots", "crashes"), [(1, 2), (2, 2)])
def test_no_order_of_events_and_crashes_breaks_a_promise(tmp_path: Path, slots: int, crashes: int) -> None:
    said = verify(tmp_path, MODEL.read_text(), f"-DSLOTS={slots}", f"-DCRASHES={crashes}")
    assert errors(said) == 0, said


WRONG = {
    "told before it is durable": (
        "running_to_completed: performing[i] = false;",
        "running_to_completed: tell(i); performing[i] = false;",
    ),
    "a retry that nobody starts": ("live[i] == retrying && !cancelling && busy", "false && busy"),
    "a slot that is never given back": ("running_to_waiting: performing[i] = false; busy--;", "performing[i] = false;"),
    "a crash that forgets what was durable": ("live[k] = durable[k];", "live[k] = pending; durable[k] = pending;"),
}


@pytest.mark.slow
@pytest.mark.parametrize("how", WRONG)
def test_the_model_notices(tmp_path: Path, how: str) -> None:
    """A check that cannot fail proves nothing."""
    right, wrong = WRONG[how]
    model = MODEL.read_text()
    assert model.count(right) == 1
    assert errors(verify(tmp_path, model.replace(right, wrong), "-DCRASHES=1")) > 0
