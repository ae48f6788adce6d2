"""What is closed is given back: nothing that Qt holds keeps a canvas and its definition alive."""

from __future__ import annotations

import gc
import weakref

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from floworch.model.workflow import Input
from floworch_designer.app.running.plan_view import PlanView


def alive(references):
    QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    return sum(each() is not None for each in references)


def test_a_closed_tab_is_given_back(window, loop, flow):
    window.document.reset(flow())
    references = []
    for _ in range(4):
        tab = window.tabs.open()
        tab.document.reset(flow())
        references += [weakref.ref(tab.editing.canvas), weakref.ref(tab.document)]
        loop.run_until_complete(window.tabs.close(tab))
        del tab
    assert alive(references) == 0


def test_a_tab_that_was_closed_while_its_run_was_starting_is_given_back(window, loop, flow):
    """What becomes of the start is said in the status bar: a strip of the tab would keep all that it showed."""
    tab = window.tabs.open()
    tab.document.reset(flow())
    reference = weakref.ref(tab.document)
    loop.run_until_complete(window.tabs.close(tab))
    window.tell("error", "It did not start.", tab=tab)
    assert window.statusBar().currentMessage() == "Demo: It did not start."
    assert not window.banners.of(tab)
    del tab
    assert alive([reference]) == 0


def test_a_tab_on_which_a_plan_was_shown_is_given_back(window, loop, flow):
    window.document.reset(flow())
    tab = window.tabs.open()
    tab.document.reset(flow())
    view = PlanView(window)
    view.show("What would run", {"first": ("runs", "")}, "Run", None)
    reference = weakref.ref(tab.document)
    loop.run_until_complete(window.tabs.close(tab))
    del tab
    assert alive([reference]) == 0
    assert not view.plan


@pytest.mark.parametrize("inputs", [{}, {"who": Input(type="string")}])
def test_a_page_of_operator_mode_that_was_left_is_given_back(window, flow, inputs):
    window.document.reset(flow(inputs=inputs))
    references = []
    for _ in range(4):
        window.commands["view.operator"].trigger()
        page = window.operator.page
        references += [weakref.ref(page), weakref.ref(page.form), weakref.ref(page.sets)]
        del page
        window.commands["view.operator"].trigger()
    assert alive(references) <= 3, "those of the last one may still be on their way"
