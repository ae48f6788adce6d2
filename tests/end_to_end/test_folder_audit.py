"""The folder audit on real files: right results, the same report every time, and no kill that it does not survive."""

from __future__ import annotations

import html
import os
import random
import shutil
import signal
import sysconfig
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from audit_tree import ODD, database, expect, plant

Event = dict[str, Any]
SEED = int(os.environ.get("FLOWORCH_TEST_SEED", "20260101"))


def hashed(number: int) -> Callable[[Event], bool]:
    """The moment when that many files have been hashed."""
    seen = Counter[str]()

    def happened(event: Event) -> bool:
        seen[event["kind"]] += event["kind"] == "item_completed"
        return seen["item_completed"] >= number

    return happened


def began(node: str) -> Callable[[Event], bool]:
    """The moment when a node starts."""
    return lambda event: event["kind"] == "node_started" and event["node"] == node


def ended(node: str) -> Callable[[Event], bool]:
    """The moment when a node has completed."""
    return lambda event: event["kind"] == "node_completed" and event["node"] == node


#: Moments at which the run is killed; ``n`` is the number of files.
MOMENTS: dict[str, Callable[[int], Callable[[Event], bool]]] = {
    "created": lambda n: lambda event: event["kind"] == "run_created",
    "choosing the folder": lambda n: began("locate"),
    "listing": lambda n: began("list"),
    "listed": lambda n: lambda event: event["kind"] == "items_listed",
    "early in hashing": lambda n: hashed(max(1, n // 20)),
    "in the middle of hashing": lambda n: hashed(n // 2),
    "late in hashing": lambda n: hashed(n - n // 20),
    "hashed": lambda n: ended("hash"),
    "grouping": lambda n: began("contents"),
    "composing the report": lambda n: began("report"),
    "writing the report": lambda n: began("write"),
    "filling the database": lambda n: began("store"),
    "telling": lambda n: began("done"),
}
QUICK = ("created", "listing", "early in hashing", "in the middle of hashing", "late in hashing", "writing the report")


class Audit:
    """One folder, audited again and again."""

    def __init__(self, cli: Any, example: Path, folder: Path) -> None:
        self.cli, self.example, self.folder = cli, example, folder

    def arguments(self, run_id: str, *more: object) -> list[object]:
        inputs = [f"folder={self.folder}", f"output={self.output(run_id)}", "auto_approve=true", "waste_limit_mb=0"]
        return [self.example, "--run-id", run_id, *(part for each in inputs for part in ("--set", each)), *more]

    def output(self, run_id: str) -> Path:
        return self.cli.folder / f"out-{run_id}"

    def report(self, run_id: str) -> bytes:
        return (self.output(run_id) / "report.html").read_bytes()

    def run(self, run_id: str, *more: object) -> dict[str, Any]:
        """Audit undisturbed and return the run's outputs."""
        found: dict[str, Any] = self.cli.json("run", *self.arguments(run_id, *more))
        return found

    def kill_at(self, run_id: str, moment: Callable[[Event], bool], *more: object) -> None:
        """Start an audit and kill it with SIGKILL at a moment."""
        process = self.cli.start("run", *self.arguments(run_id, "--events", "jsonl", *more))
        process.until(moment)
        process.kill()

    def check_effects(self, run_id: str, kills: int) -> int:
        """No completed step ran again and no file was hashed more than once more per kill; returns extra starts."""
        starts: Counter[tuple[str, Any]] = Counter()
        complete: set[tuple[str, Any]] = set()
        events = self.cli.events(run_id)
        assert [event["seq"] for event in events] == list(range(len(events)))
        for event in events:
            step = (event["node"], event["item"])
            if event["kind"] == "node_started":
                assert step not in complete, f"{step} ran again although it had completed"
                assert event["item"] is None or ("hash", None) not in complete
                starts[step] += 1
                assert event["attempt"] == starts[step]
            elif event["kind"] == "node_completed":
                assert step not in complete, f"{step} completed twice"
                complete.add(step)
        assert max(starts.values()) <= 1 + kills
        again = {step: count - 1 for step, count in starts.items() if count > 1}
        assert sum(again.values()) <= 16 * kills, f"more steps ran again than can run at a time: {again}"
        return sum(again.values())


@pytest.fixture
def audit(cli: Any, example: Path, tmp_path: Path) -> Audit:
    """An audit of a folder of this test's own."""
    folder = tmp_path / "in"
    folder.mkdir()
    plant(folder, SEED)
    return Audit(cli, example, folder)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that no test changes."""
    folder = tmp_path_factory.mktemp("planted")
    plant(folder, SEED)
    return folder


_undisturbed: dict[Path, bytes] = {}


@pytest.fixture
def steady(cli: Any, example: Path, planted: Path) -> tuple[Audit, bytes]:
    """An audit of the unchanging folder, and the report of an undisturbed run."""
    audit = Audit(cli, example, planted)
    if planted not in _undisturbed:
        audit.run("undisturbed")
        _undisturbed[planted] = audit.report("undisturbed")
    return audit, _undisturbed[planted]


@pytest.mark.slow
def test_report_database_and_outputs_agree_with_an_independent_computation(audit: Audit) -> None:
    expected = expect(audit.folder)
    outputs = audit.run("a")
    assert outputs == {
        "report": str(audit.output("a") / "report.html"),
        "database": str(audit.output("a") / "files.sqlite"),
        "files": len(expected.files),
        "bytes": sum(row.size for row in expected.files),
        "not_audited": 0,
        "wasted_bytes": expected.wasted,
        "approved": True,
    }
    assert database(audit.output("a") / "files.sqlite") == expected.files
    report = audit.report("a").decode()
    said = html.unescape(report)
    assert f"<b>{len(expected.files)}</b><span>files audited</span>" in report
    assert "<td>other</td>" in report
    assert ".3</td>" not in report
    assert f"<b>{len(expected.groups)}</b><span>groups of duplicates</span>" in report
    for extension, (count, _) in expected.by_type.items():
        assert f'<td>{extension}</td><td class="n">{count}</td>' in report
    for group in expected.groups:
        assert f'<td class="n">{len(group)}</td>' in report
        assert f"{'<br>'.join(group[:5])}<br>" in said
    assert "large.bin" in report
    assert "1.5 MB" in report
    assert "__pycache__" not in report
    assert "Not audited" not in report
    assert ODD not in report  # escaped

    # Nothing changed: the same report, byte for byte, and the same rows.
    assert audit.run("b") == {**outputs, "report": str(audit.output("b") / "report.html"),
                              "database": str(audit.output("b") / "files.sqlite")}  # fmt: skip
    assert audit.report("b") == audit.report("a")
    assert database(audit.output("b") / "files.sqlite") == expected.files
    assert audit.check_effects("a", kills=0) == 0


@pytest.mark.slow
def test_files_that_vanish_or_cannot_be_read_are_rows_of_the_report(audit: Audit) -> None:
    (audit.folder / "zz-gone.txt").write_text("soon gone")
    (audit.folder / "zz-other <i>.txt").write_text("soon something else")
    expected = expect(audit.folder)
    audit.kill_at("v", lambda event: event["kind"] == "items_listed")
    (audit.folder / "zz-gone.txt").unlink()
    (audit.folder / "zz-other <i>.txt").unlink()
    (audit.folder / "zz-other <i>.txt").mkdir()
    outputs = audit.cli.json("resume", "v")
    assert outputs["files"] == len(expected.files)
    report = html.unescape(audit.report("v").decode())
    assert '<td class="p">zz-gone.txt</td><td>It vanished while the audit ran.</td>' in report
    assert "zz-other <i>.txt</td><td>The file" in report
    assert "cannot be read" in report
    assert "zz-other <i>" not in audit.report("v").decode()
    rows = {row.path: row.sha256 for row in database(audit.output("v") / "files.sqlite")}
    assert len(rows) == len(expected.files)
    assert [path for path, digest in rows.items() if digest is None] == ["zz-gone.txt", "zz-other <i>.txt"]


@pytest.mark.slow
@pytest.mark.parametrize("moment", QUICK)
def test_a_killed_audit_is_resumed_to_the_same_report(steady: tuple[Audit, bytes], moment: str) -> None:
    """(C7.2, C7.4)"""
    audit, report = steady
    expected = expect(audit.folder).files
    count = len(expected)
    audit.kill_at("k", MOMENTS[moment](count))
    assert audit.cli.status("k") == "interrupted"
    outputs = audit.cli.json("resume", "k")
    assert outputs["files"] == count
    audit.check_effects("k", kills=1)
    assert audit.report("k") == report
    assert database(audit.output("k") / "files.sqlite") == expected


@pytest.mark.proof
def test_one_run_survives_many_kills(audit: Audit) -> None:
    """(C7.4) Every resume is killed as well, after a number of events that chance chooses."""
    many_kills(audit, "m", kills=6, chance=random.Random(SEED))


def many_kills(audit: Audit, run_id: str, kills: int, chance: random.Random, *more: object) -> None:
    """Kill a run and its resumes after some events each; then let it end and compare it with an undisturbed one."""
    audit.cli.env["FLOWORCH_MAX_CRASHES"] = "1000"  # chance may hit one file three times: nobody is to be asked (C7.8)
    audit.run("undisturbed", *more)
    total = len(audit.cli.events("undisturbed"))
    process = audit.cli.start("run", *audit.arguments(run_id, "--events", "jsonl", *more))
    killed = 0
    while killed < kills:
        wanted = chance.randrange(1, max(2, 2 * total // kills))
        seen = 0

        def enough(event: Event, wanted: int = wanted) -> bool:
            nonlocal seen
            seen += 1
            return seen >= wanted or event["kind"] == "run_completed"

        last = process.until_or_end(enough)
        if last is None or last["kind"] == "run_completed":  # the kill before came after its last confirmed event
            break
        process.kill()
        killed += 1
        process = audit.cli.start("resume", run_id, "--events", "jsonl")
    process.wait(0)
    assert killed > 1
    audit.check_effects(run_id, kills=killed)
    assert audit.report(run_id) == audit.report("undisturbed")
    assert audit.cli.show(run_id)["nodes"]["hash"]["items"] == audit.cli.show("undisturbed")["nodes"]["hash"]["items"]


@pytest.mark.proof
@pytest.mark.parametrize("durability", ["power", "process"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_every_moment(audit: Audit, moment: str, durability: str) -> None:
    """(C7.4) The same with more files, at every moment, in both durable modes."""
    plant(audit.folder / "more", SEED + 1, 900)
    count = len(expect(audit.folder).files)
    audit.kill_at("k", MOMENTS[moment](count), "--durability", durability)
    audit.cli("resume", "k")
    audit.check_effects("k", kills=1)
    audit.run("undisturbed")
    assert audit.report("k") == audit.report("undisturbed")


@pytest.mark.proof
@pytest.mark.parametrize("durability", ["power", "process"])
@pytest.mark.parametrize("seed", range(4))
def test_many_kills(audit: Audit, seed: int, durability: str) -> None:
    many_kills(audit, "m", 15, random.Random(SEED + seed), "--durability", durability)


@pytest.mark.proof
def test_the_installed_packages_of_this_python(cli: Any, example: Path, tmp_path: Path) -> None:
    """The example as it is shipped: every file of site-packages, killed three times on the way."""
    folder = Path(sysconfig.get_paths()["purelib"])
    copy = tmp_path / "packages"  # what others compile or install meanwhile must not change the report
    shutil.copytree(folder, copy, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    audit = Audit(cli, example, copy)
    cli.env["FLOWORCH_MAX_CRASHES"] = "1000"  # three kills may hit one file (C7.8)
    expected = expect(copy)
    count = len(expected.files)
    assert count > 1000
    audit.kill_at("p", hashed(count // 4))
    for share in (2, 3):
        process = cli.start("resume", "p", "--events", "jsonl")
        process.until(hashed(count // (share * 2)))
        process.kill()
    outputs = cli.json("resume", "p")
    assert (outputs["files"], outputs["wasted_bytes"]) == (count, expected.wasted)
    assert database(audit.output("p") / "files.sqlite") == expected.files
    audit.check_effects("p", kills=3)
    audit.run("undisturbed")
    assert audit.report("p") == audit.report("undisturbed")


@pytest.mark.slow
def test_an_interrupt_from_the_keyboard_pauses_and_says_how_to_go_on(steady: tuple[Audit, bytes]) -> None:
    """(C15 Stopping) Ctrl+C in the middle of hashing: exit code 3, resumed to the same report."""
    audit, report = steady
    count = len(expect(audit.folder).files)
    process = audit.cli.start("run", *audit.arguments("c", "--events", "jsonl"))
    process.until(hashed(count // 3))
    process.send(signal.SIGINT)
    process.wait(3)
    assert "floworch resume c" in process.stderr
    assert audit.cli.status("c") == "paused"
    audit.cli("resume", "c")
    audit.check_effects("c", kills=1)
    assert audit.report("c") == report
