"""The form of every installed action: fields are read, written, undone, emptied and turned into expressions.

Every form is opened and looked at. What the keyboard and the mouse do to a field is done in ``make test`` to the first
field of every shape (``shape``), which has the same editor as the others of its shape, and in ``make proof`` to all;
so are values of another type, of which every form gets one in ``make test``.
"""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from floworch.actions.registry import registry
from floworch.model.durations import seconds
from floworch.model.workflow import Node, Workflow
from floworch_designer.document.document import Document
from floworch_designer.document.selection import Selection
from floworch_designer.inspector.context import Context
from floworch_designer.inspector.editors import ChoiceEditor, NumberEditor, SmartEditor, TextEditor
from floworch_designer.inspector.labels import in_labels
from floworch_designer.inspector.panel import InspectorPanel
from floworch_designer.inspector.schema import MISSING, Kind, fields_of
from floworch_designer.inspector.structured import ListEditor, MappingEditor, ObjectsEditor
from floworch_designer.theme.theme import Theme

ACTIONS = sorted(registry.action_ids())
FIELDS = {
    action: fields_of(registry.find_action(action).params.model_json_schema(), registry.find_action(action).raw_params)
    for action in ACTIONS
}


def shape(field):
    """All that the editor of a field is made by, but its words, figures and colours."""
    default = None if field.default is MISSING else (type(field.default), bool(field.default))
    bounds = (field.minimum is not None, field.maximum is not None)
    within = (field.item and shape(field.item), tuple(map(shape, field.fields)))
    entries = (len(field.choices) > 1, *{type(each) for each in field.choices})
    return (field.kind, field.raw, field.required, default, entries, bounds, within, bool(field.show_if))


def cases():
    """A case for every field; all but the first of each shape are for ``make proof``."""
    seen = set()
    for action in ACTIONS:
        for field in FIELDS[action]:
            known = shape(field) in seen
            seen.add(shape(field))
            yield pytest.param(action, field, id=f"{action}-{field.name}", marks=[pytest.mark.proof] if known else [])


EVERY = list(cases())
PLAIN = [case for case in EVERY if not case.values[1].raw]
TEXTS = {
    Kind.TEXT: ("abc", "abc"),
    Kind.SECRET: ("TOKEN", "TOKEN"),
    Kind.CONNECTION: ("shop", "shop"),
    Kind.MULTILINE: ("abc", "abc"),
    Kind.CODE: ("abc", "abc"),
    Kind.FILE: ("a/b.txt", "a/b.txt"),
    Kind.FOLDER: ("a/b", "a/b"),
    Kind.INTEGER: ("7", 7),
    Kind.NUMBER: ("2.5", 2.5),
    Kind.DURATION: ("45s", "45s"),
    Kind.EXPRESSION: ("{{ inputs.a }}", "{{ inputs.a }}"),
    Kind.JSON: ("[1]", [1]),
}


def conditions(field):
    """Parameters that make a conditional field appear."""
    return {name: values[0] for name, values in field.show_if}


def focus_of(editor):
    return editor.focusProxy() or editor


def write(qtbot, row):
    """Fill an empty field with the keyboard and the mouse; returns the JSON value it must stand for."""
    field, editor = row.field, row.editor
    if field.raw:
        qtbot.keyClicks(focus_of(editor), "item.a")
        return "item.a"
    if isinstance(editor, ChoiceEditor):
        editor.box.setFocus()
        qtbot.keyClick(editor.box, Qt.Key.Key_Down)
        return editor._values[editor.box.currentIndex()]
    if isinstance(editor, ListEditor):
        qtbot.mouseClick(editor.add_button, Qt.MouseButton.LeftButton)
        qtbot.keyClicks(editor.rows[0].line, "x")
        return ["x"]
    if isinstance(editor, MappingEditor):
        qtbot.mouseClick(editor.add_button, Qt.MouseButton.LeftButton)
        qtbot.keyClicks(editor.rows[0][1], "k")
        qtbot.keyClicks(editor.rows[0][2].line, "5")
        return {"k": 5}
    if isinstance(editor, ObjectsEditor):
        qtbot.mouseClick(editor.add_button, Qt.MouseButton.LeftButton)
        first = next(iter(editor.cards[0].form.rows.values()))
        return [{first.field.name: write(qtbot, first)}]
    if field.kind is Kind.BOOLEAN:
        qtbot.keyClick(editor.box, Qt.Key.Key_Space)
        return not field.default
    typed, value = TEXTS[field.kind]
    if field.kind is Kind.INTEGER:
        low, high = field.minimum, field.maximum
        least = int(value if low is None else low)
        fits = [n for n in (value, least, least + 1) if n >= (low or 0) and (high is None or n <= high)]
        value = next(n for n in fits if n != field.default)
        typed = str(value)
    qtbot.keyClicks(focus_of(editor), typed)
    return value


def empty(qtbot, row):
    """Take everything out of a field as a person does."""
    editor = row.editor
    if isinstance(editor, ListEditor | ObjectsEditor | MappingEditor):
        parts = editor.cards if isinstance(editor, ObjectsEditor) else editor.rows
        part = parts[0]
        widget = part[0] if isinstance(part, tuple) else part
        buttons = [button for button in widget.findChildren(type(row.toggle)) if button.text() == "×"]
        qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    elif isinstance(editor, ChoiceEditor):
        editor.box.setFocus()
        qtbot.keyClick(editor.box, Qt.Key.Key_Home)
    elif row.field.kind is Kind.BOOLEAN:
        qtbot.keyClick(editor.box, Qt.Key.Key_Space)
    else:
        qtbot.keyClick(focus_of(editor), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        qtbot.keyClick(focus_of(editor), Qt.Key.Key_Delete)


@pytest.fixture(scope="module")
def panel(qapp):
    """One inspector for all cases: building it takes longer than what is asked of it."""
    import floworch  # noqa: F401 - installs the loader of the layers

    context = Context(Document(catalog=registry), Selection(), Theme("dark"), registry)
    panel = InspectorPanel(context)
    panel.show()
    yield panel
    panel.close()
    panel.deleteLater()


@pytest.fixture
def context(panel):
    return panel.context


@pytest.fixture
def show(panel, context):
    """Opens the parameters of a node of an action; returns its form."""

    def open_form(action, params=None):
        nodes = {"n": Node(action=action, params=params or {}), "other": Node(action="util.log")}
        context.document.reset(Workflow(id="w", nodes=nodes))
        context.selection.set(["n"])
        return panel.parameters.form

    return open_form


@pytest.fixture
def params(context):
    return lambda: context.document.workflow.nodes["n"].params


@pytest.mark.parametrize("action", ACTIONS)
def test_the_form_shows_every_parameter_with_label_help_and_default(show, action):
    form = show(action)
    assert list(form.rows) == [field.name for field in FIELDS[action]]
    properties = registry.find_action(action).params.model_json_schema().get("properties", {})
    for name, row in form.rows.items():
        assert row.label.text().rstrip(" *") == row.field.title
        assert row.label.text().endswith(" *") is row.field.required
        assert row.message.text() == row.field.help
        about = str(properties[name].get("description", "")).strip()
        told = "" if about.rstrip(".") == row.field.title else in_labels(about, form.labels, name)
        assert row.field.help == told, "other fields are called by their labels, and no label is said twice"
        assert row.value() is MISSING


@pytest.mark.parametrize("action", ACTIONS)
def test_every_parameter_has_words_for_people(action):
    for field in FIELDS[action]:
        assert field.title
        assert field.title[0].isupper()
        assert field.help, f"{action}.{field.name} says nothing about itself"


def shows_its_default(row):
    """Whether an empty field shows what stands for it."""
    field, editor, default = row.field, row.editor, row.field.default
    if field.kind is Kind.DURATION:
        return seconds(editor.line.placeholderText()) == seconds(default)
    if isinstance(editor, NumberEditor):
        return float(editor.line.placeholderText()) == default
    if isinstance(editor, SmartEditor | TextEditor):
        return str(default) in editor.line.placeholderText()
    if isinstance(editor, ChoiceEditor):
        return editor.box.currentText() == f"{default} (default)"
    if isinstance(editor, ListEditor):
        return str(default[0]) in editor.default.text() and editor.default.isVisibleTo(editor)
    if field.kind is Kind.BOOLEAN:
        return editor.box.isChecked() is default
    return str(default) in focus_of(editor).placeholderText()


@pytest.mark.parametrize("action", ACTIONS)
def test_empty_fields_show_their_defaults(show, action):
    for given in {str(conditions(field)): conditions(field) for field in FIELDS[action]}.values():
        form = show(action, given)
        for field in FIELDS[action]:
            if conditions(field) != given or (not field.default and not isinstance(field.default, bool)):
                continue
            if field.default is not MISSING:
                assert shows_its_default(form.rows[field.name]), field.name


@pytest.mark.parametrize(("action", "field"), EVERY)
def test_editing_a_field_writes_its_value_in_one_undo_step(show, params, context, qtbot, action, field):
    before = {**conditions(field), "kept_by_nobody": [1, {"a": None}]}
    row = show(action, before).rows[field.name]
    assert row.isVisibleTo(row.parentWidget())
    value = write(qtbot, row)
    assert params() == {**before, field.name: value}
    assert type(params()[field.name]) is type(value)
    assert context.document.undo_stack.count() == 1
    context.document.undo_stack.undo()
    assert params() == before
    assert row.value() is MISSING
    context.document.undo_stack.redo()
    assert params()[field.name] == value
    assert row.value() == value


@pytest.mark.parametrize(("action", "field"), EVERY)
def test_what_was_written_is_shown_again_later(panel, show, params, context, qtbot, action, field):
    row = show(action, conditions(field)).rows[field.name]
    value = write(qtbot, row)
    context.selection.set(["other"])
    context.selection.set(["n"])
    again = panel.parameters.form
    assert again.rows[field.name].value() == value
    expression = field.raw or field.kind is Kind.EXPRESSION
    shown = again.rows[field.name].editor
    assert (shown is again.rows[field.name].expression) is expression
    assert shown.value() == value
    assert not shown.problem()
    assert params()[field.name] == value


@pytest.mark.parametrize(("action", "field"), EVERY)
def test_emptying_a_field_takes_the_parameter_away(show, params, context, qtbot, action, field):
    before = conditions(field)
    row = show(action, before).rows[field.name]
    write(qtbot, row)
    empty(qtbot, row)
    wanted = [] if isinstance(row.editor, ListEditor) and field.default not in (MISSING, None, []) else MISSING
    if isinstance(row.editor, ChoiceEditor) and field.required:
        wanted = field.choices[0]  # it has no entry for nothing
    assert params().get(field.name, MISSING) == wanted
    assert {name: params()[name] for name in before} == before


@pytest.mark.parametrize(("action", "field"), PLAIN)
def test_an_expression_is_shown_as_one_and_not_touched(show, params, context, action, field):
    text = "{{ inputs.anything[0] }}"
    row = show(action, {**conditions(field), field.name: text}).rows[field.name]
    assert row.toggle.isChecked()
    assert row.toggle.isVisibleTo(row)
    assert row.editor is row.expression
    assert row.editor.text.toPlainText() == text
    assert not row.literal.isVisibleTo(row)
    assert params()[field.name] == text
    assert not context.document.dirty


@pytest.mark.parametrize(("action", "field"), PLAIN)
def test_the_toggle_there_and_back_keeps_the_value(show, params, qtbot, action, field):
    row = show(action, conditions(field)).rows[field.name]
    if field.kind is Kind.EXPRESSION and not row.toggle.isChecked():
        pytest.skip("begins as a literal")
    if row.toggle.isChecked():
        qtbot.mouseClick(row.toggle, Qt.MouseButton.LeftButton)
        qtbot.keyClicks(focus_of(row.editor), "abc")
        value = "abc"
    else:
        value = write(qtbot, row)
    qtbot.mouseClick(row.toggle, Qt.MouseButton.LeftButton)
    assert row.editor is row.expression
    qtbot.mouseClick(row.toggle, Qt.MouseButton.LeftButton)
    assert row.editor is row.literal
    assert params()[field.name] == value
    assert row.literal.value() == value


@pytest.mark.parametrize(("action", "field"), PLAIN)
def test_an_expression_without_a_literal_form_comes_back_with_the_toggle(show, params, qtbot, action, field):
    text = "{{ nodes.other.output.items | length }}"
    row = show(action, {**conditions(field), field.name: text}).rows[field.name]
    qtbot.mouseClick(row.toggle, Qt.MouseButton.LeftButton)
    assert field.name not in params()
    assert row.editor is row.literal
    qtbot.mouseClick(row.toggle, Qt.MouseButton.LeftButton)
    assert params()[field.name] == text
    assert row.editor is row.expression


STRANGE = [{"deep": [1]}, [[1], 2.5], 10**40, None, True]


@pytest.mark.parametrize(
    ("action", "strange"),
    [
        pytest.param(action, value, id=f"{action}-{value}", marks=[] if (n - m) % 5 == 0 else [pytest.mark.proof])
        for n, action in enumerate(ACTIONS)
        for m, value in enumerate(STRANGE)
    ],
)
def test_values_of_another_type_are_kept_and_can_be_edited(show, params, context, action, strange):
    name = FIELDS[action][0].name
    given = {field.name: strange for field in FIELDS[action]}
    form = show(action, given)
    assert params() == given
    assert not context.document.dirty
    assert {row_name: row.value() for row_name, row in form.rows.items()} == given
    row = form.rows[name]
    shown = row.editor.value()
    assert shown == strange or (strange is None and shown is MISSING)


@pytest.mark.parametrize("action", ACTIONS)
def test_every_editor_and_toggle_has_a_name_for_screen_readers(show, action):
    for row in show(action).rows.values():
        assert row.field.title in row.toggle.accessibleName()
        target = row.literal.focusProxy()
        names = {
            row.field.title,
            f"{row.field.title}: {target.text().lstrip('+ ') if isinstance(target, QPushButton) else ''}",
        }
        assert target is None or target.accessibleName() in names
        assert row.expression.text.accessibleName() == row.field.title
        assert row.label.buddy() is row.literal


@pytest.mark.parametrize("action", ACTIONS)
def test_a_problem_of_the_validator_is_shown_at_its_field(show, context, action):
    from floworch.model.problem import Problem

    form = show(action)
    name = FIELDS[action][-1].name
    path = f"nodes.n.params.{name}"
    problem = Problem("bad", "error", f"{path}[0].x", "That is wrong.", "Mend it.", node="n")
    context.document._set_problems([problem])
    said = [row.field.name for row in form.rows.values() if "That is wrong. Mend it." in row.message.text()]
    assert said == [name]
    context.document._set_problems([])
    assert "wrong" not in form.rows[name].message.text()


@pytest.mark.parametrize(("action", "name"), [("trigger.webhook", "path"), ("mail.read", "folder"), ("ssh.run", "cwd")])
def test_what_is_no_place_of_this_machine_is_a_line_of_text(action, name):
    (field,) = (field for field in FIELDS[action] if field.name == name)
    assert field.kind is Kind.TEXT
