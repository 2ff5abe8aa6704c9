"""uvicorn's HTTP protocol, with limits on how long and how large a request may be.

uvicorn waits for ever for the rest of half-sent headers, takes as many of them as come, and keeps a
connection whose peer reads nothing. Here a request that is too slow, too large or no HTTP is answered
with problem details where an answer can still be read, and its connection is closed.

A request that comes whole costs no timer. Subclassing ties us to a minor of uvicorn, as in `server.transport`.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from ipaddress import IPv6Address, ip_address
from typing import Any, Literal

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from chat.errors import Code
from server.problems import problem

HEAD_S = 10.0
"""Seconds in which the headers of a request must be there, counted from its first byte, or from the connection."""
BODY_S = 30.0
"""Seconds in which a body must be there; a large one gets more, as long as it comes at BODY_RATE."""
BODY_RATE = 16 * 1024
"""Bytes of a body a second, each of which earn it one second more."""
LINGER_S = 5.0
"""Seconds for which the rest of a body that was answered early is still read, so that the answer can be."""
LINGER_BYTES = 64 * 1024 * 1024
TAKEN_S = 30.0
"""Seconds for which a peer may take nothing of an answer."""
KEEP_ALIVE_S = 75
"""Seconds between requests: longer than the 60 s after which most proxies let go of a connection first."""

URL_MAX = 8 * 1024
HEADERS_MAX = 100
HEAD_MAX = 32 * 1024
"""Bytes of all headers together, cookies too."""
PIPELINE_MAX = 16
"""Requests of one connection that wait while an earlier one is answered."""
UNSENT_MAX = 64 * 1024
"""Bytes that the system holds for a peer beside those that are on their way: else we cannot tell that it reads."""

_log = logging.getLogger("switchboard.http")
# uvicorn warns of each request that is no HTTP: whoever sends such would write our log.
_log.setLevel(logging.ERROR)

Phase = Literal["head", "body", "rest", "none"]
"""What a connection waits for of its peer."""


class _TooLarge(Exception):
    """Raised into the parser, which ends the request with `send_400_response`."""


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
        self._unsent = 0
        self._refusal: tuple[int, Code, str] | None = None

    # -- the connection -----------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.client = unmapped(self.client)
        self._wait_for("head", HEAD_S)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        self._stop_stall()
        self._unset_keepalive_if_required()
        self._tell_holder("switchboard.lost")
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            # The parser keeps an endless line in memory and says nothing before it ends.
            self._head_bytes += len(data)
        super().data_received(data)
        if self.transport.is_closing() or self.transport.get_protocol() is not self:
            return
        if self._in_head and self._head_bytes > HEAD_MAX:
            self._refuse(431, "too_large", f"The headers are larger than {HEAD_MAX // 1024} KiB.")
        elif len(self.pipeline) > PIPELINE_MAX:
            self.transport.abort()
        else:
            self._watch()

    def handle_websocket_upgrade(self) -> None:
        self._stop_waiting()
        super().handle_websocket_upgrade()

    # -- what the parser finds ------------------------------------------------------------

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = self._in_message = True
        self._fields = self._field_bytes = self._head_bytes = self._body_bytes = 0

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > URL_MAX:
            self._give_up(414, f"The address is longer than {URL_MAX} bytes.")

    def on_header(self, name: bytes, value: bytes) -> None:
        self._fields += 1
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
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
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
        if self.flow.read_paused:
            # It is we who do not read: nothing can come.
            self._wait_for(self._phase, BODY_S)
        elif self._phase == "head" and not self._in_head:
            self._leave()
        elif self._phase == "head":
            self._refuse(408, "bad_frame", f"The headers did not come within {HEAD_S:g} s.")
        elif self._phase == "body":
            self._look_at_body()
        else:
            self._leave()

    def _look_at_body(self) -> None:
        left = self._since + BODY_S + self._body_bytes / BODY_RATE - self.loop.time()
        if left > 0:
            self._timer = self.loop.call_later(left, self._too_late)
        else:
            self._refuse(408, "bad_frame", "The body did not come in time: send it faster, or less of it.")

    def timeout_keep_alive_handler(self) -> None:
        self._leave()

    # -- answers that are not taken ----------------------------------------------------------

    def pause_writing(self) -> None:
        super().pause_writing()
        line: socket.socket | None = self.transport.get_extra_info("socket")
        if line is not None and line.family in (socket.AF_INET, socket.AF_INET6):
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_MAX)
        self._unsent = self.transport.get_write_buffer_size()
        self._stop_stall()
        self._stall = self.loop.call_later(TAKEN_S, self._look_at_unsent)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop_stall()

    def _look_at_unsent(self) -> None:
        unsent = self.transport.get_write_buffer_size()
        if unsent >= self._unsent:
            self.transport.abort()
            return
        self._unsent = unsent
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
        cycle = self._under_way
        told = cycle.scope.get(what) if cycle is not None else None
        if callable(told):
            told()

    def _give_up(self, status: int, detail: str) -> None:
        self._refusal = (status, "too_large", detail)
        raise _TooLarge

    def send_400_response(self, msg: str) -> None:
        """Where the parser gave up: by what it was given, or by what `_give_up` said."""
        self._refuse(*(self._refusal or (400, "bad_frame", "This is not a request in HTTP.")))

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
