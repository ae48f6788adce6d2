"""The version of this product, and the line that brings what is missing of it into this very Python."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

VERSION = "0.1.0"


def packaged() -> bool:
    """Whether this is the packaged program, which has its Python inside and is what ``sys.executable`` names."""
    return bool(getattr(sys, "frozen", False))


def pip_line(requirement: str, environment: Mapping[str, str] = os.environ) -> str:
    """The command that a person types to add ``requirement``, such as ``floworch[data]``, where this program runs.

    The ``pip`` of a terminal is often another Python's: that of this one is only named so where its environment is
    activated. What pipx installed has none of its own, and to the packaged program nothing can be added: what is typed
    then installs the program as a Python package.
    """
    if packaged():
        if requirement.startswith("floworch"):
            return f"pipx install '{requirement}'"
        return f"pipx install floworch && pipx inject floworch '{requirement}'"
    here = Path(sys.prefix)
    if (here / "pipx_metadata.json").is_file():
        return f"pipx runpip floworch install '{requirement}'"
    active = [environment.get(name) for name in ("VIRTUAL_ENV", "CONDA_PREFIX")]
    if any(folder and Path(folder).resolve() == here.resolve() for folder in active):
        return f"pip install '{requirement}'"
    python = sys.executable or "python"
    return f"{shlex.quote(python) if os.name == 'posix' else python} -m pip install '{requirement}'"
