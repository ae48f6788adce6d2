"""Secret values of a run: read when they are used, and taken out of everything that is written down (contract C6.5)."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from floworch.errors import ActionError, ErrorKind

HIDDEN = "•••"
PREFIX = "FLOWORCH_SECRET_"


def from_environment(name: str) -> str | None:
    """The secret ``NAME`` from the environment variable ``FLOWORCH_SECRET_NAME``, or None."""
    return os.environ.get(PREFIX + name.upper().replace("-", "_"))


class Secrets:
    """Reads secrets and redacts the ones that were read."""

    def __init__(self, source: Callable[[str], str | None] = from_environment) -> None:
        self._source = source
        self._used: tuple[str, ...] = ()  # replaced, never changed: threads read secrets too

    def read(self, name: str) -> str:
        """The value of a secret.

        Raises:
            ActionError: not_found_error, naming the secret and where it is looked for.
        """
        value = self._source(name)
        if value is None:
            hint = f"Set the environment variable {PREFIX}{name.upper().replace('-', '_')}."
            raise ActionError(f"there is no secret {name!r}", ErrorKind.NOT_FOUND, hint=hint)
        if value:
            self._used = tuple(sorted({*self._used, value}, key=len, reverse=True))  # one may hold another
        return value

    def redact(self, text: str) -> str:
        """The text with every secret read so far replaced."""
        for value in self._used:
            text = text.replace(value, HIDDEN)
        return text

    def redact_value(self, value: Any) -> Any:
        """The same for every text inside a JSON value; the value itself when no secret was read."""
        if not self._used:
            return value
        if isinstance(value, str):
            return self.redact(value)
        if isinstance(value, Mapping):
            return {key: self.redact_value(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.redact_value(item) for item in value]
        return value
