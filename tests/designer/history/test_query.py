"""Finding runs by what people type."""

from __future__ import annotations

import pytest

from floworch.store.protocol import RunSummary
from floworch_designer.history.query import Query, label_text, read_label, size_text

RUN = RunSummary("shop-7", "shop", "failed", 1.0, name="Night run", tags=("Nightly", "big"))


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("", True), ("night", True), ("NIGHT shop", True), ("day", False), ("status:failed", True), ("is:fail", True),
        ("status:completed", False), ("status:completed status:failed", True), ("tag:nightly", True), ("#big", True),
        ("tag:night", False), ("tag:nightly status:completed", False), ("workflow:sho", True), ("run:shop-8", False),
        ("name:night", True), ("status:", True), ("odd:word", False), ("#", False),
    ],
)  # fmt: skip
def test_what_fits(text, fits):
    assert Query.of(text).fits(RUN) is fits


def test_names_and_tags_there_and_back():
    assert read_label("  Night  run #a #b # ") == ("Night run #", ["a", "b"])
    assert read_label(label_text(RUN)) == ("Night run", ["Nightly", "big"])
    assert label_text(RunSummary("r", "w", "failed", 1.0)) == ""


@pytest.mark.parametrize(
    ("size", "text"),
    [(None, ""), (0, "0 B"), (999, "999 B"), (1200, "1.2 KB"), (56_000, "56 KB"), (3_400_000, "3.4 MB"),
     (7_100_000_000, "7.1 GB"), (5_000_000_000_000, "5000 GB")],
)  # fmt: skip
def test_sizes(size, text):
    assert size_text(size) == text
