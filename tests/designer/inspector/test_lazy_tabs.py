"""Pages are made when they are first looked at."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from floworch_designer.inspector.lazy_tabs import LazyTabs


def test_a_page_is_made_once_and_only_when_it_is_looked_at(qtbot):
    tabs = LazyTabs({"One": lambda: QLabel("1"), "Two": lambda: QLabel("2")})
    qtbot.addWidget(tabs)
    assert list(tabs.made) == []
    assert tabs.front().text() == "1"
    told = []
    tabs.currentChanged.connect(told.append)
    page = tabs.page("Two")
    assert (tabs.currentIndex(), tabs.tabText(1), told) == (0, "Two", [])
    tabs.setCurrentIndex(1)
    assert tabs.front() is page is tabs.currentWidget()
    assert list(tabs.made) == ["One", "Two"]


def test_long_titles_are_scrolled_before_they_make_the_panel_wide(qtbot):
    tabs = LazyTabs({f"A rather long title {number}": QLabel for number in range(9)})
    qtbot.addWidget(tabs)
    assert tabs.minimumSizeHint().width() <= 240
    assert tabs.tabToolTip(8) == "A rather long title 8"


def test_no_title_is_cut_and_the_one_in_front_is_in_view(qtbot):
    tabs = LazyTabs({f"A rather long title {number}": QLabel for number in range(5)})
    qtbot.addWidget(tabs)
    tabs.resize(324, 200)
    tabs.show()
    bar = tabs.tabBar()
    tabs.setCurrentIndex(4)
    wide = bar.fontMetrics().horizontalAdvance(bar.tabText(4))
    assert all(bar.tabRect(at).width() >= wide for at in range(5))
    assert bar.rect().contains(bar.tabRect(4).center())


def test_titles_share_the_room_there_is(qtbot):
    tabs = LazyTabs({"One": QLabel, "Two": QLabel, "Three": QLabel})
    qtbot.addWidget(tabs)
    tabs.show()
    bar = tabs.tabBar()
    tabs.resize(150, 200)
    close = [bar.tabRect(at).width() for at in range(3)]
    tabs.resize(180, 200)
    qtbot.waitUntil(lambda: bar.tabRect(0).width() > close[0])
    wider = [bar.tabRect(at).width() for at in range(3)]
    assert len({now - before for now, before in zip(wider, close, strict=True)}) == 1
    assert sum(wider) <= 180
