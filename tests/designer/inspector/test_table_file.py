"""A table in a file that a run refers to is seen as its rows (designer.md §6: with limits and on demand)."""

from __future__ import annotations

import pytest
from by_hand import press

from floworch_designer.inspector.table_file import table_file_in
from floworch_designer.inspector.value_parts import ROWS
from floworch_designer.inspector.value_view import ValueView

duckdb = pytest.importorskip("duckdb")


@pytest.fixture
def reference(tmp_path):
    """A reference to a table of 1 200 rows, as an action gives it."""
    path = tmp_path / "orders.parquet"
    duckdb.sql(f"COPY (SELECT i AS id, 'name ' || i AS name FROM range(1200) t(i)) TO '{path}' (FORMAT parquet)")
    return {"path": str(path), "rows": 1200, "schema": {"id": "BIGINT", "name": "VARCHAR"}}


@pytest.fixture
def view(context, qtbot):
    view = ValueView(context)
    view.resize(380, 500)
    qtbot.addWidget(view)
    view.show()
    return view


def test_its_rows_are_shown_when_they_are_asked_for_part_by_part(view, qtbot, reference):
    view.set_value({"kept": reference})
    press(qtbot, view.buttons["table"])
    model = view.table.model()
    qtbot.waitUntil(lambda: model.rowCount() == ROWS)
    assert [model.index(0, column).data() for column in range(2)] == ["0", "name 0"]
    assert view.pager.where.text() == f"Rows 0 to {ROWS - 1}"
    press(qtbot, view.pager.after)
    press(qtbot, view.pager.after)
    assert view.pager.where.text() == "Rows 1,000 to 1,199"
    assert model.rowCount() == 200
    assert not view.pager.after.isEnabled()


def test_a_part_of_a_table_is_shown_as_that_part(view, qtbot, reference):
    view.set_value({**reference, "offset": 1000, "rows": 3})
    press(qtbot, view.buttons["table"])
    qtbot.waitUntil(lambda: view.table.model().rowCount() == 3)
    assert view.table.model().index(0, 0).data() == "1000"


def test_a_file_that_is_gone_or_damaged_says_so(view, qtbot, reference, tmp_path):
    view.set_value({**reference, "path": str(tmp_path / "gone.parquet")})
    press(qtbot, view.buttons["table"])
    qtbot.waitUntil(lambda: "not there any more" in view.caption.text())
    assert not view.table.isVisible()
    (tmp_path / "odd.parquet").write_text("no table")
    view.set_value({**reference, "path": str(tmp_path / "odd.parquet")})
    qtbot.waitUntil(lambda: "cannot be read" in view.caption.text())


@pytest.mark.parametrize("path", ["https://example.org/x.parquet", "s3://bucket/x.parquet", "/tmp/*.parquet"])
def test_nothing_is_fetched_and_no_pattern_is_followed(reference, path):
    found = table_file_in({**reference, "path": path})
    assert found is not None
    found.open()
    assert "not there" in found.problem
    assert found.part(0) == []


@pytest.mark.parametrize("change", [{"path": 5}, {"path": "a.csv"}, {"rows": "many"}, {"schema": None}, {"offset": -1}])
def test_what_only_looks_like_a_reference_is_none(reference, change):
    assert table_file_in({**reference, **change}) is None
