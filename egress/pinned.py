"""A connection to addresses that were checked before."""

from __future__ import annotations

from collections.abc import Sequence

import httpcore2

SILENT_S = 2.0
"""An address that does not answer for so long is given up, if there is another one."""


class PinnedConnection(httpcore2.AsyncNetworkBackend):
    """One connection, to one of `addresses`, whatever host it is asked for."""

    def __init__(self, addresses: Sequence[str], system: httpcore2.AsyncNetworkBackend | None = None) -> None:
        """`system` connects; by default with the sockets of the system."""
        self._addresses = addresses
        self._system = system or httpcore2.AnyIOBackend()
        self._stream: httpcore2.AsyncNetworkStream | None = None

    async def connect_tcp(self, host: str, port: int, *given: object, **more: object) -> httpcore2.AsyncNetworkStream:
        """Connect to the first address that accepts. The caller has a deadline, and sets no options."""
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
        """Close the connection, also if the call was cut off."""
        if self._stream is not None:
            await self._stream.aclose()
