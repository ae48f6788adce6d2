"""One virtual environment per engine in the user's cache folder, and running a measurement in it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from floworch.testing.bench.peers import program
from floworch.testing.bench.peers.catalogue import Peer

#: Seconds that an installation and one measurement may take.
INSTALL_TIMEOUT, RUN_TIMEOUT = 900, 600


class PeerUnavailable(Exception):  # noqa: N818 - reads as what happened
    """An engine could not be installed or did not run; the text says why, in one line."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured of one engine: microseconds per node (median, best of the rounds) and seconds of start-up."""

    name: str
    version: str
    shape: str
    nodes: int
    median: float
    best: float
    start_up: float


def cache_folder() -> Path:
    """Where environments are kept: ``peers`` in the user's cache folder of this product."""
    from platformdirs import user_cache_path

    return user_cache_path("floworch", appauthor=False) / "peers"


def python_of(peer: Peer, folder: Path, tell: Callable[[str], None] = lambda _: None) -> Path:
    """The interpreter of an engine's environment, which is made when it is not there or was left half made.

    Args:
        peer: The engine.
        folder: Where environments are kept.
        tell: Called with what is being done.

    Raises:
        PeerUnavailable: It could not be made or pip failed.
    """
    if not peer.requires:
        return Path(sys.executable)
    home = folder / f"{peer.name}-{sys.version_info.major}.{sys.version_info.minor}"
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = home / "complete"
    wanted = json.dumps(peer.requires)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    tell(f"installing {', '.join(peer.requires)}")
    shutil.rmtree(home, ignore_errors=True)
    home.parent.mkdir(parents=True, exist_ok=True)
    _run([sys.executable, "-m", "venv", str(home)], INSTALL_TIMEOUT)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--prefer-binary"]
    _run([*pip, *peer.requires], INSTALL_TIMEOUT)
    stamp.write_text(wanted, encoding="utf-8")
    return python


def measure(peer: Peer, python: Path, shape: str, nodes: int, rounds: int) -> Figures:
    """Measure one engine in its environment.

    Raises:
        PeerUnavailable: It did not run to its end.
    """
    words = [str(python), str(Path(program.__file__)), peer.name, shape, str(nodes), str(rounds)]
    # Whatever an engine writes goes with this folder, also when the program is ended before it could tidy up.
    with tempfile.TemporaryDirectory(prefix="floworch-bench-", ignore_cleanup_errors=True) as folder:
        printed = _run(words, RUN_TIMEOUT, folder).strip().splitlines()
    try:
        found: dict[str, Any] = json.loads(printed[-1])
        return Figures(**found)
    except (IndexError, ValueError, TypeError):
        raise PeerUnavailable("it printed no figures") from None


def _run(words: Sequence[str], patience: float, folder: str | None = None) -> str:
    """What a program prints. It sees nothing of this process' Python path, and nothing it started stays behind.

    With ``folder`` it works there, and its temporary files are there.
    """
    hidden = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    env = {name: value for name, value in os.environ.items() if name not in hidden}
    if folder is not None:
        env |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder)
    # Files, not pipes: a server that an engine leaves behind would keep a pipe open for ever.
    with tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as said:
        try:
            child = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=said,
                env=env,
                cwd=folder,
                start_new_session=True,
            )
        except OSError as error:
            raise PeerUnavailable(str(error)) from None
        try:
            code = child.wait(patience)
        except subprocess.TimeoutExpired:
            raise PeerUnavailable(f"it took longer than {patience:g} s") from None
        finally:
            _end(child)
        if code:
            lines = [line.strip() for line in (_read(said) or _read(printed)).splitlines() if line.strip()]
            raise PeerUnavailable(lines[-1][:200] if lines else f"it ended with code {code}")
        return _read(printed)


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a program and what it started: the group that it leads where there are groups, else itself alone."""
    if sys.platform == "win32":
        child.kill()
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")
