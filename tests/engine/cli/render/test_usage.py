"""Words for what the option parser does not take; the command line as a whole is in ``test_app.py``."""

from __future__ import annotations

import typer

from floworch.cli.render.usage import usage_words


def test_an_error_without_a_context_is_said_as_it_is() -> None:
    """What the framework leaves out in another version is done without."""
    message, hint = usage_words(typer.BadParameter("x is no number"), ["run", "x"])
    assert message == "Invalid value: x is no number"
    assert hint == "floworch run --help lists what there is."
