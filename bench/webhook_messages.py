"""`make bench ARGS=webhooks`: how many messages to webhooks a desk delivers in a second, to one program and to four.

The messages wait when the desk starts. The programs answer each with 204 at once. Each message must arrive exactly
once.

Writes `bench/out/webhooks.md`. With `--write`, also writes the table into `docs/benchmarks.md`.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench import command, processes
from bench.command import Made
from bench.databases import DIALECTS, NAMES, Database, opened
from bench.figures import Spread, Void
from bench.people import SECRET
from bench.processes import Cores
from clock import system_clock
from identity.sealing import Sealer
from storage.ports import Dialect
from webhooks.signing import SECRET_BYTES, secret_of

MESSAGES = 4_000
ROUNDS = 3
PROGRAMS = (1, 4)
WITHIN_S = 120.0
_WEBHOOK = ["id", "url", "secret", "events", "enabled", "include_texts", "created_at"]
_MESSAGE = ["name", "webhook", "event", "ticket", "payload", "state", "created_at", "due_at", "attempts"]
_ANSWER = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
_ID = b"webhook-id: "


@dataclass
class Program:
    """A program that answers each message. `ids` are the ids that it got, `times` the moments, in s."""

    port: int = 0
    ids: list[bytes] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        self.times.append(time.monotonic())
        self.ids.append(head.partition(_ID)[2].partition(b"\r\n")[0])
        writer.write(_ANSWER)
        await writer.drain()
        writer.close()


@contextmanager
def running(programs: Sequence[Program]) -> Iterator[None]:
    """Run the programs in a thread."""
    loop, ready = asyncio.new_event_loop(), threading.Event()

    async def begin() -> None:
        for program in programs:
            server = await asyncio.start_server(program.answer, "127.0.0.1", 0, backlog=512)
            program.port = server.sockets[0].getsockname()[1]
        ready.set()

    def work() -> None:
        loop.run_until_complete(begin())
        loop.run_forever()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    ready.wait()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def fill(database: Database, programs: Sequence[Program], messages: int) -> None:
    """Add a webhook for each program, and messages that wait, the same number for each."""
    now, sealer = system_clock(), Sealer(SECRET.encode(), "webhooks")
    secret, rows = secret_of(bytes(SECRET_BYTES)), []
    for number, program in enumerate(programs):
        id_ = f"webhook-{number}"
        url = f"http://127.0.0.1:{program.port}/hooks"
        rows.append((id_, url, sealer.seal(id_, secret), "ticket.solved", True, False, now))
    database.add("webhooks", _WEBHOOK, rows)
    body = '{"type":"ticket.solved","data":{"ticket":4711,"status":"solved","url":"https://desk.example/tickets/4711"}}'
    waiting = [
        (f"msg_{number}", f"webhook-{number % len(programs)}", "ticket.solved", number, body, "waiting", now, now, 0)
        for number in range(messages)
    ]
    database.add("webhook_messages", _MESSAGE, waiting)


def once(cores: Cores, dialect: Dialect, programs: int, messages: int) -> float:
    """Messages in a second, from the first to the last. Raises Void unless each arrives exactly once."""
    told = [Program() for _ in range(programs)]
    folder = processes.data_folder(cores, f"webhooks-{dialect}")
    with folder as data, opened(dialect, data) as database, running(told):
        processes.fill(data, database.url, agents=1)
        fill(database, told, messages)
        settings = {"SWITCHBOARD_SECRET": SECRET, "SWITCHBOARD_EGRESS_ALLOW": "127.0.0.1"}
        with processes.serving(cores, data, more={**processes.database_settings(database.url), **settings}):
            until = time.monotonic() + WITHIN_S
            while sum(len(program.ids) for program in told) < messages:
                if time.monotonic() > until:
                    raise Void(f"not all messages arrived within {WITHIN_S:.0f} s")
                time.sleep(0.05)
    ids = [one for program in told for one in program.ids]
    if len(set(ids)) != messages or len(ids) != messages:
        raise Void("a message arrived twice")
    times = sorted(moment for program in told for moment in program.times)
    return (messages - 1) / (times[-1] - times[0])


def measure(cores: Cores, dialect: Dialect, messages: int, rounds: int) -> dict[int, list[float]]:
    found: dict[int, list[float]] = {programs: [] for programs in PROGRAMS}
    for _ in range(rounds):
        for programs, rates in found.items():
            rates.append(once(cores, dialect, programs, messages))
            print(f"{rates[-1]:.0f} a second to {programs}", file=sys.stderr)
    return found


def page(found: Mapping[Dialect, Mapping[int, Sequence[float]]], made: Made) -> str:
    """The figures as Markdown text, to put between the marks of this benchmark in `docs/benchmarks.md`."""
    rows = "\n".join(
        f"| {NAMES[dialect]} | " + " | ".join(f"{Spread.of(list(rates)):.0f}" for rates in by_programs.values()) + " |"
        for dialect, by_programs in found.items()
    )
    heads = " | ".join(f"to {programs} program{'s' if programs > 1 else ''}" for programs in PROGRAMS)
    count = len(next(iter(next(iter(found.values())).values())))
    return (
        f"| messages a second | {heads} |\n|---|{'---|' * len(PROGRAMS)}\n{rows}\n\n"
        f"Each message arrived exactly once. Medians of {count} rounds, in brackets the lowest and the highest. "
        f"{made.foot()}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return the exit status."""
    options = command.parser("webhooks", "Messages to webhooks in a second.")
    options.add_argument("--messages", type=int, default=MESSAGES)
    options.add_argument("--rounds", type=int, default=ROUNDS)
    options.add_argument("--database", choices=DIALECTS, action="append", help="only this one; can be repeated")
    return command.run_on_each(
        "webhooks",
        options,
        arguments,
        lambda given, cores, dialect: measure(cores, dialect, given.messages, given.rounds),
        page,
    )


if __name__ == "__main__":
    sys.exit(main())
