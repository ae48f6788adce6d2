"""One line per problem code: what causes it, what nearly does, where it is said, what its repair does (C2.1)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from floworch.actions.registry import registry
from floworch.model.codec import from_data, parse, to_data
from floworch.model.problem import Problem
from floworch.model.repair import apply_repair
from floworch.model.rules.codes import CODES
from floworch.model.validate import check_text, is_valid, validate
from floworch.model.values import MAX_DEPTH

LOG = {"action": "util.log", "params": {"message": "x"}}
LOOP = {"action": "flow.foreach", "params": {"items": [1]}}
IF = {"action": "flow.if", "params": {"condition": "true"}}


def log(message: Any = "x", **more: Any) -> dict[str, Any]:
    return {"action": "util.log", "params": {"message": message}, **more}


def command(text: str) -> dict[str, Any]:
    return {"action": "shell.run", "params": {"command": text}}


def query(connection: str) -> dict[str, Any]:
    return {"action": "db.query", "params": {"connection": connection, "sql": "SELECT 1"}}


def put(**fields: Any) -> dict[str, Any]:
    return {"action": "data.set", "params": {"fields": fields, "target": "data"}}


def flow(nodes: dict[str, Any], *edges: str, **more: Any) -> dict[str, Any]:
    """A definition; edges are written ``a>b`` or ``a:port>b``."""
    links = []
    for edge in edges:
        left, target = edge.split(">")
        source, _, port = left.partition(":")
        links.append({"from": source, "to": target, **({"port": port} if port else {})})
    return {"format": 1, "id": "w", "nodes": nodes, "edges": links, **more}


@dataclass(frozen=True)
class Line:
    """``bad`` has the problem ``code`` at ``path``; ``good`` is the same without it; ``fix`` is part of the advice."""

    code: str
    bad: Any
    good: Any
    path: str
    fix: str = ""
    node: str | None = None
    repair: bool = False
    others: frozenset[str] = field(default_factory=frozenset)


TABLE = [
    Line("unknown_version", flow({"a": log(version=7)}), flow({"a": log(version=1)}), "nodes.a.version",
         "Install the version", "a"),
    Line("not_an_object", [1], flow({"a": LOG}), "", "Start the file with {"),
    Line("missing_field", {"nodes": {"a": LOG}}, flow({"a": LOG}), "id", "Add 'id'."),
    Line("missing_field", flow({"a": {}}), flow({"a": LOG}), "nodes.a.action", "Add 'action'.", "a"),
    Line("missing_field", flow({"a": LOG}, edges=[{"from": "a"}]), flow({"a": LOG}), "edges[0]", "Add 'to'."),
    Line("wrong_type", flow([]), flow({"a": LOG}), "nodes"),  # type: ignore[arg-type]
    Line("wrong_type", flow({"a": log(timeout=[])}), flow({"a": log(timeout="5s")}), "nodes.a.timeout", "", "a"),
    Line("wrong_type", flow({"a": log(disabled="yes")}), flow({"a": log(disabled=True)}), "nodes.a.disabled", "", "a"),
    Line("wrong_type", flow({"a": LOG}, name=5), flow({"a": LOG}, name="5"), "name"),
    Line("bad_value", flow({"a": log(join="ani")}), flow({"a": log(join="any")}), "nodes.a.join",
         "Did you mean 'any'?", "a"),
    Line("bad_value", flow({"a": log(effect="risky")}), flow({"a": log(effect="unsafe")}), "nodes.a.effect", "", "a"),
    Line("bad_value", flow({"a": LOG}, format=2), flow({"a": LOG}, format=1), "format"),
    Line("bad_value", flow({"a": LOG}, settings={"durability": "paper"}),
         flow({"a": LOG}, settings={"durability": "none"}),
         "settings.durability"),
    Line("out_of_range", flow({"a": log(retry={"max_attempts": 0})}), flow({"a": log(retry={"max_attempts": 1})}),
         "nodes.a.retry.max_attempts", "", "a"),
    Line("out_of_range", flow({"a": log(retry={"jitter": 1.5})}), flow({"a": log(retry={"jitter": 1.0})}),
         "nodes.a.retry.jitter", "", "a"),
    Line("out_of_range", flow({"a": log(retry={"max_attempts": 10001})}),
         flow({"a": log(retry={"max_attempts": 10000})}),
         "nodes.a.retry.max_attempts", "Use a smaller number.", "a"),
    Line("out_of_range", flow({"a": LOG}, settings={"max_concurrency": 10001}),
         flow({"a": LOG}, settings={"max_concurrency": 10000}), "settings.max_concurrency", "Use a smaller"),
    Line("unknown_key", flow({"a": log(timout=5)}), flow({"a": log(timeout=5)}), "nodes.a.timout",
         "Did you mean 'timeout'?", "a", repair=True),
    Line("unknown_key", flow({"a": LOG}, setings={}), flow({"a": LOG}, settings={}), "setings",
         "Did you mean 'settings'?", repair=True),
    Line("unknown_key", flow({"a": log(retry={"backof": 2.0})}), flow({"a": log(retry={"backoff": 2.0})}),
         "nodes.a.retry.backof", "Did you mean 'backoff'?", "a", repair=True),
    Line("unknown_key", flow({"a": log(colour=5)}), flow({"a": log(**{"x-colour": 5})}), "nodes.a.colour",
         "A key of your own begins with 'x-'.", "a"),
    Line("unknown_key", flow({"a": LOG}, mine={}), flow({"a": LOG}, meta={}), "mine", "Known there: format, id, name"),
    Line("useless_retry", flow({"a": log(retry={"on": ["transient"], "give_up_on": ["transient"]})}),
         flow({"a": log(retry={"on": ["transient"], "give_up_on": ["timeout_error"]})}), "nodes.a.retry",
         "Take a kind out", "a"),
    Line("handler_result",
         flow({"l": LOOP, "a": log(parent="l"), "h": log(parent="l")}, "a:error>h",
              outputs={"x": "{{ nodes.l.output }}"}),
         flow({"l": LOOP, "a": log(parent="l"), "h": log(parent="l")}, "a:error>h"), "nodes.h",
         "'combine': 'one'", "h"),
    Line("bad_id", flow({"A b": LOG}), flow({"a-b": LOG}), "nodes.A b", "such as 'a-b'", "A b", repair=True),
    Line("bad_id", flow({"x" * 65: LOG}), flow({"x" * 64: LOG}), f"nodes.{'x' * 65}", "at most 64", "x" * 65,
         repair=True),
    Line("bad_id", flow({"a": LOG}, id="my flow"), flow({"a": LOG}, id="my.flow_1"), "id", "Use letters"),
    Line("no_nodes", flow({}), flow({"a": LOG}), "nodes", "Add at least one node."),
    Line("unknown_node", flow({"alpha": LOG, "b": LOG}, "alpa>b"), flow({"alpha": LOG, "b": LOG}, "alpha>b"),
         "edges[0]", "Did you mean 'alpha'?", repair=True),
    Line("unknown_node", flow({"a": LOG}, "a>zzzz"), flow({"a": LOG}), "edges[0]", "Add the node or remove",
         repair=True),
    Line("unknown_node", flow({"pay": LOG, "b": log("{{ nodes.pai.output }}")}, "pay>b"),
         flow({"pay": LOG, "b": log("{{ nodes.pay.output }}")}, "pay>b"), "nodes.b.params.message",
         "Did you mean 'pay'?", "b", repair=True),
    Line("unquoted_value", flow({"a": LOG, "b": command("ls {{ nodes.a.output }}")}, "a>b"),
         flow({"a": LOG, "b": command("ls {{ nodes.a.output | quote }}")}, "a>b"),
         "nodes.b.params.command", "| quote", "b", repair=True),
    Line("whole_output", flow({"a": {"action": "data.filter", "params": {"items": [1], "where": "true"}},
                               "l": {"action": "flow.foreach", "params": {"items": "{{ nodes.a.output }}"}},
                               "x": log(parent="l")}, "a>l"),
         flow({"a": {"action": "data.filter", "params": {"items": [1], "where": "true"}},
               "l": {"action": "flow.foreach", "params": {"items": "{{ nodes.a.output.kept }}"}},
               "x": log(parent="l")}, "a>l"), "nodes.l.params.items", "kept and dropped", "l"),
    Line("duplicate_edge", flow({"a": LOG, "b": LOG}, "a>b", "a>b"), flow({"a": LOG, "b": LOG}, "a>b", "a:done>b"),
         "edges[1]", "Remove one", "b", repair=True),
    Line("cycle", flow({"a": LOG, "b": LOG}, "a>b", "b>a"), flow({"a": LOG, "b": LOG}, "a>b"), "edges[1]",
         "flow.foreach",
         "a"),
    Line("cycle", flow({"a": LOG}, "a>a"), flow({"a": LOG}), "edges[0]", "Remove one", "a"),
    Line("unknown_parent", flow({"loop": LOOP, "x": LOG | {"parent": "loop"}, "a": LOG | {"parent": "lop"}}),
         flow({"loop": LOOP, "a": LOG | {"parent": "loop"}}), "nodes.a.parent", "Did you mean 'loop'?", "a",
         repair=True),
    Line("not_a_container", flow({"a": LOG, "b": LOG | {"parent": "a"}}),
         flow({"a": LOOP, "b": LOG | {"parent": "a"}}), "nodes.b.parent", "Use a container", "b", repair=True),
    Line("parent_cycle", flow({"a": LOOP | {"parent": "a"}}), flow({"a": LOOP, "b": LOG | {"parent": "a"}}),
         "nodes.a.parent", "Remove one parent.", "a", repair=True),
    Line("crossing_edge", flow({"loop": LOOP, "in": LOG | {"parent": "loop"}, "a": LOG}, "a>in"),
         flow({"loop": LOOP, "in": LOG | {"parent": "loop"}, "a": LOG}, "a>loop"), "edges[0]",
         "Connect to 'loop' itself",
         "in", repair=True),
    Line("empty_container", flow({"loop": LOOP}), flow({"loop": LOOP, "in": LOG | {"parent": "loop"}}), "nodes.loop",
         "Put at least one node into it.", "loop"),
    Line("unknown_port", flow({"a": LOG, "b": LOG}, "a:ouch>b"), flow({"a": LOG, "b": LOG}, "a:out>b"), "edges[0]",
         "Its ports are out, done and error.", "a", repair=True),
    Line("unknown_port", flow({"a": IF, "b": LOG}, "a:tru>b"), flow({"a": IF, "b": LOG}, "a:true>b"), "edges[0]",
         "Its ports are true, false", "a", repair=True),
    Line("exclusive_join", flow({"a": IF, "b": LOG, "c": LOG, "d": LOG}, "a:true>b", "a:false>c", "b>d", "c>d"),
         flow({"a": IF, "b": LOG, "c": LOG, "d": log(join="any")}, "a:true>b", "a:false>c", "b>d", "c>d"),
         "nodes.d.join", "Set join to any.", "d", repair=True),
    Line("unknown_action", flow({"a": {"action": "util.lgo"}}), flow({"a": LOG}), "nodes.a.action",
         "Did you mean 'util.log'?", "a", repair=True, others=frozenset({"bad_param"})),
    Line("unknown_action", flow({"a": {"action": "py:nowhere"}}), flow({"a": LOG}), "nodes.a.action",
         "Check the module",
         "a"),
    Line("unknown_action", flow({"a": log(compensate={"action": "zzz.zzz"})}),
         flow({"a": log(compensate={"action": "util.log", "params": {"message": "x"}})}), "nodes.a.compensate.action",
         "floworch actions list", "a"),
    Line("bad_param", flow({"a": {"action": "util.log"}}), flow({"a": LOG}), "nodes.a.params.message",
         "Give 'message'", "a"),
    Line("bad_param", flow({"a": {"action": "flow.switch", "params": {"cases": [{"when": True, "port": []}]}}}),
         flow({"a": {"action": "flow.switch", "params": {"cases": [{"when": True, "port": "p"}]}}}),
         "nodes.a.params.cases[0].port", "", "a"),
    Line("bad_param", flow({"a": {"action": "flow.wait", "params": {"for": 10**400}}}),
         flow({"a": {"action": "flow.wait", "params": {"for": 10**9}}}), "nodes.a.params.for", "", "a"),
    Line("bad_param", flow({"a": {"action": "data.group", "params": {"items": [], "by": True}}}),
         flow({"a": {"action": "data.group", "params": {"items": [], "by": "x"}}}), "nodes.a.params.by", "", "a"),
    Line("bad_param", flow({"a": log(compensate={"action": "util.log"})}),
         flow({"a": log(compensate={"action": "util.log", "params": {"message": "x"}})}),
         "nodes.a.compensate.params.message", "", "a"),
    Line("thread_timeout", flow({"a": {"action": "file.read", "params": {"path": "x"}, "timeout": 5}}),
         flow({"a": {"action": "file.read", "params": {"path": "x"}, "timeout": 5, "run_on": "process"}}),
         "nodes.a.timeout", "Run it in a process.", "a", repair=True),
    Line("late_answer", flow({"t": {"action": "trigger.webhook", "params": {"path": "/x"}},
                              "a": {"action": "http.respond"}}, "t>a"),
         flow({"t": {"action": "trigger.webhook", "params": {"path": "/x", "respond": "end"}},
               "a": {"action": "http.respond"}}, "t>a"),
         "nodes.t.params.respond", "Set 'respond' (When to answer) to end.", "t", repair=True),
    Line("wait_timeout", flow({"a": {"action": "flow.signal", "params": {"name": "n"}, "timeout": "20s"}}),
         flow({"a": {"action": "flow.signal", "params": {"name": "n", "timeout": "20s"}}}),
         "nodes.a.timeout", '"params": {"timeout": "20s"}', "a"),
    Line("wait_timeout", flow({"a": {"action": "flow.wait", "params": {"for": "1h"}, "timeout": 5}}),
         flow({"a": {"action": "flow.wait", "params": {"for": "1h"}}}), "nodes.a.timeout", "Remove it.", "a",
         repair=True),
    Line("unknown_layer", flow({"a": log(middleware=[{"use": "loging"}])}),
         flow({"a": log(middleware=[{"use": "logging"}])}),
         "nodes.a.middleware[0].use", "Did you mean 'logging'?", "a"),
    Line("unknown_layer", flow({"a": LOG}, middleware=[{"use": "zzz"}]), flow({"a": LOG}, middleware=[]),
         "middleware[0].use", "See the list"),
    Line("bad_option", flow({"a": log(middleware=[{"use": "timeout", "with": {"aftr": "5s"}}])}),
         flow({"a": log(middleware=[{"use": "timeout", "with": {"after": "5s"}}])}),
         "nodes.a.middleware[0].with.aftr", "",
         "a"),
    Line("bad_option", flow({"a": log(cache={"ttl": "soon"})}), flow({"a": log(cache={"ttl": "5m"})}),
         "nodes.a.cache.ttl", node="a"),
    Line("bad_option", flow({"a": log(cache=5)}), flow({"a": log(cache=False)}), "nodes.a.cache", "true", "a"),
    Line("unused_pin", flow({"a": {**IF, "pin": 1}}), flow({"a": log(pin=1)}), "nodes.a.pin", "Pin the nodes", "a",
         repair=True),
    Line("unused_pin", flow({"a": LOOP, "b": log(parent="a", pin=1)}),
         flow({"a": {**LOOP, "pin": 1}, "b": log(parent="a")}),
         "nodes.b.pin", "Pin 'a'", "b", repair=True),
    Line("two_retries", flow({"a": log(retry={"max_attempts": 2}, middleware=[{"use": "retry"}])}),
         flow({"a": log(retry={"max_attempts": 2})}), "nodes.a.retry", "Keep one of them.", "a"),
    Line("two_retries", flow({"a": LOG}, middleware=[{"use": "retry"}, {"use": "retry"}]),
         flow({"a": LOG}, middleware=[{"use": "retry"}]), "middleware", "Keep the last of them.", repair=True),
    Line("bad_expression", flow({"a": log("{{ 1 + }}")}), flow({"a": log("{{ 1 + 1 }}")}), "nodes.a.params.message",
         "Add a value at character 4", "a"),
    Line("bad_expression", flow({"a": log(["x", {"y": "{{ ( }}"}])}), flow({"a": log(["x", {"y": "{{ (1) }}"}])}),
         "nodes.a.params.message[1].y", "", "a"),
    Line("bad_condition", flow({"a": {"action": "flow.if", "params": {"condition": "{{ true }} and so on"}}}),
         flow({"a": IF}), "nodes.a.params.condition", "Write one expression", "a"),
    Line("bad_condition", flow({"a": log(breakpoint="{{ true }} x")}), flow({"a": log(breakpoint="{{ true }}")}),
         "nodes.a.breakpoint", "", "a"),
    Line("unknown_name", flow({"a": log("{{ input.x }}")}, inputs={"x": {}}), flow({"a": log("{{ inputs.x }}")},
         inputs={"x": {}}), "nodes.a.params.message", "Did you mean 'inputs'?", "a", repair=True),
    Line("unknown_name", flow({"a": log("{{ limit }}")}, inputs={"limit": {}}), flow({"a": log("{{ inputs.limit }}")},
         inputs={"limit": {}}), "nodes.a.params.message", "Write inputs.limit.", "a", repair=True),
    Line("unknown_name", flow({"a": log("{{ item }}")}), flow({"l": LOOP, "a": log("{{ item }}", parent="l")}),
         "nodes.a.params.message", "", "a"),
    Line("unknown_name", flow({"a": LOG}, outputs={"o": "{{ item }}"}), flow({"a": LOG}, outputs={"o": "{{ run.id }}"}),
         "outputs.o"),
    Line("unknown_input", flow({"a": log("{{ inputs.ordr }}")}, inputs={"order": {}}),
         flow({"a": log("{{ inputs.order }}")}, inputs={"order": {}}), "nodes.a.params.message",
         "Did you mean 'order'?",
         "a", repair=True),
    Line("unknown_input", flow({"a": log("{{ inputs.order }}")}), flow({"a": log("{{ inputs }}")}),
         "nodes.a.params.message", "Declare it under inputs.", "a", repair=True),
    Line("null_input", flow({"a": log("{{ inputs.n * 2 }}")}, inputs={"n": {"type": "number"}}),
         flow({"a": log("{{ inputs.n * 2 }}")}, inputs={"n": {"type": "number", "default": 1}}),
         "nodes.a.params.message", "Give it a default", "a"),
    Line("unknown_filter", flow({"a": log("{{ run.id | uper }}")}), flow({"a": log("{{ run.id | upper }}")}),
         "nodes.a.params.message", "Did you mean 'upper'?", "a", repair=True),
    Line("unknown_test", flow({"a": log("{{ 'odd one' if index is evne else '' }}", parent="l"), "l": LOOP}),
         flow({"a": log("{{ 'odd one' if index is even else '' }}", parent="l"), "l": LOOP}),
         "nodes.a.params.message", "Did you mean 'even'?", "a", repair=True),
    Line("unknown_name", flow({"a": log("{{ rnge(3) }}")}), flow({"a": log("{{ range(3) }}")}),
         "nodes.a.params.message", "Did you mean 'range'?", "a", repair=True),
    Line("unknown_field", flow({"a": log("{{ run.name }}")}), flow({"a": log("{{ run.workflow }}")}),
         "nodes.a.params.message", "There is run.id, run.workflow and run.trigger.", "a"),
    Line("private_name", flow({"a": log("{{ data.x.__class__ }}")}), flow({"a": log("{{ data.x }}")}),
         "nodes.a.params.message", "Remove it; a key that an object really has is written ['__class__'].", "a"),
    Line("whole_nodes", flow({"a": LOG, "b": log("{{ nodes }}")}, "a>b"),
         flow({"a": LOG, "b": log("{{ nodes.a.output }}")}, "a>b"), "nodes.b.params.message",
         "Name the node: nodes.<id>.output.", "b"),
    Line("whole_nodes", flow({"a": log("{{ secrets }}")}), flow({"a": LOG}), "nodes.a.params.message",
         "Name the secret: secrets.<name>.", "a"),
    Line("unknown_field", flow({"a": LOG, "b": log("{{ nodes.a.result }}")}, "a>b"),
         flow({"a": LOG, "b": log("{{ nodes.a.output.result }}")}, "a>b"), "nodes.b.params.message",
         "Write nodes.a.output.result.", "b", repair=True),
    Line("trigger_not_first", flow({"t": {"action": "trigger.manual"}, "a": LOG}, "a>t"),
         flow({"t": {"action": "trigger.manual"}, "a": LOG}, "t>a"), "edges[0]", "Remove the edge.", "t", repair=True),
    Line("trigger_not_first", flow({"l": LOOP, "t": {"action": "trigger.manual", "parent": "l"}, "a": log(parent="l")}),
         flow({"l": LOOP, "t": {"action": "trigger.manual"}, "a": log(parent="l")}), "nodes.t.parent", "Take it out.",
         "t", repair=True),
    Line("not_upstream", flow({"a": LOG, "b": log("{{ nodes.a.output }}")}),
         flow({"a": LOG, "b": log("{{ nodes.a.output }}")}, "a>b"), "nodes.b.params.message", "Connect a → b", "b"),
    Line("not_upstream", flow({"a": log("{{ nodes.a.output }}")}), flow({"a": LOG}), "nodes.a.params.message",
         "Read a node that runs before it.", "a"),
    Line("not_upstream", flow({"l": LOOP, "in": LOG | {"parent": "l"}}, outputs={"o": "{{ nodes.in.output }}"}),
         flow({"l": LOOP, "in": LOG | {"parent": "l"}}, outputs={"o": "{{ nodes.l.output }}"}), "outputs.o",
         "Use the results: nodes.l.output."),
    Line("dotted_id", flow({"my-node": LOG, "b": log("{{ nodes.my-node.output }}")}, "my-node>b"),
         flow({"my-node": LOG, "b": log("{{ nodes['my-node'].output }}")}, "my-node>b"), "nodes.b.params.message",
         "Write nodes['my-node'].", "b", repair=True),
    Line("dotted_id", flow({"my-node": LOG, "b": log("{{ nodes.my-node.output }}")}, "my-node>b"),
         flow({"my-node": LOG, "b": log("nodes.my-node gave {{ nodes['my-node'].output }}")}, "my-node>b"),
         "nodes.b.params.message", "", "b"),
    Line("parallel_writers", flow({"a": put(k=1), "b": put(k=2)}), flow({"a": put(k=1), "b": put(k=2)}, "a>b"),
         "nodes.b.params.fields.k", "Connect them with an edge", "b"),
    Line("parallel_writers", flow({"l": LOOP, "in": put(k=1) | {"parent": "l"}}),
         flow({"l": {"action": "flow.foreach", "params": {"items": [1], "concurrency": 1}}, "in": put(k=1) | {"parent": "l"}}),  # noqa: E501
         "nodes.in.params.fields.k", "set concurrency 1", "in"),
    Line("bad_duration", flow({"a": log(timeout="soon")}), flow({"a": log(timeout="5m")}), "nodes.a.timeout",
         "Such as 30",
         "a"),
    Line("bad_duration", flow({"a": log(timeout=0)}), flow({"a": log(timeout=0.001)}), "nodes.a.timeout",
         "Use more than zero", "a"),
    Line("bad_duration", flow({"a": log(timeout=10**400)}), flow({"a": log(timeout=10**9)}), "nodes.a.timeout", "",
         "a"),
    Line("bad_duration", flow({"a": log(timeout="9" * 400 + "s")}), flow({"a": log(timeout="9s")}), "nodes.a.timeout",
         "",
         "a"),
    Line("bad_duration", flow({"a": log(retry={"delay": "1x"})}), flow({"a": log(retry={"delay": 0})}),
         "nodes.a.retry.delay", "", "a"),
    Line("bad_duration", flow({"a": LOG}, settings={"timeout": -1}), flow({"a": LOG}, settings={"timeout": None}),
         "settings.timeout"),
    Line("idle_tags", flow({"a": log(tags=["gpu"])}), flow({"a": log(tags=["gpu"], run_on="cluster")}), "nodes.a.tags",
         "Set 'run_on'", "a"),
    Line("bad_compensation", flow({"a": log(compensate={"action": "flow.wait", "params": {"for": "1s"}})}),
         flow({"a": log(compensate=LOG)}), "nodes.a.compensate.action", "does its work at once", "a"),
    Line("harmful_order", flow({"a": log(middleware=[{"use": "circuit_breaker"}, {"use": "retry"}])}),
         flow({"a": log(middleware=[{"use": "retry"}, {"use": "circuit_breaker"}])}),
         "nodes.a.middleware[1]", "Put 'retry' outside 'circuit_breaker'.", "a", repair=True),
    Line("secret_not_set", flow({"a": log("{{ secrets.of_nobody }}")}), flow({"a": LOG}), "nodes.a.params.message", "",
         "a"),
    Line("unknown_connection", flow({"a": query("of_nobody")}), flow({"a": query("./of_nobody")}),
         "nodes.a.params.connection", "floworch connections set", "a"),
    Line("bad_default", flow({"a": LOG}, inputs={"n": {"type": "integer", "default": "5"}}),
         flow({"a": LOG}, inputs={"n": {"type": "integer", "default": 5}}), "inputs.n.default", "Change the default"),
    Line("bad_default", flow({"a": LOG}, inputs={"n": {"type": "integer", "default": True}}),
         flow({"a": LOG}, inputs={"n": {"type": "boolean", "default": True}}), "inputs.n.default"),
    Line("unknown_error_kind", flow({"a": log(retry={"on": ["timeout"]})}),
         flow({"a": log(retry={"on": ["timeout_error"]})}),
         "nodes.a.retry.on[0]", "Did you mean 'timeout_error'?", "a"),
    Line("unknown_error_kind", flow({"a": log(retry={"give_up_on": ["transient", "odd"]})}),
         flow({"a": log(retry={"give_up_on": ["transient", "all"]})}), "nodes.a.retry.give_up_on[1]", "", "a"),
]  # fmt: skip

#: Codes of the text of a file; the file is given as bytes.
TEXTS = [
    ("encoding", b'{"id": "\xff"}', "", "Save the file as UTF-8."),
    ("malformed_json", b'{"id": "w",}', "", "Remove"),
    ("malformed_json", b'{"id": NaN}', "", "Use null"),
    ("malformed_json", b"", "", "The file is empty"),
    ("duplicate_key", b'{"id": "w", "id": "v", "nodes": {}}', "id", "Keep one of them"),
    ("duplicate_key", b'{"id": "w", "nodes": {"a": {"action": "x.y", "action": "x.y"}}}', "nodes.a.action", "Keep"),
    ("number_range", b'{"id": "w", "nodes": {}, "x": [1, 1e999]}', "x[1]", "Use a smaller number"),
    ("number_range", b'{"id": "w", "nodes": {}, "x": ' + b"9" * 100_002 + b"}", "", "Write it as text."),
    ("half_character", rb'{"id": "w", "nodes": {}, "x": ["\ud800"]}', "x[0]", "Write the whole character"),
    ("too_deep", b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "", "Flatten"),
]


def found(definition: Any) -> list[Problem]:
    workflow, problems = from_data(definition)
    return problems if workflow is None else [*problems, *validate(workflow, registry)]


def name(line: Line) -> str:
    return f"{line.code}:{line.path[:30]}"


@pytest.mark.parametrize("line", TABLE, ids=name)
def test_the_problem_is_found_where_it_is_and_not_where_it_is_not(line: Line) -> None:
    problems = found(line.bad)
    here = [problem for problem in problems if (problem.code, problem.path) == (line.code, line.path)]
    assert here, [(problem.code, problem.path, problem.message) for problem in problems]
    problem = here[0]
    assert line.fix in problem.fix
    assert problem.node == line.node
    assert problem.severity == CODES[line.code][0]
    assert problem.message.endswith(".")
    assert {each.code for each in problems} <= {line.code} | line.others
    assert [each for each in found(line.good) if each.code == line.code] == []


@pytest.mark.parametrize("line", TABLE, ids=name)
def test_the_good_twin_is_valid(line: Line) -> None:
    assert is_valid(found(line.good)), found(line.good)


@pytest.mark.parametrize("line", [line for line in TABLE if line.repair], ids=name)
def test_the_repair_mends_it(line: Line) -> None:
    workflow, _ = from_data(line.bad)
    assert workflow is not None
    problem = next(each for each in validate(workflow, registry) if (each.code, each.path) == (line.code, line.path))
    assert problem.repair is not None
    mended = apply_repair(workflow, problem.repair)
    left = [each for each in validate(mended, registry) if (each.code, each.path) == (line.code, line.path)]
    assert left == []
    assert json.loads(json.dumps(problem.repair)) == problem.repair  # it travels as data
    assert to_data(workflow) == to_data(from_data(line.bad)[0])  # type: ignore[arg-type]  # the old one is untouched


@pytest.mark.parametrize(("code", "text", "path", "fix"), TEXTS)
def test_what_is_wrong_with_the_text(code: str, text: bytes, path: str, fix: str) -> None:
    _, problems = parse(text)
    here = [problem for problem in problems if (problem.code, problem.path) == (code, path)]
    assert here, problems
    assert here[0].fix.startswith(fix)
    assert here[0].severity == "error"
    assert check_text(text, registry)[1][: len(problems)] == problems


def test_every_code_has_its_line() -> None:
    """All but the two that need a file of 50 MiB or 100 000 nodes, and two that only a program can make.

    Those of calls need files: ``rules/test_calls.py`` has them. A migration that fails needs an action with one:
    ``test_upgrade.py``. Those of the machine need one that lacks something: ``host/test_readiness.py``.
    """
    machine = {"bad_migration", "wrong_connection", "missing_library", "no_keyring"}
    lines = {line.code for line in TABLE} | {code for code, *_ in TEXTS}
    calls = {"unknown_workflow", "bad_workflow", "bad_call_input", "call_cycle", "calls_too_deep"}
    assert set(CODES) - lines - calls - machine == {
        "too_large",
        "too_many_nodes",
        "duplicate_node",
        "foreign_value",
    }


@pytest.mark.parametrize("line", TABLE, ids=name)
def test_problems_travel_as_json(line: Line) -> None:
    for problem in found(line.bad):
        shown = json.loads(json.dumps(problem.to_json()))
        assert list(shown) == ["code", "severity", "path", "node", "message", "fix"]
        assert shown["message"] == problem.message


def test_all_problems_are_found_at_once_and_errors_come_first() -> None:
    """C2.1"""
    nodes = {
        "a": log("{{ inputs.none }}", timout=1),
        "b": {"action": "no.such"},
        "c": log("{{ 1 + }}"),
        "Bad": LOG,
        "d": log(retry={"on": ["odd"]}),
    }
    problems = found(flow(nodes, "a>zz", "a>c", "a>c"))
    assert {problem.code for problem in problems} == {
        "unknown_input", "unknown_key", "unknown_action", "bad_expression", "bad_id", "unknown_error_kind",
        "unknown_node", "duplicate_edge",
    }  # fmt: skip
    severities = [problem.severity for problem in problems]
    assert severities == sorted(severities)
