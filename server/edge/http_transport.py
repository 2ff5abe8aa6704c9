"""uvicorn's HTTP protocol with limits on the size of requests, parsed in turns of the event loop.

All connections share the turns in which requests begin and data is parsed (`server.edge.loop_budget`). Therefore, a
connection that sends many requests, headers or chunks at once does not delay other connections.

The subclass depends on the minor version of uvicorn, as `server.edge.transport` does.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import Any

import httptools
from uvicorn._types import ASGI3Application
from uvicorn.config import Config
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle
from uvicorn.server import ServerState

from identity.networks import network_of
from server.edge.client_address import unmapped
from server.edge.client_disconnect import GONE, LOST
from server.edge.connections import Standing
from server.edge.http_deadlines import TimedProtocol
from server.edge.loop_budget import budget_of
from server.edge.serving_config import serving_config
from server.edge.transport import SwitchboardProtocol

KEEP_ALIVE_S = 75
"""Seconds for which an idle connection is kept between requests.

Most proxies keep an idle connection for 60 s. This time is longer, so that the proxy closes the connection first.
"""

URL_MAX = 8 * 1024
HEADERS_MAX = 100
HEAD_MAX = 32 * 1024
"""Maximum bytes of all headers together, including cookies."""
PIPELINE_MAX = 16
"""Maximum number of requests of one connection that wait behind the current one."""
PIECE = 16 * 1024
"""Maximum bytes that are parsed at a time."""
BYTES_A_UNIT = 4 * 1024
"""Parsing this many bytes costs one unit of a turn."""
HEAD_PARTS = 64
"""The head of a request counts as this many headers and chunks, in addition to its own headers."""
PARTS_A_UNIT = 32
"""This many headers and chunks cost one unit."""
REQUEST_UNITS = 16
"""Units that the beginning of a request or of a WebSocket costs."""


_log = logging.getLogger("switchboard.http")
# uvicorn warns of each invalid request. With these warnings, anybody could fill our log.
_log.setLevel(logging.ERROR)


class _Flow(FlowControl):
    """Resumes reading from the socket only when all bytes received so far have been parsed."""

    def __init__(self, transport: asyncio.Transport, read_on: Callable[[], None]) -> None:
        super().__init__(transport)
        self._read_on = read_on

    def resume_reading(self) -> None:
        if self.read_paused:
            self.read_paused = False
            self._read_on()


class SwitchboardHttpProtocol(TimedProtocol):
    """One connection, until it becomes a WebSocket."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.logger = _log
        shared = serving_config(config)
        self._connections, self._deadlines = shared.held, shared.deadlines
        self._fields = 0
        self._field_bytes = 0
        self._head_bytes = 0
        self._parts = 0
        """Headers and chunks in the data being parsed."""
        self._rest = b""
        """Data that was read and is not parsed yet. Nothing more is read meanwhile."""
        self._loop_budget = budget_of(self.loop)
        self._share = ""
        self._is_proven = False
        self._answering: RequestResponseCycle | None = None
        """The request that the application handles. Later pipelined requests wait for it."""

    # -- the connection -----------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.client = unmapped(self.client)
        self.flow = _Flow(transport, self._read_on)
        self._address = self.client[0] if self.client else ""
        self._share = network_of(self._address)
        if self._connections.came(self, self._address):
            self._wait_for_head()
        else:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        self._stop_stall()
        self._connections.unblocked(self, self._address)
        self._unset_keepalive_if_required()
        if self._answering is not None:
            self._answering.scope["state"][GONE] = True
        self._tell_holder(LOST)
        self._connections.went(self)
        super().connection_lost(exc)
        # Requests and their connection refer to each other. Thousands of such cycles would cost the garbage collector
        # tens of milliseconds.
        self.pipeline.clear()
        self._rest = b""
        vars(self).update(cycle=None, _answering=None, scope=None, flow=FlowControl(self.transport))

    # -- turns ------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        if not self._rest and len(data) <= PIECE and not self._queued and self._loop_budget.left > 0:
            self._loop_budget.spend(self._parse(data))
        else:
            self._rest += data
            self._read_on()

    def _read_on(self) -> None:
        """Parse the remaining data in later turns. If no data remains, read from the socket again."""
        if self._queued or self.flow.read_paused or self.transport.is_closing() or not self._is_http:
            return
        if self._rest:
            self.transport.pause_reading()
            self._queued = True
            self._loop_budget.wait(self._share, self._go_on)
        else:
            self.transport.resume_reading()

    def _go_on(self) -> int:
        """Do a part of the waiting work when it is this connection's turn. Returns the units that the part took."""
        self._queued = False
        if self.flow.read_paused or self.transport.is_closing() or not self._is_http:
            return 1
        piece, self._rest = self._rest[:PIECE], self._rest[PIECE:]
        units = self._parse(piece)
        self._read_on()
        return units

    @property
    def _is_http(self) -> bool:
        """False once the connection has become a WebSocket."""
        return self.transport.get_protocol() is self

    def _begin(self, begin: Callable[[], None]) -> None:
        """Begin a request, now or in a later turn."""
        if self._loop_budget.take(REQUEST_UNITS):
            begin()
        else:
            self._loop_budget.wait(self._share, partial(self._begin_later, begin))

    def _begin_later(self, begin: Callable[[], None]) -> int:
        if self.transport.is_closing():
            return 0
        begin()
        return REQUEST_UNITS

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._answering = cycle
        self._begin(partial(super()._start_asgi_task, cycle, app))

    def handle_websocket_upgrade(self) -> None:
        self._stop_waiting()
        # No data may arrive before the upgrade: the following data is not HTTP.
        self.transport.pause_reading()
        self._queued = True
        self._begin(self._upgrade)

    def _upgrade(self) -> None:
        super().handle_websocket_upgrade()
        socket_ = self.transport.get_protocol()
        if isinstance(socket_, SwitchboardProtocol):
            self._connections.became(self, socket_)
        if not self.transport.is_closing():
            self.transport.resume_reading()

    # -- its place ----------------------------------------------------------------------------

    @property
    def standing(self) -> Standing:
        """The state of the connection, for the limits of `server.edge.connections`. The connection is no longer idle
        once a whole request has arrived."""
        asks = self._queued or (self._under_way is not None and not self._in_message)
        if self._is_proven:
            return "proven" if asks else "proven_idle"
        return "asking" if asks else "idle"

    def drop(self) -> None:
        self._leave()

    def _prove(self, person: str) -> None:
        """Note that a request has proven the identity of its sender."""
        self._is_proven = True
        self._connections.proven(self, self._address, person)

    # -- what comes -------------------------------------------------------------------------

    def _parse(self, data: bytes) -> int:
        """Parse `data`. Returns the cost of the work, in units of `loop_budget`."""
        self._parts = 0
        self._feed(data)
        return 1 + len(data) // BYTES_A_UNIT + self._parts // PARTS_A_UNIT

    def _feed(self, data: bytes) -> None:
        if self._in_head:
            # The parser keeps an endless line in memory and reports nothing before its end.
            self._head_bytes += len(data)
        super().data_received(data)
        if self.transport.is_closing() or self._queued or not self._is_http:
            return
        if self._in_head and self._head_bytes > HEAD_MAX:
            self._refuse(431, "too_large", f"The headers are larger than {HEAD_MAX // 1024} KiB.")
        else:
            self._watch()

    # -- what the parser finds ------------------------------------------------------------

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._parts += HEAD_PARTS
        self._in_head = self._in_message = True
        self._fields = self._field_bytes = self._head_bytes = self.body_bytes = 0

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > URL_MAX:
            self._give_up(414, f"The address is longer than {URL_MAX} bytes.")

    def on_header(self, name: bytes, value: bytes) -> None:
        self._fields += 1
        self._parts += 1
        self._field_bytes += len(name) + len(value) + 4
        if self._fields > HEADERS_MAX:
            self._give_up(431, f"There are more than {HEADERS_MAX} headers.")
        if self._field_bytes > HEAD_MAX:
            self._give_up(431, f"The headers are larger than {HEAD_MAX // 1024} KiB.")
        if self._in_head:
            super().on_header(name, value)
        # Headers after a chunked body are a trailer. It must not pass for the head of a pipelined request.

    def on_headers_complete(self) -> None:
        hosts = sum(name == b"host" for name, _ in self.headers)
        if hosts > 1 or (hosts == 0 and self.parser.get_http_version() == "1.1"):
            self._refusal = (400, "bad_frame", "A request names one host: send one `Host` header.")
            raise httptools.HttpParserError("host")
        self._in_head = False
        scope: Any = self.scope
        scope["switchboard.proven"] = self._prove
        super().on_headers_complete()
        if len(self.pipeline) > PIPELINE_MAX:
            # The parser has to stop at once: hundreds more may follow.
            self.transport.abort()
            raise httptools.HttpParserError("pipeline")

    def on_body(self, body: bytes) -> None:
        self.body_bytes += len(body)
        self._parts += 1
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._in_message = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing():
            self._leave()
        elif self._in_message and not self._in_head and self.cycle.response_complete:
            self.body_bytes = 0
            self._wait_for_rest()

    # -- the end ------------------------------------------------------------------------------

    def shutdown(self) -> None:
        """Notify the requests that are held open, because uvicorn is stopping."""
        super().shutdown()
        self._tell_holder("switchboard.shutdown")

    def _tell_holder(self, what: str) -> None:
        cycle = self._answering
        told = cycle.scope.get(what) if cycle is not None and not cycle.response_complete else None
        if callable(told):
            told()
