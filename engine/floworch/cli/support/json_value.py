"""A JSON value given on the command line, or in a file named there."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any


class TwiceError(ValueError):
    """A key of an object stands twice; its text is the key."""


def json_value(text: str | None, what: str) -> Any:
    """Return the value of a JSON text; None stays None.

    Args:
        text: What was typed.
        what: What it is, as the beginning of a sentence: ``What comes with the signal``.

    Raises:
        UsageError: It is not JSON, or an object in it holds a key twice.
    """
    from floworch.errors import UsageError

    if text is None:
        return None
    try:
        return decode_once(text.encode("utf-8"))
    except TwiceError as error:
        raise UsageError(f"{what} has the key '{error}' twice.", "Give each key of an object once.") from None
    except (ValueError, TypeError, RecursionError) as error:
        raise UsageError(f"{what} is not JSON: {error}.", "Quote it for the shell, such as '{\"ok\": true}'.") from None


def decode_once(data: bytes) -> Any:
    """The value of a JSON text with the tagged types of ``model.values``, in which no key of an object stands twice.

    Raises:
        TwiceError: One does. ValueError, TypeError, RecursionError: It is no such JSON.
    """
    from floworch.model import values

    value = values.decode(data)
    ignored: Callable[[str], None] = lambda _: None  # noqa: E731 - numbers were read above, with every digit
    json.loads(data, object_pairs_hook=once, parse_int=ignored, parse_float=ignored)
    return value


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of these pairs, for ``object_pairs_hook``. Raises TwiceError."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise TwiceError(next(name for name in names if names.count(name) > 1))
    return found
