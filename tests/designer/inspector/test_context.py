"""The parts every page shares."""

from __future__ import annotations


def test_pages_share_one_context(panel, context):
    pages = (panel.parameters, panel.middleware, panel.settings, panel.run, panel.workflow, panel.workflow_middleware)
    assert all(page.context is context for page in pages)
