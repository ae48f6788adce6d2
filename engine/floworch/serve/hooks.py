"""Web requests that start runs: a small server on the addresses that the triggers name."""

from __future__ import annotations

import errno
import hmac
import ipaddress
import json
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from floworch.errors import FlowError, UsageError
from floworch.executor.handle import RunHandle
from floworch.serve.ids import id_of_request
from floworch.serve.replies import Reply, json_reply, refusal, reply_of

if TYPE_CHECKING:
    from aiohttp import web

    from floworch.engine import Engine
    from floworch.serve.runs import Runs
    from floworch.serve.served import Hook, Served

#: Bytes of a request's body at most.
MOST_BODY = 1 << 20
TOKEN_HEADER = "x-floworch-token"
#: Headers that are not kept: they let whoever has them in.
_SECRET = frozenset({"authorization", "proxy-authorization", "cookie", TOKEN_HEADER})


#: By path and method, what a request starts.
Routes = Mapping[tuple[str, str], tuple["Served", "Hook"]]


class Hooks:
    """Listens for the webhooks of all workflows.

    Args:
        engine, runs: The service's own.
        hooks: What is listened for.
        token: What a request must bring where a trigger asks for it.
        port: Where; 0 takes a free one, see ``address``.

    Raises:
        UsageError: Two triggers want the same requests.
    """

    def __init__(self, engine: Engine, runs: Runs, hooks: Sequence[tuple[Served, Hook]], token: str, port: int) -> None:
        self._engine = engine
        self._runs = runs
        self._token = token
        self._port = port
        self._runners: list[web.AppRunner] = []
        self._ports: dict[str, int] = {}
        self._by_bind = routes_of(hooks)

    async def start(self) -> None:
        """Listen.

        Raises:
            UsageError: An address cannot be had.
        """
        from aiohttp import web

        for bind in self._by_bind.keys() - self._ports.keys():

            async def handle(request: web.Request, bind: str = bind) -> web.Response:
                reply = await self._answer(request, bind, self._by_bind.get(bind, {}))
                return web.Response(status=reply.status, body=reply.body, headers=reply.headers)

            application = web.Application(client_max_size=MOST_BODY)
            application.router.add_route("*", "/{path:.*}", handle)
            runner = web.AppRunner(application, access_log=None, shutdown_timeout=2.0)
            await runner.setup()
            try:
                await web.TCPSite(runner, bind, self._port).start()
            except OSError as error:
                await runner.cleanup()
                raise _no_place(bind, self._port, error) from None
            self._runners.append(runner)
            self._ports[bind] = runner.addresses[0][1]

    async def replace(self, hooks: Sequence[tuple[Served, Hook]], token: str) -> None:
        """Listen for these from now on, with this token; as before when that cannot be. Raises UsageError."""
        before = self._by_bind
        self._by_bind = routes_of(hooks)
        try:
            await self.start()
        except UsageError:
            self._by_bind = before
            raise
        self._token = token

    def address(self, bind: str) -> str:
        """What is listened at under a network address, such as ``http://127.0.0.1:8787``."""
        return f"http://{f'[{bind}]' if ':' in bind else bind}:{self._ports.get(bind, self._port)}"

    async def stop(self) -> None:
        """Take no further requests; those that are being answered go on."""
        for runner in self._runners:
            for site in list(runner.sites):
                await site.stop()

    async def close(self) -> None:
        """End what is left. Idempotent."""
        for runner in self._runners:
            await runner.cleanup()

    async def _answer(self, request: web.Request, bind: str, routes: Routes) -> Reply:
        path = f"/{request.path.strip('/')}"
        found = routes.get((path, request.method))
        if found is None:
            others = sorted(method for each, method in routes if each == path)
            return refusal(405, "Not this method.", Allow=", ".join(others)) if others else refusal(404, "Not here.")
        served, hook = found
        wrong = self._refused(request, hook, bind)
        if wrong is not None:
            return wrong
        try:
            body = await _body(request)
        except ValueError as error:
            return refusal(400, f"The body cannot be read: {error}.")
        if self._runs.full:
            return refusal(503, "Too many runs are under way.", Retry_After="5")
        return await self._run(request, served, hook, body)

    async def _run(self, request: web.Request, served: Served, hook: Hook, body: Any) -> Reply:
        key = request.headers.get(hook.key, "") if hook.key else ""
        run_id = id_of_request(served.workflow.id, hook.node, key)
        event = {
            "kind": "webhook", "respond": hook.respond, "method": request.method, "body": body,
            "headers": {name.lower(): value for name, value in request.headers.items() if name.lower() not in _SECRET},
            "query": {name: value for name, value in request.query.items() if name != "token"},
        }  # fmt: skip
        try:
            if key and self._runs.deleted(run_id):
                return json_reply(200, {"run_id": run_id, "status": "deleted", "repeated": True})
            handle = await self._runs.begin(served, hook.node, run_id, event)
            again = handle is None
            if key:
                self._runs.keep_request(run_id)
            if handle is None:  # sent again: the run that it started answers
                handle = self._engine.live(run_id) or self._stored(run_id)
        except UsageError as error:
            return refusal(400, error.message)
        except FlowError:
            return refusal(503, "The run could not be recorded.", Retry_After="30")
        if hook.respond == "end":
            return await reply_of(handle, served.workflow, hook.auth == "token")
        return json_reply(202, {"run_id": run_id, "status": str(handle.fold.status), "repeated": again})

    def _stored(self, run_id: str) -> RunHandle:
        store = self._engine.store
        return RunHandle(self._engine, store.header(run_id), store.load(run_id), None)

    def _refused(self, request: web.Request, hook: Hook, bind: str) -> Reply | None:
        """Why a request is not let in, or None."""
        if hook.auth == "token":
            scheme, _, given = request.headers.get("Authorization", "").partition(" ")
            if scheme.lower() != "bearer":
                given = request.headers.get(TOKEN_HEADER) or request.query.get("token", "")
            if not hmac.compare_digest(given.strip().encode(), self._token.encode()):
                return refusal(401, "A token is needed: Authorization: Bearer TOKEN.", WWW_Authenticate="Bearer")
            return None
        # Without a token, a page in a browser of this machine must not start runs on its visitor's behalf.
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != request.host:
            return refusal(403, "Not from a page of another site.")
        if _loopback(bind) and not _loopback(urlsplit(f"//{request.host}").hostname or ""):
            return refusal(403, "Not under this name.")
        return None


def routes_of(hooks: Sequence[tuple[Served, Hook]]) -> dict[str, Routes]:
    """Which request starts what, by network address. Raises UsageError when two triggers want the same requests."""
    found: dict[str, dict[tuple[str, str], tuple[Served, Hook]]] = {}
    for served, hook in hooks:
        routes = found.setdefault(hook.bind, {})
        other = routes.setdefault((hook.path, hook.method), (served, hook))
        if other[1] is not hook:
            raise UsageError(
                f"{hook.method} {hook.path} starts both '{other[0].workflow.id}' ({other[1].node}) and "
                f"'{served.workflow.id}' ({hook.node}).",
                "Give one of them another path.",
            )
    return dict(found)


def _no_place(bind: str, port: int, error: OSError) -> UsageError:
    place = f"{bind}:{port}"
    if error.errno == errno.EADDRINUSE:
        return UsageError(
            f"{place} cannot be listened at: another program does, perhaps another 'floworch serve'.",
            "Stop that one, or choose another port with --port.",
        )
    why = os.strerror(error.errno) if error.errno else str(error)
    return UsageError(
        f"{place} cannot be listened at: {why}.", "Choose another port with --port, or correct 'bind' of the trigger."
    )


def _loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


async def _body(request: web.Request) -> Any:
    """The body as a JSON value, fields of a form, text or bytes; None when it is empty.

    Raises:
        ValueError: It is too large, or not what its type says.
    """
    from aiohttp import web

    try:
        data = await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise ValueError(f"it has more than {MOST_BODY} bytes") from None
    if not data:
        return None
    kind = request.content_type
    if kind == "application/json" or kind.endswith("+json"):
        try:
            return json.loads(data, parse_constant=_no_number)
        except RecursionError:
            raise ValueError("it is nested too deeply") from None
    if kind == "application/x-www-form-urlencoded":
        return {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    if kind.startswith("text/"):
        try:
            return data.decode(request.charset or "utf-8")
        except LookupError as error:
            raise ValueError(str(error)) from None
    return data


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number of JSON")
