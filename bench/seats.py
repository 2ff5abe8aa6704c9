"""`make bench ARGS=seats`: 2,000 people confirm their registrations for a webinar with 500 places, all at once.

Each opens the page of a letter's link and presses the button, over a connection of its own. Those who are asked to try
again later do so. Exactly 500 must have a place, and the others a waiting list without gaps, in the order in which they
were stored.

Writes `bench/out/seats.md`. With `--write`, also writes the table into `docs/benchmarks.md`.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from statistics import median

import httpx2

from bench import command, processes
from bench.command import Made
from bench.databases import DIALECTS, NAMES, Database, opened
from bench.figures import Spread, Void, percentile
from bench.people import SECRET
from bench.processes import Cores, Server
from clock import system_clock
from server.live.learning.session_links import SessionLinks
from storage.ports import Dialect

PEOPLE = 2_000
SEATS = 500
ROUNDS = 3
WITHIN_S = 400.0
DAY_MS = 86_400_000
_SESSION = [
    "id",
    "series",
    "kind",
    "title",
    "summary",
    "platform",
    "locale",
    "starts_at",
    "minutes",
    "zone",
    "capacity",
    "link",
    "place",
    "trainer",
    "note",
    "after",
    "recording",
    "recording_minutes",
    "state",
    "sequence",
    "told",
    "turns",
    "created_at",
    "changed_at",
]
_REGISTRATION = ["id", "session", "person", "name", "address", "normal", "locale", "zone", "standing", "turn", "at"]
NETWORKS = 100
"""Addresses from which people come."""
BUSY = 503


@dataclass(frozen=True)
class Round:
    """`answers_ms`: the times until each person had an answer that is not "try again", in ms. `busy`: how many answers
    were "try again". `took_s`: until the last answer."""

    answers_ms: Sequence[float]
    busy: int
    took_s: float


def fill(database: Database, number: int, people: int, seats: int) -> range:
    """Add a session and people whose addresses are not confirmed. Returns the ids of their registrations."""
    now, first = system_clock(), number * people + 1
    session = (
        number + 1,
        f"bench-{number}",
        "webinar",
        "Orders live",
        "",
        "",
        "en",
        now + 9 * DAY_MS,
        45,
        "UTC",
        seats,
    )
    database.add("live_sessions", _SESSION, [(*session, *[""] * 6, 0, "planned", 0, 0, 0, now, now)])
    ids = range(first, first + people)
    names = [(id_, f"person-{id_}@northlake.example") for id_ in ids]
    rows = [(id_, number + 1, f"p{id_}", "Zoe", to, to, "en", "UTC", "unconfirmed", 0, now) for id_, to in names]
    database.add("registrations", _REGISTRATION, rows)
    return ids


async def confirm_all(server: Server, ids: Sequence[int]) -> Round:
    """Let everybody press the button at the same moment."""
    links, origin = SessionLinks(SECRET.encode()), f"http://127.0.0.1:{server.port}"
    answers, busy = list[float](), 0
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(_client(origin, number)) for number in range(NETWORKS)]

        async def confirm(id_: int) -> None:
            nonlocal busy
            path, began = f"/webinars/registrations/{links.of_registration(id_)}", time.monotonic()
            while True:
                try:
                    answer = await clients[id_ % NETWORKS].post(path, data={"do": "confirm"})
                except httpx2.TransportError:
                    # The connection was closed before it was used again. A repeated confirmation changes nothing.
                    continue
                if answer.status_code != BUSY:
                    break
                busy += 1
                await asyncio.sleep(float(answer.headers.get("Retry-After", "1")))
            if answer.status_code != 303:
                raise Void(f"an answer with the status {answer.status_code}")
            answers.append((time.monotonic() - began) * 1000)

        began = time.monotonic()
        async with asyncio.timeout(WITHIN_S):
            await asyncio.gather(*(confirm(id_) for id_ in ids))
    return Round(answers, busy, time.monotonic() - began)


def _client(origin: str, number: int) -> httpx2.AsyncClient:
    """People with an address of their own. One address may hold only a part of all connections."""
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=None)
    transport = httpx2.AsyncHTTPTransport(local_address=f"127.0.1.{number + 1}", limits=limits)
    return httpx2.AsyncClient(base_url=origin, transport=transport, headers={"Origin": origin}, timeout=WITHIN_S)


def check(database: Database, number: int, people: int, seats: int) -> None:
    """Raises Void unless the first people to be stored have the places, and the others wait in order."""
    found = database.rows(f"SELECT standing, turn FROM registrations WHERE session = {number + 1} ORDER BY turn")
    expected = [("registered" if turn <= seats else "waiting", turn) for turn in range(1, people + 1)]
    if [(str(standing), int(str(turn))) for standing, turn in found] != expected:
        raise Void("the places are not those of the first people")


def measure(
    cores: Cores, dialect: Dialect, people: int = PEOPLE, seats: int = SEATS, rounds: int = ROUNDS
) -> list[Round]:
    folder = cores.out / f"seats-{dialect}"
    shutil.rmtree(folder, ignore_errors=True)
    data = folder / "data"
    data.mkdir(mode=0o700, parents=True)
    found = list[Round]()
    try:
        with opened(dialect, data) as database:
            processes.fill(data, database.url, agents=1)
            more = {**processes.database_settings(database.url), "SWITCHBOARD_SECRET": SECRET}
            with processes.serving(cores, data, more=more) as server:
                for number in range(rounds):
                    ids = fill(database, number, people, seats)
                    found.append(asyncio.run(confirm_all(server, ids)))
                    check(database, number, people, seats)
                    print(f"{people} answers in {found[-1].took_s:.1f} s", file=sys.stderr)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return found


def page(found: Mapping[Dialect, Sequence[Round]], made: Made) -> str:
    """The figures as Markdown text, to put between the marks of this benchmark in `docs/benchmarks.md`."""
    rows = "\n".join(
        f"| {NAMES[dialect]} | {Spread.of([each.took_s for each in rounds]):.1f} s "
        f"| {Spread.of([median(each.answers_ms) / 1000 for each in rounds]):.1f} s "
        f"| {Spread.of([percentile(each.answers_ms, 99) / 1000 for each in rounds]):.1f} s "
        f"| {Spread.of([float(each.busy) for each in rounds]):.0f} |"
        for dialect, rounds in found.items()
    )
    count, people = len(next(iter(found.values()))), len(next(iter(found.values()))[0].answers_ms)
    return (
        "| database | until the last answer | median of the answers | 99th percentile | asked to try again |\n"
        f"|---|---|---|---|---|\n{rows}\n\n"
        f"In each round, {people:,} people had an answer. The places were those of the first people to be stored, and "
        "the waiting list had the others in order, without a gap: otherwise there would be no figures. "
        f"Medians of {count} rounds, in brackets the lowest and the highest. {made.foot()}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return the exit status."""
    options = command.parser("seats", "2,000 people register for 500 places.")
    options.add_argument("--people", type=int, default=PEOPLE, help="people who register at once")
    options.add_argument("--seats", type=int, default=SEATS, help="places of the webinar")
    options.add_argument("--rounds", type=int, default=ROUNDS)
    options.add_argument("--database", choices=DIALECTS, action="append", help="only this one; can be repeated")
    return command.run_on_each(
        "seats",
        options,
        arguments,
        lambda given, cores, dialect: measure(cores, dialect, given.people, given.seats, given.rounds),
        page,
    )


if __name__ == "__main__":
    sys.exit(main())
