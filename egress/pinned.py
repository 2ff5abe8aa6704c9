"""A connection to addresses that were checked before."""

from __future__ import annotations

from collections.abc import Sequence

import httpcore2


class PinnedConnection(httpcore2.AsyncNetworkBackend):
    """One connection, to one of `addresses`, whatever host it is asked for."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._addresses = addresses
        self._system = httpcore2.AnyIOBackend()
        self._stream: httpcore2.AsyncNetworkStream | None = None

    async def connect_tcp(self, host: str, port: int, *given: object, **more: object) -> httpcore2.AsyncNetworkStream:
        """Connect to the first address that accepts. The caller has a deadline, and sets no options."""
        for place, address in enumerate(self._addresses, 1):
            try:
                self._stream = await self._system.connect_tcp(address, port)
                break
            except httpcore2.NetworkError:
                if place == len(self._addresses):
                    raise
        assert self._stream is not None
        return self._stream

    async def close(self) -> None:
        """Close the connection, also if the call was cut off."""
        if self._stream is not None:
            await self._stream.aclose()
