"""Names that are not Unicode survive the way through JSON."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from floworch.actions.library.file_names import real_path, shown

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names of any bytes")


def test_a_name_that_is_no_unicode_is_shown_by_its_bytes_and_found_again(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/caf\xe9\xff.txt"
    with open(raw, "wb") as file:
        file.write(b"x")
    text = shown(os.fsdecode(raw))
    assert text == f"{tmp_path}/caf\\xe9\\xff.txt"
    assert os.fsencode(real_path(text)) == raw


def test_a_name_that_really_holds_a_backslash_wins(tmp_path: Path) -> None:
    for name in (b"a\xff", rb"a\xff"):
        with open(os.fsencode(tmp_path) + b"/" + name, "wb"):
            pass
    assert real_path(f"{tmp_path}/a\\xff") == f"{tmp_path}/a\\xff"


def test_what_does_not_exist_stays_as_it_is(tmp_path: Path) -> None:
    assert real_path(f"{tmp_path}/gone\\xff") == f"{tmp_path}/gone\\xff"
    assert real_path(f"{tmp_path}/plain") == f"{tmp_path}/plain"
