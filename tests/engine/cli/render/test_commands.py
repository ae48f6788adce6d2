from __future__ import annotations

from floworch.cli.render.commands import typed


def test_a_command_is_quoted_once_and_can_be_copied() -> None:
    assert typed("trust", "a.flow.json") == "'floworch trust a.flow.json'"
    assert typed("trust", "my file") == "`floworch trust 'my file'`"
