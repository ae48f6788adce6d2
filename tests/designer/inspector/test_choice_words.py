"""Choices of fields are said in the language of the window, and what is written stays the word of the file."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

import floworch  # noqa: F401 - installs the loader of the layers
from floworch.actions.registry import registry
from floworch_designer.inspector import node_page, workflow_page
from floworch_designer.inspector.choice_words import WORDS, choice_word, in_choices
from floworch_designer.inspector.form import Form
from floworch_designer.inspector.schema import Field, Kind, fields_of
from floworch_designer.settings.words import speak

#: Names of formats, methods, algorithms, protocols and services, which are so called everywhere.
NAMES = frozenset(
    [
        "csv",
        "json",
        "ndjson",
        "xlsx",
        "parquet",
        "tsv",
        "xml",
        "yaml",
        "html",
        "markdown",
        "zip",
        "tar",
        "tls",
        "starttls",
        "token",
        "cursor",
        "link",
        "global",
        "workflow",
        "thread",
        "cluster",
        "debug",
        "discord",
        "mattermost",
        "ntfy",
        "slack",
        "teams",
        "telegram",
        "inner",
        "left",
        "outer",
        "null",
        "blake2b",
        "blake2s",
        "md5",
        "sha1",
        "sha224",
        "sha256",
        "sha384",
        "sha512",
        "sha3_256",
        "sha3_512",
        "DELETE",
        "GET",
        "HEAD",
        "OPTIONS",
        "PATCH",
        "POST",
        "PUT",
    ]
)


@pytest.fixture
def german(qapp):
    speak("de")
    yield
    speak("en")


def fields():
    """Every field of the product's own forms, those inside of others, too."""
    forms = [spec.params for name in registry.action_ids() if (spec := registry.find_action(name)) is not None]
    forms += [layer.options for layer in registry.all_layers()]
    waiting = [field for form in forms if form is not None for field in fields_of(form.model_json_schema())]
    for module in (node_page, workflow_page):
        for value in vars(module).values():
            waiting += [field for field in value if isinstance(field, Field)] if isinstance(value, tuple) else []
    while waiting:
        field = waiting.pop()
        yield field
        waiting += [*field.fields, *([field.item] if field.item is not None else [])]


def test_every_choice_of_the_product_has_a_german_word_or_is_a_name(german):
    unsaid = {
        str(choice)
        for field in fields()
        for choice in field.choices
        if choice_word(str(choice), field.name) == choice and choice not in NAMES
    }
    assert unsaid == set()


def test_no_word_is_listed_that_nothing_uses():
    used = {(str(choice), field.name) for field in fields() for choice in (*field.choices, field.default)}
    for word, where in (each.removesuffix(")").split(" (") for each in WORDS):
        assert any(word == choice and where in ("choice", name) for choice, name in used), (word, where)


def test_a_choice_is_shown_in_german_and_written_as_in_the_file(german, theme, qtbot):
    field = Field("on_item_error", "When", Kind.ENUM, default="stop", choices=("stop", "collect"))
    form = Form((field,), theme)
    qtbot.addWidget(form)
    form.show()
    editor = form.rows["on_item_error"].editor
    assert editor.box.currentText() == "stoppen (Vorgabe)"
    assert editor.box.toolTip() == "In der Datei: stop"
    editor.box.setFocus()
    qtbot.keyClick(editor.box, Qt.Key.Key_Down)
    assert editor.box.currentText() == "sammeln"
    assert form.values() == {"on_item_error": "collect"}
    assert "collect" in editor.box.toolTip()


def test_in_english_it_is_the_word_of_the_file(theme, qtbot):
    form = Form((Field("join", "Join", Kind.ENUM, default="all", choices=("all", "any")),), theme)
    qtbot.addWidget(form)
    box = form.rows["join"].editor.box
    assert [box.itemText(at) for at in range(box.count())] == ["all (default)", "any"]
    assert box.toolTip() == ""


def test_what_somebody_else_wrote_is_shown_as_it_is(german, theme, qtbot):
    form = Form((Field("x", "X", Kind.ENUM, "stop: so.", choices=("stop", "all"), verbatim=True),), theme)
    qtbot.addWidget(form)
    box = form.rows["x"].editor.box
    assert [box.itemText(at) for at in range(1, box.count())] == ["stop", "all"]
    assert form.rows["x"].message.text() == "stop: so."


@pytest.mark.parametrize(("text", "said"), [
    ("'stop' lässt ihn fehlschlagen.", "„stoppen“ lässt ihn fehlschlagen."),
    ("stop: sofort · collect: am Ende", "stoppen: sofort · sammeln: am Ende"),
    ("stop lässt ihn, und kopieren (collect)", "„stoppen“ lässt ihn, und kopieren (collect)"),
    ("in {{ stop }}, a.stop und stopp", "in {{ stop }}, a.stop und stopp"),
])  # fmt: skip
def test_help_calls_the_choices_as_the_field_does(german, text, said):
    assert in_choices(text, ("stop", "collect"), "on_item_error") == said
