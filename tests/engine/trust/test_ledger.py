"""Trust per content, per folder, per secret; only what the user signed counts."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from floworch.errors import StoreError, UsageError
from floworch.trust import TrustStore, content_digest, trust_own
from floworch.trust.ledger import LEDGER_FILE, NEWEST

LOG = {"a": {"action": "util.log", "params": {"message": "x"}}}
OTHER = {"b": LOG["a"]}


def test_content_is_trusted_until_it_changes(place: Any) -> None:
    store = TrustStore()
    assert not store.verdict(place(LOG)).trusted
    digest = store.trust(place(LOG))
    assert (store.verdict(place(LOG)).why, store.verdict(place(LOG)).digest) == ("content", digest)
    assert store.verdict(place(LOG, "copy", id="flow")).trusted  # wherever it lies
    changed = store.verdict(place(OTHER))
    assert (changed.trusted, changed.changed) == (False, True)
    assert not store.verdict(place(OTHER, "copy")).changed
    place.local("print('hello')")
    assert not store.verdict(place(LOG)).trusted


def test_a_folder_trusts_what_lies_in_it_and_links_do_not_lead_out(place: Any, tmp_path: Path) -> None:
    store = TrustStore()
    store.trust_folder(place.folder)
    assert store.verdict(place(LOG)).why == "folder"
    outside = tmp_path / "outside.flow.json"
    outside.write_text(json.dumps({"id": "x", "nodes": LOG}))
    link = place.folder / "link.flow.json"
    link.symlink_to(outside)
    from floworch.model.codec import load

    assert not store.verdict(load(link)).trusted
    assert store.untrust(place.folder) == 1
    assert not store.verdict(place(LOG)).trusted
    with pytest.raises(UsageError, match="no folder"):
        store.trust_folder(tmp_path / "missing")


def test_consent_to_secrets_is_for_this_content_and_these_names(place: Any) -> None:
    store = TrustStore()
    store.trust(place(LOG), ["TOKEN"])
    store.trust(place(LOG), ["OTHER"])
    assert store.verdict(place(LOG)).secrets == {"TOKEN", "OTHER"}
    assert not store.verdict(place(LOG)).trusted
    assert store.verdict(place(OTHER)).secrets == frozenset()


def test_lines_that_the_user_did_not_sign_do_not_count(place: Any) -> None:
    store = TrustStore()
    store.trust(place(LOG), ["TOKEN"])
    path = store.folder / LEDGER_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    kept = json.loads(path.read_text())
    forged = {**kept["trusted"][0], "secrets": ["TOKEN", "BANK"]}
    wider = {name: value for name, value in kept["trusted"][0].items() if name != "secrets"}
    alien = {"digest": content_digest(place(OTHER)), "mac": "0" * 64}
    path.write_text(json.dumps({"trusted": [forged, wider, alien, "text", {}]}))
    assert store.records() == []
    assert not store.verdict(place(OTHER)).trusted
    for garbage in ("{", "[]", '{"trusted": 1}', "[" * 100_000):
        path.write_text(garbage)
        assert store.records() == []


def test_untrusting_forgets_path_and_content(place: Any) -> None:
    store = TrustStore()
    digest = store.trust(place(LOG))
    assert store.untrust(place.folder / "nothing") == 0
    assert store.untrust(place.folder / "moved.flow.json", digest) == 1
    store.trust(place(LOG))
    store.trust(place(LOG))
    assert len(store.records()) == 1
    assert store.untrust(place.folder / "flow.flow.json") == 1


def test_the_environment_names_contents(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOWORCH_TRUST", f"sha256:{'0' * 64}, {content_digest(place(LOG))}")
    assert TrustStore().verdict(place(LOG)).why == "environment"
    assert not TrustStore().verdict(place(OTHER)).trusted
    monkeypatch.setenv("FLOWORCH_TRUST", "yes")
    with pytest.raises(UsageError, match="FLOWORCH_TRUST"):
        TrustStore().verdict(place(LOG))


def test_a_ledger_that_cannot_be_written_stops_nobody_from_saving(place: Any) -> None:
    assert trust_own(place(LOG))
    ledger = TrustStore().folder / LEDGER_FILE
    ledger.unlink()
    ledger.mkdir()
    assert not trust_own(place(LOG))
    with pytest.raises(StoreError, match=r"trust\.json"):
        TrustStore().trust(place(LOG))


def test_of_many_saves_of_a_file_the_newest_contents_stay(place: Any) -> None:
    store = TrustStore()
    store.trust(place(LOG, "other"))
    store.trust(place(LOG), ["TOKEN"])
    store.trust_folder(place.folder.parent)
    saved = [{"a": {"action": "util.log", "params": {"message": str(n)}}} for n in range(NEWEST + 5)]
    for nodes in saved:
        assert trust_own(place(nodes))
    assert len(store.records()) == NEWEST + 3, "and all that stays is signed"
    store.untrust(place.folder.parent)
    assert [store.verdict(place(nodes)).trusted for nodes in saved] == [False] * 5 + [True] * NEWEST
    assert store.verdict(place(LOG)).secrets == {"TOKEN"}
    assert store.verdict(place(LOG, "other")).trusted
    assert trust_own(place(saved[5])), "what is saved again is the newest"
    assert trust_own(place(saved[0]))
    assert store.verdict(place(saved[5])).trusted


def test_a_ledger_that_cannot_be_brought_to_the_disk_stays_as_it_was(
    place: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = TrustStore()
    store.trust(place(LOG))

    def full(_number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("floworch.trust.ledger.os.fsync", full)
    with pytest.raises(StoreError, match="No space"):
        store.trust(place(OTHER))
    assert len(store.records()) == 1
