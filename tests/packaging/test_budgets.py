"""scripts/budgets.py: each budget is found when broken, and exceptions need a name, a reason and a cause."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Any

import pytest

MODULE = "engine/floworch/run/thing.py"
TEST = "tests/engine/run/test_thing.py"
GOOD = '"""A module."""\n\nVALUE = 1\n'


@pytest.fixture
def budgets(script: Callable[[str], ModuleType]) -> Any:
    """The script as a module."""
    return script("budgets")


class Project:
    """A made-up checkout in a temporary folder."""

    def __init__(self, root: Path, budgets: Any) -> None:
        self.root = root
        self.budgets = budgets

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text), encoding="utf-8")

    def module(self, text: str, path: str = MODULE) -> None:
        """Write a module, and a test file that is long enough for it and found in its place."""
        self.write(path, text)
        plain = path.replace("engine/floworch", "tests/engine").replace("designer/floworch_designer", "tests/designer")
        folder, _, name = plain.rpartition("/")
        self.write(f"{folder}/test_{name}", "CASE = 1\n" * len(text.splitlines()))

    def findings(self) -> list[tuple[str, str]]:
        """(rule, place) of each finding."""
        found = self.budgets.check(self.root, self.budgets.load(self.root))
        return [(finding.rule, finding.place) for finding in found]


@pytest.fixture
def project_at(tmp_path: Path, budgets: Any) -> Project:
    return Project(tmp_path, budgets)


def test_a_small_documented_tested_module_keeps_every_budget(project_at: Project) -> None:
    project_at.module(GOOD)
    assert project_at.findings() == []


def test_a_module_over_the_cap_is_found_and_so_are_median_and_p90(project_at: Project) -> None:
    project_at.module('"""Long."""\n' + "VALUE = 1\n" * 500)
    rules = [rule for rule, _ in project_at.findings()]
    assert rules == ["module-median", "module-p90", "module-lines"]


def test_generated_code_is_left_out(project_at: Project) -> None:
    project_at.module(GOOD)
    project_at.write("engine/floworch/store/journal/generated/Record.py", "VALUE = 1\n" * 900)
    assert project_at.findings() == []


def test_empty_packages_do_not_pull_the_median_down(project_at: Project) -> None:
    project_at.module('"""Long."""\n' + "VALUE = 1\n" * 200)
    for number in range(5):
        project_at.write(f"engine/floworch/p{number}/__init__.py", '"""Nothing here."""\n')
    assert ("module-median", "all modules") in project_at.findings()


def test_a_long_function_is_found(project_at: Project) -> None:
    body = "    x = 1\n" * 41
    project_at.module(f'"""M."""\n\ndef f():\n    """D."""\n{body}')
    assert project_at.findings() == [("function-statements", f"{MODULE}:f")]


def test_a_function_of_exactly_forty_statements_is_within_the_budget(project_at: Project) -> None:
    body = "    x = 1\n" * 40
    project_at.module(f'"""M."""\n\ndef f():\n    """D."""\n{body}')
    assert project_at.findings() == []


def test_a_function_that_forks_too_often_is_found(project_at: Project) -> None:
    body = "    if a: pass\n" * 10
    project_at.module(f'"""M."""\n\ndef f(a):\n    """D."""\n{body}')
    assert project_at.findings() == [("function-complexity", f"{MODULE}:f")]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return 1", 1),
        ("if a: return 1\n    elif b: return 2\n    else: return 3", 3),
        ("try: f()\n    except ValueError: pass\n    except TypeError: pass", 3),
        ("match a:\n        case 1: pass\n        case 2: pass\n        case _: pass", 3),
        ("while a:\n        for b in a: pass", 3),
    ],
)
def test_complexity_counts_the_places_where_the_path_forks(budgets: Any, body: str, expected: int) -> None:
    function = ast.parse(f"def f(a, b):\n    {body}\n").body[0]
    assert budgets.complexity(function) == expected


def methods(count: int) -> str:
    return "".join(f"    def _m{number}(self): pass\n" for number in range(count))


def test_a_class_may_have_fifteen_methods_beside_its_dunder_methods_and_properties(project_at: Project) -> None:
    head = '"""M."""\n\nclass C:\n    """D."""\n    def __init__(self): pass\n    @property\n    def _p(self): pass\n'
    project_at.module(head + methods(15))
    assert project_at.findings() == []
    project_at.module(head + methods(16))
    assert project_at.findings() == [("class-methods", f"{MODULE}:C")]


def test_a_qt_class_may_have_twenty_five_methods_also_through_a_base_of_ours(project_at: Project) -> None:
    path = "designer/floworch_designer/canvas/view.py"
    base = '"""M."""\n\nclass Base(QtWidgets.QGraphicsView):\n    """D."""\n\n'
    project_at.module(base + 'class C(Base):\n    """D."""\n' + methods(25), path)
    assert project_at.findings() == []
    project_at.module(base + 'class C(Base):\n    """D."""\n' + methods(26), path)
    assert project_at.findings() == [("class-methods", f"{path}:C")]


def test_a_qt_class_is_known_through_an_alias_of_its_base(project_at: Project) -> None:
    path = "designer/floworch_designer/app/runtime/loop.py"
    project_at.module('"""M."""\n\n_Base = qasync.QEventLoop\n\nclass C(_Base):\n    """D."""\n' + methods(25), path)
    assert project_at.findings() == []


def test_a_module_without_its_test_file_is_found(project_at: Project) -> None:
    project_at.module(GOOD)
    (project_at.root / TEST).rename(project_at.root / "tests/engine/run/test_other.py")
    assert project_at.findings() == [("test-file", MODULE)]


def test_an_init_file_needs_no_test_file_of_its_own(project_at: Project) -> None:
    project_at.module(GOOD)
    project_at.write("engine/floworch/run/__init__.py", GOOD)
    project_at.write("tests/engine/run/test_more.py", "CASE = 1\n" * 9)
    assert project_at.findings() == []


def test_fewer_lines_of_tests_than_of_code_are_found_and_benchmarks_do_not_count(project_at: Project) -> None:
    project_at.module(GOOD)
    project_at.write(TEST, "CASE = 1\n")
    project_at.write("tests/benchmarks/test_speed.py", "CASE = 1\n" * 50)
    assert project_at.findings() == [("test-ratio", "all modules")]


def test_public_names_without_a_docstring_are_found(project_at: Project) -> None:
    project_at.module(
        "class C:\n    def m(self): pass\n    def _p(self): pass\n\n"
        "def f(): pass\n\ndef _g(): pass\n\ndef test_x(): pass\n"
    )
    places = [place for _, place in project_at.findings()]
    assert places == [MODULE, f"{MODULE}:C", f"{MODULE}:C.m", f"{MODULE}:f"]


def test_overrides_need_no_docstring_of_their_own(project_at: Project) -> None:
    project_at.module('''\
        """M."""

        class Port(Protocol):
            """P."""

            @property
            def name(self): ...

            def send(self):
                """Send."""

        class Cable(Port):
            """D."""

            def send(self): pass

            def paintEvent(self, event): pass

            @override
            def other(self): pass

            @property
            def size(self):
                """The size."""

            @size.setter
            def size(self, value): pass
        ''')
    project_at.write(TEST, "CASE = 1\n" * 40)
    assert project_at.findings() == []


def test_an_exception_covers_one_finding_by_name(project_at: Project) -> None:
    project_at.module('"""M."""\n\ndef f(): pass\n')
    project_at.write(
        "scripts/budgets.toml",
        f'[[exception]]\nrule = "docstring"\nplace = "{MODULE}:f"\nreason = "its name says it"\n',
    )
    assert project_at.findings() == []


def test_an_exception_that_covers_nothing_is_reported(project_at: Project) -> None:
    project_at.module(GOOD)
    project_at.write(
        "scripts/budgets.toml", f'[[exception]]\nrule = "module-lines"\nplace = "{MODULE}"\nreason = "was long"\n'
    )
    assert project_at.findings() == [("exception", MODULE)]


def test_an_exception_without_a_reason_stops_the_check(project_at: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project_at.module(GOOD)
    project_at.write("scripts/budgets.toml", f'[[exception]]\nrule = "docstring"\nplace = "{MODULE}"\nreason = ""\n')
    assert project_at.budgets.main([str(project_at.root)]) == 2
    assert f"the exception for {MODULE} has no reason" in capsys.readouterr().err


def test_the_report_names_every_finding_and_the_exit_status_says_whether_there_was_one(
    project_at: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project_at.module(GOOD)
    assert project_at.budgets.main([str(project_at.root)]) == 0
    assert capsys.readouterr().out.rstrip().endswith("budgets: kept")
    project_at.module("VALUE = 1\n")
    assert project_at.budgets.main([str(project_at.root)]) == 1
    assert f"{MODULE}: the module has none [docstring]" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("values", "share", "expected"), [([], 0.5, 0), ([7], 0.9, 7), ([1, 2, 3, 4], 0.5, 2), (range(1, 11), 0.9, 9)]
)
def test_quantile(budgets: Any, values: Any, share: float, expected: int) -> None:
    assert budgets.quantile(values, share) == expected


def test_the_exceptions_of_this_project_all_have_reasons(budgets: Any, project: Path) -> None:
    assert all(budgets.load_exceptions(project).values())
