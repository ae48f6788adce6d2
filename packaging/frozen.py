"""What the packaged program starts with: the command line, and Python itself for the processes that it starts.

The engine starts companions, services and workers as ``sys.executable -P -X utf8 -m MODULE ...``. In the packaged
program ``sys.executable`` is the program itself, so it takes these options of ``python`` and does what they say.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import sys

#: Options of ``python`` that have a value, and those that have none.
_WITH_VALUE, _ALONE = ("-X", "-W"), ("-P", "-I", "-u", "-B", "-s", "-E")


def main() -> None:
    """Do what the words of the command line say."""
    _give_back_library_path()
    multiprocessing.freeze_support()
    if not _as_python(sys.argv[1:]):
        from floworch.__main__ import main as command

        command()


def _give_back_library_path() -> None:
    """Let the programs that steps start find the libraries of the system, not those of this folder.

    A process of this program that is started from here would take the path for set already, and miss libraries that the
    system does not have: it is told to begin anew.
    """
    os.environ["PYINSTALLER_RESET_ENVIRONMENT"] = "1"
    for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
        before = os.environ.pop(f"{name}_ORIG", None)
        if before is not None:
            os.environ[name] = before
        elif os.environ.get(name) == getattr(sys, "_MEIPASS", None):
            os.environ.pop(name, None)


def _as_python(words: list[str]) -> bool:
    """Run a module or a line of code as ``python`` would; False when the words ask for neither."""
    while words and (words[0] in _ALONE or words[0] in _WITH_VALUE):
        words = words[2 if words[0] in _WITH_VALUE else 1 :]
    if len(words) < 2 or words[0] not in {"-m", "-c"}:
        return False
    kind, what, *rest = words
    sys.argv = [what if kind == "-m" else "-c", *rest]
    if kind == "-m":
        runpy.run_module(what, run_name="__main__", alter_sys=True)
    else:
        exec(compile(what, "<string>", "exec"), {"__name__": "__main__"})
    return True


if __name__ == "__main__":
    main()
