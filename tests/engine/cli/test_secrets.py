"""``floworch secrets``: names are shown, values never (C6.5)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from floworch.actions.secret_sources import NoKeyring

#: A keyring in a file, for processes of their own.
BACKEND = """
import json, os
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError
class Keyring(KeyringBackend):
    priority = 1
    name = "test keyring"
    path = os.environ["TEST_KEYRING"]
    def _all(self):
        return json.load(open(self.path)) if os.path.exists(self.path) else {}
    def get_password(self, service, name):
        return self._all().get(f"{service}/{name}")
    def set_password(self, service, name, value):
        json.dump({**self._all(), f"{service}/{name}": value}, open(self.path, "w"))
    def delete_password(self, service, name):
        rest = self._all()
        if rest.pop(f"{service}/{name}", None) is None:
            raise PasswordDeleteError(name)
        json.dump(rest, open(self.path, "w"))
"""


class Shell:
    """The command line as a process with a keyring of its own."""

    def __init__(self, folder: Path) -> None:
        (folder / "test_ring.py").write_text(textwrap.dedent(BACKEND))
        path = os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
        self.ring = folder / "ring.json"
        self.env = {
            **os.environ, "PYTHONPATH": path, "PYTHON_KEYRING_BACKEND": "test_ring.Keyring", "NO_COLOR": "1",
            "TEST_KEYRING": str(self.ring), "FLOWORCH_CONFIG_DIR": str(folder), "FLOWORCH_STORE": str(folder / "store"),
        }  # fmt: skip

    def __call__(self, *arguments: str, stdin: str = "", code: int = 0, **env: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "floworch", *arguments],
            input=stdin, text=True, capture_output=True, env={**self.env, **env}, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def test_a_secret_is_set_from_standard_input_used_by_a_run_listed_and_removed(shell: Shell, tmp_path: Path) -> None:
    done = shell("secrets", "set", "api-key", stdin="hunter2222\n")
    assert "test keyring" in done.stderr
    assert "secrets['api-key']" in done.stderr
    assert "hunter2222" not in done.stdout + done.stderr
    assert json.loads(shell.ring.read_text()) == {"floworch/api-key": "hunter2222"}
    shell("secrets", "set", "pin", stdin="12")
    listed = shell("secrets", "list", FLOWORCH_SECRET_TOKEN="hunter3333")
    assert [line.split() for line in listed.stdout.splitlines()[-3:]] == [
        ["TOKEN", "environment", "FLOWORCH_SECRET_TOKEN"], ["api-key", "keyring"], ["pin", "keyring"],
    ]  # fmt: skip
    assert "hunter" not in listed.stdout + listed.stderr
    flow = tmp_path / "f.flow.json"
    params = {"value": "{{ secrets['api-key'] }}", "algorithm": "sha256"}
    flow.write_text(json.dumps({"id": "f", "nodes": {
        "hash": {"action": "util.hash", "params": params},
        "say": {"action": "util.log", "params": {"message": "it is {{ secrets['api-key'] }}"}},
    }}))  # fmt: skip
    assert "stored secret api-key" in shell("run", str(flow), code=5).stderr
    shown = shell("run", str(flow), "--trust", "--json")
    assert json.loads(shown.stdout)["nodes"]["hash"]["output"] is not None
    assert "hunter2222" not in shown.stdout + shown.stderr
    shell("secrets", "rm", "api-key")
    assert "no secret 'api-key'" in shell("secrets", "rm", "api-key", code=2).stderr
    missing = shell("run", str(flow), code=2)
    assert "floworch secrets set api-key" in missing.stderr
    assert json.loads(shell("secrets", "list", "--json").stdout) == [
        {"name": "pin", "where": "keyring", "variable": None}
    ]


def test_a_value_on_the_command_line_is_refused_and_not_repeated(shell: Shell) -> None:
    done = shell("secrets", "set", "TOKEN", "hunter2222", code=2)
    assert "never given on the command line" in done.stderr
    assert "hunter2222" not in done.stderr
    assert not shell.ring.exists()


@pytest.mark.parametrize(("name", "stdin"), [("TOKEN", ""), ("TOKEN", "\n"), ("../x", "value"), ("1a", "value")])
def test_an_empty_value_and_a_bad_name_are_refused(shell: Shell, name: str, stdin: str) -> None:
    shell("secrets", "set", name, stdin=stdin, code=2)
    assert not shell.ring.exists()


def test_a_machine_without_a_keyring_says_so_and_names_the_variable(shell: Shell) -> None:
    shell.env["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    done = shell("secrets", "set", "TOKEN", stdin="hunter2222", code=4)
    assert "no keyring" in done.stderr
    assert "FLOWORCH_SECRET_" in done.stderr
    listed = shell("secrets", "list", FLOWORCH_SECRET_TOKEN="hunter2222")
    assert "TOKEN" in listed.stdout
    assert "hunter" not in listed.stdout
    assert "no secrets" in shell("secrets", "list").stderr.replace("There are no", "no")


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pseudo terminal")
def test_the_prompt_does_not_show_what_is_typed(shell: Shell) -> None:
    import pty

    ours, theirs = pty.openpty()
    process: Any = subprocess.Popen(
        [sys.executable, "-m", "floworch", "secrets", "set", "TOKEN"],
        stdin=theirs, stdout=theirs, stderr=theirs, env=shell.env, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    said = b""
    while b"Value of TOKEN:" not in said:
        said += os.read(ours, 1000)
    os.write(ours, b"hunter2222\n")
    try:
        while more := os.read(ours, 1000):
            said += more
    except OSError:  # the other side has gone
        pass
    os.close(ours)
    assert process.wait() == 0
    assert b"hunter" not in said
    assert json.loads(shell.ring.read_text()) == {"floworch/TOKEN": "hunter2222"}


def test_without_a_keyring_a_name_that_nobody_kept_is_said(cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(cli.folder))
    monkeypatch.setattr("floworch.actions.secret_sources._backend", _no_backend)
    assert "There is no secret 'NOPE'" in cli("secrets", "rm", "NOPE", code=2).stderr
    (cli.folder / "secrets.json").write_text('{"keyring": ["KEPT"]}')
    assert "no keyring" in cli("secrets", "rm", "KEPT", code=4).stderr


def _no_backend() -> None:
    raise NoKeyring("This machine has no keyring to keep secrets in.", "")
