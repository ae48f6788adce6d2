"""Nothing is in the palette without tests of a cancel, of bad input, of large input and, where it needs one, a server.

Each line names the tests; where a kind does not apply, it says why. Bad input: every action has its cases in
``test_bad_input``, which counts them.
"""

from __future__ import annotations

import ast
import functools
from pathlib import Path

import pytest

from floworch.actions.library import BUILTIN_ACTIONS
from floworch.actions.registry import registry

TESTS = Path(__file__).parents[3]
HERE = "engine/actions/library/"
BAD = "test_bad_input::test_what_is_wrong_is_said_with_its_place_and_a_way_out"
AT_ONCE = "test_at_once::test_it_ends_within_one_step_so_that_no_cancel_can_fall_into_it"
WAITS = "test_at_once::test_a_run_that_waits_is_cancelled_at_once_and_what_follows_is_not_begun"
KILLED = "test_cancelled::test_the_program_is_killed"
SLICES = "::test_a_cancel_ends_it_between_slices"
STATEMENT = "test_data_tables::test_a_cancel_interrupts_the_statement"
LARGE = "test_large_input::test_it_takes_it"
LOCAL = "- it talks to no server: it works on values, files and programs of this machine"
POSTGRES = "test_named_connections::test_postgresql_is_reached_by_name_and_its_password_shows_nowhere"
HOOK = "engine/serve/test_hooks::test_a_request_starts_a_run_that_sees_it"
SHORT = "- its parameters are a few short texts, whose lengths the schema bounds"

#: By action: cancel, large input, real server.
TABLE: dict[str, tuple[str, str, str]] = {
    "data.dedupe": (f"test_data_dedupe{SLICES}", LARGE, LOCAL),
    "data.filter": (
        f"test_data_filter{SLICES}",
        "test_data_stream::test_a_million_rows_are_filtered_and_grouped_in_flat_memory",
        LOCAL,
    ),
    "data.group": (
        f"test_data_group{SLICES}",
        "test_data_stream::test_a_million_rows_are_filtered_and_grouped_in_flat_memory",
        LOCAL,
    ),
    "data.join": (f"test_data_join{SLICES}", "test_data_join::test_many_rows_are_looked_up_and_not_searched", LOCAL),
    "data.parse": ("test_data_parse::test_a_stop_is_noticed_while_it_parses", LARGE, LOCAL),
    "data.read_table": (
        STATEMENT,
        "test_data_read_table::test_many_rows_are_filtered_and_grouped_in_flat_memory",
        LOCAL,
    ),
    "data.set": (AT_ONCE, LARGE, LOCAL),
    "data.sort_limit": (f"test_data_sort_limit{SLICES}", "test_data_sort_limit::test_a_large_list_is_fine", LOCAL),
    "data.sql": (STATEMENT, LARGE, LOCAL),
    "data.template": (AT_ONCE, "test_data_template::test_a_large_report_is_written", LOCAL),
    "data.validate": (f"test_data_validate{SLICES}", LARGE, LOCAL),
    "data.write_table": ("test_data_write_table::test_a_cancel_ends_it_and_leaves_what_was_there", LARGE, LOCAL),
    "file.archive": (
        "test_file_archive::test_a_cancel_leaves_nothing_behind",
        "test_file_archive::test_a_large_file_needs_little_memory",
        LOCAL,
    ),
    "file.copy_move": (
        "test_file_copy_move::test_a_cancel_leaves_whole_files_only",
        "test_file_copy_move::test_a_large_file_needs_little_memory",
        LOCAL,
    ),
    "file.delete": (
        "test_file_delete::test_a_cancel_stops_before_the_next_file",
        "test_file_delete::test_a_large_folder_goes_with_progress",
        LOCAL,
    ),
    "file.list": ("test_file_list::test_it_stops_when_it_is_asked_to", LARGE, LOCAL),
    "file.object": (
        "test_file_object::test_a_cancel_leaves_nothing_half",
        "proof/test_large_transfers::test_object_store",
        "test_file_object::test_objects_come_go_are_listed_and_deleted",
    ),
    "file.read": ("test_file_read::test_it_stops_when_it_is_asked_to", LARGE, LOCAL),
    "file.sftp": (
        "test_file_sftp::test_a_cancel_leaves_no_half_file",
        "proof/test_large_transfers::test_sftp",
        "test_file_sftp::test_files_come_go_are_listed_and_deleted",
    ),
    "file.wait": (
        "test_file_wait::test_a_cancel_ends_the_wait",
        "test_file_wait::test_many_files_are_all_named",
        LOCAL,
    ),
    "file.write": (
        "test_file_write::test_stopping_leaves_the_old_file_and_nothing_else",
        "test_db_tables::test_many_rows_go_through_in_flat_memory",
        LOCAL,
    ),
    "http.download": (
        "test_http_download::test_cancelling_closes_the_connection_and_keeps_the_part",
        "test_http_download::test_large_files_need_little_memory",
        "test_http_download::test_a_file_arrives_whole_with_progress",
    ),
    "http.request": (
        "test_http_request::test_cancelling_closes_the_connection",
        "test_http_request::test_chunked_answers_and_large_ones",
        "test_http_request::test_answers_are_parsed_by_their_type_or_as_told",
    ),
    "http.respond": (AT_ONCE, AT_ONCE, HOOK),
    "http.rss": (
        "test_http_rss::test_cancelling_closes_the_connection",
        "test_http_feed::test_ten_thousand_items",
        "test_http_rss::test_items_in_the_order_of_the_feed",
    ),
    "db.execute": (
        "test_db_execute::test_a_cancel_interrupts_the_statement_and_undoes_it",
        "test_db_execute::test_a_hundred_thousand_rows_change_without_being_read",
        "test_db_execute::test_postgresql_changes_interrupts_and_rolls_back",
    ),
    "db.load": (
        "test_db_load::test_cancelling_rolls_back",
        "test_db_tables::test_many_rows_go_through_in_flat_memory",
        POSTGRES,
    ),
    "db.query": (
        "test_db_query::test_cancelling_interrupts_the_statement",
        "test_db_tables::test_many_rows_go_through_in_flat_memory",
        POSTGRES,
    ),
    "db.wait": ("test_db_wait::test_a_cancel_ends_the_wait_and_a_running_statement", LARGE, POSTGRES),
    "mail.send": (
        "test_mail_send::test_a_cancel_closes_the_connection_and_nothing_is_sent",
        "test_mail_send::test_large_attachments_go_through_or_are_refused_before_they_are_read",
        "test_mail_send::test_a_mail_in_markdown_with_attachments_arrives_whole",
    ),
    "mail.read": (
        "test_mail_read::test_a_cancel_leaves_no_half_file",
        "test_mail_read::test_a_large_attachment_needs_little_memory",
        "test_mail_read::test_messages_are_read_newest_first_and_left_as_they_are",
    ),
    "chat.send": (
        "test_chat_send::test_a_cancel_closes_the_connection",
        "test_chat_send::test_a_text_that_is_too_long_is_cut_and_told_of",
        "test_chat_send::test_each_service_gets_what_it_understands",
    ),
    "desktop.notify": (KILLED, SHORT, LOCAL),
    "mqtt.publish": (
        "test_mqtt::test_a_cancel_leaves_a_broker_that_says_nothing",
        "test_mqtt::test_a_large_message_is_held_a_few_times_at_most",
        "test_mqtt::test_what_is_published_is_received",
    ),
    "mqtt.wait": (
        "test_mqtt::test_a_cancel_ends_the_wait",
        "test_mqtt::test_a_large_message_is_held_a_few_times_at_most",
        "test_mqtt::test_it_waits_for_the_message_that_fits_and_hears_what_was_retained",
    ),
    "shell.run": (
        "test_shell_process::test_cancelling_asks_first_and_waits_until_all_is_gone",
        "test_shell_process::test_large_input_and_output_do_not_block_each_other",
        LOCAL,
    ),
    "python.code": ("test_python_code::test_cancelling_kills_the_worker", LARGE, LOCAL),
    "python.script": ("test_python_script::test_cancelling_kills_the_worker", LARGE, LOCAL),
    "ssh.run": (
        "test_ssh_run::test_a_cancel_kills_the_command_there",
        "test_ssh_run::test_a_large_output_is_cut_and_needs_little_memory",
        "test_ssh_run::test_a_command_runs_there_and_its_lines_are_logged_as_they_come",
    ),
    "flow.call": (
        "engine/executor/test_children::test_cancel_reaches_children_and_waits_for_them",
        "- what it hands on are values of expressions, which the run bounds and keeps as artifacts",
        LOCAL,
    ),
    "flow.end": (AT_ONCE, AT_ONCE, LOCAL),
    "flow.fail": (
        "test_at_once::test_a_failure_that_is_asked_for_comes_within_one_step",
        "- its message is cut where it is journaled, as that of every error",
        LOCAL,
    ),
    "flow.foreach": ("test_at_once::test_a_list_is_handed_to_the_loop_before_a_cancel_can_come", LARGE, LOCAL),
    "flow.if": (AT_ONCE, LARGE, LOCAL),
    "flow.join": (AT_ONCE, LARGE, LOCAL),
    "flow.repeat": (
        AT_ONCE,
        "- it has a condition and a number; what its body gives is kept of the newest round only",
        LOCAL,
    ),
    "flow.signal": (WAITS, "- it has a name; what is sent is bounded by the command that sends it", LOCAL),
    "flow.switch": (AT_ONCE, LARGE, LOCAL),
    "flow.try": (AT_ONCE, "- it has a number and a list of error kinds", LOCAL),
    "flow.wait": (WAITS, "- it has a duration or a moment", LOCAL),
    "human.approve": (WAITS, "- its message is text for a person and is journaled like every value", LOCAL),
    "human.choose": (WAITS, LARGE, LOCAL),
    "human.form": (WAITS, LARGE, LOCAL),
    "ai.chat": (
        "test_ai_chat::test_a_cancel_closes_the_stream",
        "test_ai_chat::test_a_long_answer_arrives_whole",
        "test_ai_chat::test_a_question_and_its_answer",
    ),
    "ai.classify": (
        "test_ai_classify::test_a_cancel_closes_the_stream",
        "test_ai_classify::test_a_text_of_a_megabyte_goes_whole",
        "test_ai_classify::test_the_label_is_the_port",
    ),
    "ai.extract": (
        "test_ai_extract::test_a_cancel_closes_the_stream",
        "test_ai_extract::test_a_text_of_a_megabyte_goes_whole",
        "test_ai_extract::test_values_come_out_whole_and_the_rest_is_null_or_its_default",
    ),
    "util.clipboard": (KILLED, "- a clipboard takes what it takes; what is read from it ends at 1 MiB", LOCAL),
    "util.datetime": (AT_ONCE, SHORT, LOCAL),
    "util.hash": (
        "test_util_hash::test_a_cancel_stops_the_reading",
        "test_util_hash::test_a_large_file_needs_no_memory",
        LOCAL,
    ),
    "util.log": (AT_ONCE, "test_util_log::test_a_huge_message_is_cut_in_the_log_only", LOCAL),
    "util.open": (KILLED, SHORT, LOCAL),
    "util.state": ("test_util_state::test_a_cancel_leaves_a_change_whole_and_a_repeat_changes_once", LARGE, LOCAL),
    "trigger.file": ("test_cancelled::test_the_look_through_folders_ends", LARGE, LOCAL),
    "trigger.manual": (AT_ONCE, LARGE, LOCAL),
    "trigger.schedule": (AT_ONCE, "- it has a line of cron and a few words", LOCAL),
    "trigger.webhook": (AT_ONCE, LARGE, HOOK),
}  # fmt: skip


@functools.cache
def functions(path: Path) -> frozenset[str]:
    """The names of the tests in a file; none when there is no such file."""
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))


def missing(entry: str) -> str:
    """Why an entry shows nothing, or an empty text."""
    if entry.startswith("- "):
        return "" if len(entry.split()) > 5 else f"no reason: {entry}"
    module, _, name = entry.partition("::")
    path = TESTS / f"{module if '/' in module else HERE + module}.py"
    return "" if name in functions(path) else f"no test: {entry}"


def keys_of(entry: str, table: str) -> set[str]:
    """The keys of a table of cases in the file of a test."""
    tree = ast.parse((TESTS / f"{HERE}{entry.partition('::')[0]}.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == table and isinstance(node.value, ast.Dict):
            return {ast.literal_eval(key) for key in node.value.keys if key is not None}
    return set()


def test_every_action_of_the_palette_is_there() -> None:
    assert set(TABLE) == set(BUILTIN_ACTIONS)


@pytest.mark.parametrize("action", sorted(TABLE))
def test_its_tests_exist(action: str) -> None:
    assert [why for entry in (BAD, *TABLE[action]) if (why := missing(entry))] == []


@pytest.mark.parametrize("action", sorted(TABLE))
def test_what_talks_to_others_is_tested_against_the_real_thing(action: str) -> None:
    if "network" in registry.resolve(action).capabilities:
        assert not TABLE[action][2].startswith("- ")


@pytest.mark.parametrize(("column", "entry", "table"), [(0, AT_ONCE, "AT_ONCE"), (1, LARGE, "CASES")])
def test_the_actions_that_share_a_test_are_in_its_table(column: int, entry: str, table: str) -> None:
    assert {action for action, entries in TABLE.items() if entries[column] == entry} <= keys_of(entry, table)


@pytest.mark.parametrize("entry", ["- because", "test_nowhere::test_x", "test_covered::test_of_nobody"])
def test_an_entry_that_shows_nothing_is_found(entry: str) -> None:
    assert missing(entry)
