"""A real dovecot on a free loopback port, with one account; a test that asks for one is skipped where it is missing."""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from real_server import free_port, program, serving

PASSWORD = "right horse"
_CONFIG = """\
base_dir = {folder}/run
log_path = {folder}/log
protocols = imap
ssl = no
disable_plaintext_auth = no
listen = 127.0.0.1
mail_location = maildir:{folder}/mail/%u
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = static
  args = uid={me} gid=nogroup home={folder}/mail/%u
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
auth_failure_delay = 0
first_valid_uid = 1
"""
_NOT_ROOT = """\
default_internal_user = {me}
default_login_user = {me}
service imap-login {{
  chroot =
}}
service anvil {{
  chroot =
}}
"""


class ImapServer:
    """``login`` opens the account; ``deliver`` puts a message into a folder of it."""

    def __init__(self, port: int, folder: Path) -> None:
        self.port, self.folder = port, folder
        self._number = 0

    @property
    def login(self) -> dict[str, Any]:
        return {"host": "127.0.0.1", "port": self.port, "user": "ada", "password": "MAIL", "security": "none"}

    def place(self, folder: str) -> Path:
        """Where the messages of a folder are."""
        return self.folder / "mail" / "ada" / ("" if folder == "INBOX" else f".{folder}")

    def deliver(self, message: EmailMessage | bytes, folder: str = "INBOX") -> None:
        """Put a message there as a new one."""
        for name in ("cur", "new", "tmp"):
            (self.place(folder) / name).mkdir(parents=True, exist_ok=True)
        self._number += 1
        target = self.place(folder) / "new" / f"{1700000000 + self._number}.M1.here"
        target.write_bytes(message if isinstance(message, bytes) else message.as_bytes())
        self.own()

    def own(self) -> None:
        """Let the server read what the test has put there."""
        if os.getuid() == 0:
            subprocess.run(["chown", "-R", "nobody", str(self.folder / "mail")], check=True)


@contextlib.contextmanager
def imap_server() -> Iterator[ImapServer]:
    """Run a server with the account ``ada``."""
    dovecot = program("dovecot")
    folder = Path(tempfile.mkdtemp(prefix="floworch-imap-"))
    folder.chmod(0o755)
    port, root = free_port(), os.getuid() == 0
    me = "nobody" if root else getpass.getuser()
    try:
        (folder / "users").write_text(f"ada:{{PLAIN}}{PASSWORD}\n")
        (folder / "users").chmod(0o644)
        (folder / "mail").mkdir()
        text = _CONFIG.format(folder=folder, port=port, me=me)
        (folder / "dovecot.conf").write_text(text + ("" if root else _NOT_ROOT.format(me=me)))
        running = ImapServer(port, folder)
        running.own()
        with serving([dovecot, "-F", "-c", str(folder / "dovecot.conf")], port, b"* OK"):
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)
