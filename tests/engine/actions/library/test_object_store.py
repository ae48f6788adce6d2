"""Addresses of object stores, and a library that is missing; the real thing is in test_file_object.py."""

from __future__ import annotations

import sys

import pytest

from floworch.actions.connections import checked
from floworch.actions.library.object_store import Place, open_store
from floworch.errors import ActionError
from floworch.testing import FakeHost


@pytest.mark.parametrize(
    "url", ["bucket", "https://x/y", "s3://", "s3://key:secret@bucket", "s3://b?x=1", "file:///etc"]
)
def test_only_buckets_are_taken(url: str) -> None:
    with pytest.raises(ActionError, match="no address of a bucket") as caught:
        open_store(FakeHost().context(), Place(url))
    assert "secret" not in str(caught.value)


def test_a_missing_library_is_told_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore.store", None)
    with pytest.raises(ActionError) as caught:
        open_store(FakeHost().context(), Place("s3://b"))
    assert caught.value.hint == "Install it: pip install 'floworch[cloud]'"


def test_a_connection_stands_for_all_it_says() -> None:
    known = checked("store", "storage", {"url": "s3://b/x", "region": "eu", "secret_key": "S3"})
    assert Place.of(known) == Place("s3://b/x", "eu", "", "", "S3")
