"""`make bench ARGS=import`: how many tickets of a Zendesk export a desk imports in a second, and how many it exports.

The import and the export run as people run them, as processes of their own, with no server beside them. The memory of
the export is its largest resident size, of a small and of a large desk.

Writes `bench/out/import.md`. With `--write`, also writes the table into `docs/benchmarks.md`.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import command, processes
from bench.command import Made
from bench.databases import DIALECTS, NAMES, opened
from bench.figures import Spread, Void
from bench.people import SECRET
from bench.processes import Cores
from storage.ports import Dialect

TICKETS = 20_000
ROUNDS = 3
PART = 10
"""The smaller desk has this part of the tickets. Its export shows how the memory grows."""
_WORDS = ("invoice", "estimate", "export", "flight", "order", "report", "login", "error", "sync", "missing", "spot")


@dataclass(frozen=True, slots=True)
class Figures:
    """Tickets in a second, with the start of the program. `resident` is the largest size of the export in bytes, and
    `resident_small` that of the export of a tenth of the tickets."""

    imported: float
    exported: float
    resident: int
    resident_small: int


def zendesk_export(folder: Path, tickets: int) -> None:
    """Write a Zendesk export. It is the same in every run."""
    rng, people = random.Random(21), max(40, tickets // 20)
    folder.mkdir(parents=True)
    users = [
        {"id": 1_000 + n, "name": f"Person {n}", "email": f"person{n}@client{n % 50}.example", "role": "end-user"}
        for n in range(people)
    ]
    (folder / "users.json").write_text("\n".join(map(json.dumps, users)))
    companies = [{"id": 500 + n, "name": f"Client {n}", "domain_names": [f"client{n}.example"]} for n in range(50)]
    (folder / "organizations.json").write_text(json.dumps({"organizations": companies}))
    with (folder / "tickets.json").open("w") as file:
        file.writelines(json.dumps(ticket) + "\n" for ticket in _tickets(rng, tickets, people))


def _tickets(rng: random.Random, tickets: int, people: int) -> Iterator[Mapping[str, object]]:
    for number in range(1, tickets + 1):
        person, day = rng.randrange(people), f"2025-{1 + number % 12:02}-{1 + number % 28:02}"
        comments = [
            {
                "author_id": 1_000 + person,
                "body": " ".join(rng.choices(_WORDS, k=30)),
                "public": place != 2,
                "created_at": f"{day}T{10 + place}:00:00Z",
            }
            for place in range(rng.randint(1, 4))
        ]
        yield {
            "id": number,
            "status": rng.choice(["closed"] * 8 + ["solved", "open", "pending", "hold"]),
            "subject": " ".join(rng.choices(_WORDS, k=6)),
            "priority": rng.choice([None, "low", "high"]),
            "requester_id": 1_000 + person,
            "organization_id": 500 + person % 50,
            "tags": ["moved", rng.choice(_WORDS)],
            "created_at": f"{day}T10:00:00Z",
            "updated_at": f"{day}T16:00:00Z",
            "comments": comments,
        }


def ran(cores: Cores, data: Path, url: str | None, *words: str) -> tuple[float, int]:
    """Run the program. Returns the seconds that it took, and its largest resident size in bytes. Raises Void."""
    settings = {"SWITCHBOARD_DATA": str(data), "SWITCHBOARD_SECRET": SECRET, **processes.database_settings(url)}
    began = time.monotonic()
    process = subprocess.Popen(
        ["taskset", "-c", str(cores.server), str(Path(sys.executable).with_name("switchboard")), *words],
        env={**os.environ, **settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise Void(f"{words[0]} ended with {process.returncode}")
    return time.monotonic() - began, used.ru_maxrss * 1024


def once(cores: Cores, dialect: Dialect, tickets: int) -> Figures:
    """Import an export into an empty desk, and export the desk again. Raises Void."""
    residents, rates = list[int](), list[tuple[float, float]]()
    for count in (tickets // PART, tickets):
        with processes.data_folder(cores, f"import-{dialect}") as data:
            folder = data.parent
            zendesk_export(folder / "zendesk", count)
            with opened(dialect, data) as database:
                processes.fill(data, database.url, agents=1)
                words = ("tickets", "import", str(folder / "zendesk"), "--team", "media", "--solved-as", "set_up")
                took_in, _ = ran(cores, data, database.url, *words)
                ((stored,),) = database.rows("SELECT count(*) FROM tickets")
                took_out, resident = ran(cores, data, database.url, "export", str(folder / "out"))
            with (folder / "out" / "tickets.jsonl").open("rb") as lines:
                written = sum(1 for _ in lines)
        if stored != count or written != count:
            raise Void(f"{stored} of {count} tickets were imported, and {written} exported")
        residents.append(resident)
        rates.append((count / took_in, count / took_out))
    return Figures(*rates[-1], residents[-1], residents[0])


def measure(cores: Cores, dialect: Dialect, tickets: int, rounds: int) -> list[Figures]:
    found = list[Figures]()
    for _ in range(rounds):
        found.append(once(cores, dialect, tickets))
        print(f"{found[-1].imported:.0f} in, {found[-1].exported:.0f} out a second", file=sys.stderr)
    return found


def page(found: Mapping[Dialect, Sequence[Figures]], made: Made) -> str:
    """The figures as Markdown text, to put between the marks of this benchmark in `docs/benchmarks.md`."""
    rows = "\n".join(
        f"| {NAMES[dialect]} | {Spread.of([each.imported for each in rounds]):.0f} "
        f"| {Spread.of([each.exported for each in rounds]):.0f} "
        f"| {_mib([each.resident for each in rounds])}, {_mib([each.resident_small for each in rounds])} |"
        for dialect, rounds in found.items()
    )
    count = len(next(iter(found.values())))
    return (
        "| desk | tickets imported in a second | tickets exported in a second | memory of the export |\n"
        f"|---|---|---|---|\n{rows}\n\n"
        "Each with the start of the program. The second figure of the memory is that of a tenth of the tickets. The "
        "aims are 1,000 and 5,000 a second. "
        f"Medians of {count} rounds, in brackets the lowest and the highest. {made.foot()}"
    )


def _mib(sizes: Sequence[int]) -> str:
    return f"{max(sizes) >> 20} MiB"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return the exit status."""
    options = command.parser("import", "Tickets that are imported and exported in a second.")
    options.add_argument("--tickets", type=int, default=TICKETS)
    options.add_argument("--rounds", type=int, default=ROUNDS)
    options.add_argument("--database", choices=DIALECTS, action="append", help="only this one; can be repeated")
    return command.run_on_each(
        "import",
        options,
        arguments,
        lambda given, cores, dialect: measure(cores, dialect, given.tickets, given.rounds),
        page,
    )


if __name__ == "__main__":
    sys.exit(main())
