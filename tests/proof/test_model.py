"""The Promela model of scheduler, journal and crash (``run.pml``), checked with spin, and that it speaks of this code.

C3, C7.2, C7.4, C7.8, C9, C10.3: no lost completion, no double confirmation, what is undone is undone once and in order,
nothing of a child run is left by a run that did not complete, no stuck run.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from floworch.run.status import NODE_TRANSITIONS, RUN_TRANSITIONS, NodeStatus, RunStatus

MODEL = Path(__file__).with_name("run.pml")

#: Changes that the table allows and the model leaves out, with the reason.
LEFT_OUT = {
    "pending_to_reused": "a partial run decides it before anything starts",
    "retrying_to_failed": "a layer around the retry gives up: for slots and journal the same as running_to_failed",
    "waiting_to_failed": "the table's short form of waiting_to_running and running_to_failed, which a timeout takes",
    "failed_to_pending": "the retry of a run that has ended is a new run of the model",
    "cancelled_to_pending": "the retry of a run that has ended",
    "skipped_to_pending": "the retry of a run that has ended",
}


def test_the_models_actions_are_the_codes_transitions() -> None:
    """Every labelled action is in the table, and every change of the table is labelled or left out for a reason."""
    labels = labelled("", NodeStatus)
    table = {f"{old}_to_{new}" for old, news in NODE_TRANSITIONS.items() for new in news}
    assert labels <= table, "the model does what the code must not"
    assert table - labels == set(LEFT_OUT), "the code does what the model does not know"


def test_the_models_run_ends_and_rolls_back_as_the_code_allows() -> None:
    """It knows no pause, but every end of a run and every way into a rollback."""
    labels = labelled("run_", RunStatus)
    table = {f"{old}_to_{new}" for old, news in RUN_TRANSITIONS.items() for new in news}
    assert labels <= table, "the model does what the code must not"
    assert {label.split("_to_")[1] for label in labels} >= {"rolling_back", "completed", "failed", "cancelled"}


def labelled(mark: str, statuses: type[NodeStatus | RunStatus]) -> set[str]:
    """The changes that the model labels, without the mark before them."""
    words = "|".join(map(str, statuses))
    return set(re.findall(rf"\b{mark}((?:{words})_to_(?:{words})):", MODEL.read_text()))


def verify(folder: Path, model: str, *definitions: str, optimize: str = "-O2") -> str:
    """Let spin search all states; returns what the verifier says. Compiling may take longer than a short search."""
    missing = [name for name in ("spin", "gcc") if shutil.which(name) is None]
    if missing:
        message = f"{' and '.join(missing)} not found: scripts/setup.sh proof installs spin, gcc and libc6-dev"
        if os.environ.get("FLOWORCH_REQUIRE_SPIN"):
            pytest.fail(message)
        pytest.skip(message)
    (folder / "run.pml").write_text(model)
    subprocess.run(["spin", "-a", *definitions, "run.pml"], cwd=folder, check=True, capture_output=True, timeout=60)
    compiler = ["gcc", optimize, "-w", "-DSAFETY", "-DCOLLAPSE", "-o", "pan", "pan.c"]
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
@pytest.mark.parametrize(
    "sizes",
    [("-DCRASHES=1", "-DTHOROUGH=1"), ("-DCRASHES=2",), ("-DCRASHES=2", "-DSLOTS=2")],
    ids=["thorough", "crashes", "slots"],
)
def test_no_order_of_events_and_crashes_breaks_a_promise(tmp_path: Path, sizes: tuple[str, ...]) -> None:
    said = verify(tmp_path, MODEL.read_text(), *sizes)
    assert errors(said) == 0, said


WRONG = {
    "told before it is durable": (
        "running_to_completed: performing[i] = false;",
        "running_to_completed: tell(i); performing[i] = false;",
    ),
    "a retry that nobody starts": ("live[i] == retrying && GOES_ON && busy", "false && busy"),
    "a slot that is never given back": ("running_to_waiting: performing[i] = false; busy--;", "performing[i] = false;"),
    "a crash that forgets what was durable": ("live[k] = durable[k];", "live[k] = pending; durable[k] = pending;"),
    "undone in any order": ("#define LAST(k) (LEFT(live, k) &&", "#define LAST(k) (LEFT(live, k) ||"),
    "a rollback that a crash forgets": (
        "live[RUN] = durable[RUN];",
        "live[RUN] = (durable[RUN] == rolling_back -> failed : durable[RUN]);",
    ),
    "undone again": ("append(i, compensated, false)", "append(i, completed, false)"),
    "one failed compensation ends the rollback": (
        "!ANY_LEFT(live) ->\n        run_rolling",
        "true ->\n        run_rolling",
    ),
    "a child that begins again": ("named = named_durably;", "named = named_durably; child = pending;"),
    "a cancelled call that forgets its child": (
        "STOPS && k == 2 && named -> append(k, waiting, true)",
        "STOPS && k == 2 && named -> append(k, cancelled, false)",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize(
    "how", [pytest.param(how, marks=[pytest.mark.proof] if n % 4 else []) for n, how in enumerate(WRONG)]
)
def test_the_model_notices(tmp_path: Path, how: str) -> None:
    """A check that cannot fail proves nothing."""
    right, wrong = WRONG[how]
    model = MODEL.read_text()
    assert model.count(right) == 1
    assert errors(verify(tmp_path, model.replace(right, wrong), "-DCRASHES=1", optimize="-O0")) > 0
