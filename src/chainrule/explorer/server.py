"""A small server on the loopback: the page, its files, and proofs over a WebSocket.

It answers only requests that name it as their host and come from its own page: another site in the same browser
could otherwise reach it (a cross-site WebSocket is not stopped by the browser, and a rebound DNS name looks like
another host on the loopback).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from chainrule.explorer import assets
from chainrule.explorer.answers import answer_json
from chainrule.explorer.saved import embedded, saved_page
from chainrule.explorer.workers import NoLongerWanted, Workers

MOST_BYTES = 1_000_000
MOST_PAGES = 8  # open WebSockets
WORKERS = 2

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src data:; "
    "connect-src 'self' ws://{host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class OwnPageOnly:
    """Refuses every request that does not name this server as its host, or that another site has made."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self.app, self.hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        problem = self._refusal(HTTPConnection(scope))
        if problem is None:
            return await self.app(scope, receive, send)
        if scope["type"] == "websocket":
            return await WebSocket(scope, receive, send).close(code=1008, reason=problem)
        await PlainTextResponse(problem, 403)(scope, receive, send)

    def _refusal(self, request: HTTPConnection) -> str | None:
        hosts, origins = request.headers.getlist("host"), request.headers.getlist("origin")
        if len(hosts) != 1 or hosts[0] not in self.hosts:
            return "this server answers only under its own address on this machine"
        changes = request.scope["type"] == "websocket" or request.scope["method"] not in ("GET", "HEAD")
        if any(origin != f"http://{hosts[0]}" for origin in origins) or (changes and len(origins) != 1):
            return "this server answers only its own page"
        if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return "this server answers only its own page"
        return None


def make_app(state: Mapping[str, Any] | None, port: int, workers: Workers) -> Starlette:
    """The application for a page that begins with `state`."""
    hosts = frozenset(f"{name}:{port}" for name in ("127.0.0.1", "localhost"))
    pages: set[WebSocket] = set()

    def page(request: Request) -> Response:
        policy = {"Content-Security-Policy": _POLICY.format(host=request.headers["host"])}
        return Response(embedded(state, None, "served"), headers={**_HEADERS, **policy}, media_type="text/html")

    def static(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in assets.names():
            return PlainTextResponse("there is no such file", 404, headers=_HEADERS)
        body, kind = assets.content(name)
        return Response(body, headers=_HEADERS, media_type=kind)

    async def save(request: Request) -> Response:
        """The page as one file, with a proof made here for the problem as it was sent."""
        body = bytearray()
        try:
            async for chunk in request.stream():
                body += chunk
                if len(body) > MOST_BYTES:
                    return PlainTextResponse("the page is too large to be saved", 413, headers=_HEADERS)
            sent = json.loads(body)
            state, problem = sent["state"], sent["problem"]
        except (
            ValueError,
            KeyError,
            TypeError,
            RecursionError,
            ClientDisconnect,
        ):  # the last where the body breaks off
            state = problem = None
        if not isinstance(state, dict) or not isinstance(problem, dict):
            return PlainTextResponse("the page sent no state", 400, headers=_HEADERS)
        answer = await run_in_threadpool(workers.ask, problem, threading.Event())
        html = saved_page(state, None if "error" in answer else answer)
        return Response(html, headers={**_HEADERS, "Content-Security-Policy": "sandbox"}, media_type="text/html")

    async def prove(websocket: WebSocket) -> None:
        if len(pages) >= MOST_PAGES:
            await websocket.accept()  # or the page would not hear why
            return await websocket.close(code=1013, reason="too many pages are open")
        await websocket.accept()
        pages.add(websocket)
        try:
            await _conversation(websocket, workers)
        finally:
            pages.discard(websocket)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        threading.Thread(target=assets.content, args=("math.woff",), daemon=True).start()  # a second's work, ahead
        yield

    routes = [
        Route("/", page),
        Route("/static/{name}", static),
        Route("/page", save, methods=["POST"]),
        WebSocketRoute("/prove", prove),
    ]
    app = Starlette(routes=routes, lifespan=lifespan)
    app.add_middleware(OwnPageOnly, hosts=hosts)
    return app


async def _conversation(websocket: WebSocket, workers: Workers) -> None:
    """Questions with numbers come in; a new one takes the last one back, so one page has one proof under way."""
    dropped, current = threading.Event(), None
    try:
        while True:
            try:
                message = json.loads(await websocket.receive_text())
            except (ValueError, RecursionError, KeyError):
                return await websocket.close(code=1003, reason="needed JSON")
            dropped.set()
            if isinstance(message, dict) and "problem" in message and isinstance(message.get("number"), int):
                dropped = threading.Event()
                current = asyncio.create_task(
                    _reply(websocket, workers, message["number"], message["problem"], dropped)
                )
                current.add_done_callback(lambda task: task.cancelled() or task.exception())
    except WebSocketDisconnect:
        pass
    finally:
        dropped.set()
        if current is not None:
            await asyncio.gather(current, return_exceptions=True)


async def _reply(
    websocket: WebSocket, workers: Workers, number: int, problem: Mapping[str, Any], dropped: threading.Event
) -> None:
    with contextlib.suppress(NoLongerWanted):
        answer = await run_in_threadpool(workers.ask, problem, dropped)
        if not dropped.is_set():
            await websocket.send_text(json.dumps({"number": number, "answer": answer}))


def serve(state: Mapping[str, Any] | None, port: int = 0, ready: Callable[[str], None] = print) -> None:
    """Serve the page on 127.0.0.1 until Ctrl-C; `ready` is told its address. Port 0 takes a free one."""
    import uvicorn

    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(64)  # from here on a browser that is quick waits instead of being refused
        port = listener.getsockname()[1]
        workers = Workers(WORKERS, answer_json)
        try:
            config = uvicorn.Config(
                make_app(state, port, workers), log_level="warning", access_log=False, ws="websockets-sansio",
                ws_max_size=MOST_BYTES, limit_concurrency=64, timeout_keep_alive=20, timeout_graceful_shutdown=1,
                server_header=False, ws_ping_interval=None,
            )  # fmt: skip
            server = uvicorn.Server(config)
            ready(f"http://127.0.0.1:{port}/")
            server.run(sockets=[listener])
        finally:
            workers.close()
