"""Trust in definitions: what one would do, whose content the user has agreed to, and what may not happen before.

Nothing here runs or imports anything of a definition: ``inspect`` reads it, ``TrustStore`` remembers.
"""

from __future__ import annotations

from floworch.trust.changes import Changes, changes
from floworch.trust.ledger import TrustStore, Verdict, changed_since, trust_once, trust_own
from floworch.trust.places import local_files
from floworch.trust.report import Report, inspect
from floworch.trust.signing import content_digest

__all__ = [
    "Changes",
    "Report",
    "TrustStore",
    "Verdict",
    "changed_since",
    "changes",
    "content_digest",
    "inspect",
    "local_files",
    "trust_once",
    "trust_own",
]
