"""The panel of variables by itself."""

from __future__ import annotations

from floworch_designer.document.variables import Use, Variable
from floworch_designer.inspector.variables_panel import NOTHING, VariablesPanel


def test_sections_counts_and_what_is_chosen(theme, qtbot):
    panel = VariablesPanel(theme)
    qtbot.addWidget(panel)
    panel.show()
    assert panel.none.text() == NOTHING
    assert panel.none.isVisible()
    found = [
        Variable("input", "n", True, (Use("a", "params.x"), Use("", "middleware"))),
        Variable("input", "gone", False, (Use("a", "params.x"),)),
        Variable("data", "d", False, (Use("a", "params.x"),)),
        Variable("input", "m", True, ()),
    ]
    panel.show_variables(found, str.upper)
    top = panel.tree.topLevelItem(0)
    assert [(top.child(at).text(0), top.child(at).text(1)) for at in range(top.childCount())] == [
        ("n", "2 uses"), ("gone", "1, not declared"), ("m", "not used"),
    ]  # fmt: skip
    assert [top.child(0).child(at).text(0) for at in range(2)] == ["A · x", "Workflow · middleware"]
    panel.tree.setCurrentItem(top.child(0).child(1))
    assert panel.chosen == found[0], "a use belongs to its variable"
    panel.tree.setCurrentItem(top)
    assert panel.chosen is None
    panel.edit()


def test_in_a_narrow_panel_values_leave_the_names_their_room(theme, qtbot):
    panel = VariablesPanel(theme)
    qtbot.addWidget(panel)
    panel.resize(200, 300)
    panel.show()
    for name, share in (("folder", 0.3), ("folder_of_photographs", 0.59)):
        found = [Variable("input", name, True, ())]
        panel.show_variables(found, str.upper, {("input", name): "/srv/photographs/2026"})
        width = panel.tree.viewport().width()
        assert panel.tree.columnWidth(0) >= min(panel.tree.sizeHintForColumn(0), width * 0.59)
        assert panel.tree.columnWidth(0) >= width * share
        assert panel.tree.columnWidth(1) > width * 0.3
    panel.resize(800, 300)
    qtbot.waitUntil(lambda: panel.tree.columnWidth(1) >= panel.tree.sizeHintForColumn(1))
