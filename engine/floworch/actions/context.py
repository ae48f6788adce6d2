"""What an action and a middleware layer see of the run they are part of."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast, runtime_checkable

from floworch.actions.data import WorkflowData
from floworch.actions.node_log import NodeLog
from floworch.actions.outcome import Wait
from floworch.artifact import Artifact, loaded
from floworch.errors import ActionError, ErrorKind
from floworch.model.own import own
from floworch.model.values import encode

if TYPE_CHECKING:
    from floworch.actions.kept import KeptState


@runtime_checkable
class Host(Protocol):
    """What a Context asks of the engine; the executor implements it, ``floworch.testing`` fakes it."""

    def log(self, ctx: Context, level: str, message: str) -> None:
        """Write a line to the node's log, from any thread."""
        ...

    def progress(self, ctx: Context, fraction: float | None, message: str) -> None:
        """Show progress, from any thread."""
        ...

    def secret(self, ctx: Context, name: str) -> str:
        """The value of a secret, or ActionError not_found_error."""
        ...

    def hide(self, ctx: Context, value: str) -> None:
        """Take a value for a secret from now on."""
        ...

    def cancelled(self, ctx: Context) -> str | None:
        """Why this attempt is asked to stop, or None."""
        ...

    def data(self, ctx: Context) -> WorkflowData:
        """The run's data for this attempt."""
        ...

    def evaluate(self, ctx: Context, expression: str, item: Any) -> Any:
        """Evaluate a raw expression that sees ``item``."""
        ...

    def render(self, ctx: Context, template: str, values: Mapping[str, Any], autoescape: bool) -> str:
        """Render a raw template."""
        ...

    async def retry(self, ctx: Context, error: BaseException, policy: Any) -> bool:
        """Wait durably for the next attempt; False when the policy gives up."""
        ...

    def condition(self, ctx: Context, expression: str | bool) -> bool:
        """Evaluate a condition."""
        ...

    def now(self, ctx: Context) -> float:
        """Epoch seconds on the engine's clock."""
        ...

    def upstream(self, ctx: Context) -> Mapping[str, Any]:
        """Outputs of the nodes whose edges into this one were taken."""
        ...

    def redact(self, ctx: Context, value: Any) -> Any:
        """A JSON value with every secret that the run has used taken out."""
        ...

    def resolve(self, ctx: Context, value: Any, names: Mapping[str, Any]) -> Any:
        """A JSON value with the expressions in it evaluated; they see ``names`` too."""
        ...

    async def perform(self, ctx: Context, action: str, params: Mapping[str, Any], names: Mapping[str, Any]) -> Any:
        """Run another action in this attempt and give what it returned; expressions in ``params`` see ``names``."""
        ...

    async def call(self, ctx: Context, workflow: str, inputs: Mapping[str, Any], wait: bool) -> Wait:
        """What a node waits for that calls another workflow."""
        ...

    def home(self, ctx: Context, scope: Literal["run", "store"]) -> object:
        """The object that lives as long as the run is in this process, or as its store."""
        ...

    def folder(self, ctx: Context) -> str:
        """The absolute path of the folder that the run was started in."""
        ...

    def kept(self, ctx: Context, op: str, key: str, value: Any, scope: str, identity: str) -> dict[str, Any]:
        """Read or change a value that outlives runs."""
        ...


class Context:
    """One attempt of one node, as its action and layers see it.

    Attributes:
        run_id, workflow_id, node: Where this attempt belongs.
        attempt: Number of this attempt, from 1.
        params: Evaluated and validated parameters by name. Read only: use ``replace``.
        item, index: The current item of the innermost container, else None.
        scope: Item indexes of all containers around the node, outermost first.
        identity: What ``idempotency_key`` is made of in place of ``scope``; set only where it differs (inside a try,
            whose rounds are attempts).
        undone: Set in a compensation only: the output of the node that is undone, which ``output`` gives.
        written: The data if this attempt has touched it, else None: what the engine asks when it records a completion.
        idempotency_key: The same text across attempts and resumes (contract C11).
    """

    identity: tuple[int, ...]
    undone: Any
    _kept: KeptState

    __slots__ = (
        "_base", "_host", "_kept", "_origin", "attempt", "identity", "index", "item", "node", "node_index",
        "params", "run_id", "scope", "undone", "workflow_id", "written",
    )  # fmt: skip

    def __init__(
        self,
        host: Host,
        run_id: str,
        workflow_id: str,
        node: str,
        node_index: int = -1,
        attempt: int = 1,
        params: Mapping[str, Any] | None = None,
        scope: tuple[int, ...] = (),
        item: Any = None,
        index: int | None = None,
        data: WorkflowData | None = None,
        base: Mapping[str, Any] | None = None,
    ) -> None:
        self._host = host
        self.written = data
        self._origin: Context | None = None
        self._base = base
        self.run_id = run_id
        self.workflow_id = workflow_id
        self.node = node
        self.node_index = node_index
        self.attempt = attempt
        self.params: Mapping[str, Any] = params if params is not None else {}
        self.scope = scope
        self.item = item
        self.index = index

    @property
    def data(self) -> WorkflowData:
        """The run's data as of this node's start plus this node's own writes (contract C6.1)."""
        if self.written is None:
            origin = self._origin
            self.written = self._host.data(self) if origin is None else origin.data
        return self.written

    @property
    def base(self) -> Mapping[str, Any] | None:
        """The run's data as of this node's start, the caller's own each time; None when only the host knows.

        ``data`` reads single keys of it, and adds this node's own writes.
        """
        return None if self._base is None else cast("Mapping[str, Any]", own(loaded(self._base)))

    @property
    def idempotency_key(self) -> str:
        """Hash of run id, node path and item index (contract C11), 64 hex digits; a compensation has its own."""
        from floworch.actions.identity import idempotency_key

        purpose = "compensate" if self.compensating else "run"
        return idempotency_key(self.run_id, self.node, self.identity_scope, purpose)

    @property
    def compensating(self) -> bool:
        """Whether this undoes the node instead of running it (contract C9)."""
        return hasattr(self, "undone")

    @property
    def output(self) -> Any:
        """In a compensation, the output of the node that is undone, the caller's own each time; else None."""
        return own(getattr(self, "undone", None))

    @property
    def identity_scope(self) -> tuple[int, ...]:
        """``identity`` where it was set, else ``scope``."""
        return getattr(self, "identity", self.scope)

    def replace(self, *, params: Mapping[str, Any]) -> Context:
        """Return a copy of this context with other parameters, for ``call_next`` (contract C15)."""
        copy = Context(
            self._host, self.run_id, self.workflow_id, self.node, self.node_index, self.attempt, params, self.scope,
            self.item, self.index, self.written, self._base,
        )  # fmt: skip
        copy._origin = self  # they share their data, which is made when the first of them asks for it
        if self.identity_scope != self.scope:
            copy.identity = self.identity_scope
        if self.compensating:
            copy.undone = self.undone
        return copy

    @property
    def log(self) -> NodeLog:
        """Writes to the node's log: ``ctx.log("...", level="warning")`` or ``ctx.log.warning("...")``."""
        return NodeLog(partial(self._host.log, self))

    def progress(self, fraction: float | None = None, message: str = "") -> None:
        """Show progress: ``fraction`` in [0, 1], or None when it is not known."""
        self._host.progress(self, fraction, message)

    def secret(self, name: str) -> str:
        """The value of a secret by name. Raises ActionError(not_found_error) when there is none."""
        return self._host.secret(self, name)

    def hide(self, value: str) -> None:
        """Hide a value like a secret in all that this run writes down from now on, such as a token that was fetched."""
        self._host.hide(self, value)

    @property
    def cancelled(self) -> str | None:
        """The reason this attempt is asked to stop, or None; for bodies in threads, which cannot be interrupted."""
        return self._host.cancelled(self)

    def heartbeat(self, message: str = "") -> None:
        """Say that the body is alive, and end it here when the attempt is asked to stop.

        For bodies in threads that take long, which nothing can interrupt: call it now and then.

        Args:
            message: What it is at, shown as progress.

        Raises:
            ActionError: kind cancelled: the attempt is asked to stop, or was given up after its timeout.
        """
        reason = self.cancelled
        if reason is not None:
            raise ActionError(f"It was asked to stop: {reason}.", ErrorKind.CANCELLED)
        if message:
            self.progress(None, message)

    def evaluate(self, expression: str, item: Any = None) -> Any:
        """Evaluate a raw ``expr[item]`` parameter for one item (contract C15)."""
        return own(self._host.evaluate(self, expression, item))

    def render(self, template: str, values: Mapping[str, Any] | None = None, autoescape: bool = False) -> str:
        """Render a raw template parameter with everything an expression sees, and ``values`` on top of it.

        Args:
            template: Text with ``{{ }}``, ``{% %}`` and ``{# #}``.
            values: Further names for the template; they hide those of the run.
            autoescape: Whether values are escaped for HTML.

        Raises:
            ExpressionError: It does not parse or evaluate.
        """
        return self._host.render(self, template, values if values is not None else {}, autoescape)

    def condition(self, expression: str | bool) -> bool:
        """Evaluate a condition where this node stands. Raises ExpressionError when it gives no bool."""
        return self._host.condition(self, expression)

    def now(self) -> float:
        """Seconds since the Unix epoch by the engine's clock, which tests may skip forward."""
        return self._host.now(self)

    def upstream(self) -> Mapping[str, Any]:
        """Outputs of the nodes whose edges into this node were taken, by node id, in the order of the edges."""
        return own(self._host.upstream(self))  # type: ignore[no-any-return]

    async def retry(self, error: BaseException, policy: Any) -> bool:
        """Ask for another attempt after ``error``, durably (contract C5.4).

        Returns True when the next attempt has begun (``attempt`` is then one higher), False when the policy
        gives up. Raises the engine's own stop signal when the run pauses or is cancelled meanwhile.
        """
        return await self._host.retry(self, error, policy)

    def artifact(self, value: Any) -> Artifact:
        """Keep a value outside the journal whatever its size, and return the small reference to it (contract C6.3).

        The reference can be the output, or stand anywhere in it or in the data: expressions and other actions see the
        value, which is loaded when it is used. Outputs and data values over 64 KiB become artifacts by themselves; this
        is for parts of an output, and for smaller values.

        Args:
            value: A JSON value, bytes included; secrets are taken out of it.

        Raises:
            TypeError: It is not a JSON value (C6.2).
        """
        return Artifact.of(encode(self.redact(value)))

    async def keep(self, artifact: Artifact) -> bool:
        """Put an artifact on the disk now, where the store has one, so that its value need not stay in memory.

        What it is for must be in the output soon: until then, a prune of the store may remove it.

        Returns:
            Whether this attempt can hand artifacts on at all; in a process of its own it cannot.

        Raises:
            OSError: It could not be written.
        """
        keep = getattr(self._host, "keep", None)
        if keep is None:
            return False
        await keep(artifact)
        return True

    def redact(self, value: Any) -> Any:
        """Return a JSON value with every secret that this run has read taken out of its texts (contract C6.5)."""
        return self._host.redact(self, value)

    def resolve(self, value: Any, names: Mapping[str, Any] | None = None) -> Any:
        """Evaluate the expressions in a text, list or object, where this node stands.

        Args:
            value: Any JSON value. A text that is one whole expression gives that expression's own value.
            names: Further names for the expressions; they hide those of the run.

        Raises:
            ExpressionError: An expression does not parse or evaluate.
        """
        return own(self._host.resolve(self, value, names if names is not None else {}))

    async def perform(
        self, action: str, params: Mapping[str, Any] | None = None, names: Mapping[str, Any] | None = None
    ) -> Any:
        """Run another action as part of this attempt, where it belongs (loop, thread or worker process).

        Args:
            action: Its id.
            params: Its parameters as a definition holds them; expressions in them see ``names`` too.
            names: Further names for the expressions.

        Returns:
            What the action returned: an output, Outcome, Wait or Expand.

        Raises:
            UsageError: There is no such action.
            Exception: A parameter does not fit, or whatever the action raised.
        """
        return await self._host.perform(self, action, params or {}, names if names is not None else {})

    async def call(self, workflow: str, inputs: Mapping[str, Any] | None = None, *, wait: bool = True) -> Wait:
        """Prepare a call of another workflow; an action that returns what this gives waits for the child run.

        Args:
            workflow: Path of a definition, relative to the folder of the calling one, or the id of an attached one.
            inputs: Its inputs.
            wait: Whether for its end; else only until it has begun, and the output holds its ``run_id``.

        Raises:
            ActionError: It cannot be called: not found, invalid, an input does not fit, too deep, or in a circle.
        """
        return await self._host.call(self, workflow, inputs if inputs is not None else {}, wait)

    def home(self, scope: Literal["run", "store"]) -> object:
        """Return the object whose life bounds what a layer keeps for the run or for its store.

        It can be referenced weakly. That of a store has its directory as ``path``, if it has one.
        """
        return self._host.home(self, scope)

    @property
    def state(self) -> KeptState:
        """Values that this action keeps for later runs: ``get set increment delete``."""
        if not hasattr(self, "_kept"):
            from floworch.actions.kept import KeptState

            self._kept = KeptState(self)
        return self._kept

    def kept(self, op: str, key: str, value: Any, scope: str, identity: str) -> dict[str, Any]:
        """Do what ``state`` asks for; ``{"value", "existed"}``."""
        return self._host.kept(self, op, key, value, scope, identity)

    @property
    def folder(self) -> str:
        """The absolute path of the folder that the run was started in, in every process that works on it."""
        return self._host.folder(self)

    def path(self, text: str = "") -> str:
        """Return the path that a parameter names: a relative one starts in ``folder``, ``~`` is the home folder.

        What an action does with files goes through this, so that a run means the same files wherever it goes on.

        Args:
            text: The path as the definition has it; the folder itself when empty.

        Raises:
            ActionError: kind not_found_error, when a relative path is named and the folder is gone.
        """
        named = os.path.expanduser(text)
        if os.path.isabs(named):
            return named
        folder = self.folder
        if not os.path.isdir(folder):
            raise ActionError(
                f"The folder '{folder}' that the run was started in does not exist.",
                ErrorKind.NOT_FOUND,
                hint="Create it again, or name an absolute path; then retry the run.",
            )
        return os.path.join(folder, named) if named else folder


def base_of(ctx: Context) -> Mapping[str, Any] | None:
    """``Context.base`` as the run holds it, for the engine only: it must not change."""
    return ctx._base


def host_of(ctx: Context) -> Host:
    """What the engine does for a context, for the engine only."""
    return ctx._host
