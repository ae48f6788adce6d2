"""Small parts of the inspector's pages."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from floworch_designer.inspector.widgets import Facts, Page, Section, empty


def test_a_section_folds(qtbot):
    content = QLabel("inside")
    section = Section("Title", content, open_=False)
    qtbot.addWidget(section)
    section.show()
    assert not content.isVisible()
    section.header.click()
    assert content.isVisible()


def test_facts_leave_empty_values_out_and_change_in_place(qtbot):
    facts = Facts()
    qtbot.addWidget(facts)
    facts.show_facts([("A", "1"), ("B", "")])
    labels = facts.findChildren(QLabel)
    assert [label.text() for label in labels] == ["A", "1"] or {label.text() for label in labels} == {"A", "1"}
    facts.show_facts([("A", "2")])
    assert "2" in {label.text() for label in labels}
    facts.show_facts([("C", "3"), ("A", "2")])
    assert facts._layout.rowCount() == 2


def test_rows_of_a_page_are_never_squeezed(qtbot):
    page = Page()
    qtbot.addWidget(page)
    wrapped = QLabel("many words " * 40)
    wrapped.setWordWrap(True)
    fixed = QLabel("x")
    fixed.setMinimumHeight(40)
    page.column.addWidget(wrapped)
    page.column.addWidget(fixed)
    page.resize(240, 120)
    page.show()
    assert fixed.height() >= 40


def test_an_empty_state_has_words(qtbot):
    box = empty("Nothing", "Do this.")
    qtbot.addWidget(box)
    assert {label.text() for label in box.findChildren(QLabel)} == {"Nothing", "Do this."}
