"""Static checks of every expression: syntax, names, filters and who ran before whom (C6.4, C15)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from floworch.errors import ExpressionError
from floworch.expr import Compiled, compile_condition, compile_text, is_template, known_filters
from floworch.expr.paths import CODE, path_text
from floworch.expr.used import (
    CALLABLE,
    FUNCTIONS,
    code_of,
    private_names,
    unknown_names,
    used_names,
    whole_roots,
)
from floworch.model.catalog import ActionInfo
from floworch.model.conditions import bare_conditions
from floworch.model.rules.draft import Draft, listing, step
from floworch.model.rules.mentions import Mentions, Naming, still_right
from floworch.model.rules.references import References
from floworch.model.rules.syntax import syntax_fix
from floworch.model.workflow import Layer, Node

_UNKNOWN = {"filter": "unknown_filter", "test": "unknown_test"}
#: What other languages call some filters, as functions.
_FILTER_OF = {
    "len": "length", "size": "length", "str": "string", "sorted": "sort", "reversed": "reverse",
    "strftime": "date_format", "getenv": "env",
}  # fmt: skip
_DOTTED = re.compile(r"\bnodes\s*\.\s*([A-Za-z0-9_][A-Za-z0-9_-]*)")
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class _Scope:
    """Where an expression stands: its node (or -1) and the extra names it may use there."""

    __slots__ = ("after", "inside", "names", "node", "number")

    def __init__(
        self, node: str | None, number: int, names: frozenset[str], inside: bool = False, after: bool = False
    ) -> None:
        self.node = node
        self.number = number
        self.names = names
        self.inside = inside  # it sees the nodes of its container's body
        self.after = after  # it is evaluated when its own node has completed


_PLAIN = frozenset({"inputs", "data", "nodes", "run", "secrets"})
_ITEM = _PLAIN | {"item", "index"}
_NESTED = _ITEM | {"outer"}
#: By the number of containers around that have an item.
_NAMES = (_PLAIN, _ITEM, _NESTED)


def _has_item(action: ActionInfo | None) -> bool:
    return action is None or action.own_item


def check_expressions(draft: Draft) -> None:
    """Find everything that can be known to be wrong with expressions before a run."""
    checker = _Checker(draft)
    right = _check_nodes(draft, checker)
    checker.layers(draft.workflow.middleware, "middleware", _Scope(None, -2, _NESTED))
    outputs = _Scope(None, -1, _PLAIN)
    for name, value in draft.workflow.outputs.items():
        checker.value(value, f"outputs.{name}", outputs)
    for node_id in checker.references.finish(_known_pairs(draft)):
        right.pop(node_id, None)
    if draft.kept is not None:
        draft.kept.mentions = right
        draft.kept.secrets = frozenset(name for each in right.values() for name in each.secrets)
        draft.kept.layer_names = checker.names_of_layers


def _check_nodes(draft: Draft, checker: _Checker) -> dict[str, Mentions]:
    """Check every node, but for those whose expressions were right before and must be right now; the right ones."""
    right = still_right(draft)
    if right and draft.changes is not None:
        checker.names_of_layers.update(draft.changes.kept.layer_names)
    for number, node_id in enumerate(draft.plan.ids):
        if node_id in right:
            continue
        said, naming = len(draft.problems), Naming()
        checker.references.naming = naming
        checker.node(number, draft.plan.nodes[number])
        if len(draft.problems) == said and not naming.once:
            right[node_id] = naming.done()
    checker.references.naming = Naming()
    return right


def _known_pairs(draft: Draft) -> set[tuple[str, str]]:
    """What is upstream of what, by the expressions that nodes had when they were right; empty after other wiring."""
    changes = draft.changes
    if changes is None or changes.edges:
        return set()
    before = changes.kept.mentions
    return {pair for node_id in changes.nodes if node_id in before for pair in before[node_id].pairs}


class _Checker:
    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.references = References(draft)
        self.names_of_layers: dict[str, frozenset[str]] = {}

    def node(self, number: int, node: Node) -> None:
        """Check every expression of one node."""
        node_id = self.draft.plan.ids[number]
        path = f"nodes.{node_id}"
        around = self.draft.plan.enclosing(number)
        levels = sum(1 for each in around if _has_item(self.draft.actions[each]))
        scope = _Scope(node_id, number, _NAMES[min(levels, 2)])
        action = self.draft.actions[number]
        rounds = action.round_params if action is not None else frozenset()
        others = dict(node.params)
        for name in rounds & others.keys():
            value = others.pop(name)
            if isinstance(value, str) and value.strip():
                inner = _Scope(node_id, number, _NAMES[min(levels + 1, 2)], inside=True)
                self.condition(value, f"{path}.params.{name}", inner)
        self.params(action, others, f"{path}.params", scope)
        self.layers(node.middleware, f"{path}.middleware", scope)
        if isinstance(node.cache, dict):
            self.value(node.cache, f"{path}.cache", _Scope(node_id, number, scope.names | self.layer_names("cache")))
        if isinstance(node.breakpoint, str):
            self.condition(node.breakpoint, f"{path}.breakpoint", scope)
        if node.compensate is not None:
            undo = _Scope(node_id, number, scope.names | {"output"}, after=True)
            self.params(
                self.draft.action(node.compensate.action), node.compensate.params, f"{path}.compensate.params", undo
            )

    def params(self, action: ActionInfo | None, params: Mapping[str, Any], path: str, scope: _Scope) -> None:
        """Check the parameters of an action, each in the way in which it is evaluated."""
        raw = action.raw_params if action is not None else frozenset()
        conditions = action.condition_params if action is not None else frozenset()
        own = getattr(action, "raw_names", None)  # names the action adds, such as a template's values
        for name, value in params.items():
            place = f"{path}.{name}"
            if name in raw:
                if isinstance(value, str) and name in getattr(action, "secret_params", ()) and not is_template(value):
                    self.references.secret(value, place, scope.node)
                names = _NESTED | scope.names | (own(params) if own else frozenset())
                inner = _Scope(scope.node, scope.number, names, after=scope.after)
                if action is not None and name in action.expression_params and _is_bare(value):
                    self.condition(value, place, inner)
                else:
                    self.value(value, place, inner)  # other text without braces: only the action knows what it is
            elif name in conditions and isinstance(value, str):
                self.condition(value, place, scope)
            else:
                self.value(value, place, scope)
                for within, text in bare_conditions(conditions, name, value):
                    self.condition(text, place + within, scope)

    def layer_names(self, use: str) -> frozenset[str]:
        """The names that a layer adds for its expressions, such as a fallback's error."""
        own = getattr(self.draft.catalog, "layer_names", None)
        if own is None:
            return frozenset()
        if use not in self.names_of_layers:
            self.names_of_layers[use] = own(use)
        return self.names_of_layers[use]

    def layers(self, layers: tuple[Layer, ...], path: str, scope: _Scope) -> None:
        """Check the options and conditions of a middleware list."""
        for number, layer in enumerate(layers):
            names = scope.names | self.layer_names(layer.use)
            self.value(layer.options, f"{path}[{number}].with", _Scope(scope.node, scope.number, names))
            if layer.use == "validation":
                inner = _Scope(scope.node, scope.number, names | {"value", "params", "output"})
                self.checks(layer.options.get("rules"), f"{path}[{number}].with.rules", inner)
            if isinstance(layer.when, str):
                self.condition(layer.when, f"{path}[{number}].when", scope)

    def checks(self, rules: Any, path: str, scope: _Scope) -> None:
        """Check the conditions of validation rules; those in braces are checked as every text."""
        for number, rule in enumerate(rules if isinstance(rules, (list, tuple)) else ()):
            text = rule.get("check") if isinstance(rule, Mapping) else None
            if isinstance(text, str) and not is_template(text) and "value" not in rule:  # else it is one word
                self.condition(text, f"{path}[{number}].check", scope)

    def value(self, value: Any, path: str, scope: _Scope) -> None:
        """Check every text inside a value that holds an expression."""
        for place, text in _texts(value, path):
            self.compiled(text, place, scope, compile_text, "bad_expression")

    def condition(self, text: str, path: str, scope: _Scope) -> None:
        """Check an expression that may stand without braces, such as one that must give true or false."""
        self.compiled(text, path, scope, compile_condition, "bad_condition")

    def compiled(self, text: str, path: str, scope: _Scope, compiler: Callable[[str], Compiled], code: str) -> None:
        """Compile one text and check what it mentions."""
        dotted = self.dotted(text, path, scope)
        try:
            compiled = compiler(text)
        except ExpressionError as error:
            if not dotted:
                at = f" (character {error.offset + 1})" if error.offset is not None else ""
                code = "bad_expression" if error.offset is not None else code
                message = f"{error.message.rstrip('.')}{at}."
                self.draft.add(code, path, message, error.hint or syntax_fix(error), scope.node)
            return
        code, whole = code_of(text)
        for used, known in unknown_names(code, whole):
            fix, close = self.draft.suggest(used.name, known, f"See the {used.kind}s in docs/reference/expressions.md.")
            repair = {"op": "replace_text", "path": path, "old": used.name, "new": close} if close else None
            message = f"There is no {used.kind} {used.name!r} (character {used.place + 1})."
            self.draft.add(_UNKNOWN[used.kind], path, message, fix, scope.node, repair)
        found = len(self.draft.problems)
        for reference in compiled.references:
            called = reference[0] if len(reference) == 1 else None
            if called is None or not self.function(called, code, whole, path, scope):
                self.reference(reference, path, scope, dotted, text)
        if len(self.draft.problems) == found:
            self.misread(code, whole, path, scope)

    def misread(self, code: str, whole: bool, path: str, scope: _Scope) -> None:
        """Note what is taken as a whole, or for an object of Python."""
        for root, _ in itertools.islice(whole_roots(code, whole), 1):
            if root == "nodes":
                message = "The expression takes all of 'nodes', also those that may not have run."
                self.draft.add("whole_nodes", path, message, "Name the node: nodes.<id>.output.", scope.node)
            else:
                message = "The expression takes all of 'secrets', which are never listed."
                self.draft.add("whole_nodes", path, message, "Name the secret: secrets.<name>.", scope.node)
        for name, place in itertools.islice(private_names(code, whole), 1):
            message = f"There is no {name!r} (character {place + 1}): values are JSON, not objects of Python."
            fix = f"Remove it; a key that an object really has is written [{name!r}]."
            self.draft.add("private_name", path, message, fix, scope.node)

    def function(self, name: str, code: str, whole: bool, path: str, scope: _Scope) -> bool:
        """Note a call of something that does not exist; whether it is one."""
        if name in scope.names or name in CALLABLE:
            return False
        place = next((used.place for used in used_names(code, whole) if used[:2] == ("function", name)), None)
        if place is None:
            return False
        filter_ = _FILTER_OF.get(name, name)
        fix, close = f"Write it as a filter: value | {filter_}.", None
        if filter_ not in known_filters():
            fix, close = self.draft.suggest(name, FUNCTIONS, f"There is {listing(sorted(FUNCTIONS))}, and filters.")
        repair = {"op": "replace_text", "path": path, "old": name, "new": close} if close else None
        message = f"There is no function {name!r} (character {place + 1})."
        self.draft.add("unknown_name", path, message, fix, scope.node, repair)
        return True

    def reference(self, reference: tuple[str, ...], path: str, scope: _Scope, dotted: set[str], text: str) -> None:
        """Check one path that the expression ``text`` mentions."""
        root = reference[0]
        if any(root in each.split("-")[1:] for each in dotted):
            return  # the rest of an id that was read as a subtraction: said already
        if root not in scope.names:
            self.unknown_name(root, path, scope)
        elif root == "inputs" and len(reference) > 1:
            self.references.input(reference[1], path, scope.node, text)
        elif root == "secrets" and len(reference) > 1:
            self.references.secret(reference[1], path, scope.node)
        elif root == "run" and len(reference) > 1 and reference[1] not in {"id", "workflow", "trigger"}:
            message = f"{path_text(reference[:2])} does not exist."
            self.draft.add("unknown_field", path, message, "There is run.id, run.workflow and run.trigger.", scope.node)
        elif root == "nodes" and len(reference) > 1 and not any(each.startswith(reference[1]) for each in dotted):
            self.references.node(reference, path, scope.node, scope.number, scope.inside, scope.after)

    def unknown_name(self, root: str, path: str, scope: _Scope) -> None:
        if root in CALLABLE:
            return
        known = {"item": "only inside a container", "index": "only inside a container", "output": "only in compensate",
                 "outer": "only inside a container that is inside another one"}  # fmt: skip
        if root in known:
            self.draft.add("unknown_name", path, f"{root!r} exists {known[root]}.", "", scope.node)
            return
        fix, close = self.draft.suggest(root, scope.names, f"There is {listing(sorted(scope.names))}.")
        if root in self.draft.workflow.inputs:
            fix, close = f"Write inputs.{root}.", f"inputs.{root}"
        elif root in self.draft.plan.index:
            fix, close = f"Write nodes.{root}.output.", f"nodes.{root}"
        repair = {"op": "replace_text", "path": path, "old": root, "new": close} if close else None
        message = f"The expression uses {root!r}, which does not exist."
        self.draft.add("unknown_name", path, message, fix, scope.node, repair)

    def dotted(self, text: str, path: str, scope: _Scope) -> set[str]:
        """Find ``nodes.my-node``: the dot form of an id that is no identifier."""
        if "nodes" not in text:
            return set()
        found = set()
        code = " ".join(CODE.findall(text)) if is_template(text) else text
        for match in _DOTTED.finditer(code):
            node_id = match[1]
            if _IDENTIFIER.fullmatch(node_id):
                continue
            self.references.naming.nodes.append(node_id)
            if node_id not in self.draft.plan.index:
                continue
            found.add(node_id)
            right = f"nodes[{node_id!r}]"
            message = f"{match[0]} is not the node {node_id!r}: its id is no identifier."
            repair = {"op": "replace_text", "path": path, "old": match[0], "new": right}
            self.draft.add("dotted_id", path, message, f"Write {right}.", scope.node, repair)
        return found


def _is_bare(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and not is_template(value)


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every text with an expression inside a value, with its path."""
    if isinstance(value, str):
        if is_template(value):
            yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, (str, dict, list)):
                yield from _texts(item, step(path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            if isinstance(item, (str, dict, list)):
                yield from _texts(item, step(path, number))
