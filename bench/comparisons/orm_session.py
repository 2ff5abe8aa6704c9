"""A comparison that opens an ORM session for each message. It is the relay of `bench/relay.py` with a table, as in a
plain SQLModel application.

It uses the desk's own libraries. SQLite does not flush its log for each message (`synchronous=NORMAL`). So the
comparison costs less than the desk, which flushes the log before it acknowledges a message.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, event
from sqlmodel import Field, Session, SQLModel, create_engine
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from bench.relay import SUBPROTOCOL, serve


class Message(SQLModel, table=True):
    """A message of a chat."""

    id: int | None = Field(default=None, primary_key=True)
    chat: str = Field(index=True)
    sender: str
    text: str
    at: datetime = Field(default_factory=lambda: datetime.now(UTC))


def open_database(path: Path) -> Engine:
    """A new database with its table."""
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def settle(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")

    SQLModel.metadata.create_all(engine, tables=[SQLModel.metadata.tables["message"]])
    return engine


class Relay:
    """The two sides of each pair, and the database that stores their messages."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._sides: dict[tuple[str, str], WebSocket] = {}

    async def side(self, socket: WebSocket) -> None:
        """Serve the connection of one side of a pair. Sides are 0 and 1."""
        pair, side = socket.path_params["pair"], socket.path_params["side"]
        self._sides[pair, side] = socket
        other = "1" if side == "0" else "0"
        await socket.accept(subprotocol=SUBPROTOCOL)
        try:
            while True:
                frame = await socket.receive_json()
                message = self._store(frame, side)
                at = message.at.isoformat(timespec="milliseconds")
                told = {"type": "message", "chat": message.chat, "seq": message.id, "at": at, "text": message.text}
                await self._sides[pair, other].send_text(json.dumps(told))
                answer = {"type": "ok", "id": frame["id"], "chat": message.chat, "seq": message.id, "at": at}
                await socket.send_text(json.dumps(answer))
        except WebSocketDisconnect:
            self._sides.pop((pair, side), None)

    def _store(self, frame: dict[str, str], side: str) -> Message:
        with Session(self._engine) as session:
            message = Message(chat=frame["chat"], sender=side, text=frame["text"])
            session.add(message)
            session.commit()
            session.refresh(message)
            return message


def main() -> None:
    """Serve on `--port` of 127.0.0.1 and store in `--database`, until the process is stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--database", type=Path, required=True)
    arguments = parser.parse_args()
    relay = Relay(open_database(arguments.database))
    serve(Starlette(routes=[WebSocketRoute("/relay/{pair}/{side}", relay.side)]), arguments.port)


if __name__ == "__main__":
    main()
