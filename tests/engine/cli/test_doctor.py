"""``floworch doctor``: versions and the store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


def test_a_store_that_is_not_there_yet_is_fine(cli: Any) -> None:
    report = cli.json("doctor", "--json")
    assert report["store"] == {"directory": str(cli.store), "exists": False, "runs": 0, "findings": []}
    assert report["versions"]["floworch"]
    assert report["versions"]["pydantic"]
    assert not cli.store.exists()


def test_a_sound_store(cli: Any, hello: Path) -> None:
    cli("run", hello, "--set", "name=x")
    assert cli.json("doctor", "--json")["store"]["runs"] == 1
    assert "No problems found in the store." in cli("doctor").stdout


def test_a_damaged_run_is_4_and_named(cli: Any, hello: Path) -> None:
    cli("run", hello, "--set", "name=x", "--run-id", "h-1")
    (journal,) = (cli.store / "runs" / "h-1").glob("journal-*")
    data = bytearray(journal.read_bytes())
    data[40] ^= 1
    journal.write_bytes(data)
    assert "h-1" in cli("doctor", code=4).stdout


def test_a_file_instead_of_a_store_is_4(cli: Any, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert str(file) in cli("doctor", "--store", file, code=4).stdout


def damage(journal: Path, text: bytes) -> None:
    data = bytearray(journal.read_bytes())
    data[data.index(text)] ^= 1
    journal.write_bytes(data)


def test_a_damaged_run_is_salvaged_and_goes_on(cli: Any, hello: Path) -> None:
    cli("run", hello, "--set", "name=x", "--run-id", "h-1")
    damage(cli.store / "runs" / "h-1" / "journal-000001.fbj", b'{"output":')
    assert "floworch doctor --salvage h-1" in cli("doctor", code=4).stdout
    assert "resume h-1" in cli("doctor", "--salvage", "h-1").stderr
    assert cli.json("runs", "--json")[0]["status"] == "interrupted"
    assert cli.json("doctor", "--json")["store"]["findings"] == []
    cli("resume", "h-1")
    assert cli.json("show", "h-1", "--json")["status"] == "completed"
    assert "not damaged" in cli("doctor", "--salvage", "h-1", code=2).stderr


def test_a_store_is_copied(cli: Any, hello: Path, tmp_path: Path) -> None:
    cli("run", hello, "--set", "name=x", "--run-id", "h-1")
    assert cli.json("doctor", "--backup", tmp_path / "copy", "--json")["copied"] == ["h-1"]
    assert cli.json("show", "h-1", "--json", "--store", tmp_path / "copy")["status"] == "completed"
    assert "1 were up to date" in cli("doctor", "--backup", tmp_path / "copy").stdout


def test_list_show_and_doctor_agree_about_damaged_runs(cli: Any, hello: Path) -> None:
    for run_id in ("h-1", "h-2", "h-3"):
        cli("run", hello, "--set", "name=x", "--run-id", run_id)
    damage(cli.store / "runs" / "h-1" / "journal-000001.fbj", b'"hello"')
    (cli.store / "runs" / "h-2" / "journal-000001.fbj").unlink()
    listed = {run["run_id"]: run["status"] for run in cli.json("runs", "--json")}
    assert listed == {"h-1": "damaged", "h-2": "damaged", "h-3": "completed"}
    result = cli("runs")
    assert "damaged" in result.stdout
    assert "floworch doctor" in result.stderr
    assert [run["run_id"] for run in cli.json("runs", "--status", "damaged", "--json")] == ["h-2", "h-1"]
    for run_id in ("h-1", "h-2"):
        assert f"floworch doctor --store {cli.store}" in cli("show", run_id, code=4).stderr
        assert f"--remove {run_id} --store {cli.store}" in cli("doctor", code=4).stdout
    for run_id in ("h-1", "h-2"):
        assert str(cli.store / "salvaged") in cli("doctor", "--remove", run_id).stdout
    assert [run["run_id"] for run in cli.json("runs", "--json")] == ["h-3"]
    cli("doctor")
    assert "not damaged" in cli("doctor", "--remove", "h-3", code=2).stderr


@pytest.mark.parametrize("found_by", [["show", "h-1"], ["doctor"]])
def test_damage_further_on_stands_in_the_list_once_it_was_found(cli: Any, hello: Path, found_by: list[str]) -> None:
    """(C12, C13)"""
    cli("run", hello, "--set", "name=x", "--run-id", "h-1")
    journal = cli.store / "runs" / "h-1" / "journal-000001.fbj"
    data = bytearray(journal.read_bytes())
    for place in range(data.index(b'{"output":'), len(data) - 150, 64):  # events, and the snapshot behind them
        data[place] ^= 1
    journal.write_bytes(data)
    cli(*found_by, code=4)
    (listed,) = cli.json("runs", "--json")
    assert (listed["status"], listed["workflow"]) == ("damaged", "hello")
    assert listed["started_at"] is not None
    assert "floworch doctor" in cli("runs").stderr
    assert cli.json("runs", "--status", "completed", "--json") == []


def test_a_backup_names_the_runs_that_it_could_not_copy(cli: Any, hello: Path, tmp_path: Path) -> None:
    cli("run", hello, "--set", "name=x", "--run-id", "h-1")
    cli("run", hello, "--set", "name=x", "--run-id", "h-2")
    journal = cli.store / "runs" / "h-2" / "journal-000001.fbj"
    journal.write_bytes(b"\0" * len(journal.read_bytes()))
    result = cli("doctor", "--backup", tmp_path / "copy", code=4)
    assert "h-2" in result.stderr
    assert "h-1" not in result.stderr
    assert cli.json("doctor", "--backup", tmp_path / "copy", "--json", code=4)["not_copied"] == ["h-2"]
    assert cli.json("show", "h-1", "--json", "--store", tmp_path / "copy")["status"] == "completed"


def test_what_doctor_says_of_a_torn_end_resume_does_also_when_the_run_has_ended(cli: Any, hello: Path) -> None:
    cli("run", hello, "--set", "name=x", "--run-id", "t-1")
    (journal,) = (cli.store / "runs" / "t-1").glob("journal-*")
    journal.write_bytes(journal.read_bytes() + b"torn" * 5)
    assert "'floworch resume' puts it aside" in cli("doctor").stdout
    assert "nothing was done" in cli("resume", "t-1").stderr
    assert "is an unconfirmed tail that was put aside" in cli("doctor").stdout


def test_programs_that_actions_use_are_listed(cli: Any) -> None:
    assert "uv" in cli.json("doctor", "--json")["programs"]
    assert "program uv" in cli("doctor").stdout
