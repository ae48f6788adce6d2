"""The example package of the documentation: installed through its entry points, listed, run, and its own tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path("docs/how-to/example-package")


@pytest.fixture(scope="module")
def installed(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that it is installed into, as ``pip install`` does it, without the network."""
    target = tmp_path_factory.mktemp("installed")
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", "install", *options, "--target", str(target), str(project / PACKAGE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=110)
    assert done.returncode == 0, done.stderr
    return target


def run(installed: Path, folder: Path, *arguments: str) -> str:
    """A command in a process that sees what is installed."""
    path = os.pathsep.join([str(installed), *filter(None, [os.environ.get("PYTHONPATH", "")])])
    own = {"PYTHONPATH": path, "FLOWORCH_CONFIG_DIR": str(folder / "config"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *arguments], env={**os.environ, **own}, cwd=folder, capture_output=True, text=True,
        check=False, timeout=110,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_its_actions_are_listed_from_their_source_and_run(installed: Path, tmp_path: Path) -> None:
    code = (
        "import sys, json, asyncio\n"
        "from floworch.actions.listing import list_actions\n"
        "from floworch.actions.registry import registry\n"
        "found = {each.id: each for each in list_actions(registry) if each.id.startswith('invoice.')}\n"
        "assert not any(name.startswith('floworch_invoices') for name in sys.modules), 'listing imports nothing'\n"
        "from floworch.testing import run_action\n"
        "total = run_action('invoice.total', lines=[{'amount': 2, 'price': '1.50'}], rate=0)\n"
        "print(json.dumps([{name: [each.title, each.source, each.version] for name, each in found.items()},"
        " str(total['gross'])]))\n"
    )
    listed, gross = json.loads(run(installed, tmp_path, "-c", code))
    assert listed == {
        "invoice.due": ["When it is due", "floworch-invoices", 2],
        "invoice.total": ["Total of an invoice", "floworch-invoices", 1],
    }
    assert gross == "3.00"


def test_its_own_tests_pass(installed: Path, project: Path, tmp_path: Path) -> None:
    tests = str(project / PACKAGE / "tests")
    options = ("-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path))
    assert "11 passed" in run(installed, tmp_path, "-m", "pytest", *options, tests)
