"""Values on screen are bounded in work and in size."""

from __future__ import annotations

import json
import time

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, Qt

from floworch_designer.inspector.values import PAGE, TEXT_LIMIT, ValueModel, bounded_text, cell_text

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(JSON.filter(lambda value: not isinstance(value, str)))
def test_text_is_json(value):
    assert json.loads(bounded_text(value)) == value


def test_a_huge_value_costs_little():
    huge = {"rows": [{"n": number, "text": "x" * 50} for number in range(300_000)], "blob": "y" * 50_000_000}
    begin = time.perf_counter()
    model = ValueModel(huge)
    text = bounded_text(huge)
    cells = [model.index(row, 1).data() for row in range(model.rowCount())]
    assert time.perf_counter() - begin < 1.0
    assert len(text) <= TEXT_LIMIT + 50
    assert text.endswith("not shown")
    assert cells[0] == "[300,000 items]"
    assert len(cells[1]) < 300


def test_branches_load_page_by_page(qtmodeltester):
    model = ValueModel({"rows": list(range(PAGE * 2 + 5))})
    rows = model.index(0, 0)
    assert model.rowCount(rows) == 0
    assert model.hasChildren(rows)
    while model.canFetchMore(rows):
        model.fetchMore(rows)
    assert model.rowCount(rows) == PAGE * 2 + 5
    assert model.parent(model.index(3, 0, rows)) == rows
    qtmodeltester.check(model)


def test_a_path_leads_to_each_value():
    model = ValueModel({"a": [{"odd key": 1}]})
    first = model.index(0, 0)
    model.fetchMore(first)
    item = model.index(0, 0, first)
    model.fetchMore(item)
    assert model.index(0, 0, item).data(Qt.ItemDataRole.UserRole) == '.a[0]["odd key"]'


def test_a_single_value_and_nothing():
    assert ValueModel(7).index(0, 1).data() == "7"
    assert ValueModel([]).rowCount(QModelIndex()) == 0


def test_cells():
    assert cell_text({"path": "a.py", "size": 3}) == "{path: a.py, size: 3}"
    assert cell_text([1]) == "[1 item]"
    assert cell_text("a\nb") == "a⏎ b"
    assert cell_text({"$type": "decimal", "value": "1.5"}) == "decimal: 1.5"
    assert cell_text(b"abc") == "3 bytes"
