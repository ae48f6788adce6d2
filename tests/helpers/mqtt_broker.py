"""A real mosquitto on a free loopback port; a test that asks for one is skipped where it is not installed."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

from real_server import free_port, program, serving


@contextlib.contextmanager
def mqtt_broker(folder: Path, user: str = "", password: str = "") -> Iterator[int]:
    """Run a broker; gives its port. With a user, nobody else gets in."""
    port = free_port()
    lines = [f"listener {port} 127.0.0.1", f"allow_anonymous {'false' if user else 'true'}"]
    if user:
        command = [program("mosquitto_passwd"), "-b", "-c", str(folder / "users"), user, password]
        subprocess.run(command, check=True, capture_output=True)
        (folder / "users").chmod(0o644)  # as root, the broker runs as somebody else
        lines.append(f"password_file {folder / 'users'}")
    (folder / "broker.conf").write_text("\n".join(lines) + "\nuser root\n")
    with serving([program("mosquitto"), "-c", str(folder / "broker.conf")], port):
        yield port
