"""Bundles in place of definitions."""

from __future__ import annotations

import sys
from pathlib import Path

from floworch.cli.support.stores import store_directory


def definition_in(file: Path, store: Path | None) -> Path:
    """The definition to run: the file, or that of a bundle, which is unpacked beside the runs of the store.

    Says on standard error where other versions are installed than the bundle was made with.

    Raises:
        DefinitionError: The bundle is damaged or holds what it may not.
        UsageError: It cannot be unpacked.
    """
    from floworch.exchange.unbundle import is_bundle, open_bundle

    if file.suffix == ".json" or not is_bundle(file):
        return file
    main, differences = open_bundle(file, store_directory(store) / "bundles")
    for each in differences:
        sys.stderr.write(f"Note: {each}\n")
    return main
