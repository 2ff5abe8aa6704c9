from __future__ import annotations

import httpcore2
import pytest

from egress.pinned import PinnedConnection

SILENT, REFUSING, HERE = "2001:db8::1", "198.51.100.1", "198.51.100.2"


class Network(httpcore2.AsyncNetworkBackend):
    """Only HERE takes connections. SILENT drops packets, so that an attempt without a limit never ends."""

    def __init__(self) -> None:
        self.tried: list[str] = []

    async def connect_tcp(self, host: str, port: int, *given: object, **more: object) -> httpcore2.AsyncNetworkStream:
        self.tried.append(host)
        if host == REFUSING:
            raise httpcore2.ConnectError
        if host == SILENT:
            assert "timeout" in more, "waits for ever"
            raise httpcore2.ConnectTimeout
        return httpcore2.AsyncMockStream([])


@pytest.mark.parametrize("first", [SILENT, REFUSING])
async def test_address_that_does_not_answer_is_followed_by_the_next_one(first: str) -> None:
    network = Network()
    connection = PinnedConnection([first, HERE], network)
    await connection.connect_tcp("hooks.example", 443)
    await connection.close()
    assert network.tried == [first, HERE]


async def test_last_address_that_refuses_ends_the_call() -> None:
    with pytest.raises(httpcore2.ConnectError):
        await PinnedConnection([SILENT, REFUSING], Network()).connect_tcp("hooks.example", 443)
