"""What a finding is."""

from __future__ import annotations

from dataclasses import asdict

from floworch.store.journal.findings import Finding


def test_a_finding_without_a_place_says_so() -> None:
    """Scripts read every key of ``doctor --json``."""
    found = asdict(Finding("info", "index-missing", None, "/x", "It is missing."))
    assert set(found) == {"severity", "code", "run_id", "path", "message", "hint", "offset", "recoverable"}
    assert (found["hint"], found["offset"], found["recoverable"]) == ("", None, None)
