"""What a picture says about a node and an edge."""

from __future__ import annotations

from xml.sax.saxutils import escape

from floworch.model.graph import Plan
from floworch.model.workflow import Node

# A control character is not allowed in XML, not even escaped.
_BARE = dict.fromkeys((*range(32), 127, 0xFFFE, 0xFFFF), " ") | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


def title_of(node_id: str, node: Node) -> str:
    """The first line of a card: the node's title, else its id."""
    return node.title or node_id


def detail_of(node_id: str, node: Node) -> str:
    """The second line: its action, and its id where the first line is a title."""
    action = node.action.rpartition(":")[2] if node.action.startswith("py:") else node.action
    off = ", disabled" if node.disabled else ""
    return f"{action} ({node_id}{off})" if node.title and node.title != node_id else f"{action}{off}"


def label_of(port: str) -> str:
    """What stands at an edge: its port, unless it is ``out``."""
    return "" if port == "out" else port


def ports_of(plan: Plan, number: int) -> list[str]:
    """The ports that edges leave a node by: as its cases list them, others behind them, ``error`` last."""
    used = dict.fromkeys(link.port for link in plan.outgoing[number])
    params = plan.nodes[number].params
    cases = params.get("cases")
    order = ["true", "false", *(case.get("port") for case in cases if isinstance(case, dict))] if isinstance(
        cases, list
    ) else ["true", "false", "approved", "rejected", "out"]  # fmt: skip
    listed = [port for port in order if port in used]
    return [*listed, *(port for port in used if port not in listed and port != "error"), *used.keys() & {"error"}]


def condition_of(node: Node, port: str | None = None) -> str:
    """The condition of a node (``flow.if``), or with a port that of a case (``flow.switch``) as ``port: condition``."""
    if port is None:
        found = node.params.get("condition")
        return _bare(found) if isinstance(found, str) else ""
    cases = node.params.get("cases")
    for case in cases if isinstance(cases, list) else ():
        if isinstance(case, dict) and case.get("port") == port and isinstance(case.get("when"), str):
            return f"{port}: {_bare(case['when'])}"
    default = node.params.get("default")
    return f"{port} (else)" if isinstance(cases, list) and ("default" if default is True else default) == port else ""


def condition_on(node: Node, port: str, otherwise: str) -> str:
    """The condition under which a wire from this port is taken, for a label upon it; empty where there is none.

    Args:
        node: The source.
        port: Where the wire leaves it.
        otherwise: What is said at the port that is taken when no condition holds.
    """
    if port == "error" or not node.params:
        return ""
    cases = node.params.get("cases")
    if isinstance(cases, list):
        found = condition_of(node, port)
        return found[len(port) + 2 :] if found.startswith(f"{port}: ") else otherwise if found else ""
    condition = condition_of(node) if port in ("true", "false") else ""
    return condition if not condition or port == "true" else otherwise


def short(text: str, most: int) -> str:
    """A text in one line of at most that many characters."""
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1]}\u2026"


def text_of(text: str) -> str:
    """A text as it may stand in XML."""
    return escape(text.translate(_BARE))


def _bare(text: str) -> str:
    inner = text.strip()
    return inner[2:-2].strip() if inner.startswith("{{") and inner.endswith("}}") and inner.count("{{") == 1 else text
