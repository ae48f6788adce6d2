"""One thing that is wrong with a definition, said so that a person can mend it (contract C2.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding of the validator.

    Attributes:
        code: Stable word of the finding, such as ``cycle`` or ``unknown_action``.
        severity: ``error`` makes the definition invalid, ``warning`` does not (C15).
        path: Where: ``nodes.<id>.params.x``, ``edges[i]``, ``inputs.x`` or an empty string.
        message: What is wrong, one sentence.
        fix: What to do, one sentence; may be empty.
        node: Id of the node concerned, or None.
        repair: Data a tool can apply as the fix, or None; see ``floworch.model.validate``.
    """

    code: str
    severity: Literal["error", "warning"]
    path: str
    message: str
    fix: str = ""
    node: str | None = None
    repair: dict[str, Any] | None = None

    @property
    def text(self) -> str:
        """The place and the message, for a person; the place once, where the message begins with it."""
        return self.message if not self.path or self.message.startswith(self.path) else f"{self.path}: {self.message}"

    def to_json(self) -> dict[str, Any]:
        """Return the object that ``floworch validate --json`` prints for it."""
        return {
            "code": self.code,
            "severity": self.severity,
            "path": self.path,
            "node": self.node,
            "message": self.message,
            "fix": self.fix,
        }
