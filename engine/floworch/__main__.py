"""``python -m floworch`` and the command ``floworch``."""

from __future__ import annotations

import gc
import os
import sys
import threading

#: New objects between two looks for cyclic garbage. Python's own 700 means a look at every few nodes of a workflow.
_GARBAGE = 10_000
#: New objects before the first look: more than the imports of a command make, which all stay.
_FIRST = 100_000

#: Seconds that threads of the engine get to end by themselves.
_GRACE = 0.5


def main() -> None:
    """Run the command line and exit with its code (interfaces.md section 3)."""
    gc.set_threshold(_FIRST)
    gc.callbacks.append(_looked)
    try:
        from floworch.cli.app import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # a traceback would tell nobody anything
        sys.stderr.write("Stopped before anything had begun.\n")
        sys.exit(130)
    if _held_up():
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    _leave_garbage()
    sys.exit(code)


def _looked(_phase: str, _info: object) -> None:
    """The first look for garbage is over, or the collector was called: from now on it looks more often."""
    gc.callbacks.remove(_looked)
    gc.set_threshold(_GARBAGE)


def _leave_garbage() -> None:
    """Spare the interpreter its last look for cyclic garbage, a fifth of a short command: the memory goes anyway.

    Not where there was a window, whose objects go in the order that they always went.
    """
    if "PySide6" not in sys.modules:
        gc.freeze()


def _leave_folder() -> None:
    """Take the current folder off the module path, where ``python -m`` has put it before everything else.

    A definition that came from elsewhere may lie there, and a file beside it could stand for any library or package.
    """
    first = sys.path[0] if sys.path and not sys.flags.safe_path else None
    home = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    if first is not None and os.path.abspath(first) == os.getcwd() != home:
        del sys.path[0]


def _held_up() -> bool:
    """Whether what was stopped in vain still runs, in a thread or on the loop (C4.5): it must not keep the command."""
    given_up = sys.modules.get("floworch.executor.given_up")
    if given_up is not None and given_up.stuck():
        return True
    for thread in threading.enumerate():
        if thread.name.startswith("floworch_"):  # of the engine's pool
            thread.join(_GRACE)
            if thread.is_alive():
                return True
    return False


if __name__ == "__main__":
    _leave_folder()
    main()
