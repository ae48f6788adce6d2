"""`scripts/check.sh` runs every step and says how each went; `scripts/tests.sh` keeps temporary files in memory."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

#: A `make` whose step `bad` fails and whose step `long` ends when the step `go` has run.
MAKE = """#!/bin/sh
echo "this is $2"
case $2 in
    bad) exit 7 ;;
    long) until [ -e {folder}/go ]; do sleep 0.01; done; echo "long was done" ;;
    go) touch {folder}/go ;;
esac
"""


@pytest.fixture
def check(project: Path, tmp_path: Path):
    make = tmp_path / "make"
    make.write_text(MAKE.replace("{folder}", str(tmp_path)))
    make.chmod(0o755)

    def run(*steps: str) -> tuple[int, str, list[list[str]]]:
        done = subprocess.run(
            [project / "scripts" / "check.sh", "make it", *steps],
            env={**os.environ, "MAKE": str(make)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        table = done.stdout.partition("--- make it\n")[2].splitlines()
        assert all(re.fullmatch(r"\S+ +(passed|FAILED) +\d+ s", line) for line in table), done.stdout
        return done.returncode, done.stdout, [line.split()[:2] for line in table]

    return run


def test_every_step_is_run_also_after_one_has_failed(check) -> None:
    code, said, table = check("form", "bad", "types")
    assert code == 1
    assert "this is types" in said
    assert table == [["form", "passed"], ["bad", "FAILED"], ["types", "passed"]]


def test_a_step_goes_on_beside_those_that_follow_and_is_waited_for(check) -> None:
    code, said, table = check("+long", "+bad", "go", "wait", "form")
    assert code == 1
    assert table == [["go", "passed"], ["long", "passed"], ["bad", "FAILED"], ["form", "passed"]]
    assert said.index("this is go") < said.index("long was done") < said.index("this is form")


def test_all_well_is_0(check) -> None:
    assert check("+form", "types", "wait")[::2] == (0, [["types", "passed"], ["form", "passed"]])


def in_tests(project: Path, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    known = {name: value for name, value in os.environ.items() if name != "TMPDIR"}
    return subprocess.run(
        [project / "scripts" / "tests.sh", "bash", "-c", script],
        env={**known, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="there is no file system in memory")
def test_temporary_files_are_removed_after_the_tests_and_their_exit_code_stays(project: Path) -> None:
    done = in_tests(project, 'echo "${TMPDIR:-/tmp}"; [ -z "$TMPDIR" ] || touch "$TMPDIR/mine"; exit 5')
    assert done.returncode == 5
    folder = Path(done.stdout.strip())
    assert folder == Path("/tmp") or (folder.parent == Path("/dev/shm") and not folder.exists())


def test_a_place_for_temporary_files_that_is_named_is_used(project: Path, tmp_path: Path) -> None:
    assert in_tests(project, 'echo "$TMPDIR"', TMPDIR=str(tmp_path)).stdout == f"{tmp_path}\n"
