"""`make bench ARGS=closing`: the delay of a message while somebody else's long chat is closed.

An agent closes a chat. Immediately afterwards, a customer of another agent sends a message. The time until the `ok` to
this message is compared with the same time at rest, when no chat is being closed. The duration of the closing
transaction is measured separately, without a server.

Writes `bench/out/closing.md`. With `--write`, also writes the table into `docs/benchmarks.md`.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from bench import command, processes
from bench.command import Made
from bench.figures import Spread, Void
from bench.long_chats import LongChats
from bench.processes import TEAM, Cores, Server
from chat.frames.fields import SUBPROTOCOL

SIZES = (200, 2_000, 10_000)
MUST_MS = 25.0
"""Limit in ms for the median delay of the first message after the closing of the longest chat."""
UNIT_MUST_MS = 20.0
FOLLOWING = 10
"""Number of messages sent after the first one, while the closed chat is being indexed."""
REST_S = 0.5
"""Minimum seconds between two closings. After a long chat the pause is longer, because the chat is still indexed."""
ANSWER_MAX_S = 30


@dataclass
class Taken:
    """Measurements for the chats of one size, in ms. `unit`: durations of the closing transactions. `first`: latency of
    the first message after each closing."""

    size: int
    unit: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    """CPU times of the closing transactions. Other programs on the machine barely affect them."""
    first: list[float] = field(default_factory=list)
    slowest: list[float] = field(default_factory=list)
    """Latency of the slowest of the FOLLOWING further messages after each closing."""


class Line:
    """A connection with one command in progress at a time."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._ids = count(1)

    async def send(self, type_: str, **fields: object) -> str:
        id_ = f"{type_} {next(self._ids)}"
        await self._socket.send(json.dumps({"type": type_, "id": id_, **fields}))
        return id_

    async def answer(self, id_: str) -> Mapping[str, object]:
        return await self._next(lambda frame: frame.get("id") == id_ and frame["type"] in ("ok", "error"))

    async def ask(self, type_: str, **fields: object) -> Mapping[str, object]:
        return await self.answer(await self.send(type_, **fields))

    async def assigned(self) -> None:
        await self._next(lambda frame: frame["type"] == "chat.assigned")

    async def _next(self, wanted: Callable[[dict[str, object]], bool]) -> Mapping[str, object]:
        async with asyncio.timeout(ANSWER_MAX_S):
            while True:
                frame: dict[str, object] = json.loads(await self._socket.recv())
                if frame["type"] == "error":
                    raise Void(f"a command was refused: {frame}")
                if wanted(frame):
                    return frame


@asynccontextmanager
async def on_line(server: Server, side: str, token: str | None = None) -> AsyncIterator[Line]:
    headers = {"Authorization": f"Bearer {token}"} if token else None
    async with connect(
        f"ws://127.0.0.1:{server.port}/ws/{side}",
        additional_headers=headers,
        subprotocols=[Subprotocol(SUBPROTOCOL)],
        compression=None,
        max_size=None,
        proxy=None,
        close_timeout=0,  # Do not read all unread events to get the server's close frame.
    ) as socket:
        line = Line(socket)
        await line.ask("hello")
        yield line


async def ms_of(sender: Line, chat: object) -> float:
    began = time.perf_counter()
    await sender.ask("message.send", chat=chat, text="And when will the order be there?")
    return (time.perf_counter() - began) * 1e3


async def _behind_closings(
    server: Server, chats: Mapping[int, Sequence[str]], rest_s: float
) -> tuple[list[float], list[Taken]]:
    """The latencies of messages at rest, and the measurements immediately after chats of each size were closed."""
    assert server.tokens is not None
    closing, talking = server.tokens.read_text().split()[:2]
    async with (
        on_line(server, "staff", closing) as agent,
        on_line(server, "staff", talking) as other,
        on_line(server, "customer") as customer,
    ):
        await other.ask("presence.set", status="available")
        chat = (await customer.ask("chat.start", team=TEAM, text="Good morning"))["chat"]
        await other.assigned()
        rest = [await ms_of(customer, chat) for _ in range(100)]
        found = []
        for size, long in chats.items():
            taken = Taken(size)
            for one in long:
                await asyncio.sleep(rest_s * (1 + size / 1_000))
                asked = await agent.send("chat.close", chat=one, status="solved", resolution="set_up")
                taken.first.append(await ms_of(customer, chat))
                taken.slowest.append(max([await ms_of(customer, chat) for _ in range(FOLLOWING)]))
                await agent.answer(asked)
            found.append(taken)
        return rest, found


def measure(
    cores: Cores, samples: int, sizes: Sequence[int] = SIZES, rest_s: float = REST_S
) -> tuple[list[float], list[Taken]]:
    """Measure latencies in ms: at rest, and for each chat size. The closing transactions are timed on separate chats,
    without a server."""
    seeded = cores.out / "seeded-closing"
    processes.new_desk(seeded, agents=2)
    long = asyncio.run(LongChats.added(seeded, dict.fromkeys(sizes, 2 * samples)))
    with processes.copy_of(seeded) as data:
        units = asyncio.run(long.closed(data, {size: chats[samples:] for size, chats in long.chats.items()}))
    with processes.switchboard(cores, seeded) as server:
        ours = {size: chats[:samples] for size, chats in long.chats.items()}
        rest, found = asyncio.run(_behind_closings(server, ours, rest_s))
    for taken in found:
        taken.unit, taken.cpu = ([*of] for of in zip(*units[taken.size], strict=True))
    return rest, found


def page(rest: Sequence[float], found: Sequence[Taken], made: Made) -> str:
    """The figures as Markdown text, to put between the marks of this benchmark in `docs/benchmarks.md`."""
    rows = "\n".join(
        f"| {taken.size:,} | {Spread.of(taken.cpu):.1f} ms | {Spread.of(taken.unit):.1f} ms "
        f"| {Spread.of(taken.first):.1f} ms "
        f"| {Spread.of(taken.slowest):.1f} ms |"
        for taken in found
    )
    longest = found[-1]
    unit, first = Spread.of(longest.unit).median, Spread.of(longest.first).median
    met = "met" if unit <= UNIT_MUST_MS and first <= MUST_MS else "missed"
    return (
        "| messages in the chat | CPU of the closing | its transaction | first message behind it "
        f"| slowest of the next {FOLLOWING} |\n|---|---|---|---|---|\n{rows}\n\n"
        f"At rest a message takes {Spread.of(rest):.1f} ms. Must, in a chat of {longest.size:,} messages: transaction "
        f"{UNIT_MUST_MS:g} ms, first message {MUST_MS:g} ms: {met}.\n\n"
        f"Medians of {len(longest.first)} closings, in brackets the lowest and the highest. {made.foot()}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return the exit status."""
    options = command.parser("closing", "A message behind a closing.")
    options.add_argument("--samples", type=int, default=20, help="closings of each size")
    return command.run(
        "closing", options, arguments, lambda given, cores, made: page(*measure(cores, given.samples), made)
    )


if __name__ == "__main__":
    sys.exit(main())
