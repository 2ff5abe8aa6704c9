"""`make bench ARGS=followers`: the time to give 100,000 followers of a section their notices, and the delay of messages
by this.

A server on one core announces an article while a customer chats. The time until the `ok` to a message is measured in
turn: at rest, and while the followers get their notices. Both times come from the same run, so other work on the
machine affects them alike. The followers chose a daily letter: letters have a benchmark of their own
(`queued_letters`).

Writes `bench/out/followers.md`. With `--write`, also writes the table into `docs/benchmarks.md`.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from bench import command, processes
from bench.closing import Line, ms_of, on_line
from bench.command import Made
from bench.databases import DIALECTS, NAMES, Database, opened
from bench.figures import Spread, Void, percentile
from bench.processes import TEAM, Cores, Server
from clock import system_clock
from storage.ports import Dialect

FOLLOWERS = 100_000
ROUNDS = 3
MUST_S = 5.0
"""Limit in seconds until all followers have their notices."""
DELAY_MUST = 0.1
"""Limit for the delay: the 99th percentile of messages during the run may be this share above the one at rest."""
REST_S = 6.0
RUN_MAX_S = 120.0
PAUSE_S = 0.005
_ZONES = ("America/Chicago", "America/New_York", "Europe/Paris", None)
_FOLLOWER = ("account", "timezone", "created_at")
_FOLLOW = ("follower", "kind", "key", "what", "how", "since")
_ANNOUNCEMENT = "source version subjects news title line address visibility product not_before created_at place cursor"


@dataclass(frozen=True)
class Round:
    """Latencies of messages in ms: at rest, and while the notices are given. `took_s` is the time from the moment at
    which the announcement was due until the last notice."""

    rest: Sequence[float]
    run: Sequence[float]
    took_s: float

    @property
    def delay(self) -> float:
        return percentile(self.run, 99) / percentile(self.rest, 99) - 1


def fill(database: Database, followers: int) -> None:
    """Add followers of one section, in four time zones."""
    for first in range(1, followers + 1, 10_000):
        numbers = range(first, min(first + 10_000, followers + 1))
        rows = [(f"account-{number}", _ZONES[number % len(_ZONES)], 1) for number in numbers]
        database.add("followers", _FOLLOWER, rows)
        follows = [(number, "section", "spectra-ox/faqs", "new", "daily", 1) for number in numbers]
        database.add("follows", _FOLLOW, follows)


class Announcing:
    """Announces articles on a running server."""

    def __init__(self, database: Database, followers: int) -> None:
        self._database = database
        self._followers = followers

    async def rounds(self, server: Server, count: int) -> list[Round]:
        assert server.tokens is not None
        talking = server.tokens.read_text().split()[0]
        async with on_line(server, "staff", talking) as other, on_line(server, "customer") as customer:
            await other.ask("presence.set", status="available")
            chat = (await customer.ask("chat.start", team=TEAM, text="Good morning"))["chat"]
            await other.assigned()
            return [await self._round(number, customer, chat) for number in range(count)]

    async def _round(self, number: int, customer: Line, chat: object) -> Round:
        due = system_clock() + int(REST_S * 1000)
        await asyncio.to_thread(self._announce, number, due)
        rest = await _talk(customer, chat, lambda: system_clock() < due)
        run = await _talk(customer, chat, lambda: self._untold() > 0)
        ((done,),) = self._database.rows("SELECT max(done_at) FROM announcements")
        found = Round(rest, run, (int(str(done)) - due) / 1000)
        ((told,),) = self._database.rows("SELECT count(*) FROM notices")
        if int(str(told)) != self._followers * (number + 1):
            raise Void(f"{told} notices of {self._followers * (number + 1)}")
        print(f"{self._followers} followers in {found.took_s:.1f} s, {found.delay:+.0%}", file=sys.stderr)
        return found

    def _announce(self, number: int, due: int) -> None:
        subjects = '[["section","spectra-ox/faqs"]]'
        told = ("new", "Why flight dates overlap", "", "/articles/1", "public", None, due, system_clock(), 0, 0)
        self._database.add("announcements", _ANNOUNCEMENT.split(), [(f"bench:{number}", 1, subjects, *told)])

    def _untold(self) -> int:
        ((found,),) = self._database.rows("SELECT count(*) FROM announcements WHERE done_at IS NULL")
        return int(str(found))


async def _talk(customer: Line, chat: object, goes_on: Callable[[], bool]) -> list[float]:
    """Send messages, one after the other, until `goes_on` returns False. Returns their latencies in ms."""
    found: list[float] = []
    looked = began = time.monotonic()
    while True:
        found.append(await ms_of(customer, chat))
        await asyncio.sleep(PAUSE_S)
        if time.monotonic() - looked > 0.1:
            looked = time.monotonic()
            if looked - began > RUN_MAX_S:
                raise Void(f"the run did not end within {RUN_MAX_S:.0f} s")
            if not goes_on():
                return found


def measure(cores: Cores, dialect: Dialect, followers: int = FOLLOWERS, rounds: int = ROUNDS) -> list[Round]:
    with processes.data_folder(cores, f"followers-{dialect}") as data, opened(dialect, data) as database:
        processes.fill(data, database.url, agents=1)
        fill(database, followers)
        more = processes.database_settings(database.url)
        with processes.serving(cores, data, more=more) as server:
            return asyncio.run(Announcing(database, followers).rounds(server, rounds))


def page(found: Mapping[Dialect, Sequence[Round]], made: Made) -> str:
    """The figures as Markdown text, to put between the marks of this benchmark in `docs/benchmarks.md`."""
    rows = "\n".join(
        f"| {NAMES[dialect]} | {Spread.of([each.took_s for each in rounds]):.1f} s "
        f"| {Spread.of([percentile(each.rest, 99) for each in rounds]):.1f} ms "
        f"| {Spread.of([percentile(each.run, 99) for each in rounds]):.1f} ms |"
        for dialect, rounds in found.items()
    )
    ends = "\n\n".join(f"{NAMES[dialect]}: {_verdict(rounds)}" for dialect, rounds in found.items())
    count = len(next(iter(found.values())))
    return (
        "| database | until all have their notices | 99th percentile of messages at rest | during the run |\n"
        f"|---|---|---|---|\n{rows}\n\n{ends}\n\n"
        f"Medians of {count} rounds, in brackets the lowest and the highest. {made.foot()}"
    )


def _verdict(rounds: Sequence[Round]) -> str:
    took, delay = median(each.took_s for each in rounds), median(each.delay for each in rounds)
    return (
        f"{took:.1f} s (must: ≤ {MUST_S:g} s: {_met(took <= MUST_S)}). The 99th percentile of messages is {delay:+.0%} "
        f"against the one at rest (must: ≤ {DELAY_MUST:+.0%}: {_met(delay <= DELAY_MUST)})."
    )


def _met(so: bool) -> str:
    return "met" if so else "missed"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return the exit status."""
    options = command.parser("followers", "News for 100,000 followers.")
    options.add_argument("--followers", type=int, default=FOLLOWERS, help="followers of the section")
    options.add_argument("--database", choices=DIALECTS, action="append", help="only this one; can be repeated")
    return command.run_on_each(
        "followers", options, arguments, lambda given, cores, dialect: measure(cores, dialect, given.followers), page
    )


if __name__ == "__main__":
    sys.exit(main())
