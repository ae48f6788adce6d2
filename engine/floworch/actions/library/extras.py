"""Built-in actions whose library is not part of the core, and the line that installs it where it is missing."""

from __future__ import annotations

import sys
from importlib.util import find_spec

from floworch.versions import pip_line

#: Action id -> the library it cannot do without, and the extra that installs that.
NEEDS: dict[str, tuple[str, str]] = {
    "data.read_table": ("duckdb", "data"),
    "data.sql": ("duckdb", "data"),
    "data.write_table": ("duckdb", "data"),
    "file.object": ("obstore", "cloud"),
    "file.sftp": ("asyncssh", "ssh"),
    "mail.send": ("aiosmtplib", "mail"),
    "mqtt.publish": ("aiomqtt", "mqtt"),
    "mqtt.wait": ("aiomqtt", "mqtt"),
    "ssh.run": ("asyncssh", "ssh"),
}


def install_line(action: str) -> str:
    """The command that installs what an action lacks on this machine; empty when it lacks nothing."""
    library, extra = NEEDS.get(action, ("", ""))
    if not library or _there(library):
        return ""
    return pip_line(f"floworch[{extra}]")


def _there(library: str) -> bool:
    """Whether it can be imported; it is not imported for that."""
    if library in sys.modules:
        return sys.modules[library] is not None
    return find_spec(library) is not None
