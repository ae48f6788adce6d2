"""A JSON value given on the command line."""

from __future__ import annotations

from typing import Any


def json_value(text: str | None, what: str) -> Any:
    """Return the value of a JSON text; None stays None.

    Args:
        text: What was typed.
        what: What it is, as the beginning of a sentence: ``What comes with the signal``.

    Raises:
        UsageError: It is not JSON.
    """
    from floworch.errors import UsageError
    from floworch.model import values

    if text is None:
        return None
    try:
        return values.decode(text.encode("utf-8"))
    except (ValueError, TypeError, RecursionError) as error:
        raise UsageError(f"{what} is not JSON: {error}.", "Quote it for the shell, such as '{\"ok\": true}'.") from None
