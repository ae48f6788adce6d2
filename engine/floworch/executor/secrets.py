"""Secret values of a run: read when they are used, and taken out of everything that is written down (contract C6.5)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self

from floworch.actions.secret_sources import environment_values, find_secret, from_environment, how_to_set, stored_names
from floworch.errors import ActionError, ErrorKind
from floworch.executor.redaction import Redactor
from floworch.executor.secret_forms import SHORTEST

#: Seconds for which a value is remembered: a loop over many items does not ask the keyring for each.
REMEMBERED = 10.0


class Secrets:
    """Reads secrets and hides those that were read and those in the environment, which child processes may print.

    Args:
        source: Gives the value of a name, or None.
        known: Values to hide from the beginning.
        timer: Seconds, for how long a value is remembered.
        allowed: Stored secrets that may be read; all when None. Those in the environment always may.
    """

    def __init__(
        self,
        source: Callable[[str], str | None] = find_secret,
        known: Callable[[], Iterable[str]] = environment_values,
        timer: Callable[[], float] = time.monotonic,
        allowed: Iterable[str] | None = None,
    ) -> None:
        self._allowed = None if allowed is None else frozenset(allowed)
        self._source = source
        self._timer = timer
        self._read: dict[str, tuple[float, str]] = {}
        self._redactor = Redactor(known())

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """Those of a run, by its header's options: ``secrets`` lists what a definition without trust may read."""
        return cls(allowed=options.get("secrets"))

    def read(self, name: str) -> str:
        """The value of a secret.

        Raises:
            ActionError: not_found_error, naming the secret and where it is looked for; permission_error when the
                keyring does not give it, or the definition is not trusted and may not read it.
        """
        until, value = self._read.get(name, (0.0, ""))
        if self._timer() < until:
            return value
        found = self._find(name)
        if found is None:
            raise ActionError(
                f"the secret {name!r} is not set on this machine",
                ErrorKind.NOT_FOUND,
                hint=how_to_set(name),
            )
        self._redactor.add(found)
        self._read[name] = self._timer() + REMEMBERED, found
        return found

    def _find(self, name: str) -> str | None:
        if self._allowed is None or name in self._allowed:
            return self._source(name)
        found = from_environment(name)
        if found is None and name in stored_names():
            raise ActionError(
                f"the definition is not trusted and may not read the stored secret {name!r}",
                ErrorKind.PERMISSION,
                hint="Look at it with 'floworch inspect FILE'; then 'floworch trust FILE' and run it again.",
            )
        return found

    def hide(self, text: str) -> None:
        """Hide what was made of a secret, unless it is so short that it could be anything."""
        if len(text.strip()) >= SHORTEST:
            self._redactor.add(text.strip())

    def redact(self, text: str) -> str:
        """The text without secrets."""
        return self._redactor.text(text)

    def redact_value(self, value: Any) -> Any:
        """A JSON value without secrets; the value itself when none is known."""
        return self._redactor.value(value)
