"""uvicorn's HTTP protocol, with limits on how long and how large a request may be.

uvicorn waits for ever for the rest of half-sent headers, takes as many of them as come, and keeps a
connection whose peer reads nothing. Here a request that is too slow, too large or no HTTP is answered
with problem details where an answer can still be read, and its connection is closed.

A request that comes whole costs no timer. What comes is parsed in pieces, and requests begin, in turns of the loop that
all connections share (`server.edge.turns`): many requests, headers or chunks in one read keep nobody waiting.

Subclassing ties us to a minor of uvicorn, as in `server.edge.transport`.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import socket
import struct
import termios
from collections.abc import Callable
from functools import partial
from ipaddress import IPv6Address, ip_address
from typing import Any, Literal

import httptools
from uvicorn._types import ASGI3Application
from uvicorn.config import Config
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from identity.networks import network_of
from refusals import Code
from server.edge.asking import GONE, LOST
from server.edge.connections import Held, Standing, connections_of
from server.edge.problems import problem
from server.edge.turns import turns_of

HEAD_S = 10.0
"""Seconds in which the headers of a request must be there, counted from its first byte, or from the connection."""
BODY_S = 30.0
"""Seconds in which a body must be there; a large one gets more, as long as it comes at BODY_RATE."""
BODY_RATE = 16 * 1024
"""Bytes of a body a second, each of which earn it one second more."""
LINGER_S = 5.0
"""Seconds for which the rest of a body that was answered early is still read, so that the answer can be."""
LINGER_BYTES = 64 * 1024 * 1024
TAKEN_S = 10.0
"""Seconds between looks at what a peer has taken of an answer that waits for it."""
TAKEN_MIN = 16 * 1024
"""Bytes that it must have taken since the last look."""
KEEP_ALIVE_S = 75
"""Seconds between requests: longer than the 60 s after which most proxies let go of a connection first."""

URL_MAX = 8 * 1024
HEADERS_MAX = 100
HEAD_MAX = 32 * 1024
"""Bytes of all headers together, cookies too."""
PIPELINE_MAX = 16
"""Requests of one connection that wait while an earlier one is answered."""
PIECE = 16 * 1024
"""Bytes that are parsed at a time."""
BYTES_A_UNIT = 4 * 1024
"""Bytes whose parsing counts as one unit of a turn."""
HEAD_PARTS = 64
"""A request's head counts as so many of them."""
PARTS_A_UNIT = 32
"""Headers and chunks whose parsing counts as one unit."""
REQUEST_UNITS = 16
"""Units of a turn that the beginning of a request takes, or of a WebSocket."""
UNSENT_MAX = 64 * 1024
"""Bytes that the system holds for a peer beside those that are on their way: else we cannot tell that it reads."""

_log = logging.getLogger("switchboard.http")
# uvicorn warns of each request that is no HTTP: whoever sends such would write our log.
_log.setLevel(logging.ERROR)

Phase = Literal["head", "body", "rest", "none"]
"""What a connection waits for of its peer."""


class _TooLarge(Exception):
    """Raised into the parser, which ends the request with `send_400_response`."""


class _Flow(FlowControl):
    """uvicorn's, where reading goes on only once what was read is parsed."""

    def __init__(self, transport: asyncio.Transport, read_on: Callable[[], None]) -> None:
        super().__init__(transport)
        self._read_on = read_on

    def resume_reading(self) -> None:
        if self.read_paused:
            self.read_paused = False
            self._read_on()


class SwitchboardHttpProtocol(HttpToolsProtocol):
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
        self._phase: Phase = "none"
        self._since = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._stall: asyncio.TimerHandle | None = None
        self._in_head = False
        self._in_message = False
        self._fields = 0
        self._field_bytes = 0
        self._head_bytes = 0
        self._body_bytes = 0
        self._untaken = 0
        self._refusal: tuple[int, Code, str] | None = None
        self._parts = 0
        """Headers and chunks in what is parsed now."""
        self._rest = b""
        """What was read and is not parsed yet. Nothing more is read meanwhile."""
        self._queued = False
        """Does this connection wait for a turn?"""
        self._turns = turns_of(self.loop)
        self._share = self._address = ""
        self._connections = connections_of(config)
        self._is_proven = False
        self._answering: RequestResponseCycle | None = None
        """The request that the application has. Later ones of a pipeline wait for it."""

    # -- the connection -----------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.client = unmapped(self.client)
        self.flow = _Flow(transport, self._read_on)
        self._address = self.client[0] if self.client else ""
        self._share = network_of(self._address)
        if self._connections.came(self, self._address):
            self._wait_for("head", HEAD_S)
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
        # Requests hold this connection, which holds them: thousands of those cost the collector tens of milliseconds.
        self.pipeline.clear()
        self._rest = b""
        vars(self).update(cycle=None, _answering=None, scope=None, flow=FlowControl(self.transport))

    # -- turns ------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        if not self._rest and len(data) <= PIECE and not self._queued and self._turns.left > 0:
            self._turns.spend(self._parse(data))
        else:
            self._rest += data
            self._read_on()

    def _read_on(self) -> None:
        """Parse what was read in later turns; where there is none, read."""
        if self._queued or self.flow.read_paused or self.transport.is_closing() or not self._is_http:
            return
        if self._rest:
            self.transport.pause_reading()
            self._queued = True
            self._turns.wait(self._share, self._go_on)
        else:
            self.transport.resume_reading()

    def _go_on(self) -> int:
        """It is this connection's turn. Returns the units it took."""
        self._queued = False
        if self.flow.read_paused or self.transport.is_closing() or not self._is_http:
            return 1
        piece, self._rest = self._rest[:PIECE], self._rest[PIECE:]
        units = self._parse(piece)
        self._read_on()
        return units

    @property
    def _is_http(self) -> bool:
        """Is it still this protocol that the connection speaks?"""
        return self.transport.get_protocol() is self

    def _begin(self, begin: Callable[[], None]) -> None:
        """Have a request begin, now or in a later turn."""
        if self._turns.take(REQUEST_UNITS):
            begin()
        else:
            self._turns.wait(self._share, partial(self._begin_later, begin))

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
        # Nothing may come between: what follows is no HTTP.
        self.transport.pause_reading()
        self._queued = True
        self._begin(self._upgrade)

    def _upgrade(self) -> None:
        super().handle_websocket_upgrade()
        socket_ = self.transport.get_protocol()
        if isinstance(socket_, Held):
            self._connections.became(self, socket_)
        if not self.transport.is_closing():
            self.transport.resume_reading()

    # -- its place ----------------------------------------------------------------------------

    @property
    def standing(self) -> Standing:
        """Does somebody ask for something on this connection? Not before their request is there as a whole."""
        asks = self._queued or (self._under_way is not None and not self._in_message)
        if self._is_proven:
            return "proven" if asks else "proven_idle"
        return "asking" if asks else "idle"

    def drop(self) -> None:
        self._leave()

    def _prove(self, person: str) -> None:
        """Whoever speaks here has proven who they are."""
        self._is_proven = True
        self._connections.proven(self, self._address, person)

    # -- what comes -------------------------------------------------------------------------

    def _parse(self, data: bytes) -> int:
        """Returns the units of a turn that it took."""
        self._parts = 0
        self._feed(data)
        return 1 + len(data) // BYTES_A_UNIT + self._parts // PARTS_A_UNIT

    def _feed(self, data: bytes) -> None:
        if self._in_head:
            # The parser keeps an endless line in memory and says nothing before it ends.
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
        self._fields = self._field_bytes = self._head_bytes = self._body_bytes = 0

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
        # What follows a body in chunks is a trailer: it must not pass for a header of a request under way.

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
            # The parser has to stop at once: it has hundreds more.
            self.transport.abort()
            raise httptools.HttpParserError("pipeline")

    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
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
            self._body_bytes = 0
            self._wait_for("rest", LINGER_S)

    # -- time -----------------------------------------------------------------------------

    def _watch(self) -> None:
        """After each piece of data: what is waited for now, and until when."""
        if self._in_head:
            self._wait_on("head", HEAD_S)
        elif self._in_message and self.cycle.response_complete:
            self._wait_on("rest", LINGER_S)
            if self._body_bytes > LINGER_BYTES:
                self._leave()
        elif self._in_message:
            self._wait_on("body", BODY_S)
        elif self._under_way is None and self.timeout_keep_alive_task is None:
            # Something came that begins no request.
            self._wait_on("head", HEAD_S)
        else:
            self._stop_waiting()

    @property
    def _under_way(self) -> RequestResponseCycle | None:
        """The newest request, while it is not answered."""
        cycle: RequestResponseCycle | None = self.cycle
        return None if cycle is None or cycle.response_complete else cycle

    def _wait_on(self, phase: Phase, seconds: float) -> None:
        if self._phase != phase:
            self._wait_for(phase, seconds)

    def _wait_for(self, phase: Phase, seconds: float) -> None:
        self._stop_waiting()
        self._phase = phase
        self._since = self.loop.time()
        self._timer = self.loop.call_later(seconds, self._too_late)

    def _stop_waiting(self) -> None:
        self._phase = "none"
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_late(self) -> None:
        self._timer = None
        if self.transport.is_closing():
            return
        if self.flow.read_paused or self._queued:
            # It is we who do not read: nothing can come.
            self._wait_for(self._phase, BODY_S)
        elif self._phase == "head" and not self._in_head:
            self._leave()
        elif self._phase == "head":
            self._refuse(408, "bad_frame", f"The headers didn't arrive within {HEAD_S:g} s.")
        elif self._phase == "body":
            self._look_at_body()
        else:
            self._leave()

    def _look_at_body(self) -> None:
        left = self._since + BODY_S + self._body_bytes / BODY_RATE - self.loop.time()
        if left > 0:
            self._timer = self.loop.call_later(left, self._too_late)
        else:
            self._refuse(408, "bad_frame", "The body took too long to arrive. Send it faster, or send less.")

    def timeout_keep_alive_handler(self) -> None:
        self._leave()

    # -- answers that are not taken ----------------------------------------------------------

    def pause_writing(self) -> None:
        super().pause_writing()
        line: socket.socket | None = self.transport.get_extra_info("socket")
        if line is not None and line.family in (socket.AF_INET, socket.AF_INET6):
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_MAX)
        self._untaken = self.unsent
        self._stop_stall()
        self._stall = self.loop.call_later(TAKEN_S, self._look_at_unsent)
        self._connections.blocked(self, self._address)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop_stall()
        self._connections.unblocked(self, self._address)

    @property
    def unsent(self) -> int:
        """Bytes that the peer has not confirmed: ours, and those that the system holds for it. The loop keeps what it
        writes until the last of it is sent, so what the system took counts too."""
        line: socket.socket | None = self.transport.get_extra_info("socket")
        held = fcntl.ioctl(line.fileno(), termios.TIOCOUTQ, bytes(4)) if line is not None else bytes(4)
        return self.transport.get_write_buffer_size() + int(struct.unpack("i", held)[0])

    def cut(self) -> None:
        self.transport.abort()

    def _look_at_unsent(self) -> None:
        untaken = self.unsent
        if untaken > self._untaken - TAKEN_MIN:
            self.transport.abort()
            return
        self._untaken = untaken
        self._stall = self.loop.call_later(TAKEN_S, self._look_at_unsent)

    def _stop_stall(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None

    # -- the end ------------------------------------------------------------------------------

    def shutdown(self) -> None:
        """uvicorn is stopping: whoever holds a request open until there is something to tell is told of it."""
        super().shutdown()
        self._tell_holder("switchboard.shutdown")

    def _tell_holder(self, what: str) -> None:
        cycle = self._answering
        told = cycle.scope.get(what) if cycle is not None and not cycle.response_complete else None
        if callable(told):
            told()

    def _give_up(self, status: int, detail: str) -> None:
        self._refusal = (status, "too_large", detail)
        raise _TooLarge

    def send_400_response(self, msg: str) -> None:
        """Where the parser gave up: by what it was given, or by what `_give_up` said."""
        self._refuse(*(self._refusal or (400, "bad_frame", "This isn't an HTTP request.")))

    def _refuse(self, status: int, code: Code, detail: str) -> None:
        """The answer to a request that the application never sees whole, and the end of the connection."""
        cycle = self._under_way
        if cycle is not None:
            if cycle.response_started or self.pipeline:
                # An answer is under way: nothing may be written into it.
                self.transport.abort()
                return
            cycle.disconnected = True
            cycle.message_event.set()
        if self.transport.is_closing():
            return
        response = problem(code, detail, status=status, headers={"Connection": "close"})
        fields = b"".join(name + b": " + value + b"\r\n" for name, value in response.raw_headers)
        self.transport.write(STATUS_LINE[status] + fields + b"\r\n" + bytes(response.body))
        self._leave()

    def _leave(self) -> None:
        """Close, and cut the line where the peer does not take what is still unsent."""
        self._stop_waiting()
        self.transport.close()
        if self.transport.get_write_buffer_size():
            self.loop.call_later(LINGER_S, self.transport.abort)


def unmapped(client: tuple[str, int] | None) -> tuple[str, int] | None:
    """An address of IPv4 as such, also where it came over a socket that listens on IPv6 (`::ffff:192.0.2.1`)."""
    if client is None or not client[0].startswith("::ffff:"):
        return client
    try:
        address = ip_address(client[0])
    except ValueError:
        return client
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (str(mapped), client[1]) if mapped is not None else client
