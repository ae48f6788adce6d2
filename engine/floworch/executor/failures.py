"""An exception as the error a journal keeps: kind, message, traceback (contract C4.1)."""

from __future__ import annotations

import math
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from floworch.errors import FlowError, classify, text_of
from floworch.model.unicode import unicode_text

#: Characters of an error's message and of its traceback that are kept.
MESSAGE_LIMIT = 10_000
TRACEBACK_LIMIT = 20_000

_ENGINE = str(Path(__file__).parents[1])


def describe(error: BaseException, redact: Callable[[str], str] = str) -> dict[str, Any]:
    """Return ``{"kind", "message", "traceback"?, "retry_after"?, "hint"?}`` of an exception.

    Errors raised on purpose (FlowError) carry no traceback of ours: their message says everything. ``redact`` takes
    secrets out of every text before it is shortened: of a secret that was cut, a part might stay.
    """
    message = text_of(error)
    found: dict[str, Any] = {"kind": str(classify(error)), "message": message}
    own = _attribute(error, "traceback_text")
    if own and isinstance(own, str):
        found["traceback"] = own
    elif not isinstance(error, FlowError):
        name = type(error).__name__
        found["message"] = message if message == name else f"{name}: {message}"
        found["traceback"] = _user_traceback(error)
    elif error.__cause__ is not None:
        found["traceback"] = _printed(error.__cause__, error.__cause__.__traceback__)
    retry_after = _attribute(error, "retry_after")
    if isinstance(retry_after, (int, float)) and math.isfinite(retry_after):
        found["retry_after"] = max(0.0, float(retry_after))
    hint = _attribute(error, "hint")
    if hint and isinstance(hint, str):
        found["hint"] = unicode_text(redact(hint))
    for name, limit in (("message", MESSAGE_LIMIT), ("traceback", TRACEBACK_LIMIT)):
        if name in found:
            found[name] = _shorten(unicode_text(redact(found[name])), limit)
    return found


def _attribute(error: BaseException, name: str) -> Any:
    """An attribute of somebody else's exception, which may be a property that raises."""
    try:
        return getattr(error, name, None)
    except Exception:  # noqa: BLE001 - then it has no such attribute
        return None


def _printed(error: BaseException, frames: TracebackType | None) -> str:
    """A traceback as text; a short word where it cannot be made."""
    try:
        text = "".join(traceback.format_exception(type(error), error, frames))
    except Exception:  # noqa: BLE001 - the exception's own code runs in there
        return f"{type(error).__name__} (its traceback cannot be printed)"
    return text.encode("utf-8", "backslashreplace").decode()


def _user_traceback(error: BaseException) -> str:
    """The traceback without the engine's own outermost frames, which say nothing to a user."""
    frames = error.__traceback__
    while frames is not None and frames.tb_next is not None and _ours(frames.tb_frame.f_code.co_filename):
        frames = frames.tb_next
    return _printed(error, frames)


def _ours(file: str) -> bool:
    return file.startswith(_ENGINE)


def _shorten(text: str, limit: int) -> str:
    """Keep both ends of a text that is too long."""
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[:half]}\n… {len(text) - limit} characters left out …\n{text[-half:]}"
