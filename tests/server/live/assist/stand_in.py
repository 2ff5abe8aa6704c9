"""A language model on this machine that speaks the chat API of OpenAI over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

from tests.running import Frame


@dataclass(slots=True)
class StandIn:
    """What it was asked, and what it answers: `says`, or the bytes `raw`."""

    url: str
    asked: list[Frame] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    says: str = "A suggestion."
    raw: bytes | None = None
    status: int = 200
    go_on: Event = field(default_factory=Event)

    @property
    def host(self) -> str:
        return self.url.split("/")[2]

    @property
    def heard(self) -> str:
        """All texts that it was sent last."""
        return "\n".join(one["content"] for one in self.asked[-1]["messages"])

    def answer(self) -> bytes:
        if self.raw is not None:
            return self.raw
        message = {"role": "assistant", "content": self.says}
        return json.dumps({"object": "chat.completion", "choices": [{"index": 0, "message": message}]}).encode()


@contextmanager
def stand_in() -> Iterator[StandIn]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            it.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            it.keys.append(self.headers["Authorization"])
            it.paths.append(self.path)
            it.go_on.wait()
            body = it.answer()
            # A desk that gave up has closed the connection.
            with suppress(BrokenPipeError, ConnectionResetError):
                self.send_response(it.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        it = StandIn(f"http://127.0.0.1:{server.server_address[1]}/v1")
        it.go_on.set()
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield it
        finally:
            it.go_on.set()
            server.shutdown()
            thread.join()
