"""A, the baseline: a bare relay that forwards and acknowledges each frame, without storage or rules.

It runs on the same web server, event loop, WebSocket implementation and Python as the desk. The relay also moves the
same number of frames as the desk. For each frame that comes in, two go out: the frame itself to the other side, and an
`ok` of the usual size to the sender. The difference between the desk and the relay is the cost of storage and rules.
"""

from __future__ import annotations

import argparse

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

SUBPROTOCOL = "switchboard.v1"
NO_ID = "00000000-0000-0000-0000-000000000000"
OK = f'{{"type":"ok","id":"{NO_ID}","chat":"{NO_ID}","seq":1000,"at":"2026-11-25T00:00:00.000Z"}}'
"""A text as long as the desk's `ok` to a message."""

_sides: dict[str, dict[str, WebSocket]] = {}


async def relay(socket: WebSocket) -> None:
    """Serve the connection of one side of a pair at `/relay/{pair}/{side}`. Sides are 0 and 1."""
    pair, side = socket.path_params["pair"], socket.path_params["side"]
    sides = _sides.setdefault(pair, {})
    sides[side] = socket
    other = "1" if side == "0" else "0"
    await socket.accept(subprotocol=SUBPROTOCOL)
    try:
        while True:
            text = await socket.receive_text()
            await sides[other].send_text(text)
            await socket.send_text(OK)
    except WebSocketDisconnect:
        sides.pop(side, None)


app = Starlette(routes=[WebSocketRoute("/relay/{pair}/{side}", relay)])


def serve(application: Starlette, port: int) -> None:
    """Serves on 127.0.0.1 with the same server and settings as the desk."""
    uvicorn.run(
        application,
        host="127.0.0.1",
        port=port,
        ws="websockets-sansio",
        loop="uvloop",
        http="httptools",
        ws_per_message_deflate=False,
        access_log=False,
        log_level="warning",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    serve(app, parser.parse_args().port)


if __name__ == "__main__":
    main()
