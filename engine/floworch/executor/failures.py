"""An exception as the error a journal keeps: kind, message, traceback (contract C4.1)."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Any

from floworch.errors import FlowError, classify

#: Characters of an error's message and of its traceback that are kept.
MESSAGE_LIMIT = 10_000
TRACEBACK_LIMIT = 20_000

_ENGINE = str(Path(__file__).parents[1])


def describe(error: BaseException) -> dict[str, Any]:
    """Return ``{"kind", "message", "traceback"?, "retry_after"?, "hint"?}`` of an exception.

    Errors raised on purpose (FlowError) carry no traceback of ours: their message says everything.
    """
    message = str(error) or type(error).__name__
    found: dict[str, Any] = {"kind": str(classify(error)), "message": _shorten(message, MESSAGE_LIMIT)}
    own = getattr(error, "traceback_text", "")
    if own:
        found["traceback"] = _shorten(own, TRACEBACK_LIMIT)
    elif not isinstance(error, FlowError):
        found["message"] = _shorten(f"{type(error).__name__}: {error}" if str(error) else message, MESSAGE_LIMIT)
        found["traceback"] = _shorten(_user_traceback(error), TRACEBACK_LIMIT)
    elif error.__cause__ is not None:
        found["traceback"] = _shorten("".join(traceback.format_exception(error.__cause__)), TRACEBACK_LIMIT)
    retry_after = getattr(error, "retry_after", None)
    if isinstance(retry_after, (int, float)):
        found["retry_after"] = float(retry_after)
    hint = getattr(error, "hint", "")
    if hint:
        found["hint"] = str(hint)
    return found


def _user_traceback(error: BaseException) -> str:
    """The traceback without the engine's own outermost frames, which say nothing to a user."""
    frames = error.__traceback__
    while frames is not None and frames.tb_next is not None and _ours(frames.tb_frame.f_code.co_filename):
        frames = frames.tb_next
    return "".join(traceback.format_exception(type(error), error, frames))


def _ours(file: str) -> bool:
    return file.startswith(_ENGINE)


def _shorten(text: str, limit: int) -> str:
    """Keep both ends of a text that is too long."""
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[:half]}\n… {len(text) - limit} characters left out …\n{text[-half:]}"
