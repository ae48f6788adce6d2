"""The choices of fields in the language of the window: files keep their own words, which the tooltip tells."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from floworch_designer.settings.words import foreign, mark, tr

#: Choices that are called something in other languages, by their word in files; with the name of the field where one
#: word is several things. What is missing here is a name everywhere: of a format, a method, an algorithm, a service.
WORDS: Final = (
    mark("add (choice)"), mark("all (choice)"), mark("all (keep)"), mark("any (choice)"), mark("any (join)"),
    mark("append (choice)"), mark("approve (choice)"), mark("array (choice)"), mark("auto (choice)"),
    mark("avg (choice)"), mark("boolean (choice)"), mark("bytes (choice)"), mark("cancelled (choice)"),
    mark("collect (choice)"), mark("complete (choice)"), mark("continue (choice)"), mark("copy (choice)"),
    mark("count (choice)"), mark("count_distinct (choice)"), mark("create (choice)"), mark("created (choice)"),
    mark("data (choice)"), mark("days (choice)"), mark("delete (choice)"), mark("deleted (choice)"),
    mark("diff (choice)"), mark("dir (choice)"), mark("distinct (choice)"), mark("end (choice)"),
    mark("error (choice)"), mark("exists (choice)"), mark("fail (choice)"), mark("file (choice)"),
    mark("first (choice)"), mark("first (join)"), mark("format (choice)"), mark("get (choice)"),
    mark("gone (choice)"), mark("hours (choice)"), mark("idempotent (choice)"), mark("increment (choice)"),
    mark("info (choice)"), mark("input (choice)"), mark("integer (choice)"), mark("last (choice)"),
    mark("lines (choice)"), mark("list (choice)"), mark("list (op)"), mark("loop (choice)"), mark("max (choice)"),
    mark("min (choice)"), mark("minutes (choice)"), mark("modified (choice)"), mark("move (choice)"),
    mark("mtime (choice)"), mark("name (choice)"), mark("none (choice)"), mark("none (keep)"), mark("now (choice)"),
    mark("number (choice)"), mark("object (choice)"), mark("one (choice)"), mark("output (choice)"),
    mark("page (choice)"), mark("parse (choice)"), mark("power (choice)"), mark("process (choice)"),
    mark("process (durability)"), mark("pure (choice)"), mark("put (choice)"), mark("queue (choice)"),
    mark("reject (choice)"), mark("rename (choice)"), mark("replace (choice)"), mark("route (choice)"),
    mark("rows (choice)"), mark("run (choice)"), mark("run_once (choice)"), mark("seconds (choice)"),
    mark("set (choice)"), mark("size (choice)"), mark("skip (choice)"), mark("stable (choice)"),
    mark("stop (choice)"), mark("store (choice)"), mark("string (choice)"), mark("sum (choice)"),
    mark("table (choice)"), mark("text (choice)"), mark("transient (choice)"), mark("unsafe (choice)"),
    mark("unzip (choice)"), mark("upsert (choice)"), mark("warning (choice)"),
)  # fmt: skip
_ERROR: Final = "_error"
_CODE: Final = re.compile(r"(\{\{.*?\}\})")


def choice_word(word: str, field: str = "") -> str:
    """What a choice of the field of that name is called; its word in the file where it has no other."""
    if not foreign():
        return word
    for key in (f"{word} ({field})", f"{word} (choice)"):
        if (found := tr(key)) != key:
            return found
    if word.endswith(_ERROR):
        return tr(word.replace("_", " ").capitalize())
    return word


def in_choices(text: str, choices: Iterable[Any], field: str) -> str:
    """A help text in which the choices of its field are called as the field calls them."""
    if not foreign():
        return text
    parts = _CODE.split(text)  # every second one is an expression
    for word in (each for each in choices if isinstance(each, str)):
        if (called := choice_word(word, field)) != word:
            quoted = tr("“{label}”", label=called)
            bare = re.compile(rf"'{re.escape(word)}'|(?<![\w.'(/-]){re.escape(word)}(?![\w.'(/-])(:?)")
            parts[::2] = [bare.sub(lambda found, names=(quoted, f"{called}:"): names[bool(found[1])], each)
                          for each in parts[::2]]  # fmt: skip
    return "".join(parts)
