"""Tags say what their portal is called, where it can be read."""

from __future__ import annotations

from typing import Any

import pytest

from floworch_designer.document import wires as stored


@pytest.mark.parametrize(("zoom", "read"), [(1.0, True), (0.3, False)])
def test_names_are_written_where_they_can_be_read(view: Any, picture: Any, zoom: float, read: bool) -> None:
    pictures = []
    for name in ("Orders", "Offers"):
        view.document.apply(stored.add_portal(view.document.workflow, ("a", "out", "b"), name), "Portals")
        view.zoom_to(zoom, view.camera().point(270, 36))
        pictures.append(picture(view))
        view.document.undo_stack.undo()
    assert (pictures[0] != pictures[1]) is read
