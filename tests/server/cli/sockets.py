"""A socket of staff to a server that is another process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from chat.frames import SUBPROTOCOL
from tests.server.test_cli import DEADLINE_S, Served


@contextmanager
def greeted(served: Served, token: str) -> Iterator[ClientConnection]:
    """A connection that has said hello and was let in."""
    with connect(
        served.url.replace("http", "ws", 1) + "/ws/staff",
        subprotocols=[Subprotocol(SUBPROTOCOL)],
        proxy=None,
        additional_headers={"Authorization": f"Bearer {token}"},
        compression=None,
    ) as socket:
        socket.send(json.dumps({"type": "hello", "id": "1"}))
        assert json.loads(socket.recv(DEADLINE_S))["type"] == "ok"
        yield socket


def closed_with(socket: ClientConnection) -> int | None:
    """The code with which the server closes the connection, which it must do in time."""
    try:
        while True:
            socket.recv(DEADLINE_S)
    except ConnectionClosed:
        return socket.close_code
