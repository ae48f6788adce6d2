"""An exception in a slot or task is shown to the person, and the window lives on."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Callable
from types import TracebackType

from floworch.errors import FlowError
from floworch_designer.settings.words import tr

log = logging.getLogger("floworch.designer")


class CrashGuard:
    """Replaces ``sys.excepthook`` while installed.

    Args:
        tell: Called with ``(title, text, detail)``; detail is the traceback, or empty for an error that already
            says what to do.
    """

    def __init__(self, tell: Callable[[str, str, str], None]) -> None:
        self._tell = tell
        self._before = sys.excepthook
        self._telling = False

    def install(self) -> None:
        """Take over unhandled exceptions."""
        self._before = sys.excepthook
        sys.excepthook = self.handle

    def remove(self) -> None:
        """Give them back."""
        sys.excepthook = self._before

    def handle(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Log an exception and show it; errors while showing it go to the former hook."""
        if isinstance(error, KeyboardInterrupt | SystemExit) or self._telling:
            self._before(kind, error, trace)
            return
        self._telling = True
        try:
            if isinstance(error, FlowError):
                log.warning("%s %s", error.message, error.hint)
                self._tell(error.message, error.hint, "")
            else:
                detail = "".join(traceback.format_exception(kind, error, trace))
                log.error("unexpected error\n%s", detail)
                what = tr("{error}. Your work is safe; you can go on.", error=f"{kind.__name__}: {error}")
                self._tell(tr("Something went wrong"), what, detail)
        except Exception:  # noqa: BLE001 - the message itself failed: the console is what is left
            self._before(kind, error, trace)
        finally:
            self._telling = False
