"""A connection to IP addresses that have been checked."""

from __future__ import annotations

from collections.abc import Sequence

import httpcore2

SILENT_S = 2.0
"""An address must accept the connection within this many seconds. Otherwise the next address is tried. The last address
has no such limit."""


class PinnedConnection(httpcore2.AsyncNetworkBackend):
    """Opens one connection, always to one of `addresses`. The host that the caller asks for is ignored."""

    def __init__(self, addresses: Sequence[str], system: httpcore2.AsyncNetworkBackend | None = None) -> None:
        """`system` is the backend that opens the connection. The default uses the sockets of the operating system."""
        self._addresses = addresses
        self._system = system or httpcore2.AnyIOBackend()
        self._stream: httpcore2.AsyncNetworkStream | None = None

    async def connect_tcp(self, host: str, port: int, *given: object, **more: object) -> httpcore2.AsyncNetworkStream:
        """Connect to the first of the addresses that accepts a connection. `host` and all options are ignored.

        The caller must set a deadline for the whole call.
        """
        *first, last = self._addresses
        for address in first:
            try:
                self._stream = await self._system.connect_tcp(address, port, timeout=SILENT_S)
            except (httpcore2.NetworkError, httpcore2.TimeoutException):
                continue
            return self._stream
        self._stream = await self._system.connect_tcp(last, port)
        return self._stream

    async def close(self) -> None:
        """Close the connection, if there is one. Also works after the call was cancelled."""
        if self._stream is not None:
            await self._stream.aclose()
