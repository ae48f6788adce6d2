"""A Python with few installed packages: the folder audit of them takes a second and not half a minute."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

from audit_tree import plant


def small_python(folder: Path, files: int) -> Path:
    """Make an environment that imports what this Python imports, but whose own folder of packages has so many files.

    Args:
        folder: A new folder for it.
        files: How many files to plant into its packages.

    Returns:
        The path of the interpreter.
    """
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = folder / "lib" / version / "site-packages"
    packages.mkdir(parents=True)
    plant(packages, 1, files)
    real = sysconfig.get_paths()["purelib"]
    (packages / "real.pth").write_text(f"import site; site.addsitedir({real!r})\n")
    python = folder / "bin" / "python"
    python.parent.mkdir()
    base = Path(getattr(sys, "_base_executable", sys.executable))
    python.symlink_to(base)
    (folder / "pyvenv.cfg").write_text(f"home = {base.parent}\ninclude-system-site-packages = false\n")
    return python
