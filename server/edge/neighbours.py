"""Requests that another worker of this machine must answer.

The workers of `switchboard serve --workers` share one port, so any of them may get the next request of a connection
over HTTP. The id of the connection begins with the number of the worker that has it. Other workers forward the request
there over a Unix socket. `/metrics` has the metrics of all workers, with the label `worker`.
"""

from __future__ import annotations

import asyncio
import hmac
import socket
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs

import httpcore2
from msgspec import json
from prometheus_client import Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.edge.api.wire import SENT_MAX
from server.edge.client_disconnect import LOST
from server.edge.polled import LINE

BACKLOG = 2_048
ANSWER_S = 20.0
"""A worker that has not answered after this many seconds has stopped. Polls are answered earlier."""
METRICS_S = 2.0
"""Workers that have not sent their metrics within this many seconds are left out."""
_KEPT_IDLE = 20
"""Maximum number of idle connections to another worker."""
_FORWARDED = b"switchboard-forwarded"
_NOT_PASSED_ON = frozenset((b"connection", b"keep-alive", b"transfer-encoding", b"date", b"upgrade", _FORWARDED))
_UNREACHABLE = (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.TimeoutException, OSError)

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Place:
    """The number of a worker, from 0. `folder` has the sockets of all workers. Only requests with `key` count as
    forwarded."""

    folder: Path
    number: int
    count: int
    key: str

    def path(self, number: int) -> Path:
        return self.folder / f"{number}.sock"

    def listening_socket(self) -> socket.socket:
        """The socket for requests of the other workers. Replaces that of an earlier worker in this place."""
        self.path(self.number).unlink(missing_ok=True)
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listening.bind(str(self.path(self.number)))
        listening.listen(BACKLOG)
        return listening

    @property
    def others(self) -> list[int]:
        return [number for number in range(self.count) if number != self.number]


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Headers
    content: bytes

    async def send(self, send: Send) -> None:
        headers = [(name, value) for name, value in self.headers if name not in _NOT_PASSED_ON]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.content})


class Neighbours:
    """The application of a worker, as ASGI middleware."""

    def __init__(self, app: ASGIApp, place: Place) -> None:
        self._app = app
        self._place = place
        self._pools = {
            number: httpcore2.AsyncConnectionPool(
                uds=str(place.path(number)), max_connections=None, max_keepalive_connections=_KEPT_IDLE
            )
            for number in place.others
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            try:
                await self._app(scope, receive, send)
            finally:
                for pool in self._pools.values():
                    await pool.aclose()
        elif scope["type"] != "http" or self._was_forwarded(scope):
            await self._app(scope, receive, send)
        elif scope["path"] == "/metrics":
            await self._all_metrics(scope, receive, send)
        elif (owner := self._owner_of(scope)) is not None:
            await self._forward(owner, scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _owner_of(self, scope: Scope) -> int | None:
        """The other worker that has the connection over HTTP which the request names; None if there is none."""
        line = _header(scope, LINE.lower().encode()) if scope["path"] == "/api/wire" else None
        number = (line or b"").partition(b".")[0]
        return int(number) if number.isdigit() and len(number) < 4 and int(number) in self._pools else None

    # -- forwarded to this worker ----------------------------------------------------------

    def _was_forwarded(self, scope: Scope) -> bool:
        """True if another worker forwarded the request. Then its client is that of the original request."""
        told = _header(scope, _FORWARDED)
        if told is None:
            return False
        key, scheme, port, host = (told.split(b" ", 3) + [b""] * 3)[:4]
        if not hmac.compare_digest(key, self._place.key.encode()):
            return False
        scope["headers"] = [(name, value) for name, value in scope["headers"] if name != _FORWARDED]
        scope["scheme"] = scheme.decode()
        scope["client"] = (host.decode(), int(port)) if host else None
        return True

    def _origin_of(self, scope: Scope) -> bytes:
        host, port = scope.get("client") or ("", 0)
        return f"{self._place.key} {scope['scheme']} {port} {host}".encode()

    # -- forwarded from this worker ----------------------------------------------------------

    async def _forward(self, owner: int, scope: Scope, receive: Receive, send: Send) -> None:
        read = [await receive()]
        while read[-1].get("more_body") and sum(len(message["body"]) for message in read) <= SENT_MAX:
            read.append(await receive())
        again = _replayed(read, receive)
        if read[-1]["type"] != "http.request" or read[-1].get("more_body"):
            # It is too large, or its client is gone.
            await self._app(scope, again, send)
            return
        given_up = asyncio.timeout(None)
        if scope["method"] == "GET":
            scope[LOST] = scope["switchboard.shutdown"] = lambda: given_up.reschedule(0.0)
        try:
            async with given_up:
                answer = await self._ask(owner, scope, b"".join(message["body"] for message in read))
        except TimeoutError:
            # This worker is stopping, not the one that has the connection.
            answer = _nothing_new(scope)
        except _UNREACHABLE:
            # The other worker has ended, and the connection with it. This one says so.
            await self._app(scope, again, send)
            return
        await answer.send(send)

    async def _ask(self, worker: int, scope: Scope, body: bytes) -> _Answer:
        headers = [(name, value) for name, value in scope["headers"] if name not in _NOT_PASSED_ON]
        path = scope["raw_path"] + (b"?" + scope["query_string"] if scope["query_string"] else b"")
        response = await self._pools[worker].request(
            scope["method"],
            httpcore2.URL(scheme=b"http", host=b"worker", port=None, target=path),
            headers=[*headers, (_FORWARDED, self._origin_of(scope))],
            content=body,
            extensions={"timeout": {"connect": ANSWER_S, "read": ANSWER_S, "write": ANSWER_S}},
        )
        given = [(name.lower(), value) for name, value in response.headers]
        return _Answer(response.status, given, response.content)

    # -- metrics ---------------------------------------------------------------------------

    async def _all_metrics(self, scope: Scope, receive: Receive, send: Send) -> None:
        own = await _answered(self._app, scope, receive)
        if own.status != 200:
            await own.send(send)
            return
        texts = {self._place.number: own.content}
        found = await asyncio.gather(*(self._metrics_of(number, scope) for number in self._pools))
        texts |= {number: text for number, text in found if text is not None}
        content = merged(texts)
        headers = [(name, value) for name, value in own.headers if name != b"content-length"]
        await _Answer(200, [*headers, (b"content-length", b"%d" % len(content))], content).send(send)

    async def _metrics_of(self, worker: int, scope: Scope) -> tuple[int, bytes | None]:
        try:
            async with asyncio.timeout(METRICS_S):
                answer = await self._ask(worker, scope, b"")
        except (*_UNREACHABLE, TimeoutError):
            return worker, None
        return worker, answer.content if answer.status == 200 else None


class _Collected(Collector):
    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def merged(texts: Mapping[int, bytes]) -> bytes:
    """The metrics of several workers as one text. `texts` has the text of each worker by its number."""
    families: dict[str, Metric] = {}
    for number, text in sorted(texts.items()):
        for found in text_string_to_metric_families(text.decode()):
            family = families.setdefault(found.name, Metric(found.name, found.documentation, found.type))
            for sample in found.samples:
                family.add_sample(sample.name, {**sample.labels, "worker": str(number)}, sample.value)
    return generate_latest(_Collected(families.values()))


def _header(scope: Scope, wanted: bytes) -> bytes | None:
    return next((bytes(value) for name, value in scope["headers"] if name == wanted), None)


def _nothing_new(scope: Scope) -> _Answer:
    """The answer to a poll that ends before there are frames."""
    after = parse_qs(scope["query_string"].decode("latin-1")).get("after", ["0"])[0]
    content = json.encode({"frames": [], "next": int(after) if after.isdecimal() else 0})
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    return _Answer(200, [*headers, (b"content-length", b"%d" % len(content))], content)


def _replayed(read: Sequence[Message], receive: Receive) -> Receive:
    left = iter(read)

    async def again() -> Message:
        return next(left, None) or await receive()

    return again


async def _answered(app: ASGIApp, scope: Scope, receive: Receive) -> _Answer:
    """The whole answer of `app`."""
    start: Message = {}
    content = bytearray()

    async def take(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            content.extend(message.get("body", b""))

    await app(scope, receive, take)
    return _Answer(start["status"], list(start["headers"]), bytes(content))
