from __future__ import annotations

from pathlib import Path
from typing import Any

from floworch.cli.new import EMPTY, examples


def test_without_a_name_the_examples_are_listed(cli: Any) -> None:
    listed = [line.split()[0] for line in cli("demo").stdout.splitlines() if line.strip()]
    assert set(listed) == set(examples()) - {EMPTY}


def test_an_example_runs_in_a_folder_of_its_own(cli: Any, tmp_path: Path) -> None:
    work = tmp_path / "work"
    before = Path.cwd()
    run = cli.json("demo", "mail-digest", "--folder", work, "--json")
    assert (run["status"], run["outputs"]) == ("completed", {"mails": 12, "senders": 3, "urgent": 4})
    assert {path.name for path in work.iterdir()} == {"mail-digest.flow.json", "inbox.mbox", "digest.html"}
    assert Path.cwd() == before


def test_the_servers_that_an_example_needs_are_there_while_it_runs(cli: Any, tmp_path: Path) -> None:
    run = cli.json("demo", "api-polling", "--folder", tmp_path / "w", "--set", 'names=["pip", "pip"]', "--json")
    assert run["outputs"]["asked"] == 2
    assert [each["name"] for each in run["outputs"]["found"]] == ["pip"]


def test_an_example_that_is_not_there_is_said(cli: Any) -> None:
    assert "There is no example 'nothing'" in cli("demo", "nothing", code=2).stderr
