"""What is closed is given back: nothing that Qt holds keeps a canvas and its definition alive."""

from __future__ import annotations

import gc
import weakref

from PySide6.QtCore import QCoreApplication, QEvent


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
    assert alive(references) <= 2, "those of the last one may still be on their way"
