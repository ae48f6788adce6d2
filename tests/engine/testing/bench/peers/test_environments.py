"""Environments of other engines: made once, made again when they were left half made, and errors in one line."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import pytest

from floworch.testing.bench.peers import environments
from floworch.testing.bench.peers.catalogue import PEERS, Peer
from floworch.testing.bench.peers.environments import PeerUnavailable, measure, python_of

ASYNCIO = PEERS["asyncio"]
OTHER = Peer("other", "Other", "no", ("other>=1",), 1, 1)


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Commands that would have been run; making an environment makes its folder."""
    seen: list[list[str]] = []

    def run(words: Any, patience: float, folder: str | None = None) -> str:
        seen.append([str(word) for word in words])
        if "venv" in words:
            Path(words[-1]).mkdir(parents=True)
        return ""

    monkeypatch.setattr(environments, "_run", run)
    return seen


def test_python_alone_needs_no_environment(tmp_path: Path) -> None:
    assert python_of(ASYNCIO, tmp_path) == Path(sys.executable)
    assert not list(tmp_path.iterdir())


def test_an_environment_is_made_once(tmp_path: Path, commands: list[list[str]]) -> None:
    told: list[str] = []
    python = python_of(OTHER, tmp_path, told.append)
    assert python.is_relative_to(tmp_path)
    assert [words[2] for words in commands] == ["venv", "pip"]
    assert commands[1][-1] == "other>=1"
    assert python_of(OTHER, tmp_path) == python
    assert len(commands) == 2
    assert told == ["installing other>=1"]


def test_one_that_was_left_half_made_is_made_again(tmp_path: Path, commands: list[list[str]]) -> None:
    python_of(OTHER, tmp_path)
    (stamp,) = tmp_path.rglob("complete")
    stamp.unlink()
    python_of(OTHER, tmp_path)
    assert len(commands) == 4


def test_a_failure_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(PeerUnavailable, match=r"^ERROR: no such thing$"):
        environments._run([sys.executable, "-c", "import sys; sys.exit('a\\nERROR: no such thing\\n')"], 60)
    with pytest.raises(PeerUnavailable, match="code 3"):
        environments._run([sys.executable, "-c", "import sys; sys.exit(3)"], 60)
    with pytest.raises(PeerUnavailable, match="longer than"):
        environments._run([sys.executable, "-c", "import time; time.sleep(60)"], 0.2)
    with pytest.raises(PeerUnavailable, match="nowhere"):
        environments._run([str(tmp_path / "nowhere")], 1)


@pytest.mark.skipif(sys.platform == "win32", reason="no process groups")
def test_a_server_that_an_engine_leaves_behind_is_ended_and_not_waited_for() -> None:
    server = (
        "import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(99)']).pid)"
    )
    began = time.monotonic()
    left = int(environments._run([sys.executable, "-c", server], 60))
    assert time.monotonic() - began < 60
    state = Path(f"/proc/{left}/stat")
    if Path("/proc/self/stat").exists():
        deadline = time.monotonic() + 10
        while state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z":
            assert time.monotonic() < deadline


def test_an_engine_is_measured_by_the_program() -> None:
    found = measure(ASYNCIO, Path(sys.executable), "chain", 5, 1)
    assert (found.name, found.nodes) == ("asyncio", 5)
    assert found.median > 0


def test_what_an_engine_leaves_behind_is_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import os, tempfile; open('left', 'w').close(); print(os.getcwd(), tempfile.mkdtemp(), sep='\\n')"
    places: list[Path] = []

    def run(words: Any, patience: float, folder: str | None = None) -> str:
        printed = real([sys.executable, "-c", code], patience, folder)
        places.extend(map(Path, printed.split()))
        assert [place.exists() for place in places] == [True, True]
        return ""

    real = environments._run
    monkeypatch.setattr(environments, "_run", run)
    with pytest.raises(PeerUnavailable, match="no figures"):
        measure(ASYNCIO, Path(sys.executable), "chain", 5, 1)
    assert [place.exists() for place in places] == [False, False]


def test_a_program_that_prints_no_figures_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    for printed in ("", "hello", "[]", '{"name": "x"}'):
        monkeypatch.setattr(environments, "_run", lambda *_, printed=printed: printed)
        with pytest.raises(PeerUnavailable, match="no figures"):
            measure(ASYNCIO, Path(sys.executable), "chain", 5, 1)


def test_environments_are_in_the_cache_folder() -> None:
    assert environments.cache_folder().parts[-2:] == ("floworch", "peers")
