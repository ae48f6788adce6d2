"""Every code a Problem may have. Codes are stable words: tools and tests rely on them."""

from __future__ import annotations

#: code -> (when it is an error unless it says warning, what it means); ``docs/reference/problems.md`` is made of it.
CODES: dict[str, tuple[str, str]] = {
    # text and shape of the file (floworch.model.codec)
    "encoding": ("error", "The file is not UTF-8 text."),
    "too_large": ("error", "The file has more than 50 MiB."),
    "too_deep": ("error", "Lists and objects are nested deeper than 256 levels, or containers deeper than 63."),
    "too_many_nodes": ("error", "There are more than 100 000 nodes."),
    "malformed_json": ("error", "The text is not JSON; line and column are in the message."),
    "duplicate_key": ("error", "An object holds a key more than once."),
    "half_character": ("error", "A text holds half of a character (a lone surrogate), which is not Unicode."),
    "number_range": ("error", "A number is too large to be kept."),
    "foreign_value": ("error", "A definition made by a program holds what is no JSON, such as NaN or a set."),
    "not_an_object": ("error", "The file does not hold one JSON object."),
    "missing_field": ("error", "A field that must be there is missing."),
    "wrong_type": ("error", "A field has a value of another type than it must have."),
    "bad_value": ("error", "A field is none of the words it may be."),
    "out_of_range": ("error", "A number is smaller or larger than allowed."),
    "unknown_key": ("warning", "A key is no field; it is kept but does nothing. Keys of your own begin with `x-`."),
    # structure
    "bad_id": ("error", "An id does not have the form of an id."),
    "no_nodes": ("error", "The workflow has no nodes."),
    "unknown_node": ("error", "An edge or an expression names a node that does not exist."),
    "duplicate_node": ("error", "A builder was given two nodes of one id."),
    "duplicate_edge": ("warning", "The same edge is there twice."),
    "cycle": ("error", "Edges lead in a circle; the message names every node of it."),
    "unknown_parent": ("error", "A node's parent does not exist."),
    "not_a_container": ("error", "A node's parent is an action that holds no body."),
    "parent_cycle": ("error", "Containers lie inside each other in a circle."),
    "crossing_edge": ("error", "An edge crosses the border of a container."),
    "empty_container": ("warning", "A container has no node in its body."),
    "trigger_not_first": ("error", "Something leads to a trigger, or it is inside a container."),
    # ports and joins
    "unknown_port": ("error", "An edge leaves a port that its action does not have."),
    "handler_result": (
        "warning",
        "What goes well in a container results in null: its only last node handles failures.",
    ),
    "exclusive_join": ("warning", "An all-join waits for branches of which only one is ever taken."),
    # actions and parameters
    "unknown_action": ("error", "There is no such action."),
    "bad_param": ("error", "A parameter is missing, unknown or does not fit its action."),
    "unknown_version": ("error", "A node is written for a version of its action that is not here."),
    "bad_migration": ("error", "Parameters of an earlier version of an action cannot be taken over."),
    "bad_compensation": ("error", "A compensation waits or holds a body, which a rollback cannot do."),
    "thread_timeout": ("warning", "A timeout cannot interrupt an action that runs in a thread."),
    "late_answer": ("warning", "A web request is answered at once, so that no step behind it can answer it."),
    "wait_timeout": ("warning", "A node's timeout does not bound how long its action waits."),
    # middleware
    "unknown_layer": ("error", "There is no such middleware."),
    "bad_option": ("error", "An option of a middleware is missing, unknown or does not fit."),
    "two_retries": ("warning", "More than one retry applies to a node; only the innermost has effect."),
    "harmful_order": ("warning", "A layer cannot do its work, or does harm, because of the layer it is inside."),
    "useless_retry": ("warning", "A retry can never lead to another attempt, or to a success."),
    "unused_pin": ("warning", "A pin can never stand for its node."),
    # expressions
    "bad_expression": ("error", "An expression does not parse."),
    "bad_condition": ("error", "A condition is not one expression."),
    "unknown_name": ("error", "An expression uses a name that does not exist at this place."),
    "null_input": ("warning", "An expression calculates with an input that may be left out and has no default."),
    "unknown_input": ("error", "An expression names an input that is not declared."),
    "unknown_filter": ("error", "An expression uses a filter that does not exist."),
    "unknown_test": ("error", "An expression uses a test that does not exist."),
    "unknown_field": ("error", "An expression reads something of a node or run that does not exist."),
    "private_name": ("error", "An expression reads a name such as `__class__`, which no value of a run has."),
    "whole_nodes": ("warning", "An expression takes all of `nodes` or `secrets` instead of one of them."),
    "not_upstream": ("error", "An expression reads a node that has not run before this one."),
    "whole_output": ("warning", "A parameter that takes a list is the whole output of a step that gives an object."),
    "unquoted_value": (
        "warning",
        "A value is put into a command as it is, and the shell would run what it holds; `| quote` makes it one word.",
    ),
    "dotted_id": ("error", "An id that is no identifier is written with a dot."),
    "secret_not_set": (
        "warning",
        "A secret has no value on this machine; a run that reads it is refused until it has.",
    ),
    "unknown_connection": ("warning", "A connection does not exist on this machine; a run is refused until it does."),
    "wrong_connection": ("warning", "A connection is of another type, or damaged; a run is refused until it fits."),
    # what this machine lacks (floworch.host.readiness, said by validate)
    "missing_library": ("warning", "An action needs a library that is not installed on this machine."),
    "no_keyring": ("warning", "A secret is kept in a keyring that cannot be used here."),
    # calls, data and settings
    "unknown_workflow": ("error", "A call names a workflow file that does not exist."),
    "bad_workflow": ("error", "A workflow that is called cannot be read or is not valid."),
    "bad_call_input": ("error", "An input of a call is missing, undeclared or of another type."),
    "call_cycle": ("error", "Workflows call each other in a circle; the message names them."),
    "calls_too_deep": ("error", "Calls are nested deeper than 16."),
    "parallel_writers": ("warning", "Two nodes that may run at the same time write the same data key."),
    "bad_duration": ("error", "A duration is not seconds or a text such as 30s."),
    "bad_default": ("error", "The default of an input is not of its declared type."),
    "idle_tags": ("warning", "A node has tags, which ask for a worker of a cluster, and does not run on one."),
    "unknown_error_kind": ("error", "A retry policy names an error kind that does not exist."),
}


def table() -> str:
    """The reference page of all codes, as Markdown."""
    lines = [
        "# Problems",
        "",
        "What `floworch validate` and the designer find. An error makes a definition invalid, a warning does not.",
        "",
        "| code | severity | meaning |",
        "|---|---|---|",
    ]
    lines += [f"| `{code}` | {severity} | {meaning} |" for code, (severity, meaning) in sorted(CODES.items())]
    lines += [
        "",
        "## Repairs",
        "",
        "Where a fix is certain enough, `Problem.repair` holds it as data, and `floworch.model.repair.apply_repair`",
        "carries it out:",
        "",
        "| repair | does |",
        "|---|---|",
        '| `{"op": "set_field", "node": id, "field": f, "value": v}` | sets a field of a node |',
        '| `{"op": "unset_field", "node": id, "field": f}` | removes a field of a node |',
        '| `{"op": "set_param", "node": id, "param": p, "value": v}` | sets a parameter of a node |',
        '| `{"op": "set_edge", "edge": i, "field": "from" or "port" or "to", "value": v}` | changes edge number i |',
        '| `{"op": "remove_edge", "edge": i}` | removes edge number i |',
        '| `{"op": "rename_node", "node": id, "value": new}` | renames a node in nodes, edges, parents and positions |',
        '| `{"op": "declare_input", "name": n, "type": t}` | declares a required input, without `type` one of any |',
        '| `{"op": "replace_text", "path": p, "old": a, "new": b}` | replaces text in the value at a problem\'s path |',
        '| `{"op": "rename_key", "path": p, "value": new}` | renames the key at a problem\'s path |',
        '| `{"op": "set_layers", "node": id or null, "value": [...], "unset": [f]}` | sets layers, removes fields |',
        '| `{"op": "choose", "choices": [...]}` | nothing by itself: a person carries out one of those repairs |',
        "",
    ]
    return "\n".join(lines)
