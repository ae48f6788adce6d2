"""What git knows of one file, read without running anything: no hook, no filter, no pager, no signature check, no net.

Only plumbing is called, in the folder of the file, and the repository's own settings that start programs or reach out
are switched off: looking at a file's history is as harmless as opening it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from floworch.errors import FlowError
from floworch_designer.settings.words import tr

#: Seconds until git is given up.
PATIENCE: Final = 15.0
#: Commits that are listed, and bytes of a version that are read.
MOST, LARGEST = 200, 64 << 20
#: Settings that would start a program, with values that do not.
_OFF: Final = ("core.fsmonitor=false", "core.hooksPath=/dev/null", "core.pager=cat", "log.showSignature=false",
               "protocol.allow=never", "safe.bareRepository=explicit", "core.sshCommand=false",
               "credential.helper=")  # fmt: skip
_LINE: Final = "%H%x1f%at%x1f%an%x1f%s"


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit that touched the file: its hash, its time (epoch seconds), who made it, its first line."""

    hash: str
    at: float
    author: str
    subject: str


def commits(path: Path) -> list[Commit]:
    """Commits that touched a file, newest first; empty when it is in no repository, or nothing of it is committed."""
    asked = ["rev-list", f"--max-count={MOST}", f"--format={_LINE}", "--encoding=UTF-8", "HEAD", "--", _name(path)]
    done = _git(path, asked)
    if done is None or done.returncode:
        return []
    found = []
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        parts = line.split("\x1f", 3)
        if len(parts) == 4 and parts[1].lstrip("-").isdigit():
            found.append(Commit(parts[0], float(parts[1]), parts[2], parts[3]))
    return found


def content(path: Path, commit: str = "HEAD") -> bytes:
    """What a file held in a commit.

    Raises:
        FlowError: There is no git, no repository, no such file in that commit, or it is larger than :data:`LARGEST`.
    """
    spec = f"{commit}:{_name(path)}"
    sized = _git(path, ["cat-file", "-s", spec])
    if sized is None:
        raise FlowError(tr("git is not installed."), tr("Install it, or compare with another file."))
    if sized.returncode:
        raise _missing(path, commit, sized.stderr.decode("utf-8", "replace"))
    if int(sized.stdout or b"0") > LARGEST:
        raise FlowError(tr("{path} is larger than {n} MiB in that commit.", path=path.name, n=LARGEST >> 20))
    done = _git(path, ["cat-file", "blob", spec])
    if done is None or done.returncode:
        raise FlowError(tr("{path} cannot be read from commit {commit}.", path=path.name, commit=commit[:10]))
    return bytes(done.stdout)


def _missing(path: Path, commit: str, said: str) -> FlowError:
    if "dubious ownership" in said:
        return FlowError(tr("The repository belongs to somebody else, so git does not read it."),
                         tr("Run git in its folder once: it says how to allow it."))  # fmt: skip
    if "not a git repository" in said:
        return FlowError(tr("{path} is not in a git repository.", path=path.name),
                         tr("Compare with the saved file or another one."))  # fmt: skip
    where = tr("{path} is not in the last commit.") if commit == "HEAD" else tr("{path} is not in commit {commit}.")
    return FlowError(where.format(path=path.name, commit=commit[:10]),
                     tr("Commit it, or compare with another version."))  # fmt: skip


def _name(path: Path) -> str:
    return f"./{path.resolve().name}"


def _git(path: Path, arguments: list[str]) -> subprocess.CompletedProcess[bytes] | None:
    """What git answers in the folder of a file; None when it is not installed."""
    folder = path.resolve().parent
    program = shutil.which("git")
    if program is None or not folder.is_dir() or Path(program).resolve().is_relative_to(folder):
        return None  # a program beside the definition is the definition's, not the person's
    settings = [part for each in _OFF for part in ("-c", each)]
    command = [program, "--no-pager", "--no-replace-objects", "--literal-pathspecs", *settings, *arguments]
    try:
        return subprocess.run(
            command, cwd=folder, env=_environment(), stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise FlowError(
            tr("git did not answer within {n:.0f} s.", n=PATIENCE), tr("Compare with another version.")
        ) from error
    except OSError as error:
        raise FlowError(tr("git cannot be started: {why}.", why=error.strerror or error)) from error


def _environment() -> dict[str, str]:
    """The environment without what points git elsewhere or has it start something."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("GIT_")}
    return {**kept, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C",
            "GIT_SSH_COMMAND": "false",
            "GIT_ALLOW_PROTOCOL": "none", "GIT_PAGER": "cat", "GIT_ASKPASS": ""}  # fmt: skip
