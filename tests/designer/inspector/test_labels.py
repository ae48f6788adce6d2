"""Labels of the forms: words of people, not names of a file (designer.md §1.8, §6: every field says what it is)."""

from __future__ import annotations

import re

import pytest

from floworch.actions.registry import registry
from floworch.model.problem import Problem
from floworch_designer.inspector.form import Form
from floworch_designer.inspector.labels import in_labels
from floworch_designer.inspector.schema import Field, Kind, fields_of
from floworch_designer.settings.words import speak

#: Words of parameter names that say nothing to who does not know the file: abbreviations and names of functions.
JARGON = frozenset(
    {"args", "auth", "bcc", "cc", "cwd", "desc", "env", "fn", "hmac", "mb", "mkdirs", "multi", "ok", "op", "param"}
    | {"params", "poll", "qos", "stdin", "tz", "ttl"}
)
#: What such words are spelt out by in a label, in brackets behind it.
SPELT = re.compile(r"\([^)]*\)")


def forms():
    """Every form there is: of actions, of layers, and of the objects that their tables hold."""
    for action in sorted(registry.action_ids()):
        spec = registry.find_action(action)
        yield from nested(action, fields_of(spec.params.model_json_schema(), spec.raw_params))
    for layer in sorted(registry.layer_ids()):
        yield from nested(layer, fields_of(registry.find_layer(layer).options.model_json_schema()))


def nested(name, fields):
    yield name, fields
    for field in fields:
        if field.fields:
            yield from nested(f"{name}.{field.name}", field.fields)


@pytest.mark.parametrize(("name", "fields"), [pytest.param(*form, id=form[0]) for form in forms()])
def test_every_label_is_in_words_and_stands_for_one_field(name, fields):
    for field in fields:
        words = re.findall(r"[a-z0-9]+", SPELT.sub("", field.title).lower())
        assert words, (name, field.name)
        assert not JARGON & set(words), (name, field.name, field.title)
    titles = [field.title for field in fields]
    assert len(set(titles)) == len(titles), (name, titles)


@pytest.mark.parametrize("action", ["http.request", "http.rss", "mail.send", "ssh.run", "db.query"])
def test_a_connection_comes_first(action):
    """It decides which of the other fields are still to be filled in; of http.request it was the fifteenth."""
    spec = registry.find_action(action)
    first, *_rest = fields_of(spec.params.model_json_schema(), spec.raw_params)
    assert first.name == "connection"


def test_names_of_other_fields_are_said_by_their_labels():
    labels = {"op": "What to do", "text": "Text"}
    assert in_labels("set puts 'text' there, 'other' stays.", labels) == "set puts “Text” there, 'other' stays."
    assert in_labels("see 'op' and 'text'", labels, but="op") == "see 'op' and “Text”"
    assert in_labels("'op[0].text' is long", labels) == "'op[0].text' is long"


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_label_widens_the_form_beyond_a_narrow_panel(theme, qtbot, language):
    """The inspector may be 264 px wide; a long label pushed the fields and the buttons beside them out of sight."""
    speak(language)
    try:
        for _name, fields in forms():
            form = Form(fields, theme)
            qtbot.addWidget(form)
            for row in form.rows.values():
                assert row.label.minimumSizeHint().width() <= 190, row.label.text()
    finally:
        speak("en")


FIELDS = (
    Field("cwd", "Working folder", Kind.TEXT, "Where 'env' holds.", required=True),
    Field("env", "Environment variables", Kind.TEXT),
)


@pytest.fixture
def form(theme, qtbot):
    form = Form(FIELDS, theme)
    qtbot.addWidget(form)
    form.show()
    return form


def test_the_help_names_the_labels_and_the_label_tells_the_name_of_the_file(form):
    assert form.rows["cwd"].message.text() == "Where “Environment variables” holds."
    assert "cwd" in form.rows["cwd"].label.toolTip()


def test_help_that_only_repeats_the_label_is_not_shown(theme, qtbot):
    form = Form((Field("max_delay", "Longest delay", Kind.DURATION, "Longest delay."),), theme)
    qtbot.addWidget(form)
    form.show()
    assert not form.rows["max_delay"].message.isVisible()


def test_a_field_without_its_value_says_so_beside_its_help(form):
    """The help is what one needs just then: it used to be replaced by the name of the file, said twice."""
    row = form.rows["cwd"]
    form.set_problems([Problem("bad_param", "error", "cwd", "'cwd' is missing.", "Give 'cwd' a value.")], "")
    assert row.message.text() == "A value is needed."
    assert row.told.about is not None
    assert row.told.about.isVisible()
    assert row.told.about.text() == "Where “Environment variables” holds."
    form.set_problems([], "")
    assert row.message.text() == "Where “Environment variables” holds."
    assert not row.told.about.isVisible()


def test_a_mistake_names_fields_by_their_labels(form):
    message = "'env' and 'cwd' cannot both be given."
    form.set_problems([Problem("bad_param", "error", "env", message, "Leave one out.")], "")
    said = "“Environment variables” and “Working folder” cannot both be given. Leave one out."
    assert form.rows["env"].message.text() == said
