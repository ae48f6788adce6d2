"""Collect the designer's texts into Qt Linguist's files and compile them.

Usage: ``python scripts/translations.py [--check] [--say ENGLISH GERMAN]``. Rewrites the ``.ts`` files of
``floworch_resources/translations``: new texts come in as unfinished, those that are gone leave, translations stay. Then
makes the ``.qm`` files that the window reads. With ``--check`` it writes nothing and exits 1, naming what is missing or
out of date; ``--say`` adds or changes a translation. German words have one meaning each: see ``translations.toml``.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import PySide6

from floworch.actions.connections import TYPES
from floworch.actions.listing import list_actions
from floworch.actions.registry import registry
from floworch.actions.sources import Listed
from floworch.errors import ErrorKind
from floworch.run.events import EventKind
from floworch.run.status import NodeStatus, RunStatus
from floworch.trust.report import TITLES as TRUST_TITLES
from floworch_designer.app.commands.actions import GESTURES, MENUS, ROWS, SUBMENUS
from floworch_designer.app.files.examples import in_words, shipped
from floworch_designer.document.decor import COLORS
from floworch_designer.history.model import GROUPS
from floworch_designer.inspector.schema import fields_of
from floworch_designer.settings.settings import GROUPS as SETTING_GROUPS
from floworch_designer.settings.settings import TABLE
from floworch_designer.settings.words import CONTEXT, LANGUAGES
from floworch_designer.theme.statuses import HUMAN, IDLE, LOOKS, PAUSED, TIMED_OUT

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "designer" / "floworch_designer"
FOLDER = ROOT / "resources" / "floworch_resources" / "translations"
ENGINE = ROOT / "engine" / "floworch"
#: Where the engine writes what it finds in definitions and what went wrong, as patterns below its folder.
FINDINGS = (
    "*.py",
    "actions/*.py",
    "actions/library/*.py",
    "distributed/*.py",
    "exchange/*.py",
    "executor/*.py",
    "expr/*.py",
    "host/*.py",
    "middleware/*.py",
    "model/*.py",
    "model/completion/*.py",
    "model/rules/*.py",
    "run/*.py",
    "serve/*.py",
    "store/*.py",
    "store/journal/*.py",
    "trust/*.py",
)
#: Modules among them whose texts are for the reference, a terminal or files alone.
UNSHOWN = frozenset(
    {
        "__init__.py",
        "__main__.py",
        "actions/describe.py",
        "exchange/python_script.py",
        "host/__init__.py",
        "host/companion.py",
        "model/rules/codes.py",
        "model/schema.py",
        "run/event_schema.py",
        "run/event_table.py",
        "run/status_page.py",
        "serve/lines.py",
        "versions.py",
    }
)
#: What cannot be read from these modules: texts that nobody is shown, and those that are put together of parts.
BY_HAND = tomllib.loads((ROOT / "scripts" / "translations.toml").read_text(encoding="utf-8"))
#: What a program is made of, or a model is asked, not a sentence for a person: SQL, markup, scripts, prompts.
CODE = re.compile(
    r"\s*\(?(SELECT|INSERT|DELETE|UPDATE|CREATE|ALTER|COPY|PRAGMA|CAST|BEGIN|DESCRIBE|FORMAT|FULL|LEFT|UID|UNION) "
    r"|\s*(import|on run|exec sh|<\w|\[Trash|read_csv|--)|.*( JOIN |LIMIT \{|NULLS LAST|coalesce\(|::\{|argv\)| AS \{"
    r"|Answer with|Answer '\{|Bearer \{|Basic \{)|(.*\n){4}"
)
#: A sentence, however short: ``Add {0}.``
SENTENCE = re.compile(r"[A-Z][a-z]+ \{.*\.$")
#: Arguments that hold titles, help and examples, which are told elsewhere, or are no texts for a person.
BESIDE = frozenset(
    {"description", "title", "summary", "example", "examples", "name", "output_schema", "placeholder", "pattern"}
)
#: Methods whose arguments are lines of a log, or what is looked for in a text.
LINES = frozenset({"compile", "endswith", "execute", "log", "progress", "replace", "split", "startswith", "warning"})
#: Methods with which an action tells of its run, and which of their arguments is the text.
TOLD = {"log": 0, "progress": 1}
#: Functions whose literal arguments are texts, with the first of them.
HELPERS = {"tr": 0, "mark": 0, "counted": 1}


def literals(path: Path) -> set[str]:
    """The texts that a module hands to the helpers."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in HELPERS:
            given = node.args[HELPERS[node.func.id] :]
            found |= {each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)}
    return found


def built_in() -> list[Listed]:
    """The product's own actions: the texts of those that packages, users and tests bring are theirs."""
    return [each for each in list_actions(registry) if each.source == "built in"]


def words_of_the_engine() -> set[str]:
    """Words that the designer shows as the engine and the theme write them: states, events, titles of what is added."""
    fields = {name for needed, more in TYPES.values() for name in (*needed, *more)}
    looks = (*LOOKS.values(), IDLE, PAUSED, TIMED_OUT, HUMAN)
    found = {look.label for look in looks} | {str(status).replace("_", " ") for status in (*NodeStatus, *RunStatus)}
    found |= {kind.public.removeprefix("node_").removeprefix("run_").replace("_", " ") for kind in EventKind}
    found |= {str(kind).replace("_", " ").capitalize() for kind in ErrorKind}
    found |= {color.capitalize() for color in COLORS} | {field.replace("_", " ").capitalize() for field in fields}
    found |= {word for group in GROUPS if (word := group)[:1].isupper()} | {title for _, title in TRUST_TITLES}
    found |= {text for each in built_in() for text in (each.title, each.summary)}
    found |= {text for layer in registry.all_layers() for text in (layer.title, layer.summary)}
    found.discard("")
    return found | words_of_forms()


def findings() -> list[str]:
    """What the engine says of definitions and of errors, as templates: ``{0}`` and so on stand for what differs."""
    found: set[str] = set()
    shown = {path for pattern in FINDINGS for path in ENGINE.glob(pattern)}
    for path in shown - {ENGINE / name for name in UNSHOWN}:
        found |= templates_of(ast.parse(path.read_text(encoding="utf-8")))
    return sorted((found - set(BY_HAND["unseen"])) | set(BY_HAND["built"]))


def run_lines() -> dict[str, list[str]]:
    """What the product's own actions and middleware write into the log of a run and tell of their progress."""
    by_hand: dict[str, list[str]] = BY_HAND["lines"]
    found: dict[str, set[str]] = {kind: set() for kind in by_hand if kind != "unseen"}
    for kind, folder in (("actions", "actions/library"), ("middleware", "middleware")):
        for path in sorted((ENGINE / folder).glob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in TOLD:
                    tree = ast.Module([ast.Expr(each) for each in node.args[TOLD[node.func.attr] :][:1]], [])
                    found[kind] |= set(_templates(tree, _pieces(tree)))
    return {kind: sorted((texts - set(by_hand["unseen"])) | set(by_hand[kind])) for kind, texts in found.items()}


def templates_of(tree: ast.Module) -> set[str]:
    """The sentences and parts of sentences in a module of the engine."""
    found = set(_templates(tree, _beside(tree)))
    return {text for text in found if not CODE.match(text) and (SENTENCE.match(text) or _letters(text) > 4)}


def _letters(text: str) -> int:
    return len(re.sub(r"\{\w*\}|[^A-Za-z]", "", text))


def _beside(tree: ast.Module) -> set[int]:
    """Docstrings, pieces of f-strings, titles, examples, what is compared or looked up: no texts of their own."""
    found = _pieces(tree)
    for node in ast.walk(tree):
        apart: list[ast.AST | None] = []
        if isinstance(node, ast.Expr):
            found.add(id(node.value))
        elif isinstance(node, ast.Compare):
            apart = [node.left, *node.comparators]
        elif isinstance(node, ast.Dict):
            apart = [*node.keys]
        elif isinstance(node, ast.keyword) and node.arg in BESIDE:
            apart = [node.value]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LINES:
            apart = [*node.args]
        found |= {id(part) for each in apart if each is not None for part in ast.walk(each)}
    return found


def _pieces(tree: ast.Module) -> set[int]:
    """What f-strings are made of."""
    strings = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    return {id(part) for node in strings for part in ast.walk(node)
            if part is not node and not isinstance(part, ast.JoinedStr)}  # fmt: skip


def _templates(tree: ast.Module, beside: set[int]) -> Iterator[str]:
    for node in ast.walk(tree):
        text = ""
        if isinstance(node, ast.JoinedStr) and id(node) not in beside:
            number = iter(range(100))
            text = "".join(
                _escaped(str(part.value)) if isinstance(part, ast.Constant) else f"{{{next(number)}}}"
                for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in beside:
            text = node.value if re.search(r"\{[a-z_]+\}", node.value) else _escaped(node.value)
        if re.search(r"[A-Za-z}]['\"]?:? +['\"]?[A-Za-z{]", text) and "\\b" not in text:
            yield text


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def words_of_forms() -> set[str]:
    """What the forms of all actions and layers say: titles, help and placeholders of their fields."""
    forms = [spec.params for each in built_in() if (spec := registry.find_action(each.id)) is not None]
    forms += [layer.options for layer in registry.all_layers()]
    waiting = [field for form in forms if form is not None for field in fields_of(form.model_json_schema())]
    found = set()
    while waiting:
        field = waiting.pop()
        found |= {field.title, field.help, field.placeholder}
        waiting += [*field.fields, *([field.item] if field.item is not None else [])]
    return {text for text in found if text}


def words_of_examples() -> set[str]:
    """What the examples say to a person, which is said in the language of the window when one is opened there."""
    found: set[str] = set()

    def note(words: str) -> str:
        found.add(words)
        return words

    for text in shipped().values():
        in_words(text, note)
    return found


def texts() -> list[str]:
    """Every text of the designer that is translated, in order."""
    found = {row.text for row in ROWS} | {row.text.rstrip("…") for row in ROWS} | set(MENUS) | set(SUBMENUS)
    found |= {row.id.split(".")[0].capitalize() for row in ROWS} | {text for pair in GESTURES for text in pair}
    found |= words_of_the_engine() | set(SETTING_GROUPS.values()) | set(findings()) | words_of_examples()
    found |= {text for texts in run_lines().values() for text in texts}
    for row in (row for row in TABLE.values() if row.title):
        found |= {row.title, row.help, *(words for _, words in row.choices)}
    for path in SOURCES.rglob("*.py"):
        found |= literals(path)
    return sorted(found)


def known(path: Path) -> dict[str, str]:
    """The finished translations of a file."""
    if not path.is_file():
        return {}
    found = {}
    for message in ElementTree.fromstring(path.read_text(encoding="utf-8")).iter("message"):
        source, made = message.findtext("source") or "", message.find("translation")
        if made is not None and made.get("type") is None and made.text:
            found[source] = made.text
    return found


def misworded(language: str, made: dict[str, str]) -> list[str]:
    """Texts in which a word stands for another concept than its own: ``words`` of ``translations.toml``."""
    rules = [(re.compile(row["word"]), row["where"], row["say"]) for row in BY_HAND["words"].get(language, ())]
    return [
        f"{said!r}, for {text!r}: say {say} (the words are in scripts/translations.toml)"
        for text, said in made.items()
        for word, where, say in rules
        if word.search(said) and not (where and re.search(where, text, re.IGNORECASE))
    ]


def file_of(language: str, wanted: list[str], made: dict[str, str]) -> str:
    """A file for Qt Linguist."""
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<!DOCTYPE TS>"]
    lines += [f'<TS version="2.1" language="{language}" sourcelanguage="en">', "<context>", f"<name>{CONTEXT}</name>"]
    for text in wanted:
        state = f"<translation>{escape(made[text])}" if text in made else '<translation type="unfinished">'
        lines.append(f"<message><source>{escape(text)}</source>{state}</translation></message>")
    return "\n".join([*lines, "</context>", "</TS>", ""])


def compile_file(path: Path) -> None:
    """Make the ``.qm`` file beside a ``.ts`` file."""
    tool = Path(PySide6.__file__).parent / "lrelease"
    command = [str(tool), "-silent", "-nounfinished", str(path), "-qm", str(path.with_suffix(".qm"))]
    subprocess.run(command, check=True)


def main(arguments: list[str]) -> int:
    """Write or check the files of every language but English; 0 when all is translated and written."""
    wanted, wrong = texts(), []
    lists: dict[str, object] = {"findings.json": findings(), "lines.json": run_lines()}
    for name, listed in lists.items():
        told, list_of = json.dumps(listed, indent=0, ensure_ascii=False) + "\n", FOLDER / name
        if "--check" not in arguments:
            list_of.write_text(told, encoding="utf-8")
        elif not list_of.is_file() or list_of.read_text(encoding="utf-8") != told:
            wrong.append(f"{name} is out of date: run python scripts/translations.py")
    for language in LANGUAGES:
        if language == "en":
            continue
        path = FOLDER / f"floworch_{language}.ts"
        made = known(path)
        if "--say" in arguments:
            text, german = arguments[arguments.index("--say") + 1 :][:2]
            made[text] = german
        wrong += [f"{path.name}: no translation of {text!r}" for text in wanted if text not in made]
        wrong += misworded(language, {text: made[text] for text in wanted if text in made})
        content = file_of(language, wanted, made)
        if "--check" in arguments:
            if not path.is_file() or path.read_text(encoding="utf-8") != content:
                wrong.append(f"{path.name} is out of date: run python scripts/translations.py")
            continue
        path.write_text(content, encoding="utf-8")
        compile_file(path)
    for finding in wrong:
        print(finding, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
