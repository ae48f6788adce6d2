"""A real OpenSSH server on a free loopback port, for the user that runs the tests."""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from real_server import free_port, program, serving


@dataclass(frozen=True)
class SshServer:
    """How to get in: ``key`` opens it, ``known_hosts`` knows it; ``folder`` is free for files of the tests."""

    port: int
    folder: Path

    @property
    def login(self) -> dict[str, object]:
        return {
            "host": "127.0.0.1",
            "port": self.port,
            "user": getpass.getuser(),
            "key": str(self.folder / "key"),
            "known_hosts": str(self.folder / "known_hosts"),
        }


@contextlib.contextmanager
def ssh_server() -> Iterator[SshServer]:
    """Run a server; a test that asks for one is skipped where it is not installed. Its files are gone afterwards."""
    sshd, keygen = program("sshd"), program("ssh-keygen")
    folder = Path(tempfile.mkdtemp(prefix="floworch-ssh-"))
    try:
        for name in ("host", "key"):
            subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
        port = free_port()
        shutil.copy(folder / "key.pub", folder / "authorized")
        kind, text, *_ = (folder / "host.pub").read_text().split()
        (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {kind} {text}\n")
        (folder / "config").write_text(
            f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/authorized\n"
            f"StrictModes no\nUsePAM no\nPasswordAuthentication no\nPidFile none\nSubsystem sftp internal-sftp\n"
            "PermitRootLogin yes\n"
        )
        if os.getuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)
        with serving([sshd, "-D", "-e", "-f", str(folder / "config")], port, b"SSH-"):
            yield SshServer(port, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
