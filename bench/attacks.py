"""Attacks on a desk from one network address. Each attack is a process that runs until it is stopped.

`python -m bench.attacks NAME --port P --address A` attacks the desk on port P of this machine (127.0.0.1). It never
attacks another machine. A is the attacker's network address. The process prints `under way` once the attack has begun,
and a report at the end. It uses all the idle time of its core. If the docstring of an attack begins with a name such
as H1, the table in `docs/benchmarks.md` uses the same name.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urlencode

from PIL import Image
from websockets.asyncio.client import connect
from websockets.frames import Frame, Opcode
from websockets.typing import Subprotocol

from bench.processes import TEAM

NICE = 19
SUBPROTOCOL = Subprotocol("switchboard.v1")
ANSWER_MAX_S = 60
COSTLY = "a" + "\u0345" * 4_000 + "\u0334" * 3_999
"""A text with combining marks in an order that is slow to normalize."""
PHRASE = "-".join(["the-order"] * 90)
SEARCHES, ABANDONED = 8, 40
GUESSES = 160
UPLOADS = 12
MANY = 400
"""Maximum number of connections that one network address may have, if each of them has sent `hello`."""
CHUNK = 64 * 1024


@dataclass(slots=True)
class Target:
    """The attacked desk, and the attacker's network address."""

    port: int
    address: str
    did: Counter[str] = field(default_factory=Counter)
    asked: bool = False
    answered: bool = False

    @property
    def has_begun(self) -> bool:
        """True if the attack has sent something. If it has used `ask`, true only after the first answer."""
        return bool(self.did) and (self.answered or not self.asked)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def line(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(self.address, 0))
        try:
            yield reader, writer
        finally:
            writer.transport.abort()

    def request(self, method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
        """An HTTP request as bytes."""
        facts = {"Host": f"127.0.0.1:{self.port}", "Origin": self.origin, "Content-Length": str(len(body)), **headers}
        fields = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in facts.items())
        return f"{method} {path} HTTP/1.1\r\n{fields}\r\n".encode() + body

    def json(self, method: str, path: str, body: Mapping[str, object], **headers: str) -> bytes:
        return self.request(method, path, json.dumps(body).encode(), Content_Type="application/json", **headers)

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send a request and return the status and body of the answer."""
        self.asked = True
        async with asyncio.timeout(ANSWER_MAX_S), self.line() as (reader, writer):
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            lines = head.lower().split(b"\r\n")
            length = next((int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:")), 0)
            status = int(head.split()[1])
            self.did[f"{status}"] += 1
            self.answered = True
            return status, await reader.readexactly(length)

    async def visitor(self) -> str:
        """Connect as a new visitor and return the visitor's token."""
        async with connect(
            f"ws://127.0.0.1:{self.port}/ws/customer",
            subprotocols=[SUBPROTOCOL],
            origin=None,
            proxy=None,
            local_addr=(self.address, 0),
            compression=None,
        ) as line:
            await line.send('{"type":"hello","id":"1"}')
            token: str = json.loads(await line.recv())["token"]
            return token


Attack = Callable[[Target], Awaitable[None]]


async def _for_ever(*work: Callable[[], Awaitable[object]]) -> None:
    """Run every function of `work` again and again, all of them concurrently. Network errors do not stop this."""

    async def again(one: Callable[[], Awaitable[object]]) -> None:
        while True:
            try:
                await one()
            except (OSError, EOFError, TimeoutError, asyncio.IncompleteReadError):
                await asyncio.sleep(0.01)

    print("under way", flush=True)
    await asyncio.gather(*(again(one) for one in work))


# -- texts, searches, sign-in, pictures ----------------------------------------------------


async def marks(target: Target) -> None:
    """H1: create a ticket full of combining marks. Then send replies to it again and again, ten at once."""
    bearer = f"Bearer {await target.visitor()}"
    ticket = {"team": TEAM, "subject": "marks", "text": COSTLY}
    status, body = await target.ask(target.json("POST", "/api/tickets", ticket, Authorization=bearer))
    if status != 201:
        raise SystemExit(f"no ticket: {status} {body.decode()}")
    replies = f"/api/tickets/{json.loads(body)['number']}/replies"

    async def reply(text: str) -> None:
        status, _ = await target.ask(target.json("POST", replies, {"text": text}, Authorization=bearer))
        if status == 429:
            # Pause after a refusal, to send about as many replies as the limits allow.
            await asyncio.sleep(0.1)

    for _ in range(12):
        await reply(COSTLY)
    await _for_ever(*([lambda: reply("x")] * 9), lambda: reply(COSTLY))


async def phrases(target: Target) -> None:
    """H2: keep eight searches for long phrases in progress. Every five seconds, start forty more and abandon them."""
    bearer = f"Bearer {await target.visitor()}"
    words = urlencode({"q": " ".join([PHRASE] * SEARCHES)})
    search = target.request("GET", f"/api/tickets?{words}", Authorization=bearer)

    async def leave() -> None:
        async with target.line() as (_, writer):
            writer.write(search)
            await writer.drain()
            target.did["left"] += 1

    async def leave_many() -> None:
        await asyncio.gather(*(leave() for _ in range(ABANDONED)))
        await asyncio.sleep(5)

    await _for_ever(*([lambda: target.ask(search)] * SEARCHES), leave_many)


async def guesses(target: Target) -> None:
    """H4: send as many wrong passwords at once as one network address may send. Do not wait for the answers."""

    async def guess() -> None:
        email = f"agent{random.randrange(10)}@bench.example"
        async with target.line() as (_, writer):
            body = {"email": email, "password": f"wrong horse {random.random()}"}
            writer.write(target.json("POST", "/api/session", body))
            await writer.drain()
            target.did["guesses"] += 1
            # Keep the connection open until the server has read the request.
            await asyncio.sleep(0.3)

    async def many() -> None:
        await asyncio.gather(*(guess() for _ in range(GUESSES)), return_exceptions=True)
        await asyncio.sleep(0.2)

    await _for_ever(many)


@cache
def _picture() -> bytes:
    """A lossy WebP of twelve megapixels, about 0.8 MB. It ends with bytes that are the mark of a lossless WebP."""
    noise = random.Random(0).randbytes(1_000 * 750)
    picture = Image.frombytes("L", (1_000, 750), noise).resize((4_000, 3_000)).convert("RGB")
    file = io.BytesIO()
    picture.save(file, "WEBP", quality=30, method=0)
    return file.getvalue() + b"VP8L"


async def pictures(target: Target) -> None:
    """M1: upload a picture that is expensive to store, twelve times at once."""
    bearer = f"Bearer {await target.visitor()}"
    mark = "boundary"
    head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="a.webp"\r\n'
    body = f"{head}Content-Type: image/webp\r\n\r\n".encode() + _picture() + f"\r\n--{mark}--\r\n".encode()
    kind = f"multipart/form-data; boundary={mark}"
    upload = target.request("POST", "/api/files", body, Authorization=bearer, Content_Type=kind)

    async def one() -> None:
        status, _ = await target.ask(upload)
        if status in (429, 503):
            await asyncio.sleep(0.1)

    await _for_ever(*([one] * UPLOADS))


# -- frames, requests, connections ---------------------------------------------------------


def _masked(opcode: Opcode, payload: bytes = b"", *, fin: bool = True) -> bytes:
    return Frame(opcode, payload, fin).serialize(mask=True)


FRAMES: Mapping[str, bytes] = {
    "pongs": _masked(Opcode.PONG),
    "pings": _masked(Opcode.PING),
    "parts": _masked(Opcode.TEXT, fin=False) + _masked(Opcode.CONT, fin=False) * 4_000,
    "texts": _masked(Opcode.TEXT, b"x"),
}


def _handshake(target: Target) -> bytes:
    return (
        f"GET /ws/customer HTTP/1.1\r\nHost: 127.0.0.1:{target.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Protocol: {SUBPROTOCOL}\r\n\r\n"
    ).encode()


def frames(kind: str, connections: int = 1) -> Attack:
    """H3: an attack that sends frames of this `kind` without a pause. A connection that the desk closes is opened
    again."""
    chunk = FRAMES[kind] * max(1, CHUNK // len(FRAMES[kind]))

    async def flood(target: Target) -> None:
        async with target.line() as (reader, writer):
            writer.write(_handshake(target))
            async with asyncio.timeout(ANSWER_MAX_S):
                await reader.readuntil(b"\r\n\r\n")
            if connections > 1:
                # The server allows so many connections only if they have sent `hello`.
                writer.write(_masked(Opcode.TEXT, b'{"type":"hello","id":"1"}'))
            target.did["connections"] += 1
            # Notice when the server closes the connection. What it sends is ignored.
            closed = asyncio.ensure_future(reader.read(-1))
            try:
                while not closed.done():
                    writer.write(chunk)
                    target.did["kB"] += len(chunk) // 1_000
                    await writer.drain()
                    await asyncio.sleep(0)
            finally:
                closed.cancel()
                with suppress(asyncio.CancelledError, OSError):
                    await closed

    async def attack(target: Target) -> None:
        await _for_ever(*([lambda: flood(target)] * connections))

    return attack


async def requests(target: Target) -> None:
    """Send requests without a pause on 250 connections. Each connection sends eight requests at a time."""
    many = target.request("GET", "/api/hours") * 8

    async def ask() -> None:
        async with target.line() as (reader, writer):
            while True:
                writer.write(many)
                target.did["requests"] += 8
                await writer.drain()
                if not await reader.read(CHUNK):
                    return

    await _for_ever(*([ask] * 250))


async def chunks(target: Target) -> None:
    """Send request bodies in chunks of one byte, on twenty connections."""
    head = (
        f"POST /api/session HTTP/1.1\r\nHost: 127.0.0.1:{target.port}\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\n\r\n"
    ).encode()
    chunk = b"1\r\nx\r\n" * (CHUNK // 6)

    async def send() -> None:
        async with target.line() as (_, writer):
            writer.write(head)
            while True:
                writer.write(chunk)
                target.did["kB"] += len(chunk) // 1_000
                await writer.drain()

    await _for_ever(*([send] * 20))


async def handshakes(target: Target) -> None:
    """Open and abandon WebSockets without a pause."""

    async def knock() -> None:
        async with target.line() as (reader, writer):
            writer.write(_handshake(target))
            async with asyncio.timeout(ANSWER_MAX_S):
                await reader.readuntil(b"\r\n\r\n")
            target.did["connections"] += 1

    await _for_ever(*([knock] * 50))


ATTACKS: Mapping[str, Attack] = {
    "marks": marks,
    "phrases": phrases,
    "pongs": frames("pongs"),
    "pings": frames("pings"),
    "parts": frames("parts"),
    "texts": frames("texts"),
    "guesses": guesses,
    "pictures": pictures,
    "frames-400": frames("texts", MANY),
    "requests": requests,
    "chunks": chunks,
    "handshakes": handshakes,
}


def main() -> int:
    """Attack until SIGTERM, print the report and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.attacks")
    parser.add_argument("name", choices=[*ATTACKS])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--address", default="127.0.0.2")
    given = parser.parse_args()
    if not given.address.startswith("127."):
        parser.error("--address: an address of this machine, 127.…")
    os.nice(NICE)
    target = Target(given.port, given.address)
    with suppress(asyncio.CancelledError):
        asyncio.run(_until_terminated(target, ATTACKS[given.name](target)))
    print(", ".join(f"{count:,} {what}" for what, count in target.did.most_common()), flush=True)
    return 0


async def _until_terminated(target: Target, attack: Awaitable[None]) -> None:
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    await run_until(told, target, attack)


async def run_until(told: asyncio.Event, target: Target, attack: Awaitable[None]) -> None:
    """Run `attack` until `told` is set. If the attack has not begun by then, wait until it has, but at most
    ANSWER_MAX_S. On a busy core it may begin late."""
    attacking = asyncio.ensure_future(attack)
    attacking.add_done_callback(lambda _: told.set())
    await told.wait()
    with suppress(TimeoutError):
        async with asyncio.timeout(ANSWER_MAX_S):
            while not target.has_begun and not attacking.done():
                await asyncio.wait({attacking}, timeout=0.05)
    attacking.cancel()
    await attacking


if __name__ == "__main__":
    sys.exit(main())
