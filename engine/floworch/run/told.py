"""What a run may be told from outside: refused here, where it is set, if the journal could not keep it (C6.2, C8)."""

from __future__ import annotations

from typing import Any

from floworch.errors import UsageError
from floworch.model.values import check_value

#: A signal's name has at most this many characters.
MOST_NAME = 256
#: A comment, and the name of who answers, have at most this many characters.
MOST_WORDS = 65_536


def check_signal(name: object, payload: object) -> None:
    """Refuse a signal that a run could not keep.

    Raises:
        UsageError: The name is no text, empty, too long or no Unicode, or the payload is not a JSON value; the message
            names the place in the payload and the type that was found there.
    """
    check_words(name, "The name of a signal", MOST_NAME)
    if not str(name).strip():
        raise UsageError("The name of a signal is empty.", "Use the name that the waiting node has.")
    try:
        check_value(payload, f"The payload of the signal {name!r}")
    except TypeError as error:
        raise UsageError(
            f"{error}.", "Send null, true or false, a number, text, a list or an object of such."
        ) from None


def check_answer(comment: object, by: object) -> None:
    """Refuse a comment or a name of who answers that a run could not keep. Raises UsageError."""
    check_words(comment, "The comment of an answer", MOST_WORDS)
    check_words(by, "The name of who answers", MOST_WORDS)


def check_words(text: Any, what: str, most: int) -> None:
    """Refuse anything but Unicode text of at most ``most`` characters. Raises UsageError, naming ``what``."""
    if not isinstance(text, str):
        raise UsageError(f"{what} must be text, not {type(text).__name__}.")
    if len(text) > most:
        raise UsageError(f"{what} has {len(text)} characters; {most} are allowed.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UsageError(f"{what}, {ascii(text)[:80]}, holds a lone surrogate, which is not Unicode.") from None
