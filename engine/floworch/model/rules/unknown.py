"""What to do about a name that is not known here: an action or a layer may be one that only its program registers."""

from __future__ import annotations

from collections.abc import Collection

from floworch.model.rules.draft import closest

OWN_ACTION = (
    "'floworch actions list' shows every action known here. If a program registers it with @action, run the workflow "
    "in that program. To make it known everywhere, name the function as py:MODULE:NAME, install a package with the "
    "entry point floworch.actions, or put its file into the folder of actions ('floworch actions new')."
)
OWN_LAYER = (
    "See the list of middleware ('floworch actions list --middleware'). If a program registers it with @middleware, "
    "run the workflow in that program. To make it known everywhere, name its function as py:MODULE:NAME, install a "
    "package with the entry point floworch.middleware, or put its file into the folder of actions."
)
#: Of a name ``py:module:function`` of another form, or of a local function of another process.
NOT_FOUND = "Check the module and the function's name, and that the module can be imported here."
_LISTED = "'floworch actions list' shows every action."


def advice(name: str, ids: Collection[str], close: str | None) -> tuple[str, str | None]:
    """What to do about an unknown action, and the known id that was probably meant.

    ``close`` is the known id most like it, or None. One of a family with another name is not what was meant:
    ``orders.validate`` is no misspelt ``data.validate``.
    """
    if close is not None and ("." not in name or closest(_family(name), [_family(close)]) is not None):
        return f"Did you mean {close!r}?", close
    return (_LISTED if "." not in name or _family(name) in set(map(_family, ids)) else OWN_ACTION), None


def _family(action_id: str) -> str:
    return action_id.partition(".")[0]
