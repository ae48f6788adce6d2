"""Check the size and test budgets of the code base; exceptions stand by name and reason in ``scripts/budgets.toml``.

Usage: ``python scripts/budgets.py [ROOT]``. Prints one table and one line per finding; exits 1 when there is one.

The budgets: modules (median 120 lines, nine tenths within 350, none over 500), functions (40 statements, complexity
10), classes (15 methods, Qt classes 25; dunder methods and properties do not count), every module ``x.py`` has its
``test_x.py``, as many lines of tests as of code, and a docstring on every public module, class, function and method.
Generated code is left out.
"""

from __future__ import annotations

import ast
import math
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

MODULE_MEDIAN = 120
MODULE_P90 = 350
MODULE_CAP = 500
FUNCTION_STATEMENTS = 40
FUNCTION_COMPLEXITY = 10
CLASS_METHODS = 15
QT_CLASS_METHODS = 25
TEST_RATIO = 1.0

#: Code root -> folder whose tests mirror it.
ROOTS = {
    "engine/floworch": "tests/engine",
    "designer/floworch_designer": "tests/designer",
    "resources/floworch_resources": "tests/resources",
}
GENERATED = "/store/journal/generated/"
EXCEPTIONS = "scripts/budgets.toml"

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One broken budget: where, which rule, and what is wrong in one sentence."""

    place: str
    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class Module:
    """One parsed source file; ``path`` is relative to the project, with forward slashes."""

    path: str
    test: str
    lines: int
    tree: ast.Module

    @property
    def has_code(self) -> bool:
        """False for a file that holds nothing or only its docstring."""
        body = self.tree.body
        return len(body) > (1 if ast.get_docstring(self.tree) is not None else 0)


@dataclass(slots=True)
class ClassIndex:
    """What is known about every class by its name: its bases (also through an alias), its documented methods."""

    bases: dict[str, set[str]] = field(default_factory=dict)
    documented: dict[str, set[str]] = field(default_factory=dict)

    def read(self, module: Module) -> None:
        """Take up every class of a module, and every name that is given to another class."""
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                self.add(node)
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                self.bases.setdefault(node.targets[0].id, set()).update(last_name(node.value))

    def add(self, node: ast.ClassDef) -> None:
        """Take up one class; classes of the same name share an entry."""
        self.bases.setdefault(node.name, set()).update(base_names(node))
        known = self.documented.setdefault(node.name, set())
        known.update(name for name, methods in methods_of(node).items() if any(map(ast.get_docstring, methods)))

    def ancestors(self, node: ast.ClassDef) -> set[str]:
        """Names of all direct and indirect bases."""
        found: set[str] = set()
        waiting = list(base_names(node))
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self.bases.get(name, ()))
        return found


def last_name(node: ast.expr) -> Iterator[str]:
    """The last part of a dotted name: ``QObject`` for ``QtCore.QObject``; nothing for another expression."""
    if isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.Name):
        yield node.id


def base_names(node: ast.ClassDef) -> Iterator[str]:
    """The last part of the name of each base; ``Store`` for ``Store[int]``."""
    for base in node.bases:
        yield from last_name(base.value if isinstance(base, ast.Subscript) else base)


def methods_of(node: ast.ClassDef) -> dict[str, list[Function]]:
    """The methods of a class by name; overloads and property setters share their name's entry."""
    found: dict[str, list[Function]] = {}
    for item in node.body:
        if isinstance(item, Function):
            found.setdefault(item.name, []).append(item)
    return found


def load(root: Path) -> list[Module]:
    """Every source file of the three packages that a person wrote."""
    modules = []
    for code, tests in ROOTS.items():
        for file in sorted((root / code).rglob("*.py")):
            path = file.relative_to(root).as_posix()
            if GENERATED in path:
                continue
            text = file.read_text(encoding="utf-8")
            folder = file.parent.relative_to(root / code).as_posix()
            test = f"{tests}/{folder}/test_{file.stem.lstrip('_')}.py".replace("/./", "/")
            modules.append(Module(path, test, len(text.splitlines()), ast.parse(text, path)))
    return modules


def quantile(values: Iterable[int], share: float) -> int:
    """The smallest value that at least ``share`` (0 to 1) of the values do not exceed; 0 when there are none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0


def statements(function: Function) -> int:
    """Statements in a function, nested ones included, its docstring not."""
    count = sum(isinstance(node, ast.stmt) for node in ast.walk(function)) - 1
    return count - (ast.get_docstring(function) is not None)


def complexity(function: Function) -> int:
    """McCabe complexity as ruff counts it: one, and one more for each place where the path may fork."""
    total = 1
    for node in ast.walk(function):
        if isinstance(node, ast.If | ast.For | ast.AsyncFor | ast.While | ast.ExceptHandler):
            total += 1
        elif isinstance(node, ast.match_case):
            total += not (isinstance(node.pattern, ast.MatchAs) and node.pattern.pattern is None)
    return total


def check_sizes(modules: list[Module]) -> Iterator[Finding]:
    """The length of modules, each and together."""
    sizes = [module.lines for module in modules if module.has_code]
    for module in modules:
        if module.lines > MODULE_CAP:
            yield Finding(module.path, "module-lines", f"{module.lines} lines, the cap is {MODULE_CAP}")
    for share, limit, rule in ((0.5, MODULE_MEDIAN, "module-median"), (0.9, MODULE_P90, "module-p90")):
        value = quantile(sizes, share)
        if value > limit:
            yield Finding("all modules", rule, f"{share:.0%} of the modules reach {value} lines, the limit is {limit}")


def check_functions(module: Module) -> Iterator[Finding]:
    """The length and the complexity of every function of one module."""
    for node in ast.walk(module.tree):
        if not isinstance(node, Function):
            continue
        place = f"{module.path}:{node.name}"
        length, forks = statements(node), complexity(node)
        if length > FUNCTION_STATEMENTS:
            yield Finding(place, "function-statements", f"{length} statements, the limit is {FUNCTION_STATEMENTS}")
        if forks > FUNCTION_COMPLEXITY:
            yield Finding(place, "function-complexity", f"complexity {forks}, the limit is {FUNCTION_COMPLEXITY}")


def is_dunder(name: str) -> bool:
    """True for names such as ``__init__``."""
    return name.startswith("__") and name.endswith("__")


def is_property(function: Function) -> bool:
    """True for what is read like an attribute."""
    return bool(decorator_names(function) & {"property", "cached_property"})


def check_classes(module: Module, index: ClassIndex) -> Iterator[Finding]:
    """The number of methods of every class of one module."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.ClassDef):
            continue
        qt = "designer/" in module.path and any(
            name[0] == "Q" and name[1:2].isupper() for name in index.ancestors(node)
        )
        limit = QT_CLASS_METHODS if qt else CLASS_METHODS
        count = sum(not is_dunder(name) and not is_property(found[0]) for name, found in methods_of(node).items())
        if count > limit:
            yield Finding(f"{module.path}:{node.name}", "class-methods", f"{count} methods, the limit is {limit}")


def decorator_names(node: Function) -> set[str]:
    """The last part of the name of each decorator."""
    names: set[str] = set()
    for decorator in node.decorator_list:
        names.update(last_name(decorator.func if isinstance(decorator, ast.Call) else decorator))
    return names


def needs_docstring(function: Function, inherited: set[str]) -> bool:
    """False for what says nothing new: private names, tests, overrides (Qt's in camel case), overloads, setters."""
    name = function.name
    if name.startswith(("_", "test_")) or name in inherited or name != name.lower():
        return False
    return not decorator_names(function) & {"overload", "override", "setter", "deleter"}


def declared_attributes(node: ast.ClassDef) -> set[str]:
    """The properties of a Protocol: declarations of attributes, which its own docstring describes."""
    if "Protocol" not in base_names(node):
        return set()
    return {name for name, found in methods_of(node).items() if is_property(found[0])}


def check_docstrings(module: Module, index: ClassIndex) -> Iterator[Finding]:
    """A docstring on every public name of one module."""
    if module.has_code and ast.get_docstring(module.tree) is None:
        yield Finding(module.path, "docstring", "the module has none")
    yield from _undocumented(module.path, "", module.tree.body, set(), index)


def _undocumented(
    path: str, prefix: str, body: list[ast.stmt], inherited: set[str], index: ClassIndex
) -> Iterator[Finding]:
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            name = f"{prefix}{node.name}"
            if ast.get_docstring(node) is None:
                yield Finding(f"{path}:{name}", "docstring", "the class has none")
            known = set().union(*(index.documented.get(base, set()) for base in index.ancestors(node)))
            known |= declared_attributes(node)
            yield from _undocumented(path, f"{name}.", node.body, known, index)
        elif isinstance(node, Function) and needs_docstring(node, inherited) and ast.get_docstring(node) is None:
            yield Finding(f"{path}:{prefix}{node.name}", "docstring", "the function has none")


def check_test_files(root: Path, modules: list[Module]) -> Iterator[Finding]:
    """A test file for every module that does something; packages' ``__init__`` are tested through their modules."""
    for module in modules:
        plain = not module.path.endswith(("/__init__.py", "/__main__.py"))
        if plain and module.has_code and not (root / module.test).is_file():
            yield Finding(module.path, "test-file", f"{module.test} is missing")


def written_lines(files: Iterable[Path]) -> int:
    """Lines that are not blank."""
    return sum(sum(bool(line.strip()) for line in file.read_text(encoding="utf-8").splitlines()) for file in files)


def test_ratio(root: Path, modules: list[Module]) -> float:
    """Lines of tests per line of code; infinite when there is no code."""
    code = written_lines(root / module.path for module in modules)
    tests = written_lines(file for file in (root / "tests").rglob("*.py") if "benchmarks" not in file.parts)
    return tests / code if code else math.inf


def load_exceptions(root: Path) -> dict[tuple[str, str], str]:
    """(rule, place) -> reason, from the exceptions file; raises ValueError for an entry without a reason."""
    file = root / EXCEPTIONS
    entries = tomllib.loads(file.read_text(encoding="utf-8")).get("exception", []) if file.is_file() else []
    found = {}
    for entry in entries:
        if not str(entry.get("reason", "")).strip():
            raise ValueError(f"{EXCEPTIONS}: the exception for {entry.get('place')} has no reason")
        found[entry["rule"], entry["place"]] = entry["reason"]
    return found


def check(root: Path, modules: list[Module]) -> list[Finding]:
    """Every finding that no exception covers, and every exception that covers none; sorted by place."""
    index = ClassIndex()
    for module in modules:
        index.read(module)
    findings = [*check_sizes(modules), *check_test_files(root, modules)]
    for module in modules:
        findings += check_functions(module)
        findings += check_classes(module, index)
        findings += check_docstrings(module, index)
    ratio = test_ratio(root, modules)
    if ratio < TEST_RATIO:
        message = f"{ratio:.2f} lines of tests per line of code, the least is {TEST_RATIO:.1f}"
        findings.append(Finding("all modules", "test-ratio", message))

    exceptions = load_exceptions(root)
    used = {(finding.rule, finding.place) for finding in findings}
    stale = [Finding(place, "exception", f"no longer needed: {rule}") for rule, place in exceptions.keys() - used]
    return sorted([f for f in findings if (f.rule, f.place) not in exceptions] + stale)


def report(root: Path, modules: list[Module], findings: list[Finding]) -> str:
    """The table of the whole and one line per finding."""
    sizes = [module.lines for module in modules if module.has_code]
    largest = max(modules, key=lambda module: module.lines, default=None)
    rows = [
        ("modules", f"{len(sizes)}", ""),
        ("median lines", f"{quantile(sizes, 0.5)}", f"at most {MODULE_MEDIAN}"),
        ("p90 lines", f"{quantile(sizes, 0.9)}", f"at most {MODULE_P90}"),
        ("largest", f"{largest.lines if largest else 0}", f"at most {MODULE_CAP}: {largest.path if largest else '-'}"),
        ("tests / code", f"{test_ratio(root, modules):.2f}", f"at least {TEST_RATIO:.1f}"),
        ("exceptions", f"{len(load_exceptions(root))}", EXCEPTIONS),
    ]
    lines = [f"{name:<14}{value:>8}   {limit}".rstrip() for name, value, limit in rows]
    lines += [f"{finding.place}: {finding.message} [{finding.rule}]" for finding in findings]
    lines.append(f"budgets: {len(findings)} findings" if findings else "budgets: kept")
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Check the project at the given root (default: the one this script is in) and print the report."""
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
    modules = load(root)
    try:
        findings = check(root, modules)
    except ValueError as error:
        print(f"budgets: {error}", file=sys.stderr)
        return 2
    print(report(root, modules, findings))
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
