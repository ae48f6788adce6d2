"""The inspector follows selection, document, problems and run."""

from __future__ import annotations

import pytest

from floworch_designer.app.panels.sizes import STEPS
from floworch_designer.app.style import panels_stylesheet
from floworch_designer.inspector.panel import InspectorPanel
from floworch_designer.settings.words import LANGUAGES, speak
from floworch_designer.theme.fonts import load_fonts


def test_the_workflow_is_shown_while_nothing_is_selected(panel, qtbot):
    assert panel.stack.currentWidget() is panel.workflow_tabs
    qtbot.keyClicks(panel.workflow.about.rows["name"].editor.line, "Demo flow")
    assert panel.context.document.workflow.name == "Demo flow"
    assert panel.context.document.undo_stack.count() == 1


def test_a_removed_node_leads_back_to_the_workflow(panel):
    panel.context.selection.set(["log"])
    workflow = panel.context.document.workflow
    panel.context.document.apply(workflow.replace(nodes={}, edges=()), "Empty")
    assert panel.stack.currentWidget() is panel.workflow_tabs


@pytest.mark.parametrize("asked", [False, True])
def test_a_panel_of_a_tab_that_opens_is_filled_after_the_tab_is_there(context, qtbot, asked):
    """(designer.md: nothing blocks the window) its first form is the dearest part of a tab"""
    panel = InspectorPanel(context, later=True)
    qtbot.addWidget(panel)
    panel.show()
    assert not panel.workflow_tabs.made
    assert not panel.node_tabs.made
    if asked:
        context.selection.set(["log"])
        assert list(panel.node_tabs.made) == ["Parameters"]
        assert not panel._first.isActive()
        assert not panel.workflow_tabs.made
    else:
        qtbot.waitUntil(lambda: list(panel.workflow_tabs.made) == ["Workflow"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", sorted({inspector for _, _, inspector, _ in STEPS}))
def test_every_tab_is_in_view_at_the_first_width_of_the_panel(context, theme, qtbot, language, width):
    """designer.md, 2: the tabs of the property panel; none has to be looked for by scrolling."""
    load_fonts()
    speak(language)
    try:
        panel = InspectorPanel(context)
    finally:
        speak("en")
    qtbot.addWidget(panel)
    panel.setStyleSheet(panels_stylesheet(theme))
    panel.resize(width, 700)
    panel.show()
    for tabs, node in ((panel.workflow_tabs, []), (panel.node_tabs, ["log"])):
        context.selection.set(node)
        bar = tabs.tabBar()
        qtbot.waitUntil(lambda tabs=tabs, bar=bar: tabs.isVisible() and bar.width() == width)
        for at in range(bar.count()):
            assert bar.rect().contains(bar.tabRect(at)), bar.tabText(at)
            assert bar.tabRect(at).width() >= bar.fontMetrics().horizontalAdvance(bar.tabText(at)) + 6


def test_a_hidden_panel_builds_nothing_until_it_is_shown(context, qtbot):
    """(designer.md 5: budgets) a form for each of the nodes that are walked over, and nobody looks"""
    panel = InspectorPanel(context)
    qtbot.addWidget(panel)
    panel.show()
    panel.hide()
    made = dict(panel.node_tabs.made)
    for node in ("log", "next", "odd", "next"):
        context.selection.set([node])
    context.document.check_now()
    assert panel.node_tabs.made == made
    panel.show()
    assert list(panel.node_tabs.made) == ["Parameters"]
    assert panel.parameters.node == "next"
    assert panel.header.title.text() == "next"


def test_who_asks_a_hidden_panel_for_a_page_gets_what_is_selected(context, qtbot):
    panel = InspectorPanel(context)
    qtbot.addWidget(panel)
    context.selection.set(["log"])
    assert panel.parameters.node == "log"
    context.selection.set(["log", "next"])
    assert panel.several.isVisibleTo(panel)
