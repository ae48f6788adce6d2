"""The button that repairs a problem, wherever the problem is shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QMenu, QPushButton

from floworch_designer.document.repairs import choices, repair_label
from floworch_designer.settings.findings import said

if TYPE_CHECKING:
    from floworch.model.problem import Problem


def fix_button(problem: Problem, fix: Callable[[Problem], Any]) -> QPushButton:
    """The button that repairs a problem; where there are several ways, it opens a list of them."""
    button = QPushButton(repair_label(problem.repair or {}))
    button.setProperty("kind", "fix")
    button.setToolTip(said(problem.fix))
    several = choices(problem)
    if several == [problem]:
        button.clicked.connect(partial(_fix, fix, problem))
        return button
    menu = QMenu(button)
    for each in several:
        menu.addAction(repair_label(each.repair or {})).triggered.connect(partial(_fix, fix, each))
    button.clicked.connect(partial(_open, menu, button))  # a menu of the button itself would hold the loop
    return button


def _fix(fix: Callable[[Problem], Any], problem: Problem, _checked: bool = False) -> None:
    fix(problem)


def _open(menu: QMenu, button: QPushButton, _checked: bool = False) -> None:
    menu.popup(button.mapToGlobal(button.rect().bottomLeft()))
