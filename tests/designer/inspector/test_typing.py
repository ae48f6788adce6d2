"""What is being typed stays in its field: nothing is lost, nothing moves to another node."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from floworch.model.workflow import Input, Node, RetryPolicy, Settings, Workflow
from floworch_designer.inspector.code import JsonEditor
from floworch_designer.inspector.editors import DurationEditor, SmartEditor, TextEditor, parse_smart, read_json
from floworch_designer.inspector.form import Form
from floworch_designer.inspector.schema import MISSING, Field, Kind
from floworch_designer.inspector.structured import ListEditor, MappingEditor

DEEP = "[" * 100_000


def all_of(qtbot, widget):
    qtbot.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)


def retype(qtbot, widget, text):
    all_of(qtbot, widget)
    qtbot.keyClicks(widget, text)


@pytest.fixture
def settings(panel):
    panel.context.selection.set(["log"])
    panel.show_tab("Settings")
    return panel.settings


@pytest.fixture
def timeout(settings):
    return settings.forms[2].rows["timeout"]


# -- fields that are emptied to be typed anew ------------------------------------------------------------


def test_the_only_entry_of_a_table_stays_while_its_name_is_retyped(panel, qtbot, context):
    nodes = {"n": Node(action="data.set", params={"fields": {"old": 1}})}
    context.document.reset(Workflow(id="w", nodes=nodes))
    context.selection.set(["n"])
    editor = panel.parameters.form.rows["fields"].editor
    key = editor.rows[0][1]
    all_of(qtbot, key)
    qtbot.keyClick(key, Qt.Key.Key_Delete)
    assert "fields" not in context.document.workflow.nodes["n"].params
    assert editor.rows[0][1] is key
    qtbot.keyClicks(key, "new")
    assert context.document.workflow.nodes["n"].params == {"fields": {"new": 1}}
    assert context.document.undo_stack.count() == 1


def test_the_only_item_of_a_list_stays_while_it_is_retyped(panel, qtbot, context):
    nodes = {"n": Node(action="human.approve", params={"message": "?", "assignees": ["a"]})}
    context.document.reset(Workflow(id="w", nodes=nodes))
    context.selection.set(["n"])
    editor = panel.parameters.form.rows["assignees"].editor
    line = editor.rows[0].line
    all_of(qtbot, line)
    qtbot.keyClick(line, Qt.Key.Key_Backspace)
    assert "assignees" not in context.document.workflow.nodes["n"].params
    assert editor.rows[0].line is line
    qtbot.keyClicks(line, "bob")
    assert context.document.workflow.nodes["n"].params["assignees"] == ["bob"]


def test_an_added_line_waits_while_another_field_is_edited(panel, qtbot, context):
    context.document.reset(Workflow(id="w", nodes={"n": Node(action="human.approve", params={"message": "?"})}))
    context.selection.set(["n"])
    rows = panel.parameters.form.rows
    rows["assignees"].editor.add_button.click()
    qtbot.keyClicks(rows["timeout"].editor.line, "1d")
    assert len(rows["assignees"].editor.rows) == 1


@pytest.mark.parametrize(("name", "first", "typed", "wanted"), [("max_attempts", 5, "30", 30),
                                                                ("max_attempts", 3, "12", 12)])  # fmt: skip
def test_a_retry_field_takes_what_is_typed_also_past_its_default(settings, qtbot, node, name, first, typed, wanted):
    settings.custom_retry.click()
    line = settings.retry.rows[name].editor.line
    retype(qtbot, line, str(first))
    retype(qtbot, line, typed)
    assert line.text() == typed
    assert getattr(node().retry, name) == wanted


def test_an_emptied_retry_field_stays_empty_and_holds_the_default(settings, qtbot, node):
    settings.custom_retry.click()
    line = settings.retry.rows["max_attempts"].editor.line
    qtbot.keyClicks(line, "7")
    qtbot.keyClick(line, Qt.Key.Key_Backspace)
    assert line.text() == ""
    assert line.placeholderText() == "3"
    assert node().retry.max_attempts == 3
    qtbot.keyClicks(line, "5")
    assert node().retry.max_attempts == 5


def test_a_workflow_setting_takes_what_is_typed_also_past_its_default(panel, qtbot, context):
    line = panel.workflow.settings.rows["max_concurrency"].editor.line
    qtbot.keyClicks(line, "160")
    assert line.text() == "160"
    assert context.document.workflow.settings.max_concurrency == 160
    all_of(qtbot, line)
    qtbot.keyClick(line, Qt.Key.Key_Delete)
    assert line.text() == ""
    assert context.document.workflow.settings.max_concurrency == Settings().max_concurrency


def test_the_retry_form_names_the_models_own_defaults(settings):
    """(C4.4)"""
    policy = RetryPolicy()
    for name, row in settings.retry.rows.items():
        default = getattr(policy, name)
        assert row.field.default == (list(default) if isinstance(default, tuple) else default)


# -- invalid text ----------------------------------------------------------------------------------------


def test_invalid_text_is_told_kept_and_not_written(timeout, qtbot, node, panel):
    line = timeout.editor.line
    qtbot.keyClicks(line, "5s")
    qtbot.keyClicks(line, "oon")
    assert node().timeout == "5s"
    assert "ms, s, m, h or d" in timeout.message.text()
    assert line.property("invalid") == "true"
    panel.refresh()
    panel.settings.show_problems()
    assert line.text() == "5soon"
    assert "ms, s, m, h or d" in timeout.message.text()
    retype(qtbot, line, "9s")
    assert node().timeout == "9s"
    assert line.property("invalid") == "false"


def test_invalid_text_does_not_go_with_the_selection_to_another_node(timeout, qtbot, node, panel):
    qtbot.keyClicks(timeout.editor.line, "soon")
    panel.context.selection.set(["next"])
    assert timeout.editor.line.text() == ""
    assert node("next").timeout is None
    panel.context.selection.set(["log"])
    assert timeout.editor.line.text() == ""


def test_two_nodes_with_the_same_value_do_not_share_half_typed_text(timeout, qtbot, node, panel):
    qtbot.keyClicks(timeout.editor.line, "5s")
    panel.context.selection.set(["next"])
    qtbot.keyClicks(timeout.editor.line, "5s")
    qtbot.keyClicks(timeout.editor.line, "x")
    panel.context.selection.set(["log"])
    assert timeout.editor.line.text() == "5s"
    assert (node("log").timeout, node("next").timeout) == ("5s", "5s")


def test_another_file_begins_with_nothing_typed(timeout, qtbot, panel, context):
    qtbot.keyClicks(timeout.editor.line, "soon")
    context.document.reset(context.document.workflow.replace(id="other"))
    context.selection.set(["log"])
    assert timeout.editor.line.text() == ""


def test_another_file_begins_with_its_own_inputs_and_settings(panel, qtbot, context):
    page = panel.workflow
    qtbot.keyClicks(page.settings.rows["max_concurrency"].editor.line, "0")
    page.inputs.add_button.click()
    context.document.reset(Workflow(id="other", inputs={"a": Input(type="string")}))
    assert page.settings.rows["max_concurrency"].editor.line.text() == ""
    assert [card.form.values() for card in page.inputs.cards] == [{"name": "a", "type": "string"}]


# -- the id ----------------------------------------------------------------------------------------------


def test_a_half_typed_id_does_not_rename_the_node_selected_next(settings, qtbot, panel, context):
    settings.id_line.setFocus()
    retype(qtbot, settings.id_line, "wanted")
    context.selection.set(["next"])
    assert settings.id_line.text() == "next"
    settings.id_line.editingFinished.emit()
    assert set(context.document.workflow.nodes) == {"log", "next", "odd"}


def test_an_id_is_applied_when_the_line_is_left(settings, qtbot, panel, context):
    retype(qtbot, settings.id_line, "renamed")
    settings.id_line.editingFinished.emit()
    assert "renamed" in context.document.workflow.nodes
    assert context.document.undo_stack.count() == 1
    context.document.undo_stack.undo()
    assert "log" in context.document.workflow.nodes
    assert context.document.workflow.nodes["next"].params["message"] == "{{ nodes.log.output }}"


def test_the_message_about_a_bad_id_goes_with_the_node(settings, qtbot, panel, context):
    retype(qtbot, settings.id_line, "next")
    qtbot.keyClick(settings.id_line, Qt.Key.Key_Return)
    assert settings.id_message.isVisible()
    context.selection.set(["odd"])
    assert not settings.id_message.isVisible()


def test_deleting_the_node_under_edit_writes_nothing_more(settings, qtbot, panel, context):
    from floworch_designer.document import edits

    retype(qtbot, settings.id_line, "late")
    context.document.apply(edits.remove(context.document.workflow, ["log"]), "Delete")
    settings.id_line.editingFinished.emit()
    settings.forms[0].rows["title"].editor.line.textEdited.emit("x")
    panel.middleware.show_problems()
    assert set(context.document.workflow.nodes) == {"next", "odd"}
    assert context.document.undo_stack.count() == 1


# -- fields of a node that are emptied are not written to the file ---------------------------------------


@pytest.mark.parametrize(("form", "name", "typed"), [(0, "title", "Name"), (2, "timeout", "30s"),
                                                     (3, "notes", "text")])  # fmt: skip
def test_an_emptied_setting_is_as_if_never_written(settings, qtbot, node, form, name, typed):
    editor = settings.forms[form].rows[name].editor
    widget = editor.focusProxy()
    qtbot.keyClicks(widget, typed)
    assert getattr(node(), name) == typed
    all_of(qtbot, widget)
    qtbot.keyClick(widget, Qt.Key.Key_Delete)
    assert name not in node().model_fields_set


def test_leaving_the_own_retry_policy_takes_the_field_away(settings, node):
    settings.custom_retry.click()
    assert node().retry == RetryPolicy()
    settings.custom_retry.click()
    assert "retry" not in node().model_fields_set
    assert not settings.retry.isVisible()


@pytest.mark.parametrize(("form", "name", "downs", "value"), [
    (1, "join", 1, "any"), (1, "join", 2, "first"), (1, "on_error", 1, "continue"), (2, "run_on", 1, "loop"),
    (2, "run_on", 4, "cluster"), (2, "effect", 3, "unsafe"),
])  # fmt: skip
def test_choices_are_made_by_keyboard_and_taken_back(settings, qtbot, node, context, form, name, downs, value):
    box = settings.forms[form].rows[name].editor.box
    for _ in range(downs):
        qtbot.keyClick(box, Qt.Key.Key_Down)
    assert getattr(node(), name) == value
    assert context.document.undo_stack.count() == 1
    qtbot.keyClick(box, Qt.Key.Key_Home)
    assert name not in node().model_fields_set


def test_every_field_of_a_retry_policy_is_written(settings, qtbot, node):
    settings.custom_retry.click()
    rows = settings.retry.rows
    for name, text in (
        ("max_attempts", "7"),
        ("delay", "2s"),
        ("backoff", "3"),
        ("max_delay", "5m"),
        ("jitter", "0.5"),
    ):
        qtbot.keyClicks(rows[name].editor.line, text)
        assert rows[name].editor.line.text() == text
    rows["on"].editor.add_button.click()
    qtbot.keyClicks(rows["on"].editor.rows[0].line, "timeout_error")
    policy = node().retry
    assert (policy.max_attempts, policy.delay, policy.backoff) == (7, "2s", 3.0)
    assert (policy.max_delay, policy.jitter, policy.on) == ("5m", 0.5, ("timeout_error",))


@pytest.mark.parametrize(("name", "typed", "words"), [("max_attempts", "0", "least is 1"), ("backoff", "0.5", "least"),
                                                      ("jitter", "2", "most is 1"), ("delay", "soon", "seconds"),
                                                      ("max_attempts", "2.5", "whole")])  # fmt: skip
def test_impossible_retry_values_are_told_and_not_written(settings, qtbot, node, name, typed, words):
    settings.custom_retry.click()
    row = settings.retry.rows[name]
    for letter in typed:
        qtbot.keyClicks(row.editor.line, letter)
    assert words in row.message.text()
    assert row.editor.line.text() == typed
    policy = node().retry
    assert RetryPolicy.model_validate(policy.model_dump()) == policy


# -- values that only look like something else -----------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["NaN", "Infinity", "-Infinity", "[NaN]", "1e999", "[1e999]", DEEP], ids=lambda t: t[:9]
)
def test_texts_a_definition_cannot_hold_as_numbers_stay_texts(text):
    with pytest.raises(ValueError, match=r"."):
        read_json(text)
    assert parse_smart(text) == text


@pytest.mark.parametrize("value", ["5", "true", "null", " 7", '"quoted"', "{{ a }}", '["{{ a }}"]', "[", "", "plain",
                                   "1e5", True, 1, 1.0, None, [True, 1], {"a": "5"}])  # fmt: skip
def test_a_json_field_reads_back_what_it_shows(theme, qtbot, value):
    editor = JsonEditor(Field("x", "X", Kind.JSON), theme)
    qtbot.addWidget(editor)
    editor.set_value(value)
    assert editor.value() == value
    assert type(editor.value()) is type(value)
    assert editor.problem() == ""


@pytest.mark.parametrize("pair", [(1, True), (True, 1), (1, 1.0), ([1], [True]), ({"a": 0}, {"a": False})], ids=str)
@pytest.mark.parametrize("kind", ["json", "smart"])
def test_equal_values_of_another_type_replace_each_other(theme, qtbot, kind, pair):
    field = Field("x", "X", Kind.JSON)
    editor = JsonEditor(field, theme) if kind == "json" else SmartEditor(field)
    qtbot.addWidget(editor)
    for value in pair:
        editor.set_value(value)
    assert str(editor.value()) == str(pair[1])


def test_a_row_follows_a_change_of_type_alone(theme, qtbot):
    form = Form((Field("x", "X", Kind.LIST), Field("y", "Y", Kind.MAPPING)), theme)
    qtbot.addWidget(form)
    form.set_values({"x": [1], "y": {"k": 1}})
    form.set_values({"x": [True], "y": {"k": True}})
    assert str(form.values()) == "{'x': [True], 'y': {'k': True}}"
    assert form.rows["x"].editor.rows[0].line.text() == "true"
    assert form.rows["y"].editor.rows[0][2].line.text() == "true"


@pytest.mark.parametrize("value", [True, False])
def test_a_boolean_is_no_duration(qtbot, value):
    editor = DurationEditor(Field("x", "X", Kind.DURATION))
    qtbot.addWidget(editor)
    assert not editor.accepts(value)


@pytest.mark.parametrize("typed", ["-1", "nan", "inf", "5 parsecs", "1h30m", "s"])
def test_wrong_durations_are_told(qtbot, typed):
    editor = DurationEditor(Field("x", "X", Kind.DURATION))
    qtbot.addWidget(editor)
    qtbot.keyClicks(editor.line, typed)
    assert editor.problem()


# -- fx --------------------------------------------------------------------------------------------------


@pytest.fixture
def form(theme, qtbot):
    fields = (Field("list", "List", Kind.LIST), Field("text", "Text", Kind.TEXT), Field("n", "N", Kind.INTEGER),
              Field("value", "Value", Kind.EXPRESSION), Field("map", "Map", Kind.MAPPING))  # fmt: skip
    form = Form(fields, theme)
    qtbot.addWidget(form)
    form.show()
    return form


def fx(qtbot, row, times=1):
    for _ in range(times):
        qtbot.mouseClick(row.toggle, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(("name", "value"), [("list", [1, "a"]), ("map", {"a": [1]}), ("text", 'say "hi"'), ("n", -4),
                                             ("text", "5"), ("list", [])])  # fmt: skip
def test_fx_twice_changes_nothing(form, qtbot, name, value):
    form.set_values({name: value})
    fx(qtbot, form.rows[name], 2)
    assert form.values() == {name: value}
    assert form.rows[name].literal.value() in (value, MISSING)


@pytest.mark.parametrize("text", ['{{ "a" }}{{ "b" }}', '{{ "a" ~ "b" }}', "{{ a }} and {{ b }}", "x{{ a }}"])
def test_an_expression_that_is_no_literal_is_not_made_one(form, qtbot, text):
    form.set_values({"text": text})
    row = form.rows["text"]
    fx(qtbot, row)
    assert row.value() is MISSING
    assert row.literal.value() is MISSING
    fx(qtbot, row)
    assert row.value() == text


def test_a_set_aside_expression_is_forgotten_with_its_object(form, qtbot):
    form.set_values({"text": "{{ a.b }}"})
    fx(qtbot, form.rows["text"])
    form.set_values({"text": "other"}, fresh=True)
    form.set_values({}, fresh=True)
    fx(qtbot, form.rows["text"])
    assert form.rows["text"].expression.text.toPlainText() == "{{  }}"


def test_text_without_braces_written_as_expression_is_kept_as_text(form, qtbot):
    row = form.rows["text"]
    fx(qtbot, row)
    retype(qtbot, row.expression.text, "plain words")
    fx(qtbot, row)
    assert row.value() == "plain words"
    assert row.editor is row.literal


def test_a_begun_expression_survives_edits_of_other_fields(form, qtbot):
    row = form.rows["text"]
    fx(qtbot, row)
    form.set_values({"n": 3})
    assert row.editor is row.expression
    assert row.expression.text.toPlainText() == "{{  }}"


def test_the_own_editor_returns_when_the_value_fits_again(form):
    form.set_values({"n": {"odd": 1}})
    assert isinstance(form.rows["n"].literal, JsonEditor)
    form.set_values({"n": 4})
    assert not isinstance(form.rows["n"].literal, JsonEditor)
    assert form.rows["n"].editor.value() == 4
    assert form.values() == {"n": 4}


def test_a_form_without_expressions_takes_literals_in_every_field(theme, qtbot):
    form = Form((Field("value", "Value", Kind.EXPRESSION, default=None),), theme, expressions=False)
    qtbot.addWidget(form)
    form.show()
    qtbot.keyClicks(form.rows["value"].editor.line, "5")
    assert form.values() == {"value": 5}
    assert not form.rows["value"].toggle.isVisible()


def test_the_default_of_an_input_keeps_its_type(panel, qtbot, context):
    panel.workflow.inputs.add_button.click()
    rows = panel.workflow.inputs.cards[0].form.rows
    qtbot.keyClicks(rows["name"].editor.line, "limit")
    qtbot.keyClicks(rows["default"].editor.line, "5")
    assert context.document.workflow.inputs["limit"].default == 5


def test_two_inputs_of_one_name_are_told_and_neither_is_lost(panel, qtbot, context):
    context.document.reset(Workflow(id="w", inputs={"a": Input(type="string")}))
    page = panel.workflow
    page.inputs.add_button.click()
    line = page.inputs.cards[1].form.rows["name"].editor.line
    qtbot.keyClicks(line, "a")
    assert "used twice" in page.inputs_note.text()
    assert page.inputs_note.isVisible()
    assert context.document.workflow.inputs == {"a": Input(type="string")}
    qtbot.keyClicks(line, "b")
    assert list(context.document.workflow.inputs) == ["a", "ab"]
    assert context.document.workflow.inputs["a"].type == "string"
    assert not page.inputs_note.isVisible()


# -- lists and tables ------------------------------------------------------------------------------------


def test_a_removed_line_takes_its_value_and_only_it(qtbot):
    editor = ListEditor(Field("x", "X", Kind.LIST))
    qtbot.addWidget(editor)
    editor.set_value([1, 2, 3])
    button = next(
        child for child in editor.rows[1].children() if getattr(child, "toolTip", str)() == "Remove this item"
    )
    with qtbot.waitSignal(editor.edited):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert editor.value() == [1, 3]


def test_enter_in_a_table_begins_the_next_entry(qtbot):
    editor = MappingEditor(Field("x", "X", Kind.MAPPING))
    qtbot.addWidget(editor)
    editor.show()
    editor.add_button.click()
    qtbot.keyClicks(editor.rows[0][1], "a")
    qtbot.keyClick(editor.rows[0][2].line, Qt.Key.Key_Return)
    assert len(editor.rows) == 2
    assert editor.value() == {"a": ""}


def test_lines_of_a_text_list_keep_texts_that_look_like_numbers(qtbot):
    editor = ListEditor(Field("x", "X", Kind.LIST, item=Field("value", "V", Kind.TEXT)))
    qtbot.addWidget(editor)
    editor.set_value(["5", "a"])
    assert isinstance(editor.rows[0], TextEditor)
    assert editor.value() == ["5", "a"]
