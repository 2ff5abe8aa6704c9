"""`make bench ARGS=mail_in`: the time from handing a mail over by LMTP until it is on its ticket.

A server on one core takes the mails, one after the other, each over its own connection, as a mail server delivers them.
Each mail opens a ticket. Two times are measured for each mail: until the server has answered that the mail is stored,
and until the database shows the ticket.

Writes `bench/out/mail_in.md`. With `--write`, also writes the table into `docs/benchmarks.md`.
"""

from __future__ import annotations

import base64
import random
import shutil
import smtplib
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench import command, processes
from bench.command import Made
from bench.databases import NAMES, Database, opened
from bench.figures import Void
from bench.processes import Cores, free_port
from storage.ports import Dialect

MUST_MS = 300.0
"""Limit in ms for the median time until a small mail is on its ticket."""
MAILS = 200
TO = "bench@example.com"
KINDS: Mapping[str, int] = {"2 KB of text": 0, "a file of 1 MB": 1_000_000}
"""The kinds of mail, each with the bytes of its attached file."""
WAIT_S = 60.0
_PAUSE_S = 0.001


@dataclass(frozen=True)
class Measured:
    """Times in ms: until the server has answered (`stored`), and until the mail is on its ticket (`acted`)."""

    kind: str
    stored: Sequence[float]
    acted: Sequence[float]


def mail(number: int, size: int) -> bytes:
    """A mail with 2 KB of text. If `size` is not 0, a text file of `size` bytes is attached."""
    sender = f"customer{number}@northlake.example"
    head = (
        f"From: Customer {number} <{sender}>\r\nTo: {TO}\r\nSubject: Order {number}\r\n"
        f"Message-ID: <{number}.{size}@northlake.example>\r\n"
    )
    text = "The flight dates of this order overlap, and the estimate is wrong.\r\n" * 30
    if not size:
        return f"{head}\r\n{text}".encode()
    words = random.Random(number).choices("abcdefghij \n", k=size)
    file = base64.encodebytes("".join(words).encode()).decode().replace("\n", "\r\n")
    return (
        f"{head}Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n\r\n{text}--m\r\n"
        f"Content-Type: text/plain; name=log.txt\r\nContent-Transfer-Encoding: base64\r\n\r\n{file}\r\n--m--\r\n"
    ).encode()


def measure(cores: Cores, dialect: Dialect, mails: int = MAILS) -> list[Measured]:
    folder, port = cores.out / f"mail-{dialect}", free_port()
    shutil.rmtree(folder, ignore_errors=True)
    data = folder / "data"
    data.mkdir(mode=0o700, parents=True)
    try:
        with opened(dialect, data) as database:
            processes.fill(data, database.url, agents=1)
            more = {"SWITCHBOARD_MAIL_LISTEN": f"lmtp://127.0.0.1:{port}", **processes.database_settings(database.url)}
            with processes.serving(cores, data, more=more):
                _hand_over(port, database, mail(0, 0))
                return [_measured(port, database, kind, size, mails) for kind, size in KINDS.items()]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measured(port: int, database: Database, kind: str, size: int, mails: int) -> Measured:
    found = [_hand_over(port, database, mail(number, size)) for number in range(1, mails + 1)]
    return Measured(kind, [stored for stored, _ in found], [acted for _, acted in found])


def _hand_over(port: int, database: Database, raw: bytes) -> tuple[float, float]:
    """Hand a mail over. Returns the ms until the server has answered, and until the mail is on its ticket."""
    before = _done(database)
    began = time.perf_counter()
    with smtplib.LMTP("127.0.0.1", port) as lmtp:
        lmtp.sendmail("customer@northlake.example", [TO], raw)
        stored = time.perf_counter() - began
    while _done(database) == before:
        if time.perf_counter() - began > WAIT_S:
            raise Void(f"a mail was not on its ticket within {WAIT_S:.0f} s")
        time.sleep(_PAUSE_S)
    return stored * 1000, (time.perf_counter() - began) * 1000


def _done(database: Database) -> int:
    ((found,),) = database.rows("SELECT count(*) FROM incoming_mails WHERE state = 'done' AND seq IS NOT NULL")
    return int(str(found))


def page(found: Mapping[Dialect, Sequence[Measured]], made: Made) -> str:
    """The figures as Markdown text, to put between the marks of this benchmark in `docs/benchmarks.md`."""
    rows = "\n".join(
        f"| {NAMES[dialect]} | {one.kind} | {name} | {len(times)} | {times[len(times) // 2]:.0f} ms "
        f"| {times[len(times) * 95 // 100]:.0f} ms | {times[-1]:.0f} ms |"
        for dialect, measured in found.items()
        for one in measured
        for name, times in (("stored", sorted(one.stored)), ("on its ticket", sorted(one.acted)))
    )
    small = [sorted(measured[0].acted) for measured in found.values()]
    met = "met" if all(times[len(times) // 2] <= MUST_MS for times in small) else "missed"
    return (
        "| database | mail | until it is | count | median | 95th percentile | slowest |\n"
        f"|---|---|---|---|---|---|---|\n{rows}\n\n"
        f"Must: a median of {MUST_MS:g} ms until a small mail is on its ticket: {met}. {made.foot()}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return the exit status."""
    options = command.parser("mail_in", "Mail that comes in.")
    options.add_argument("--mails", type=int, default=MAILS, help="mails of each kind")
    return command.run_on_each(
        "mail_in", options, arguments, lambda given, cores, dialect: measure(cores, dialect, given.mails), page
    )


if __name__ == "__main__":
    sys.exit(main())
