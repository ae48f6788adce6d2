"""Names of files that a person can tell apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from floworch_designer.app.widgets.file_names import told_apart


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        ([], []),
        (["/a/one.json", "/b/two.json"], ["one.json", "two.json"]),
        (["/a/main.json", "/b/main.json", "/a/x.json"], ["main.json – a", "main.json – b", "x.json"]),
        (["/a/flows/main.json", "/b/flows/main.json"], ["main.json – a/flows", "main.json – b/flows"]),
        (["/main.json", "/a/main.json"], ["main.json – /", "main.json – a"]),
        (["/a/main.json", "/a/main.json"], ["main.json – /a", "main.json – /a"]),
    ],
)
def test_files_of_one_name_have_as_much_of_their_folders_as_differs(paths, names):
    assert told_apart([Path(path) for path in paths]) == names
